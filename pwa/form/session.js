/**
 * Owns one record being written on this phone: its interview, its draft, saving it, removing it.
 * Promises: what was typed is in the draft until it is in the outbox; a draft goes on with the form it was begun with.
 */
import { signal } from '@preact/signals';
import { todayOf } from '../domain/dates.js';
import { lang } from '../i18n.js';
import { localTime } from '../store/changes.js';
import { store } from '../store/store.js';
import { DraftKeeper } from './draft.js';
import { Interview } from './interview.js';
import { finish } from './unfinished.js';

/**
 * @typedef {import('./definition.js').Definition} Definition
 * @typedef {import('./draft.js').Draft} Draft
 * @typedef {import('../store/types.js').Rec} Rec
 * @typedef {import('../store/types.js').Saved} Saved
 *
 * @typedef {object} Task  what is to be written
 * @property {string} kind
 * @property {string} key  of the draft
 * @property {string} href  where the draft is taken up again
 * @property {Rec} [rec]  absent: a new record
 * @property {Record<string, any>} [prefill]  of a new record
 */

/** The form a task is filled with: the draft's and no other, else the record's own version, else the current one.
 * @param {Task} task @returns {Promise<Definition | undefined>} */
export async function formOf({ kind, key, rec }) {
  const begun = /** @type {Draft | undefined} */ (store.draft(key))?.form;
  const wanted = begun ?? rec?.form;
  const own = wanted ? await store.loadForm(wanted).catch(() => undefined) : undefined;
  const found = own ?? (begun ? undefined : await store.loadForm(kind));
  // What saving writes besides is written by these.
  await Promise.all((found?.entities ?? []).map((one) => store.loadForm(one.kind).catch(() => undefined)));
  return found;
}

/** Answers of the record of a kind that was last saved on this phone: what its outbox says, which outlives restarts and keeps
 * what was sent for 30 days; of what is older, the last one this person changed. @param {string} kind @returns {Record<string, any>} */
export function lastSaved(kind) {
  for (const entry of [...store.outbox.peek()].reverse()) {
    const rec = entry.kind === kind && entry.state !== 'quarantined' ? store.get(entry.record) : undefined;
    if (rec) return rec.answers;
  }
  const mine = store.list(kind).filter((rec) => rec.by === store.account.peek()?.id);
  return mine.reduce((/** @type {Rec | undefined} */ last, rec) => (last && last.client_at >= rec.client_at ? last : rec), undefined)?.answers ?? {};
}

/** Answers one may read and not write here: the leader's, and what only a move of the status writes. @param {Definition} definition */
function lockedIn(definition) {
  const moved = definition.moves.length ? [definition.envelope.status, definition.envelope.reported_on] : [];
  const side = store.role.peek() === 'township_leader' ? 'team' : 'leader';
  const logs = definition.questions.filter((question) => question.merge === 'log').map((question) => question.path);
  return definition.questions
    .filter(({ path, writers }) => writers === side || moved.includes(path) || logs.some((log) => path === log || path.startsWith(`${log}/`)))
    .map((question) => question.path);
}

export class Session {
  /** @param {Task} task @param {Definition} definition */
  constructor(task, definition) {
    const draft = /** @type {Draft | undefined} */ (store.draft(task.key));
    this.task = task;
    this.definition = definition;
    this.isNew = !task.rec;
    this.resumed = draft ? (store.drafts().find((one) => one.key === task.key)?.at ?? '') : '';
    this.id = draft?.id ?? task.rec?.id ?? store.newId();
    this.village = draft?.village ?? task.rec?.village ?? store.village.peek();
    this.base = draft?.base ?? task.rec?.rev ?? 0;
    this.page = signal(draft?.page ?? 0);
    /** Of the screen alone, kept with the draft. @type {Record<string, any>} */
    this.more = draft?.more ?? {};
    this.interview = new Interview(definition, draft?.answers ?? task.rec?.answers ?? task.prefill ?? {}, {
      id: this.id, now: localTime(), today: todayOf(), lang: lang.peek(), fresh: this.isNew && !draft,
      original: draft?.original ?? (this.isNew ? {} : task.rec?.answers),
      ...(draft ? { raw: draft.raw, aside: draft.aside ?? [] } : {}), locked: lockedIn(definition), last: lastSaved(task.kind),
      properties: { username: store.account.peek()?.login ?? '', deviceid: store.device },
    });
    this.keeper = new DraftKeeper(task.key, () => this.draft());
    this.interview.watch(() => this.keeper.keep());
    this.interview.seeks((path, place) => void this.locate(path, place));
  }

  /** The form wants to know where the phone is; without an answer it goes on without one. @param {string} path @param {string} place */
  async locate(path, place) {
    const { whereabouts } = await import('./widgets/pack/whereabouts.js').catch(() => ({ whereabouts: () => '' }));
    const value = await whereabouts();
    if (value) this.interview.set(path, value, place);
  }

  /** @returns {Draft} */
  draft() {
    const { task, id, village, base } = this;
    return { ...this.interview.draft(), href: task.href, kind: task.kind, id, village, base, form: this.definition.hash, page: this.page.peek(), more: this.more };
  }

  /** Something of the screen alone was answered. @param {Record<string, any>} more */
  note(more) {
    this.more = { ...this.more, ...more };
    this.keeper.keep();
  }

  /** What the record's own saving is; null when nothing differs. @returns {import('../store/types.js').Saving | null} */
  saving() {
    const set = this.interview.changes();
    if (!Object.keys(set).length) return null;
    const { id, village } = this;
    return { kind: this.task.kind, id, village, set, form: this.definition.hash, draft: this.task.key, ...(this.isNew ? {} : { base: this.base }) };
  }

  /** Records of other kinds that the form makes or changes with this one. @returns {Promise<import('../store/types.js').Saving[]>} */
  async entities() {
    if (!this.definition.entities?.length) return [];
    const { entitiesOf } = await import('./entities.js');
    const find = (/** @type {string} */ kind, /** @type {string} */ id) => {
      const rec = store.get(id);
      return rec?.kind === kind && rec.village === this.village && !rec.deleted ? rec : undefined;
    };
    return entitiesOf(this.interview, find, (kind) => store.form(kind))
      .map((one) => ({ ...one, village: this.village, form: store.form(one.kind)?.hash ?? '' }));
  }

  /** Saves with whatever belongs to it, in one transaction. @param {import('../store/types.js').Saving[]} [also] @returns {Promise<Saved[]>} empty when nothing differs */
  async save(also = []) {
    await finish(this.interview);
    if (this.saving()) this.interview.finish(localTime());
    const own = this.saving();
    const all = [...(own ? [own, ...(await this.entities())] : []), ...also];
    await this.keeper.end();
    if (!all.length) {
      await this.keeper.discard();
      return [];
    }
    try {
      return await store.saveMany(all);
    } catch (error) {
      this.keeper.over = false;
      this.keeper.keep();
      throw error;
    }
  }
}

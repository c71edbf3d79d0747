/**
 * Any record by its form, whatever its kind and form version; new or there already.
 * Promises: every answer is in the draft at once; closing puts it aside; saving and removing can be taken back.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { same } from '../form/entry.js';
import { Filling, startOver } from '../form/filling.js';
import { Session, formOf } from '../form/session.js';
import { answerText } from '../form/widgets/told.js';
import { lang, t, words } from '../i18n.js';
import { back, go, route } from '../routes.js';
import { store } from '../store/store.js';
import { html } from '../ui/html.js';
import { Inner, placeName } from '../ui/layout.js';
import { Blank } from '../ui/parts.js';
import { offerUndo } from '../ui/undo.js';
import { named } from './parts/named.js';

/**
 * @typedef {import('../form/session.js').Task} Task
 * @typedef {import('../store/types.js').Rec} Rec
 */

/** Where a record is looked at. @param {string} kind @param {string} id @returns {string} */
function screenOf(kind, id) {
  if (kind === 'household') return `/household/${id}`;
  if (kind === 'problem') return `/problem/${id}`;
  if (kind === 'person') return `/person/${id}`;
  if (kind === 'village_profile') return '/village';
  return `/record/${id}`;
}

/** Where one is when a new record is put aside. @param {string} kind @param {Record<string, any>} answers @returns {string} */
function before(kind, answers) {
  if (kind === 'household') return '/households';
  if (kind === 'village_profile') return '/village';
  return answers.household ? `/household/${answers.household}` : ['person', 'visit', 'problem'].includes(kind) ? '/today' : `/work/${kind}`;
}

/** What the address and earlier records of the kind say of a new one; worked out by a pack, without which one begins empty.
 * @param {string} kind @param {Record<string, string>} query @returns {Promise<Record<string, any>>} */
const told = (kind, query) => import('./work/beginning.js').then(({ beginning }) => beginning(kind, query), () => ({}));

/** What to prefill a new record with: the household and the person it is about, where its form asks for them.
 * @param {string} kind @param {Record<string, string>} query @returns {Record<string, any>} */
function prefillOf(kind, query) {
  if (kind === 'village_profile') return { name: placeName() };
  const asked = (/** @type {string} */ refers) => store.form(kind)?.questions.find((question) => question.refers === refers && !question.repeat && question.holds === 'text')?.path;
  const person = query.person ? store.get(query.person) : undefined;
  const household = query.household ?? person?.answers.household;
  const paths = [[asked('household'), household], [asked('person'), person?.id]];
  return Object.fromEntries(paths.filter(([path, value]) => path && value));
}

/** Kinds whose entries become records of their own in the same saving. */
const FOLLOWED = new Set(['meeting']);

/** The profile of the latest year. */
const latestProfile = () => [...store.list('village_profile')].sort((a, b) => (b.answers.year ?? 0) - (a.answers.year ?? 0))[0];

/** @param {Record<string, string>} params @param {Record<string, string>} query @returns {Promise<Task | null>} null: no such record */
async function taskOf(params, query) {
  const href = `${route.peek().path}?${new URLSearchParams(query)}`.replace(/\?$/, '');
  const profile = route.peek().pattern === '/village/profile';
  const rec = profile ? latestProfile() : store.get(params.id ?? '');
  const kind = rec?.kind ?? (profile ? 'village_profile' : query.new);
  if (!kind || (!rec && params.id && params.id !== 'new')) return null;
  if (rec) return { kind, rec, href, key: ['edit', rec.id, query.draft].filter(Boolean).join('/') };
  const prefill = { ...prefillOf(kind, query), ...(query.new ? await told(kind, query) : {}) };
  const about = query.draft ?? [query.person ?? query.household, ...Object.keys(query).filter((key) => key.startsWith('p.')).map((key) => query[key])].filter(Boolean).join('/');
  return { kind, href, key: `new/${kind}/${store.village.peek()}/${about}`, prefill };
}

/** @param {{params: Record<string, string>, query: Record<string, string>}} props */
export default function Edit({ params, query }) {
  const session = useSignal(/** @type {Session | 'lost' | 'unknown' | null} */ (null));
  const begin = async () => {
    await store.ready('recent').catch(() => undefined);
    await store.loadForm(query.new ?? '').catch(() => undefined);
    let task = await taskOf(params, query);
    if (!task) {
      await store.ready('all').catch(() => undefined);
      task = await taskOf(params, query);
    }
    const definition = task && (await formOf(task));
    session.value = !task ? 'lost' : definition ? new Session(task, definition) : 'unknown';
  };
  useEffect(() => void begin(), []);
  const forms = store.forms.current.value;
  // The form has come meanwhile.
  useEffect(() => {
    if (session.peek() === 'unknown') void begin();
  }, [forms]);
  const now = session.value;
  if (now === null) return html`<${Inner} title=${t('title.edit')} backTo="/today" close hideTitle />`;
  if (now === 'lost') return html`<${Inner} title=${t('title.edit')} backTo="/today" close><${Blank} title=${t('form.lost')} text=${t('form.lost.what')} /><//>`;
  if (now === 'unknown') return html`<${Inner} title=${t('title.edit')} backTo="/today" close><${Blank} title=${t('form.unknown')} text=${t('form.unknown.what')} /><//>`;
  return html`<${Filled} key=${now.interview} session=${now} goal=${query.at ? { path: query.at, place: query.place ?? '' } : null} onDrop=${() => void startOver(session, begin)} />`;
}

/** @param {{session: Session, goal: {path: string, place: string} | null, onDrop: () => void}} props */
function Filled({ session, goal, onDrop }) {
  const { task, definition, interview, id } = session;
  const { rec, kind } = task;
  const there = session.isNew ? before(kind, task.prefill ?? {}) : screenOf(kind, id);
  const name = words(definition.title);
  const home = session.isNew ? store.get(String(task.prefill?.household ?? '')) : undefined;
  const title = rec ? named(rec, definition) : t('form.new', { kind: lang.value === 'en' ? name.toLowerCase() : name });
  const of = home ? store.titleOf(home) : title;
  const here = useRef(route.peek());
  const save = async () => {
    if (session.isNew && (kind === 'household' || kind === 'person')) {
      const may = await import('./homes/twice.js').then(({ maySave }) => maySave({ kind, id, answers: interview.tree.all }), () => true);
      if (!may) return;
    }
    const also = FOLLOWED.has(kind) ? await import('./work/followers.js').then(({ followers }) => followers(session)) : [];
    const saved = await session.save(also);
    if (session.more.refused) await import('./safe/mending.js').then(({ settle }) => settle(session.more.refused, saved)).catch(() => undefined);
    // Whoever has gone on meanwhile is not called back.
    if (route.peek() !== here.current) return;
    if (session.isNew && kind === 'household') go(screenOf(kind, id), { replace: true });
    else back(there);
    if (saved.length) offerUndo(t('form.saved'), () => store.undo(saved));
    else offerUndo(t('form.same'));
  };
  const remove = async () => {
    await session.keeper.discard();
    const saved = await store.remove(id);
    go(kind === 'problem' ? '/problems' : before(kind, rec?.answers ?? {}), { replace: true });
    offerUndo(t('form.removed'), () => store.undo(saved));
  };
  const conflict = (/** @type {string} */ path) => {
    const open = rec && store.conflictsOf(rec.id).find(({ answers }) => answers.question === path || String(answers.question).startsWith(`${path}/`));
    return open ? { href: `/conflict/${open.id}` } : null;
  };
  const last = (/** @type {string} */ path) => {
    const before = interview.original[path];
    const { question, value } = interview.state(path);
    const told = question.holds === 'entries' || same(before, value) ? '' : answerText(interview, question, before);
    return told && t('form.was', { value: told });
  };
  const own = rec && rec.created_by === store.account.value?.id && kind !== 'household';
  return html`<${Filling} session=${session} backTo=${there} goal=${goal} conflict=${conflict} last=${last} title=${title} of=${of} onSave=${save} onDrop=${onDrop} onRemove=${own ? () => void remove() : null} />`;
}

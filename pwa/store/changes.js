/**
 * Owns how something to save becomes a change: its id, village, base, and what the phone remembers for undo.
 * Promises: pure but for the clock and random ids; writes nothing.
 */
import { uuid7 } from './outbox.js';
import { applySet, compensation } from './view.js';

/**
 * @typedef {import('./types.js').Saving} Saving
 * @typedef {import('./types.js').Entry} Entry
 * @typedef {import('./types.js').Rec} Rec
 * @typedef {import('./outbox.js').Item} Item
 *
 * @typedef {object} Setting  what a change is made in
 * @property {(id: string) => Rec|undefined} present  the record on screen, deleted ones too
 * @property {(id: string) => number} rev  revision of the downloaded row
 * @property {(kind: string) => string|undefined} form  hash of the current form
 * @property {(rec: {kind: string, form: string, answers: Record<string, any>}) => string} titleOf
 * @property {string} village
 */

/** @param {Date} [now] @returns {string} local time with its offset */
export function localTime(now = new Date()) {
  const offset = -now.getTimezoneOffset();
  const shifted = new Date(now.getTime() + offset * 60_000).toISOString().slice(0, 23);
  const pad = (/** @type {number} */ n) => String(Math.floor(n)).padStart(2, '0');
  const sign = offset < 0 ? '-' : '+';
  return `${shifted}${sign}${pad(Math.abs(offset) / 60)}:${pad(Math.abs(offset) % 60)}`;
}

/** @param {Setting} setting @param {Saving} saving @returns {Item} */
export function itemOf(setting, saving) {
  const id = saving.id ?? uuid7();
  const rec = setting.present(id);
  const rev = setting.rev(id);
  const village = rec?.village ?? saving.village ?? setting.village;
  if (!village) throw new Error('no village to save into');
  const set = Object.fromEntries(Object.entries(saving.set).map(([question, value]) => [question, value ?? null]));
  if (!Object.keys(set).length) throw new Error('nothing to save');
  const form = saving.form ?? setting.form(saving.kind) ?? rec?.form ?? '';
  const { deleted, village: _village, ...answers } = set;
  const shadow = deleted === true ? rec?.answers : saving.shadow;
  const title = saving.title ?? setting.titleOf({ kind: saving.kind, form, answers: applySet(rec?.answers ?? {}, answers) });
  return {
    village,
    change: { record: id, kind: saving.kind, form, base: Math.min(saving.base ?? rev, rev), set, at: localTime() },
    notes: { before: before(rec, set), created: !rec && rev === 0, title, ...(shadow ? { shadow } : {}) },
    ...(saving.draft ? { draft: saving.draft } : {}),
  };
}

/** @param {Rec|undefined} rec @param {Record<string, any>} set */
function before(rec, set) {
  /** @type {Record<string, any>} */
  const old = {};
  for (const question of Object.keys(set)) {
    if (question === 'deleted') old.deleted = rec?.deleted ?? false;
    else if (question === 'village') old.village = rec?.village;
    else if (rec?.answers[question] !== undefined) old[question] = rec.answers[question];
  }
  return old;
}

/** What takes the given entries back, newest first; an entry with nothing to take back is left out.
 * @param {Entry[]} entries @returns {Saving[]} */
export const undoing = (entries) =>
  [...entries].sort((a, b) => b.order - a.order)
    .map((entry) => ({ ...takingBack(entry), ...(entry.title ? { title: entry.title } : {}) }))
    .filter((saving) => Object.keys(saving.set).length);

/** A closed conflict is never opened again; what its closing wrote into the record is taken back there.
 * @param {Entry} entry @returns {Saving} */
const takingBack = (entry) =>
  entry.also ? { kind: entry.also.kind, id: entry.also.record, set: entry.also.before }
    : { kind: entry.kind, id: entry.record, set: compensation(entry), ...(entry.shadow ? { shadow: entry.shadow } : {}) };

/** Closing a conflict is an ordinary change of the conflict record; the server writes the value to the record itself,
 * so the screen lays the same value over the record at once.
 * @param {Rec} conflict @param {Rec|undefined} about the record it is about @param {'mine'|'theirs'|'written'} choice @param {any} value
 * @returns {Saving & {also: NonNullable<Item['notes']['also']>}} */
export function settling(conflict, about, choice, value) {
  const { record, question, mine, theirs } = conflict.answers;
  const kept = choice === 'written' ? value : choice === 'mine' ? mine : theirs;
  /** @type {Record<string, any>} */
  const set = { state: choice === 'written' ? 'written' : `kept_${choice}` };
  if (choice === 'written') set.value = value ?? null;
  const effect = effectOf(question, kept);
  const old = Object.keys(effect).map((path) => [path, path === 'deleted' ? about?.deleted ?? false : about?.answers[path] ?? null]);
  return { kind: 'conflict', id: conflict.id, set, also: { record, kind: about?.kind ?? '', set: effect, before: Object.fromEntries(old) } };
}

/** What a conflict's value does to its record. `question` is a path, `path/<entry id>`, `group:<name>` or `deleted`.
 * @param {string} question @param {any} value @returns {Record<string, any>} */
function effectOf(question, value) {
  if (question === 'deleted') return { deleted: Boolean(value) };
  if (question.startsWith('group:')) return { ...value };
  const entry = /^(.+)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(question);
  if (!entry) return { [question]: value ?? null };
  return { [String(entry[1])]: value ? { put: [value] } : { drop: [entry[2]] } };
}

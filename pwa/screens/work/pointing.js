/**
 * Which records name another one in an answer: the way back along every reference.
 * Promises: reads what is in memory; a kind whose form names no such kind is not looked through.
 */
import { store } from '../../store/store.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** Answers of a kind that may hold ids of records of another. @param {string} kind @param {string} other */
function pathsTo(kind, other) {
  const form = store.form(kind);
  return (form?.questions ?? []).filter((question) => question.refers === other).map(({ path, repeat }) => ({ repeat, path, inner: repeat ? path.slice(repeat.length + 1) : '' }));
}

/** @param {Rec} rec @param {{repeat: string, path: string, inner: string}} at @returns {any[]} */
const heldAt = (rec, { repeat, path, inner }) => (repeat ? (Array.isArray(rec.answers[repeat]) ? rec.answers[repeat].map((/** @type {any} */ entry) => entry?.[inner]) : []) : [rec.answers[path]]);

/** All forms, so that nothing that points here is missed. */
export const loadForms = () => Promise.all(Object.keys(store.forms.current.peek()).map((kind) => store.loadForm(kind).catch(() => undefined)));

/** @param {string} kind of the record @param {string} id @returns {Map<string, Rec[]>} by kind, the newest first */
export function pointingTo(kind, id) {
  /** @type {Map<string, Rec[]>} */
  const found = new Map();
  for (const other of Object.keys(store.forms.current.value)) {
    const paths = pathsTo(other, kind);
    if (!paths.length) continue;
    const list = store.list(other).filter((rec) => rec.id !== id && paths.some((at) => heldAt(rec, at).includes(id)));
    if (list.length) found.set(other, [...list].sort((a, b) => (store.forms.dayOf(a) < store.forms.dayOf(b) ? 1 : -1)));
  }
  return found;
}

/** When each record of a kind was last named by one of these. @param {string} kind @param {string[]} by @param {string} until no later day counts @returns {Map<string, string>} */
export function lastNamed(kind, by, until) {
  /** @type {Map<string, string>} */
  const last = new Map();
  for (const other of by) {
    const paths = pathsTo(other, kind);
    for (const rec of paths.length ? store.list(other) : []) {
      const day = store.forms.dayOf(rec).slice(0, 10);
      if (day > until) continue;
      for (const id of paths.flatMap((at) => heldAt(rec, at))) if (id && (last.get(id) ?? '') < day) last.set(id, day);
    }
  }
  return last;
}

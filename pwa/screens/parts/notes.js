/**
 * Sentences kept for later: written at the lock, or on a screen when it locked. They lie among the drafts.
 * Promises: one stays until what came of it is saved, or its person throws it away.
 */
import { store } from '../../store/store.js';

/** @typedef {import('../../store/types.js').Draft} Draft */

const NOTE = 'note/';

/** Not while a form that took it up is being filled. @param {Draft} draft */
export const isNote = ({ key, value }) => key.startsWith(NOTE) && Boolean(value?.note) && !store.drafts().some((other) => other.value?.href?.includes(`note=${noteOf(key)}`));

/** @param {string} key @returns {string} how addresses name it */
export const noteOf = (key) => key.slice(NOTE.length);

/** What a form begins with. @param {string|undefined} id @param {string} answer the answer that takes the words */
export function noted(id, answer) {
  const words = id && store.draft(NOTE + id)?.note;
  return words ? { [answer]: words } : {};
}

/** What came of it is saved. @param {string|undefined} id */
export async function letGo(id) {
  if (id) await store.dropDraft(NOTE + id);
}

/** What was written while the store was shut joins the drafts. */
export async function takeIn() {
  for (const { id, text } of await store.notes.list()) await store.notes.turn(id, NOTE + id, { note: text });
}

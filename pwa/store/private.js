/**
 * Owns what its writer alone may read: notes about people, in a store of their own.
 * Promises: a note is sealed like everything else here and never becomes a change: no outbox, no feed, no file of what is
 * unsent, no export, no handover reads this store. What is erased is gone at once. Only numbers may be told of it.
 */
import { placeOf, seal, transact, unseal } from './db.js';
import { uuid7 } from './outbox.js';

/**
 * @typedef {import('./store.js').Store} Store
 * @typedef {{id: string, about: string, at: string, answers: Record<string, any>}} Note  `about`: a person, household or contact
 * @typedef {{notes: number, forward: number, cold: number, backbone: number, forward_backbone: number, cold_backbone: number}} Counts
 */

/** @param {Store} store */
function opened({ db }) {
  if (!db) throw new Error('no account is open');
  return db;
}

/** Every note of this phone's account, the newest first. @param {Store} store @returns {Promise<Note[]>} */
async function readNotes(store) {
  const db = opened(store);
  const [keys, sealed] = await Promise.all([db.getAllKeys('private'), db.getAll('private')]);
  const read = sealed.map((one, at) => unseal(db, placeOf('private', keys[at]), one).then((note) => [note], () => []));
  const notes = /** @type {Note[]} */ ((await Promise.all(read)).flat());
  return notes.sort((a, b) => (a.at < b.at ? 1 : -1));
}

/** Notes about one record, also those written about a record that was merged into it.
 * @param {Store} store @param {string} about @returns {Promise<Note[]>} */
export async function notesAbout(store, about) {
  const notes = await readNotes(store);
  return notes.filter((note) => note.about === about || store.get(note.about)?.id === about);
}

/** Writes a note, or writes it anew. @param {Store} store @param {Omit<Note, 'id' | 'at'> & {id?: string}} note @returns {Promise<Note>} */
export async function keepNote(store, { id = uuid7(), about, answers }) {
  const note = { id, about, at: new Date().toISOString(), answers };
  const db = opened(store);
  const sealed = await seal(db, placeOf('private', id), note);
  await transact(db, ['private'], (tx) => tx.objectStore('private').put(sealed, id));
  return note;
}

/** @param {Store} store @param {string} id */
export async function dropNote(store, id) {
  await transact(opened(store), ['private'], (tx) => tx.objectStore('private').delete(id));
}

/** How many people the notes are about, by stance, and those one can rely on: all that the steps may know of them.
 * @param {Store} store @returns {Promise<Counts>} */
export async function privateCounts(store) {
  const notes = await readNotes(store);
  /** @type {Map<string, {stance?: string, backbone: boolean}>} */
  const people = new Map();
  for (const { about, answers } of [...notes].reverse()) {
    const one = people.get(about) ?? { backbone: false };
    people.set(about, { stance: answers.stance ?? one.stance, backbone: answers.is_backbone === undefined ? one.backbone : answers.is_backbone === 'yes' || answers.is_backbone === true });
  }
  const count = (/** @type {(one: {stance?: string, backbone: boolean}) => boolean} */ which) => [...people.values()].filter(which).length;
  return {
    notes: notes.length,
    forward: count(({ stance }) => stance === 'forward'),
    cold: count(({ stance }) => stance === 'cold'),
    backbone: count(({ backbone }) => backbone),
    forward_backbone: count(({ stance, backbone }) => stance === 'forward' && backbone),
    cold_backbone: count(({ stance, backbone }) => stance === 'cold' && backbone),
  };
}

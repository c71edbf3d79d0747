/**
 * Owns the files of answers on this phone: photos, voices, documents, by the hash of their content, and how far each is sent.
 * Promises: kept means on the disk; what no server has, and a change or draft names, is never let go; what the server has
 * is a copy, and the copies read longest ago go first. Which files a change holds is read off the change itself.
 */
import { computed, signal } from '@preact/signals-core';
import { placeOf, seal, transact, unseal, unsealBytes } from './db.js';

/**
 * @typedef {import('./store.js').Store} Store
 * @typedef {import('./types.js').Entry} Entry
 * @typedef {{sentAt?: string, checkedAt?: string, code?: string, zh?: string, en?: string, triedAt?: string, dropped?: boolean}} Delivery  to one
 *   village; `dropped`: not taken, and its person lets it be
 *
 * @typedef {object} Marks  what is known of a file besides its bytes
 * @property {string} hash
 * @property {string} type
 * @property {number} bytes
 * @property {string} at  device time it came
 * @property {string} usedAt  device time it was last read
 * @property {Record<string, Delivery>} villages
 * @property {string} [name]  as it was called when it was chosen
 *
 * @typedef {'local'|'sending'|'sent'|'checked'|'absent'|'failed'} FileState
 * @typedef {{entry: Entry, value: string, hash: string, bytes: number}} Need  a file that a change holds and its village lacks
 */

const NAMES = /\b([0-9a-f]{64})\.[a-z0-9]{1,5}\b/g;
/** @param {string} value a file answer @returns {string} its hash, '' when it is none */
export const hashOf = (value) => /^([0-9a-f]{64})\.[a-z0-9]{1,5}$/.exec(value)?.[1] ?? '';

/** @type {WeakMap<object, string[]>} */
const walked = new WeakMap();

/** The file answers anywhere in a value. @param {any} value @returns {string[]} */
export function filesIn(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)?.match(NAMES) ?? [];
  let found = walked.get(value);
  if (!found) walked.set(value, (found = [...new Set(JSON.stringify(value).match(NAMES) ?? [])]));
  return found;
}

/** @param {Delivery|undefined} delivery */
const isDone = (delivery) => Boolean(delivery?.checkedAt || delivery?.dropped);

/** What only phones with files need; comes as a pack. */
const filing = () => import('./filing.js');

export class Files {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    /** @type {import('./db.js').Db|null} */
    this.db = null;
    this.marks = signal(/** @type {Map<string, Marks>} */ (new Map()));
    /** The file on its way now. */
    this.sending = signal(/** @type {{hash: string, sentBytes: number}|null} */ (null));
    /** Kept by this page: its draft may not be written yet. @type {Set<string>} */
    this.fresh = new Set();
    /** What changes on this phone hold and their village lacks, oldest first; also what is not sent as text yet. */
    this.owed = computed(() => this.#owed());
  }

  /** Reads what this database holds; with null nothing is open. @param {import('./db.js').Db|null} db */
  async read(db) {
    this.db = db;
    const all = db ? await db.getAll('files') : [];
    const marks = await Promise.all(all.map(async ({ body, ...marks }) => ({ ...marks, name: await unseal(/** @type {import('./db.js').Db} */ (db), placeOf('files', marks.hash), body).catch(() => '') })));
    if (this.db === db) this.marks.value = new Map(marks.map((one) => [one.hash, one]));
  }

  /** On the disk when it resolves; throws `NotKept` of filing.js. @param {Blob} blob @param {{name?: string, type?: string}} [about]
   * @returns {Promise<string>} the answer */
  async keep(blob, about) {
    return (await filing()).keep(this, blob, about);
  }

  /** What came from the server for a village. @param {string} value @param {ArrayBuffer} bytes @param {string} village */
  async take(value, bytes, village) {
    return (await filing()).take(this, value, bytes, village);
  }

  /** Lets go of what nothing names any more and of the oldest copies. @param {number} [most] bytes of copies that may stay */
  async collect(most) {
    return (await filing()).collect(this, most);
  }

  /** The file from this phone, else from the server by a record that names it.
   * @param {string} value @param {string} [recordId] @returns {Promise<Blob|null>} */
  async blob(value, recordId) {
    const hash = hashOf(value);
    if (!hash || !this.db) return null;
    const bytes = await this.bytes(hash);
    if (bytes) return new Blob([bytes], { type: this.marks.peek().get(hash)?.type ?? '' });
    return (recordId && (await this.store.hooks.file?.(value, recordId))) || null;
  }

  /** @param {string} hash @returns {Promise<ArrayBuffer|undefined>} */
  async bytes(hash) {
    const { db } = this;
    const sealed = await db?.get('bytes', hash);
    const marks = this.marks.peek().get(hash);
    if (!db || !sealed || !marks) return undefined;
    const at = new Date().toISOString();
    if (marks.usedAt.slice(0, 13) !== at.slice(0, 13)) {
      marks.usedAt = at;
      void this.#write([marks], true).catch(() => undefined);
    }
    return unsealBytes(db, placeOf('bytes', hash), sealed);
  }

  /** Where a file is. Reads signals. @param {string} value @returns {{state: FileState, bytes: number, sentBytes: number}} */
  state(value) {
    const hash = hashOf(value);
    const marks = this.marks.value.get(hash);
    if (!marks) return { state: 'absent', bytes: 0, sentBytes: 0 };
    const { bytes } = marks;
    const sending = this.sending.value;
    if (sending?.hash === hash) return { state: 'sending', bytes, sentBytes: sending.sentBytes };
    const told = this.store.outbox.value.filter((entry) => filesIn(entry.set).includes(value)).map((entry) => this.delivery(hash, entry.village));
    const all = told.length ? told : Object.values(marks.villages);
    const state = all.some((one) => one.code) ? 'failed' : !all.length || !all.every((one) => one.sentAt) ? 'local' : all.every((one) => one.checkedAt) ? 'checked' : 'sent';
    return { state, bytes, sentBytes: state === 'sent' || state === 'checked' ? bytes : 0 };
  }

  /** @param {string} hash @param {string} village @returns {Delivery} */
  delivery(hash, village) {
    return this.marks.value.get(hash)?.villages[village] ?? {};
  }

  /** The files of one change, as far as this phone holds them. @param {Entry} entry @returns {Marks[]} */
  of(entry) {
    return filesIn(entry.set).flatMap((value) => this.marks.value.get(hashOf(value)) ?? []);
  }

  /** Whether the village has all that this phone can give it of a change. @param {Entry} entry */
  isDelivered(entry) {
    return this.of(entry).every((marks) => isDone(marks.villages[entry.village]));
  }

  /** @returns {Need[]} */
  #owed() {
    const needs = [];
    const seen = new Set();
    for (const entry of this.store.outbox.value) {
      for (const value of filesIn(entry.set)) {
        const marks = this.marks.value.get(hashOf(value));
        const key = `${entry.village}|${value}`;
        if (!marks || seen.has(key) || isDone(marks.villages[entry.village])) continue;
        // A change the server did not take has no record to send its files to.
        if (entry.state !== 'quarantined') seen.add(key);
        needs.push({ entry, value, hash: marks.hash, bytes: marks.bytes });
      }
    }
    return needs;
  }

  /** @param {string} hash @param {string} village @param {Delivery} delivery */
  async delivered(hash, village, delivery) {
    const marks = this.marks.peek().get(hash);
    if (marks) await this.#write([{ ...marks, villages: { ...marks.villages, [village]: delivery } }]);
  }

  /** The server was restored from a backup: what it had may be gone. */
  async doubt() {
    await this.#write([...this.marks.peek().values()].map((marks) => ({ ...marks, villages: {} })));
  }

  /** @param {Marks[]} all @param {boolean} [quiet] nobody waits for it and no screen shows it */
  async #write(all, quiet) {
    const { db } = this;
    if (!db || !all.length) return;
    const bodies = await Promise.all(all.map(({ name, hash }) => seal(db, placeOf('files', hash), name)));
    await transact(db, ['files'], async (tx) => {
      for (const [at, { name: _name, ...marks }] of all.entries()) {
        // What was let go meanwhile stays gone.
        if (await tx.objectStore('files').getKey(marks.hash)) await tx.objectStore('files').put({ ...marks, body: bodies[at] });
      }
    }, quiet ? 'relaxed' : 'strict');
    if (!quiet && this.db === db) this.tell(all.filter((marks) => this.marks.peek().has(marks.hash)));
  }

  /** @param {Marks[]} changed @param {string[]} [gone] */
  tell(changed, gone = []) {
    const marks = new Map(this.marks.peek());
    for (const one of changed) marks.set(one.hash, one);
    for (const hash of gone) marks.delete(hash);
    this.marks.value = marks;
    this.store.tabs?.tell({ t: 'files' });
  }

  /** Copies of what the server has, that no unsent change and no draft needs; those read longest ago first.
   * What was sent from here stays as long as its text does: a server restored from a backup asks for both again.
   * @param {string} [village] only those of this village alone @param {boolean} [own] also what was sent from here @returns {Marks[]} */
  copies(village, own = false) {
    const { store } = this;
    const held = new Set(this.owed.value.map((need) => need.hash));
    for (const value of filesIn([store.drafts(), store.unsaved.value, own ? [] : store.outbox.value.map((entry) => entry.set)])) held.add(hashOf(value));
    return [...this.marks.value.values()]
      .filter((marks) => {
        const had = Object.keys(marks.villages).filter((id) => marks.villages[id]?.checkedAt);
        return had.length && !held.has(marks.hash) && (!village || had.every((id) => id === village));
      })
      .sort((a, b) => (a.usedAt < b.usedAt ? -1 : 1));
  }
}

/** Where the small pictures of photos lie in `bytes`: of a village, or all (smalls.js). @param {string} [village] */
export const smallsOf = (village) => IDBKeyRange.bound(village ? ['small', village] : ['small'], village ? ['small', village, []] : ['small', []]);

/** Inside a caller's transaction over `files` and `bytes`. @param {import('./db.js').Tx} tx @param {string[]} hashes */
export async function drop(tx, hashes) {
  for (const hash of hashes) {
    await tx.objectStore('files').delete(hash);
    await tx.objectStore('bytes').delete(hash);
  }
}

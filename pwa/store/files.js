/**
 * Owns the files of answers on this phone: photos, voices, documents, by the hash of their content, and how far each is sent.
 * Promises: kept means on the disk; what no server has, and a change or draft names, is never let go; what the server has
 * is a copy, and the copies read longest ago go first. Which files a change holds is read off the change itself.
 */
import { computed, signal } from '@preact/signals-core';
import { seal, sealBytes, transact, unseal, unsealBytes } from './db.js';

/**
 * @typedef {import('./store.js').Store} Store
 * @typedef {import('./types.js').Entry} Entry
 * @typedef {{sentAt?: string, checkedAt?: string, code?: string, zh?: string, en?: string, triedAt?: string}} Delivery  to one village
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
const TYPES = /** @type {Record<string, string>} */ ({
  jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp', webm: 'video/webm', mp4: 'video/mp4', mov: 'video/quicktime',
  '3gp': 'video/3gpp', ogg: 'audio/ogg', m4a: 'audio/mp4', mp3: 'audio/mpeg', wav: 'audio/wav', pdf: 'application/pdf',
  txt: 'text/plain', csv: 'text/csv', docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
});
const ALSO = /** @type {Record<string, string>} */ ({ 'audio/webm': 'webm', 'audio/x-m4a': 'm4a', 'audio/x-wav': 'wav', 'audio/3gpp': '3gp' });
export const MOST_BYTES = 32 * 2 ** 20;
const COPIES_BYTES = 50 * 2 ** 20;
const ROOM_BYTES = 10 * 2 ** 20;
const FRESH_MS = 3_600_000;

/** Why a file was not taken: `full` (no room), `type` (of a kind no server takes), `large`, `empty`. */
export class NotKept extends Error {
  /** @param {'full'|'type'|'large'|'empty'} code */
  constructor(code) {
    super(code);
    this.name = code === 'full' ? 'QuotaExceededError' : 'NotKept';
    this.code = code;
  }
}

/** @param {string} value a file answer @returns {string} its hash, '' when it is none */
export const hashOf = (value) => /^([0-9a-f]{64})\.[a-z0-9]{1,5}$/.exec(value)?.[1] ?? '';

/** @param {ArrayBuffer} bytes */
export const digest = async (bytes) =>
  [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** @type {WeakMap<object, string[]>} */
const walked = new WeakMap();

/** The file answers anywhere in a value. @param {any} value @returns {string[]} */
export function filesIn(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)?.match(NAMES) ?? [];
  let found = walked.get(value);
  if (!found) walked.set(value, (found = [...new Set(JSON.stringify(value).match(NAMES) ?? [])]));
  return found;
}

/** @param {string} type @param {string} name */
function extensionOf(type, name) {
  const plain = type.split(';')[0]?.trim().toLowerCase() ?? '';
  const byName = name.split('.').pop()?.toLowerCase() ?? '';
  return ALSO[plain] ?? Object.keys(TYPES).find((ext) => TYPES[ext] === plain) ?? (byName in TYPES ? byName : '');
}

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
    const marks = await Promise.all(all.map(async ({ body, ...marks }) => ({ ...marks, name: await unseal(body) })));
    if (this.db === db) this.marks.value = new Map(marks.map((one) => [one.hash, one]));
  }

  /** On the disk when it resolves. @param {Blob} blob @param {{name?: string, type?: string}} [about]
   * @returns {Promise<string>} the answer */
  async keep(blob, { name = '', type = blob.type } = {}) {
    const ext = extensionOf(type, name);
    const wrong = !ext ? 'type' : !blob.size ? 'empty' : blob.size > MOST_BYTES ? 'large' : '';
    if (wrong) throw new NotKept(wrong);
    const bytes = await blob.arrayBuffer();
    const hash = await digest(bytes);
    this.fresh.add(hash);
    if (!this.marks.value.has(hash)) {
      await this.#room(bytes.byteLength);
      await this.#put(hash, bytes, { type: type.split(';')[0] || /** @type {string} */ (TYPES[ext]), name, villages: {} });
    }
    return `${hash}.${ext}`;
  }

  /** What came from the server for a village. @param {string} value @param {ArrayBuffer} bytes @param {string} village */
  async take(value, bytes, village) {
    const hash = hashOf(value);
    const at = this.store.server.now || new Date().toISOString();
    const type = TYPES[value.slice(hash.length + 1)] ?? '';
    await this.#put(hash, bytes, { type, name: '', villages: { [village]: { sentAt: at, checkedAt: at } } });
    await this.collect();
  }

  /** @param {string} hash @param {ArrayBuffer} bytes @param {Pick<Marks, 'type'|'villages'> & {name: string}} about */
  async #put(hash, bytes, about) {
    const { db } = this;
    if (!db) throw new Error('no account is open');
    const at = new Date().toISOString();
    const { name, ...rest } = about;
    const marks = { hash, bytes: bytes.byteLength, at, usedAt: at, ...rest };
    const [body, sealed] = await Promise.all([seal(name), sealBytes(bytes)]);
    try {
      await transact(db, ['files', 'bytes'], async (tx) => {
        await tx.objectStore('bytes').put(sealed, hash);
        await tx.objectStore('files').put({ ...marks, body });
      });
    } catch (error) {
      throw error instanceof Error && error.name === 'QuotaExceededError' ? new NotKept('full') : error;
    }
    if (this.db === db) this.#tell([{ ...marks, name }]);
  }

  /** Text must always fit, so files stop before the phone is full. @param {number} bytes */
  async #room(bytes) {
    const { lookAtStorage } = await import('./persistence.js');
    const isTight = async () => {
      await lookAtStorage(this.store);
      const { usage = null, quota = null } = this.store.storage.value ?? {};
      return usage !== null && quota !== null && quota - usage < bytes + Math.min(ROOM_BYTES, quota / 10);
    };
    if (!(await isTight())) return;
    await this.collect(0);
    if (await isTight()) throw new NotKept('full');
  }

  /** The file from this phone, else from the server by a record that names it.
   * @param {string} value @param {string} [recordId] @returns {Promise<Blob|null>} */
  async blob(value, recordId) {
    const hash = hashOf(value);
    if (!hash || !this.db) return null;
    const bytes = await this.bytes(hash);
    if (bytes) return new Blob([bytes], { type: this.marks.peek().get(hash)?.type ?? TYPES[value.slice(65)] ?? '' });
    return (recordId && (await this.store.hooks.file?.(value, recordId))) || null;
  }

  /** @param {string} hash @returns {Promise<ArrayBuffer|undefined>} */
  async bytes(hash) {
    const sealed = await this.db?.get('bytes', hash);
    const marks = this.marks.peek().get(hash);
    if (!sealed || !marks) return undefined;
    const at = new Date().toISOString();
    if (marks.usedAt.slice(0, 13) !== at.slice(0, 13)) {
      marks.usedAt = at;
      void this.#write([marks], true).catch(() => undefined);
    }
    return unsealBytes(sealed);
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
    return this.of(entry).every((marks) => marks.villages[entry.village]?.checkedAt);
  }

  /** @returns {Need[]} */
  #owed() {
    const needs = [];
    const seen = new Set();
    for (const entry of this.store.outbox.value) {
      for (const value of filesIn(entry.set)) {
        const marks = this.marks.value.get(hashOf(value));
        const key = `${entry.village}|${value}`;
        if (!marks || seen.has(key) || marks.villages[entry.village]?.checkedAt) continue;
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
    const bodies = await Promise.all(all.map(({ name }) => seal(name)));
    await transact(db, ['files'], async (tx) => {
      for (const [at, { name: _name, ...marks }] of all.entries()) {
        // What was let go meanwhile stays gone.
        if (await tx.objectStore('files').getKey(marks.hash)) await tx.objectStore('files').put({ ...marks, body: bodies[at] });
      }
    }, quiet ? 'relaxed' : 'strict');
    if (!quiet && this.db === db) this.#tell(all.filter((marks) => this.marks.peek().has(marks.hash)));
  }

  /** @param {Marks[]} changed @param {string[]} [gone] */
  #tell(changed, gone = []) {
    const marks = new Map(this.marks.peek());
    for (const one of changed) marks.set(one.hash, one);
    for (const hash of gone) marks.delete(hash);
    this.marks.value = marks;
    this.store.tabs?.tell({ t: 'files' });
  }

  /** Copies of what the server has, that no unsent change and no draft needs; those read longest ago first.
   * @param {string} [village] only those of this village alone @returns {Marks[]} */
  copies(village) {
    const { store } = this;
    const held = new Set(this.owed.value.map((need) => need.hash));
    for (const value of filesIn([store.drafts(), store.unsaved.value])) held.add(hashOf(value));
    return [...this.marks.value.values()]
      .filter((marks) => {
        const had = Object.keys(marks.villages).filter((id) => marks.villages[id]?.checkedAt);
        return had.length && !held.has(marks.hash) && (!village || had.every((id) => id === village));
      })
      .sort((a, b) => (a.usedAt < b.usedAt ? -1 : 1));
  }

  /** Lets go of what nothing names any more and of the oldest copies. @param {number} [most] bytes of copies that may stay */
  async collect(most = COPIES_BYTES) {
    const { db, store } = this;
    if (!db) return;
    const named = new Set(filesIn([store.outbox.value, store.drafts(), store.unsaved.value]).map(hashOf));
    const gone = [...this.marks.value.values()].filter((marks) => {
      const isOld = Math.abs(Date.now() - Date.parse(marks.at)) > FRESH_MS;
      const isCopy = Object.values(marks.villages).some((one) => one.checkedAt);
      return !isCopy && !named.has(marks.hash) && !this.fresh.has(marks.hash) && isOld;
    });
    const copies = this.copies();
    let left = copies.reduce((sum, marks) => sum + marks.bytes, 0);
    for (const marks of copies) {
      if (left <= most) break;
      left -= marks.bytes;
      gone.push(marks);
    }
    if (!gone.length) return;
    const hashes = gone.map((marks) => marks.hash);
    await transact(db, ['files', 'bytes'], (tx) => drop(tx, hashes), 'relaxed');
    if (this.db === db) this.#tell([], hashes);
  }
}

/** Inside a caller's transaction over `files` and `bytes`. @param {import('./db.js').Tx} tx @param {string[]} hashes */
export async function drop(tx, hashes) {
  for (const hash of hashes) {
    await tx.objectStore('files').delete(hash);
    await tx.objectStore('bytes').delete(hash);
  }
}

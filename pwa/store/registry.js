/**
 * Owns the database `shibu`: which accounts have a store on this phone, their device ids, and who was last active.
 * Promises: holds no record; losing it loses no entry.
 */
import { openDB } from 'idb';

/**
 * @typedef {object} Known
 * @property {string} id
 * @property {string} login
 * @property {string} name
 * @property {string} device  a copy; the account's own database decides
 * @property {boolean} filled  its database once held downloaded rows
 * @property {number} [unsent]  how many changes stayed when it was last signed out
 *
 * @typedef {import('idb').IDBPDatabase<any>} Db
 */

/** @returns {Promise<Db>} */
const open = () =>
  openDB('shibu', 1, {
    upgrade: (db) => {
      db.createObjectStore('accounts', { keyPath: 'id' });
      db.createObjectStore('meta');
    },
    blocking: (_current, _wanted, event) => /** @type {IDBDatabase} */ (event.target).close(),
  });

/** @template T @param {(db: Db) => Promise<T>} work @returns {Promise<T>} */
async function using(work) {
  const db = await open();
  try {
    return await work(db);
  } finally {
    db.close();
  }
}

/** @returns {Promise<Known[]>} */
export const known = () => using((db) => db.getAll('accounts'));

/** @param {string} id @returns {Promise<Known|undefined>} */
export const knownById = (id) => using((db) => db.get('accounts', id));

/** The account the app opens with, if someone is signed in. @returns {Promise<Known|undefined>} */
export const active = () =>
  using(async (db) => {
    const id = await db.get('meta', 'active');
    return id ? db.get('accounts', id) : undefined;
  });

/** @param {Known} account */
export const activate = (account) =>
  using(async (db) => {
    const tx = db.transaction(['accounts', 'meta'], 'readwrite');
    await Promise.all([tx.objectStore('accounts').put(account), tx.objectStore('meta').put(account.id, 'active'), tx.done]);
  });

/** @param {string} id @param {Partial<Known>} patch */
export const note = (id, patch) =>
  using(async (db) => {
    const tx = db.transaction('accounts', 'readwrite');
    const present = await tx.store.get(id);
    if (present) await tx.store.put({ ...present, ...patch });
    await tx.done;
  });

export const deactivate = () => using((db) => db.delete('meta', 'active'));

/** A sign-out without a network leaves the server's session to be ended at the next chance.
 * @param {boolean} owed */
export const oweSignOut = (owed) => using((db) => db.put('meta', owed, 'owed'));

/** @returns {Promise<boolean>} */
export const owesSignOut = () => using(async (db) => Boolean(await db.get('meta', 'owed')));

/** Whose data the administrator had removed from this phone last, and why. @typedef {{id: string, name: string, as: 'left'|'lost', at: number}} Cleared
 * @param {Cleared} cleared */
export const noteCleared = (cleared) => using((db) => db.put('meta', cleared, 'cleared'));

/** @returns {Promise<Cleared|undefined>} */
export const cleared = () => using((db) => db.get('meta', 'cleared'));

/** @param {string} id */
export const forget = (id) => using((db) => db.delete('accounts', id));

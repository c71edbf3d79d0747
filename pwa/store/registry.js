/**
 * Owns the database `shibu`: which accounts have a store on this phone, how each is locked, and who was last active.
 * Promises: holds no record and no key, only a key wrapped in what a person knows; every change is one transaction. That there was
 * something here is marked outside it, so that a phone whose databases the browser took can say so.
 */
import { openDB } from 'idb';

/**
 * @typedef {object} Vault  how the key of a store is wrapped
 * @property {1} v
 * @property {string} id  of the key: what is wrapped is bound to it
 * @property {ArrayBuffer} check  sealed with the key: tells the right one
 * @property {'pin'|'passphrase'|''} kind  '' while there is no wrap: only a sign-in opens it
 * @property {import('./kdf.js').Kdf} [kdf]
 * @property {ArrayBuffer} [wrapped]
 * @property {number} tries  wrong ones since the last right one; written before each try
 * @property {number} waitUntil  milliseconds of the device's clock
 *
 * @typedef {object} Known
 * @property {string} id
 * @property {string} login
 * @property {string} name
 * @property {string} device  a copy; the account's own database decides
 * @property {boolean} filled  its database once held downloaded rows
 * @property {number} [unsent]  how many changes stayed when it was last locked or signed out
 * @property {Vault} [vault]
 * @property {import('./lease.js').Lease} [lease]
 * @property {JsonWebKey} [pen]  public: what notes are sealed to while the key is away
 * @property {string} [database]  where another than the usual one is used, since that one could not be opened any more
 * @property {{database: string, vault?: Vault}[]} [aside]  databases no one could open; kept
 * @property {boolean} [sealed]  nothing lies open on this phone any more, from before stores were sealed
 * @property {string} [escrow]  the device under which the server holds the key
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

/** Whose phone it is from now on. What is known of the account stays but for what is named.
 * @param {Pick<Known, 'id'|'login'|'name'> & Partial<Known>} account */
export const activate = (account) =>
  using(async (db) => {
    const tx = db.transaction(['accounts', 'meta'], 'readwrite');
    const accounts = tx.objectStore('accounts');
    await accounts.put({ device: '', filled: false, ...(await accounts.get(account.id)), ...account });
    await tx.objectStore('meta').put(account.id, 'active');
    await tx.done;
  });

/** Changes what is known of an account; on the disk when it resolves. `change` may throw: then nothing changes.
 * @param {string} id @param {(known: Known) => Known} change @returns {Promise<Known|undefined>} undefined: nobody of that id */
export const alter = (id, change) =>
  using(async (db) => {
    const tx = db.transaction('accounts', 'readwrite', { durability: 'strict' });
    tx.done.catch(() => undefined);
    const present = await tx.store.get(id);
    if (!present) return undefined;
    let next;
    try {
      next = change(present);
    } catch (error) {
      tx.abort();
      throw error;
    }
    try {
      await tx.store.put(next);
      await tx.done;
    } catch (error) {
      // Why it did not go in stands with the transaction alone.
      throw tx.error ?? error;
    }
    return next;
  });

/** @param {string} id @param {Partial<Known>} patch */
export const note = (id, patch) => {
  if (patch.filled) outside((kept) => kept.setItem(HELD, '1'));
  return alter(id, (present) => ({ ...present, ...patch }));
};

const HELD = 'shibu.held';

/** @template T @param {(kept: Storage) => T} work @returns {T|undefined} nothing where the browser keeps none */
function outside(work) {
  try {
    return globalThis.localStorage && work(localStorage);
  } catch {
    return undefined;
  }
}

/** Whether accounts that were on this phone are gone without having been taken from it. @returns {Promise<boolean>} */
export const isTaken = async () => Boolean(outside((kept) => kept.getItem(HELD))) && !(await known()).length;

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
export const forget = (id) =>
  using(async (db) => {
    await db.delete('accounts', id);
    if (!(await db.count('accounts'))) outside((kept) => kept.removeItem(HELD));
  });

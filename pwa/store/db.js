/**
 * Owns the schema of an account's database and how values lie in it.
 * Promises: upgrades only add; a transaction is reported done when it is complete, not when its requests succeeded.
 *
 * blocks  [village, generation, tier, number] → sealed list of rows      rec     [village, generation, id] → {rev, body}
 * outbox  [device, village, n] → marks and sealed body                   drafts  key → {at, name, body}
 * meta    key → value (device, order, n/<village>, pull/<village>, shape/<form>, epoch, forms, now, village, imported/…), or
 *         {sealed} where it tells of people (scope, aside, old/<village>, day/…, summary/…, looks/…)
 * forms   hash → sealed definition
 * files   {hash} → marks and sealed name                                  bytes   hash → sealed bytes of that file
 * private id → sealed note of this phone's owner alone (private.js); nothing that sends or exports reads it
 * notes   {id} → what was written down while the key was away, sealed to a public key (notes.js)
 */
import { deleteDB, openDB } from 'idb';
import { seal, unseal } from './vault.js';

export { hidden, seal, sealBytes, unseal, unsealBytes } from './vault.js';

/**
 * @typedef {import('idb').IDBPDatabase<any>} Db
 * @typedef {import('idb').IDBPTransaction<any, string[], 'readwrite'>} Tx
 * @typedef {import('./types.js').Trouble} Trouble
 */

export const VERSION = 1;
const STORES = ['blocks', 'rec', 'outbox', 'drafts', 'meta', 'forms', 'files', 'bytes', 'private', 'notes'];
/** @type {Record<string, string|string[]>} */
const KEYS = { outbox: ['device', 'village', 'n'], files: 'hash', notes: 'id' };

/** @param {string} accountId */
export const nameOf = (accountId) => `shibu-${accountId}-sealed`;

/** What a sealed value is bound to: its store and its key. @param {string} store @param {any} key */
export const placeOf = (store, key) => [store, ...[key].flat()].join('|');

/** A value of `meta` that names people or tells of them. @param {Db} db @param {string} key @param {any} value @returns {Promise<{sealed: any}>} */
export const sealMeta = async (db, key, value) => ({ sealed: await seal(db, `meta|${key}`, value) });

/** @param {Db} db @param {string} key @param {any} kept @returns {Promise<any>} */
export const unsealMeta = async (db, key, kept) => (kept?.sealed === undefined ? kept : unseal(db, `meta|${key}`, kept.sealed));

/** @param {Db} db @param {string} key @returns {Promise<any>} */
export const getMeta = async (db, key) => unsealMeta(db, key, await db.get('meta', key));

/** @param {Db} db @param {string} key @param {any} value */
export const putMeta = async (db, key, value) => void (await db.put('meta', await sealMeta(db, key, value), key));

/** Changes what the database holds under a key; another tab may change it at the same moment.
 * @template T @param {Db} db @param {string} key @param {(kept: T|undefined) => T} change @returns {Promise<T>} */
export async function changeMeta(db, key, change) {
  for (;;) {
    const before = await db.get('meta', key);
    const value = change(await unsealMeta(db, key, before));
    const kept = { ...(await sealMeta(db, key, value)), mark: crypto.randomUUID() };
    const stored = await transact(db, ['meta'], async (tx) => {
      const meta = tx.objectStore('meta');
      if ((await meta.get(key))?.mark !== before?.mark) return false;
      await meta.put(kept, key);
      return true;
    });
    if (stored) return value;
  }
}

/** @param {string} name @param {(trouble: Trouble) => void} [tell] @returns {Promise<Db>} */
export async function openDatabase(name, tell = () => undefined) {
  /** @type {import('idb').OpenDBCallbacks<any>} */
  const told = {
    upgrade: (fresh) => {
      for (const name of STORES) {
        if (fresh.objectStoreNames.contains(name)) continue;
        fresh.createObjectStore(name, KEYS[name] ? { keyPath: KEYS[name] } : undefined);
      }
    },
    // An older page of this app holds the database open; it is asked to close by its own `blocking`.
    blocked: () => tell({ code: 'store_blocked' }),
    // A newer page wants to upgrade: letting go at once is the only way it can.
    blocking: (_current, _wanted, event) => {
      /** @type {IDBDatabase} */ (event.target).close();
      tell({ code: 'store_outdated' });
    },
    terminated: () => tell({ code: 'store_lost' }),
  };
  try {
    return await openDB(name, VERSION, told);
  } catch (error) {
    // A newer page has renewed it, and the phone died before the newer version took over: everything this one needs is there.
    if (/** @type {any} */ (error)?.name !== 'VersionError') throw error;
    return openDB(name, undefined, told);
  }
}

/** @param {string} name */
export const deleteDatabase = (name) => deleteDB(name);

/** Runs `work` in one read-write transaction and resolves when it is complete. `work` may await nothing but its requests.
 * @template T
 * @param {Db} db @param {string[]} stores @param {(tx: Tx) => Promise<T>} work
 * @param {'strict'|'relaxed'} [durability] @returns {Promise<T>} */
export async function transact(db, stores, work, durability = 'strict') {
  const tx = db.transaction(stores, 'readwrite', { durability });
  const done = tx.done.then(() => null, (error) => error ?? new DOMException('aborted', 'AbortError'));
  let result;
  try {
    result = await work(tx);
  } catch (error) {
    try {
      tx.abort();
    } catch {
      // Already aborted by the database itself: its reason is the better one.
    }
    const cause = await done;
    throw cause && cause.name !== 'AbortError' ? cause : error;
  }
  const failed = await done;
  if (failed) throw failed;
  return result;
}

/** A database is made together with the device id its changes are counted under.
 * @param {Db} db @param {string} [wished] the id the sign-in was made with */
export async function newDevice(db, wished = crypto.randomUUID()) {
  await transact(db, ['meta'], (tx) => tx.objectStore('meta').put(wished, 'device'));
  return wished;
}

/** @param {Db} db @returns {Promise<Map<string, any>>} */
export async function readMeta(db) {
  const [keys, values] = await Promise.all([db.getAllKeys('meta'), db.getAll('meta')]);
  // What was damaged counts as absent: the server tells it again, or it is made anew.
  const read = keys.map((key, at) => unsealMeta(db, String(key), values[at]).then((value) => [/** @type {[string, any]} */ ([String(key), value])], () => []));
  return new Map((await Promise.all(read)).flat());
}

/** Everything under a village and generation, as a key range of `blocks` or `rec`.
 * @param {string} village @param {number} [generation] */
export const rangeOf = (village, generation) =>
  generation === undefined
    ? IDBKeyRange.bound([village], [village, []])
    : IDBKeyRange.bound([village, generation], [village, generation, []]);

/** Gives the screen a turn between pieces of long work. */
export const breathe = () =>
  /** @type {Promise<void>} */ (new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  }));

/**
 * Owns the end of an account on this phone, when the server says that the phone is no longer its person's.
 * Promises: the account's databases and its entry go, whether the store is open, locked or lapsed; other accounts of this
 * phone are untouched; ended midway, the next try ends the same way.
 */
import { deleteDB } from 'idb';
import { nameOf } from './db.js';
import * as registry from './registry.js';

/** @param {import('./store.js').Store} store @param {string} id @returns {Promise<void>} */
export async function erase(store, id) {
  const known = /** @type {{database?: string}|undefined} */ (await registry.knownById(id));
  store.tabs?.tell({ t: 'left' });
  if (store.account.peek()?.id === id) {
    await registry.deactivate();
    await store.close();
  }
  // The plain store of earlier versions may still lie beside the sealed one.
  for (const name of new Set([known?.database ?? nameOf(id), nameOf(id), `shibu-${id}`])) await deleteDB(name);
  await registry.forget(id);
}

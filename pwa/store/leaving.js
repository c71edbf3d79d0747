/**
 * Owns what leaves this phone when a person signs out, and what does not.
 * Promises: with `keep` every change in the outbox and every draft stays in the account's database.
 */
import { deleteAccount, transact } from './db.js';
import * as registry from './registry.js';

/** @param {import('./store.js').Store} store @param {boolean} keep @returns {Promise<import('./types.js').Entry[]>} what is unsent */
export async function leave(store, keep) {
  const id = store.account.value?.id;
  if (!store.db || !id) return [];
  await store.retryUnsaved().catch(() => undefined);
  const unsent = store.unsent.value;
  await store.hooks.signOut?.();
  if (keep) await clear(store.db);
  await registry.note(id, { filled: false, unsent: keep ? unsent.length : 0 });
  await registry.deactivate();
  store.tabs?.tell({ t: 'left' });
  await store.close();
  if (!keep) await Promise.all([deleteAccount(id), registry.forget(id)]);
  return unsent;
}

/** @param {import('./db.js').Db} db */
const clear = (db) =>
  transact(db, ['blocks', 'rec', 'forms', 'meta'], async (tx) => {
    for (const name of ['blocks', 'rec', 'forms']) await tx.objectStore(name).clear();
    const meta = tx.objectStore('meta');
    for (const key of /** @type {string[]} */ (await meta.getAllKeys())) {
      if (/^(pull|old)\/|^(scope|forms)$/.test(key)) await meta.delete(key);
    }
  });

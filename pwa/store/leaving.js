/**
 * Owns what leaves this phone when a person signs out, and what does not.
 * Promises: with `keep` every change in the outbox, every draft and every file of theirs stays in the account's database.
 */
import { deleteDatabase, nameOf, transact } from './db.js';
import { drop, smallsOf } from './files.js';
import { isUnanswered } from './outbox.js';
import * as registry from './registry.js';

/** @param {import('./store.js').Store} store @param {boolean} keep @returns {Promise<import('./types.js').Entry[]>} what is unsent */
export async function leave(store, keep) {
  const id = store.account.value?.id;
  if (!store.db || !id) return [];
  await store.retryUnsaved().catch(() => undefined);
  const unsent = unsentOf(store);
  await store.hooks.signOut?.();
  if (keep) await clear(store.db, store.files.copies().map((copy) => copy.hash));
  const known = await registry.note(id, { filled: false, unsent: keep ? unsent.length : 0 });
  await registry.deactivate();
  store.tabs?.tell({ t: 'left' });
  await store.close();
  if (!keep) await Promise.all([deleteDatabase(known?.database ?? nameOf(id)), registry.forget(id)]);
  return unsent;
}

/** Changes that no server has answered, or whose files it lacks. @param {import('./store.js').Store} store */
export function unsentOf({ outbox, files }) {
  const owed = new Set(files.owed.value.map((need) => need.entry.order));
  return outbox.value.filter((entry) => isUnanswered(entry) || owed.has(entry.order));
}

/** @param {import('./db.js').Db} db @param {string[]} copies files the server has */
const clear = (db, copies) =>
  transact(db, ['blocks', 'rec', 'forms', 'meta', 'files', 'bytes'], async (tx) => {
    await drop(tx, copies);
    await tx.objectStore('bytes').delete(smallsOf());
    for (const name of ['blocks', 'rec', 'forms']) await tx.objectStore(name).clear();
    const meta = tx.objectStore('meta');
    for (const key of /** @type {string[]} */ (await meta.getAllKeys())) {
      if (/^(pull|old|shape|summary|history)\/|^(scope|forms|histories)$/.test(key)) await meta.delete(key);
    }
  });

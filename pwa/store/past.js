/**
 * Owns the copies of records' histories that were looked at last, so that they can be read without a network.
 * Promises: sealed like everything that tells of people; few and small; a copy is never newer than what the server told.
 */
import { getMeta, sealMeta, transact } from './db.js';

/** @typedef {import('./store.js').Store} Store */

const MOST = 20;
const MOST_CHANGES = 100;
const PREFIX = 'history/';

/** @param {Store} store @param {string} record @returns {Promise<{at: string, changes: any[]}|undefined>} */
export const pastOf = async ({ db }, record) => (db ? getMeta(db, PREFIX + record) : undefined);

/** Keeps the newest changes of one record, and of all records only the ones looked at last. @param {Store} store @param {string} record @param {any[]} changes */
export async function keepPast({ db }, record, changes) {
  if (!db) return;
  const at = new Date().toISOString();
  const key = PREFIX + record;
  const kept = await sealMeta(db, key, { at, changes: changes.slice(-MOST_CHANGES) });
  await transact(db, ['meta'], async (tx) => {
    const meta = tx.objectStore('meta');
    const order = ((await meta.get('histories')) ?? []).filter((/** @type {string} */ one) => one !== record);
    order.push(record);
    for (const old of order.splice(0, Math.max(0, order.length - MOST))) await meta.delete(PREFIX + old);
    await meta.put(order, 'histories');
    await meta.put(kept, key);
  }, 'relaxed');
}

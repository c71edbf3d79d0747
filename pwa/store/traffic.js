/**
 * Owns how many bytes of photos and files this phone has sent and fetched, month by month.
 * Promises: only bytes that went through count, whatever the network was; nothing else is remembered of them.
 */
import { transact } from './db.js';

/** @typedef {{sent: number, fetched: number}} Traffic */

const keyOf = () => `traffic/${new Date().toISOString().slice(0, 7)}`;
/** @type {Traffic} */
const NONE = { sent: 0, fetched: 0 };

/** @param {import('./store.js').Store} store @param {Partial<Traffic>} more */
export async function count(store, { sent = 0, fetched = 0 }) {
  const { db } = store;
  if (!db) return;
  const key = keyOf();
  await transact(db, ['meta'], async (tx) => {
    const before = (await tx.objectStore('meta').get(key)) ?? NONE;
    await tx.objectStore('meta').put({ sent: before.sent + sent, fetched: before.fetched + fetched }, key);
  }, 'relaxed').catch(() => undefined);
}

/** Of this month. @param {import('./store.js').Store} store @returns {Promise<Traffic>} */
export const thisMonth = async (store) => (await store.db?.get('meta', keyOf())) ?? NONE;

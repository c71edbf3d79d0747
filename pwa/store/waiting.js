/**
 * Owns what can be said of a locked store: how many changes wait in it.
 * Promises: needs no key and reads no content; a store that is not there counts none.
 */
import { nameOf, openDatabase } from './db.js';
import { isUnanswered } from './outbox.js';
import * as registry from './registry.js';

/** @param {string} accountId @param {(trouble: import('./types.js').Trouble) => void} [tell] what it waits for @returns {Promise<number>} */
export async function waitingIn(accountId, tell) {
  const known = await registry.knownById(accountId);
  if (!known?.vault || !known.sealed) return 0;
  const db = await openDatabase(known.database ?? nameOf(accountId), tell);
  try {
    return (await db.getAll('outbox')).filter(isUnanswered).length;
  } finally {
    db.close();
  }
}

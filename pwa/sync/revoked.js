/**
 * Owns what this phone does when the administrator has shut it out.
 * Promises: lost, everything of the account goes at once; left, only when no change of it is unanswered; the server hears of it
 * after the data is gone, not before; the sign-in screen can say why.
 */
import { erase } from '../store/erasing.js';
import * as registry from '../store/registry.js';
import { endSession } from './session.js';

/** @typedef {import('../store/store.js').Store} Store */

/** @param {Store} store @param {import('./api.js').Api} api @param {'left'|'lost'} as
 * @param {{id: string, login: string, name: string}|null} [who] another account than the open one, when it signs in
 * @returns {Promise<boolean>} whether the data went; what is unsent is sent first by one that left */
export async function obey(store, api, as, who = store.account.peek()) {
  if (!who) return false;
  if (as === 'left') {
    await store.retryUnsaved().catch(() => undefined);
    if (store.unsaved.peek().length || store.unsent.peek().length) return false;
  }
  const { id, login, name } = who;
  await registry.noteCleared({ id, name: name || login, as, at: Date.now() });
  await erase(store, id);
  // The sign-in screen came up while this was going on; it looks again.
  store.trouble.value = { code: 'cleared' };
  await endSession(api);
  return true;
}

/** A sign-in was refused because this phone is lost: what lies here of that account goes.
 * @param {Store} store @param {import('./api.js').Api} api @param {string} login */
export async function obeyAtDoor(store, api, login) {
  const who = (await registry.known()).find((one) => one.login === login.toLowerCase());
  if (who) await obey(store, api, 'lost', who);
}

/**
 * Owns signing in and out: which device id is named, and which database opens.
 * Promises: an account signs in again with the device id of its own database; entries stay with their account.
 */
import * as registry from '../store/registry.js';
import { renumber } from '../store/outbox.js';
import { askPersistence } from '../store/persistence.js';
import { Refused, api as ourApi } from './api.js';
import { takeScope } from './scope.js';

/**
 * @typedef {import('../store/store.js').Store} Store
 * @typedef {import('./api.js').Api} Api
 */

/** Signs in and opens the account's store. Throws `Refused` (wrong_password, throttled, device_revoked …) or `Unreachable`.
 * @param {Store} store @param {{account: string, password: string, label?: string}} who @param {Api} [api] */
export async function signIn(store, { account, password, label }, api = ourApi) {
  const known = (await registry.known()).find((one) => one.login === account);
  let device = known?.device ?? crypto.randomUUID();
  let taken = false;
  for (;;) {
    let session;
    try {
      session = await api.signIn({ account, password, device, ...(label ? { label } : {}) });
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'device_taken' || taken) throw error;
      taken = true;
      device = crypto.randomUUID();
      continue;
    }
    const { person } = session;
    await store.openAccount({ id: person.id, login: person.account, name: person.name, device });
    if (store.device !== device && !taken) {
      device = store.device;
      continue;
    }
    if (store.device !== device) await newDevice(store, device);
    await registry.oweSignOut(false);
    await takeScope(store, session.scope);
    void askPersistence(store);
    return store.account.value;
  }
}

/** This database goes on under another device id: what no server has answered gets new numbers.
 * @param {Store} store @param {string} device */
export async function newDevice(store, device) {
  await renumber(/** @type {import('../store/db.js').Db} */ (store.db), device);
  store.device = device;
  await registry.note(/** @type {string} */ (store.account.value?.id), { device });
  store.outbox.value = [];
  await store.readOutbox();
}

/** Ends the server's session; without a network the phone remembers that it owes this. @param {Api} [api] */
export async function endSession(api = ourApi) {
  try {
    await api.signOut();
    await registry.oweSignOut(false);
  } catch {
    await registry.oweSignOut(true);
  }
}

/**
 * Owns signing in and out: which device id is named, and which database opens.
 * Promises: an account signs in again with the device id of its own database; entries stay with their account.
 */
import * as registry from '../store/registry.js';
import { renumber } from '../store/outbox.js';
import { enter, startAnew } from '../store/locking.js';
import { askPersistence } from '../store/persistence.js';
import { Refused, api as ourApi } from './api.js';
import { takeScope } from './scope.js';

/**
 * @typedef {import('../store/store.js').Store} Store
 * @typedef {import('./api.js').Api} Api
 */

/** Signs in and opens the account's store; it stays 'locked' where only its secret opens it. Throws `Refused` (wrong_password,
 * throttled, device_revoked …), `Unreachable`, or `Unopened`: nothing opens it, and `anew` puts it aside for an empty one.
 * @param {Store} store @param {{account: string, password: string, label?: string, anew?: boolean}} who @param {Api} [api] */
export async function signIn(store, { account, password, label, anew }, api = ourApi) {
  if (anew) await startAnew(account);
  const known = (await registry.known()).find((one) => one.login === account);
  /** @type {string|null|undefined} */
  let escrow;
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
    // The session of before is over with this one; what opens below must not end this one in its place.
    await registry.oweSignOut(false);
    const { person, lease_days: days } = session;
    escrow ??= session.escrow ?? (await elsewhere(store, known, { account, password }, api));
    const keep = (/** @type {Uint8Array} */ key) => api.keepEscrow(key);
    await enter(store, { id: person.id, login: person.account, name: person.name, device }, { escrow, days, keep });
    if (!store.db) return store.account.value;
    if (store.device !== device && !taken) {
      device = store.device;
      continue;
    }
    if (store.device !== device) await newDevice(store, device);
    // Left with the server at the next chance, if not now.
    if (!session.escrow) await leaveKey(store, device, api).catch(() => undefined);
    await takeScope(store, session.scope);
    void askPersistence(store);
    return store.account.value;
  }
}

/** The key as the server keeps it under the device this phone was before: a copied phone takes another number.
 * @param {Store} store @param {registry.Known|undefined} known @param {{account: string, password: string}} who @param {Api} api */
async function elsewhere(store, known, who, api) {
  if (store.held || !known?.vault || !known.escrow || known.escrow === known.device) return null;
  return (await api.signIn({ ...who, device: known.escrow })).escrow ?? null;
}

/** Leaves this store's key with the server. @param {Store} store @param {string} device the session's @param {Api} api */
export async function leaveKey(store, device, api) {
  if (!store.held) return;
  await api.keepEscrow(store.held.raw);
  await registry.note(/** @type {string} */ (store.account.value?.id), { escrow: device });
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

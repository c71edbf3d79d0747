/**
 * Owns who may open a store: by what they know, by what the server keeps for them, and for how long without it.
 * Promises: a try is on the disk before it is made (where the phone has no room left, in memory); after ten
 * wrong ones the wrap is gone, never the store; the secret is neither kept nor sent, and no hash of it; what cannot be opened
 * stays where it is until its person decides.
 */
import { nameOf, placeOf } from './db.js';
import { TooWeak, strong, wrapperOf, written } from './kdf.js';
import * as lease from './lease.js';
import { openWith } from './opening.js';
import * as registry from './registry.js';
import { Unreadable, decrypt, encrypt, heldOf, newKey } from './vault.js';

/**
 * @typedef {import('./store.js').Store} Store
 * @typedef {import('./registry.js').Known} Known
 * @typedef {import('./registry.js').Vault} Vault
 * @typedef {import('./vault.js').Held} Held
 */

const MOST_TRIES = 10;
const FREE_TRIES = 4;
const MINUTE = 60_000;
/** After the fifth wrong one, the sixth … the ninth. */
const WAITS = [MINUTE / 2, MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE];
const PIN = /^\d{6}$/;
const PASSPHRASE = 8;

/** Not what was chosen, or too soon after others that were not. */
export class WrongSecret extends Error {
  /** @override */
  name = 'WrongSecret';

  /** @param {number} left how many tries are left @param {number} waitMs before the next */
  constructor(left, waitMs) {
    super(`wrong, ${left} left`);
    this.left = left;
    this.waitMs = waitMs;
  }
}

/** Nothing a person can type opens this store: signing in does. */
export class Erased extends Error {
  /** @override */
  name = 'Erased';
}

/** Neither what was typed nor what the server keeps opens it. It stays; `startAnew` puts it aside. */
export class Unopened extends Error {
  /** @override */
  name = 'Unopened';
}

/** Six digits, or at least eight of anything. */
export class TooShort extends Error {
  /** @override */
  name = 'TooShort';
}

/** @param {Known|undefined} known what the lock screen is told of it */
const toldOf = (known) => ({
  kind: known?.vault?.wrapped ? known.vault.kind : /** @type {const} */ (''),
  left: MOST_TRIES - (known?.vault?.tries ?? 0),
  waitUntil: known?.vault?.waitUntil ?? 0,
});

/** At the start: who was here last, and that their store is shut. @param {Store} store @param {string} [id] another account of this phone */
export async function begin(store, id) {
  const last = id ? await registry.knownById(id) : await registry.active();
  store.vault.value = toldOf(last);
  store.account.value = last ? { id: last.id, login: last.login, name: last.name } : null;
  store.mayChoose = false;
  store.lock.value = !last ? 'none' : last.vault ? 'locked' : 'choose';
  if (last) await tick(last.id);
}

/** @param {string} id */
const tick = (id) =>
  altered(id, (known) => (known.lease ? { ...known, lease: lease.raised(known.lease, Date.now()) } : known));

/** Tries and leases that found no room on the disk, while this page lives. @type {Map<string, {tries: number, waitUntil: number, lease?: Known['lease']}>} */
const unwritten = new Map();

/** Changes what is known of an account; on a full phone in memory alone, so that it still opens what it holds.
 * @param {string} id @param {(known: Known) => Known} change @returns {Promise<Known|undefined>} */
async function altered(id, change) {
  const first = (/** @type {Known} */ known) => change(withUnwritten(known));
  try {
    const known = await registry.alter(id, first);
    unwritten.delete(id);
    return known;
  } catch (error) {
    if (/** @type {any} */ (error)?.name !== 'QuotaExceededError') throw error;
    const present = await registry.knownById(id);
    const next = present && first(present);
    if (next) unwritten.set(id, { tries: next.vault?.tries ?? 0, waitUntil: next.vault?.waitUntil ?? 0, lease: next.lease });
    return next;
  }
}

/** @param {Known} known @returns {Known} what another page has written meanwhile is not undone */
function withUnwritten(known) {
  const { tries = 0, waitUntil = 0, lease: held } = unwritten.get(known.id) ?? {};
  const { vault } = known;
  const kept = held && held.base > (known.lease?.base ?? 0) ? { ...known, lease: held } : known;
  return vault ? withVault(kept, { tries: Math.max(tries, vault.tries), waitUntil: Math.max(waitUntil, vault.waitUntil) }) : kept;
}

/** @param {string} account @param {string} vault @param {import('./kdf.js').Kdf} kdf */
const wrapPlace = (account, vault, kdf) => ['wrap', account, vault, written(kdf)].join('|');

/** Opens the store by what its person knows. @param {Store} store @param {string} secret */
export async function unlock(store, secret) {
  const id = store.account.value?.id;
  if (!id || store.lock.value !== 'locked') return;
  const { known, raw } = await tried(store, id, secret);
  await admit(store, known, await heldOf(raw), 'open');
}

/** Before another secret is chosen in an open store: whoever holds the phone might not be its person. Counted like every other
 * try. @param {Store} store @param {string} secret */
export async function prove(store, secret) {
  const id = store.account.value?.id;
  if (!id || !store.held) throw new Error('the store is locked');
  await tried(store, id, secret);
  store.mayChoose = true;
}

/** One try. @param {Store} store @param {string} id @param {string} secret @returns {Promise<{known: Known, raw: Uint8Array}>} */
async function tried(store, id, secret) {
  const known = await counted(id);
  store.vault.value = toldOf(known);
  const { kdf, wrapped, tries } = /** @type {Vault} */ (known.vault);
  const raw = await unwrapped(known, secret);
  if (!raw) {
    const wait = WAITS[tries - FREE_TRIES - 1] ?? 0;
    const told = await altered(id, (one) => withVault(one, { waitUntil: Date.now() + wait, ...(tries >= MOST_TRIES ? { kind: '', kdf: undefined, wrapped: undefined } : {}) }));
    store.vault.value = toldOf(told);
    throw tries >= MOST_TRIES || !kdf || !wrapped ? new Erased() : new WrongSecret(MOST_TRIES - tries, wait);
  }
  const right = await altered(id, (one) => withVault(one, { tries: 0, waitUntil: 0 }));
  store.vault.value = toldOf(right);
  return { known: right ?? known, raw };
}

/** Writes the try down before it is made: a phone switched off meanwhile has made it. @param {string} id @returns {Promise<Known>} */
async function counted(id) {
  const known = await altered(id, (one) => {
    const { vault } = one;
    if (!vault?.wrapped || vault.tries >= MOST_TRIES) return withVault(one, { kind: '', kdf: undefined, wrapped: undefined });
    const wait = vault.waitUntil - Date.now();
    // A clock set back must not shut the store for years.
    if (wait > 0 && wait <= Math.max(...WAITS)) throw new WrongSecret(MOST_TRIES - vault.tries, wait);
    return withVault(one, { tries: vault.tries + 1 });
  });
  if (!known?.vault?.wrapped) throw new Erased();
  return known;
}

/** @param {Known} known @param {Partial<Vault>} patch @returns {Known} */
const withVault = (known, patch) => (known.vault ? { ...known, vault: { ...known.vault, ...patch } } : known);

/** @param {Known} known @param {string} secret @returns {Promise<Uint8Array|null>} null: it was another */
async function unwrapped({ id, vault }, secret) {
  const { kdf, wrapped } = /** @type {Vault} */ (vault);
  if (!kdf || !wrapped) throw new Erased();
  try {
    return new Uint8Array(await decrypt(await wrapperOf(secret, kdf), wrapPlace(id, /** @type {Vault} */ (vault).id, kdf), wrapped));
  } catch (error) {
    if (error instanceof TooWeak) throw new Erased('its parameters are too weak', { cause: error });
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

/** With the right key: the store opens, unless this phone has been away from its server for too long.
 * @param {Store} store @param {Known} known @param {Held} held @param {'open'|'choose'} state */
async function admit(store, known, held, state) {
  store.held = held;
  const now = await tick(known.id);
  if (lease.isOver(now?.lease)) {
    store.lock.value = 'lapsed';
    return;
  }
  await store.inTurn(async () => {
    if (!known.sealed) await (await import('./migration.js')).move(known, held, (trouble) => (store.trouble.value = trouble));
    await openWith(store, known);
  });
  await restored(store, held);
  store.lock.value = state;
  const { db } = store;
  // A store shut meanwhile gets its pen the next time.
  void import('./notes.js').then(({ keepPen }) => keepPen(store)).catch((error) => store.db === db && console.error(error));
}

/** What had not fit on this phone when it was locked. @param {Store} store @param {Held} held */
async function restored(store, held) {
  const { laid } = store;
  store.laid = null;
  if (laid?.id !== store.account.value?.id || !laid) return;
  const bytes = await decrypt(held.words, 'unsaved', laid.sealed).catch(() => null);
  if (bytes) store.unsaved.value = JSON.parse(new TextDecoder().decode(bytes));
}

/** @param {string} secret */
function kindOf(secret) {
  if (PIN.test(secret)) return 'pin';
  if (secret.length < PASSPHRASE) throw new TooShort();
  return 'passphrase';
}

/** @param {Known} known @param {Uint8Array} raw @param {string} secret @returns {Promise<Partial<Vault>>} */
async function wrap({ id, vault }, raw, secret) {
  const kind = kindOf(secret);
  const kdf = strong();
  const place = wrapPlace(id, /** @type {Vault} */ (vault).id, kdf);
  return { kind, kdf, wrapped: await encrypt(await wrapperOf(secret, kdf), place, raw), tries: 0, waitUntil: 0 };
}

/** @param {Held} held @returns {Promise<Vault>} */
async function vaultOf(held) {
  const id = crypto.randomUUID();
  return { v: 1, id, check: await encrypt(held.words, placeOf('check', id), new Uint8Array(1)), kind: '', tries: 0, waitUntil: 0 };
}

/** @param {Vault} vault @param {Uint8Array} raw @returns {Promise<Held|null>} null: the key of another store */
async function checked(vault, raw) {
  const held = await heldOf(raw);
  return decrypt(held.words, placeOf('check', vault.id), vault.check).then(() => held, () => null);
}

/** Makes the wrap, or another in its place, after `prove` or a fresh sign-in; the store itself is not touched.
 * @param {Store} store @param {string} secret */
export async function choose(store, secret) {
  kindOf(secret);
  const id = store.account.value?.id;
  if (!id || (!store.held && store.lock.value !== 'choose')) throw new Error('the store is locked');
  const held = store.held ?? (await heldOf(newKey()));
  const present = await registry.knownById(id);
  if (!present) throw new Error('nobody is signed in');
  if (present.vault?.wrapped && !store.mayChoose) throw new Error('the present secret is asked for first');
  const vault = present.vault ?? (await vaultOf(held));
  const made = await wrap({ ...present, vault }, held.raw, secret);
  const known = await registry.alter(id, (one) => {
    // Another page has chosen meanwhile.
    if (one.vault && one.vault.id !== vault.id) throw new Error('locked by another page');
    return { ...one, vault: { ...vault, ...made }, lease: one.lease ?? lease.begun(Date.now()) };
  });
  store.vault.value = toldOf(known);
  store.mayChoose = false;
  if (store.held) {
    if (store.lock.value === 'choose') store.lock.value = 'open';
  } else await admit(store, /** @type {Known} */ (known), held, 'open');
}

/**
 * What the server said when its person signed in.
 * @typedef {{id: string, login: string, name: string, device?: string}} Entering
 * @typedef {{escrow?: string|null, days?: number, keep?: (key: Uint8Array) => Promise<void>}} Word  `escrow`: the key as the server
 *   keeps it; `keep`: leaves the key with it
 */

/** After a fresh sign-in. 'locked' afterwards: the server holds no key, and the one wrapped in the secret is asked for.
 * @param {Store} store @param {Entering} account @param {Word} word */
export async function enter(store, account, { escrow, days, keep }) {
  const { id, login, name } = account;
  if (store.held && store.account.value?.id === id) {
    store.mayChoose = true;
    await renew(store, days);
    // Tells whoever waits for a sign-in.
    store.account.value = { id, login, name };
    return;
  }
  await store.close();
  const known = await registry.knownById(id);
  const kept = escrow ? Uint8Array.from(atob(escrow), (letter) => letter.charCodeAt(0)) : null;
  let held = kept && (known?.vault ? await checked(known.vault, kept) : await heldOf(kept));
  if (!held && known?.vault && !known.vault.wrapped) throw new Unopened();
  const isNew = !known?.vault;
  if (isNew) held ??= await heldOf(newKey());
  // What lies open on this phone is sealed now, with a key that nobody has typed yet: the server has to hold it first.
  if (isNew && held && !kept && known && !known.sealed && keep) await keep(held.raw);
  const { unsent: _unsent, ...rest } = /** @type {Partial<Known>} */ (known ?? {});
  const made = { ...rest, id, login, name, ...(isNew && held ? { vault: await vaultOf(held) } : {}), ...(known ? {} : { sealed: true, device: account.device ?? '' }), lease: lease.begun(Date.now(), days) };
  await registry.activate(made);
  store.vault.value = toldOf(await registry.knownById(id));
  store.account.value = { id, login, name };
  store.mayChoose = Boolean(held);
  if (!held) store.lock.value = 'locked';
  else await admit(store, { device: '', filled: false, ...made, ...(account.device && !known ? { device: account.device } : {}) }, held, 'choose');
}

/** The server has answered this phone: the lease begins anew, and what had lapsed opens.
 * @param {Store} store @param {number} [days] */
export async function renew(store, days) {
  const id = store.account.value?.id;
  if (!id) return;
  const known = await altered(id, (one) => ({ ...one, lease: lease.begun(Date.now(), days ?? one.lease?.days) }));
  if (known && store.held && store.lock.value === 'lapsed') await admit(store, known, store.held, known.vault?.wrapped ? 'open' : 'choose');
}

/** Shuts the store. What is being written is kept first; other pages of this account do the same.
 * @param {Store} store @param {{told?: boolean}} [how] `told`: by another page */
export async function lockNow(store, { told = false } = {}) {
  const { account: { value: account }, held } = store;
  if (!account || !held || store.lock.value === 'locked') return;
  await Promise.allSettled([...store.beforeLock].map((keep) => keep()));
  await store.shelf.turn;
  await store.retryUnsaved().catch(() => undefined);
  if (store.unsaved.value.length) store.laid = { id: account.id, sealed: await encrypt(held.words, 'unsaved', new TextEncoder().encode(JSON.stringify(store.unsaved.value))) };
  if (store.db) await registry.note(account.id, { unsent: store.unsent.value.length });
  await tick(account.id);
  if (!told) store.tabs?.tell({ t: 'lock' });
  const known = await registry.knownById(account.id);
  store.vault.value = toldOf(known);
  store.lock.value = 'locked';
  store.held = null;
  store.mayChoose = false;
  await store.inTurn(async () => (await import('./opening.js')).closed(store));
  store.unsaved.value = [];
}

/** The store nobody can open is put aside, whole, and another begins. @param {string} login */
export async function startAnew(login) {
  const known = (await registry.known()).find((one) => one.login === login);
  if (!known) return;
  await registry.alter(known.id, ({ vault, pen: _pen, ...one }) => {
    const aside = [...(one.aside ?? []), { database: one.database ?? nameOf(one.id), ...(vault ? { vault } : {}) }];
    return { ...one, aside, database: `${nameOf(one.id)}-${aside.length + 1}`, filled: false, device: crypto.randomUUID(), sealed: true, unsent: 0 };
  });
}

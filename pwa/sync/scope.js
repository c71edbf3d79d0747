/**
 * Owns what hello lines say: of this phone in a request, and what the server's changes here: scope, views, epoch, and what
 * it asks for again.
 * Promises: each change is one transaction; a lost village is purged only when nothing of it is unsent; the outbox is
 * never touched by scope.
 */
import { rangeOf, sealMeta, transact } from '../store/db.js';
import { drop, smallsOf } from '../store/files.js';
import { isUnanswered, mark } from '../store/outbox.js';

/**
 * @typedef {import('../store/store.js').Store} Store
 * @typedef {import('../store/types.js').Place} Place
 * @typedef {import('../store/types.js').Pull} Pull
 * @typedef {import('../store/types.js').Entry} Entry
 * @typedef {import('../store/db.js').Db} Db
 * @typedef {{version: number, villages: Place[]}} Scope
 */

const APP = '0.1.0';

/** How far each village was read. @param {Store} store @returns {Record<string, string>} */
export function cursorsOf(store) {
  /** @type {Record<string, string>} */
  const cursors = {};
  for (const pull of store.pulls.value.values()) if (pull.cursor !== null && !pull.lost) cursors[pull.village] = pull.cursor;
  return cursors;
}

/** What this phone says of itself: little where changes go along, which are sent at every save; its version and clock when it asks for
 * what is new. @param {Store} store @param {Record<string, string>} cursors @param {Entry[]} entries what is sent with it */
export function helloOf(store, cursors, entries) {
  /** @type {Record<string, number>} */
  const first = {};
  const sending = new Set(entries.map((entry) => entry.village));
  for (const entry of store.outbox.value) {
    if (entry.device !== store.device || !sending.has(entry.village)) continue;
    first[entry.village] = Math.min(first[entry.village] ?? Infinity, entry.n);
  }
  return {
    t: 'hello', proto: 1, device: store.device, scope: actingOn(store), cursors, first,
    ...(store.unsent.value.length === entries.length ? {} : { unsent: store.unsent.value.length }),
    ...(entries.length ? {} : { app: APP, now: new Date().toISOString() }),
  };
}

/** The server was restored from a backup: what this phone asked is asked anew, by the new epoch. */
export class Restored extends Error {}

const NOTHING = '0'.repeat(16);

/** A first pull from nothing. Rows already here stay on screen until the new ones are whole.
 * @param {string} village @param {string} view @param {Pull} [old] @returns {Pull} */
export function startedPull(village, view, old) {
  const filling = old ? Math.max(old.generation, old.filling) + 1 : 1;
  // What is visible stays so also when a filling is begun anew before its first page.
  const visible = old && (old.rows > 0 || old.generation !== old.filling) ? old.generation : filling;
  return {
    village, view, cursor: null, generation: visible, filling, complete: false, next: 0, rows: 0, count: 0, check: NOTHING,
    dead: 0, step: (old?.step ?? 0) + 1, seq: 0, ...(old?.at ? { at: old.at } : {}),
  };
}

/** @param {Store} store @param {Scope} scope @param {Set<string>} [resumed] villages whose cursor was sent */
export async function takeScope(store, scope, resumed) {
  const pulls = new Map(store.pulls.value);
  /** @type {Pull[]} */
  const changed = [];
  for (const { id, view } of scope.villages) {
    const old = pulls.get(id);
    const known = old && !old.lost && old.view === view;
    if (known && (!resumed || resumed.has(id) || old.cursor === null)) continue;
    changed.push(startedPull(id, view, old));
  }
  const held = new Set(scope.villages.map((place) => place.id));
  for (const old of pulls.values()) if (!held.has(old.village) && !old.lost) changed.push({ ...old, lost: true, under: store.server.scopeVersion, step: old.step + 1 });
  const same = JSON.stringify(store.scope.peek()) === JSON.stringify(scope.villages);
  if (same && !changed.length && store.server.scopeVersion === scope.version) return;
  const db = /** @type {Db} */ (store.db);
  const kept = await sealMeta(db, 'scope', scope);
  await transact(db, ['meta'], async (tx) => {
    const meta = tx.objectStore('meta');
    await meta.put(kept, 'scope');
    for (const pull of changed) await meta.put(pull, `pull/${pull.village}`);
  }, 'relaxed');
  for (const pull of changed) {
    pulls.set(pull.village, pull);
    if (pull.lost) store.records.forget(pull.village);
  }
  store.pulls.value = pulls;
  store.server.scopeVersion = scope.version;
  if (!same) store.scope.value = scope.villages;
  if (!store.places.value.some((place) => place.id === store.village.value)) store.village.value = store.places.value[0]?.id ?? '';
  store.records.tell();
  if (changed.length) store.tabs?.tell({ t: 'scope' });
}

/** @param {Store} store @param {{epoch: string, now: string, backup?: string|null, ask?: Record<string, number[]>}} hello
 * @returns {Promise<number>} how many changes the server asks for again */
export async function takeHello(store, hello) {
  const before = store.server.epoch;
  const restored = before !== null && before !== hello.epoch;
  const asked = restored ? offered(store) : askedFor(store, hello.ask ?? {});
  const pulls = restored ? [...store.pulls.value.values()].map((pull) => startedPull(pull.village, pull.view, pull)) : [];
  await transact(/** @type {Db} */ (store.db), ['meta', 'outbox'], async (tx) => {
    const meta = tx.objectStore('meta');
    await meta.put(hello.epoch, 'epoch');
    await meta.put(hello.now, 'now');
    for (const pull of pulls) await meta.put(pull, `pull/${pull.village}`);
    await mark(tx, asked);
  });
  store.server.epoch = hello.epoch;
  store.server.now = hello.now;
  store.server.backup = hello.backup ?? null;
  if (asked.length) store.takeEntries(asked);
  if (!restored) return asked.length;
  store.pulls.value = new Map(pulls.map((pull) => [pull.village, pull]));
  await store.files.doubt();
  throw new Restored();
}

/** Reads villages anew: all of them when the server could not use a cursor, one when its blocks are damaged.
 * @param {Store} store @param {string} [only] */
export async function restartPulls(store, only) {
  const again = (/** @type {Pull} */ pull) => !pull.lost && (only ?? pull.village) === pull.village;
  const pulls = [...store.pulls.value.values()].map((pull) => (again(pull) ? startedPull(pull.village, pull.view, pull) : pull));
  await transact(/** @type {Db} */ (store.db), ['meta'], async (tx) => {
    for (const pull of pulls) await tx.objectStore('meta').put(pull, `pull/${pull.village}`);
  });
  store.pulls.value = new Map(pulls.map((pull) => [pull.village, pull]));
}

/** Everything this device still holds, also what the lost server had answered: the restored one says which it knows.
 * @param {Store} store @returns {Entry[]} */
const offered = (store) =>
  store.outbox.value.filter((e) => e.device === store.device && !isUnanswered(e))
    .map((e) => ({ ...e, state: 'waiting' }));

/** @param {Store} store @param {Record<string, number[]>} ask @returns {Entry[]} */
const askedFor = (store, ask) =>
  store.outbox.value.filter((e) => e.device === store.device && !isUnanswered(e) && ask[e.village]?.includes(e.n))
    .map((e) => ({ ...e, state: 'waiting' }));

/** The scope this phone still acts on: while something of a lost village is unsent it goes under the version that held it,
 * so that the server's days of grace cover all of it and not the first request alone. @param {Store} store */
export const actingOn = (store) =>
  [...store.pulls.value.values()].reduce(
    (version, pull) => (pull.lost && pull.under != null ? Math.min(version ?? pull.under, pull.under) : version), store.server.scopeVersion);

/** Purges villages that are no longer in scope, once nothing of them is unsent. @param {Store} store */
export async function purgeLost(store) {
  for (const pull of [...store.pulls.value.values()].filter((one) => one.lost)) {
    if (store.unsent.value.some((entry) => entry.village === pull.village)) continue;
    const copies = store.files.copies(pull.village, true).map((copy) => copy.hash);
    // No row of it will come to lie under what was taken: only the receipts stay.
    const lifted = store.outbox.value.filter((e) => e.village === pull.village && e.over).map((e) => ({ ...e, over: /** @type {0} */ (0) }));
    await transact(/** @type {Db} */ (store.db), ['blocks', 'rec', 'meta', 'files', 'bytes', 'outbox'], async (tx) => {
      await mark(tx, lifted);
      await drop(tx, copies);
      await tx.objectStore('bytes').delete(smallsOf(pull.village));
      await tx.objectStore('blocks').delete(rangeOf(pull.village));
      await tx.objectStore('rec').delete(rangeOf(pull.village));
      await tx.objectStore('meta').delete(`pull/${pull.village}`);
      // Its rows have left memory: a kept history without one is of this village, or can be fetched again.
      const order = /** @type {string[]} */ ((await tx.objectStore('meta').get('histories')) ?? []);
      const gone = order.filter((record) => !store.records.base.has(record));
      for (const record of gone) await tx.objectStore('meta').delete(`history/${record}`);
      if (gone.length) await tx.objectStore('meta').put(order.filter((record) => !gone.includes(record)), 'histories');
      for (const key of [`old/${pull.village}`, `day/${pull.village}`, `summary/${pull.village}`, 'summary/lines']) await tx.objectStore('meta').delete(key);
    });
    store.takeEntries(lifted);
    store.records.forget(pull.village);
    store.latestOld.delete(pull.village);
    const pulls = new Map(store.pulls.value);
    pulls.delete(pull.village);
    store.pulls.value = pulls;
    store.records.tell();
    if (copies.length) await store.files.read(store.db);
  }
}

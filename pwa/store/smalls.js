/**
 * Owns the small pictures of photos on this phone: which records name one, where it lies, what may stay.
 * Promises: sealed like every file; filed under its village, so that it goes with it in the same transaction; bounded, the
 * newest first; gone before anything else when room is short, because the server has them all.
 *
 * In `bytes` under ['small', village, hash, bytes, bytes of the original], so that all but the picture is known from its key.
 */
import { signal } from '@preact/signals-core';
import { breathe, placeOf, sealBytes, transact, unsealBytes } from './db.js';
import { hashOf, smallsOf } from './files.js';
import { lookAtStorage } from './persistence.js';

/**
 * @typedef {import('./store.js').Store} Store
 * @typedef {['small', string, string, number, number]} Key
 * @typedef {{hash: string, value: string, record: string, seq: number}} Named  a photo, and the newest record that names it
 */

/** Text matters more: small pictures are kept only where this much stays free besides. */
const ROOM_BYTES = 30 * 2 ** 20;
const TURN = 2000;
const PICTURE = /^[0-9a-f]{64}\.(?:jpg|png|webp)$/;
const SHORTEST = 68;
const LONGEST = 69;

/** Files that the server does not have yet, by their hash: on whose phone they are, since when. @type {Map<string, {by: string, at: string}>} */
export const awaited = new Map();

/** Grows when one has come, so that what waits for it looks again. */
export const arrived = signal(0);

/** @param {Store} store @param {string} village @param {string} value a photo's answer
 * @returns {Promise<{blob: Blob, original: number}|null>} `original`: how large the photo is; null: not on this phone */
export async function smallOf(store, village, value) {
  const { db } = store;
  const hash = hashOf(value);
  if (!db || !hash) return null;
  const from = ['small', village, hash];
  const key = /** @type {Key|undefined} */ (await db.getKey('bytes', IDBKeyRange.bound(from, [...from, []])));
  const sealed = key && (await db.get('bytes', key));
  if (!sealed) return null;
  return { blob: new Blob([await unsealBytes(db, placeOf('bytes', key), sealed)], { type: 'image/jpeg' }), original: key[4] };
}

/** @param {Store} store @param {string} village @param {string} value @param {ArrayBuffer} bytes @param {number} original */
export async function keepSmall(store, village, value, bytes, original) {
  const { db } = store;
  if (!db) return;
  /** @type {Key} */
  const key = ['small', village, hashOf(value), bytes.byteLength, original];
  const sealed = await sealBytes(db, placeOf('bytes', key), bytes);
  // A village that was taken away meanwhile leaves nothing behind.
  if (store.db !== db || !store.scope.peek().some((place) => place.id === village)) return;
  await transact(db, ['bytes'], (tx) => tx.objectStore('bytes').put(sealed, key), 'relaxed');
  arrived.value += 1;
}

/** What is kept of a village, or of all. @param {Store} store @param {string} [village] @returns {Promise<Key[]>} */
export const heldSmalls = async (store, village) => /** @type {any} */ ((await store.db?.getAllKeys('bytes', smallsOf(village))) ?? []);

/** @param {Store} store @param {Key[]} keys */
export async function dropSmalls(store, keys) {
  if (!store.db || !keys.length) return;
  await transact(store.db, ['bytes'], async (tx) => {
    for (const key of keys) await tx.objectStore('bytes').delete(key);
  }, 'relaxed');
}

/** Whether small pictures may take room. @param {Store} store */
export async function hasRoom(store) {
  await lookAtStorage(store);
  const { usage = null, quota = null } = store.storage.value ?? {};
  return usage === null || quota === null || quota - usage > Math.min(ROOM_BYTES, quota / 5);
}

/** @param {any} value an answer, however deep @param {Set<string>} into */
function picturesIn(value, into) {
  if (typeof value === 'string') {
    if (value.length >= SHORTEST && value.length <= LONGEST && PICTURE.test(value)) into.add(value);
  } else if (value !== null && typeof value === 'object') for (const inner of Object.values(value)) picturesIn(inner, into);
}

/** The photos that records in memory name, by village, newest first. @param {Store} store @returns {Promise<Map<string, Named[]>>} */
export async function named(store) {
  /** @type {Map<string, Map<string, Named>>} */
  const found = new Map();
  let at = 0;
  for (const { id, village, seq, deleted, answers } of [...store.records.shown.values()]) {
    if ((at += 1) % TURN === 0) await breathe();
    if (deleted) continue;
    const values = new Set();
    picturesIn(answers, values);
    if (!values.size) continue;
    const all = found.get(village) ?? new Map();
    found.set(village, all);
    for (const value of values) {
      const hash = hashOf(value);
      if ((all.get(hash)?.seq ?? -1) < seq) all.set(hash, { hash, value, record: id, seq });
    }
  }
  return new Map([...found].map(([village, all]) => [village, [...all.values()].sort((a, b) => b.seq - a.seq)]));
}

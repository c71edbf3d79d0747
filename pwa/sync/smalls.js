/**
 * Owns fetching what this phone shows of photos it does not hold: the small picture, and how large the original is.
 * Promises: text goes first, files of this phone second; the newest first and a few MB a village; nothing by itself over a
 * network that costs, unless its person said so; a photo that has not come is known by whose phone it is on.
 */
import { NotKept, typeOf } from '../store/filing.js';
import { hashOf } from '../store/files.js';
import { awaited, dropSmalls, hasRoom, heldSmalls, keepSmall, named, smallOf } from '../store/smalls.js';
import { count } from '../store/traffic.js';
import { Refused, Unreachable } from './api.js';
import { mayFetchSmalls } from './link.js';

/**
 * @typedef {import('./loop.js').Loop} Loop
 * @typedef {import('../store/smalls.js').Named} Named
 * @typedef {{blob: Blob, original: number}} Small
 */

/** A small picture has at most 20 KB, most of them eight: some three hundred. */
const VILLAGE_BYTES = 3 * 2 ** 20;
const MOST_BYTES = 64 * 1024;
const AT_ONCE = 3;
const FIRST_AGAIN_MS = 2 * 60_000;
const LONGEST_AGAIN_MS = 3_600_000;

/** When to ask again for what was not there. @type {Map<string, {at: number, wait: number}>} */
const later = new Map();

class Stopped extends Error {}

/** Brings the small pictures this phone lacks and lets go of those it need not keep. @param {Loop} loop @returns {Promise<void>} */
export async function bringSmalls(loop) {
  const { store } = loop;
  const { db } = store;
  if (!db || !mayFetchSmalls() || !(await hasRoom(store))) return;
  const photos = await named(store);
  try {
    for (const { id } of store.scope.value) if (store.db === db) await ofVillage(loop, db, id, photos.get(id) ?? []);
  } catch (error) {
    // The next sync goes on with it.
    if (!(error instanceof Stopped || error instanceof Refused || error instanceof Unreachable || error instanceof NotKept)) throw error;
  }
}

/** @param {Loop} loop @param {import('../store/db.js').Db} db @param {string} village @param {Named[]} photos newest first */
async function ofVillage(loop, db, village, photos) {
  const { store } = loop;
  const held = new Map((await heldSmalls(store, village)).map((key) => [key[2], key]));
  const kept = new Set();
  let left = VILLAGE_BYTES;
  const waiting = [...photos];
  const one = async () => {
    for (let photo = waiting.shift(); photo && left > 0; photo = waiting.shift()) {
      const { hash, value, record } = photo;
      const key = held.get(hash);
      // What this phone took itself it shows itself.
      const bytes = key ? key[3] : store.files.marks.peek().has(hash) || !isDue(hash) ? 0 : await brought(loop, db, village, value, record);
      left -= bytes;
      kept.add(hash);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, photos.length) }, one));
  // Beyond the bound, or of records that this phone no longer sees.
  if (store.db === db) await dropSmalls(store, [...held.values()].filter((key) => !kept.has(key[2])));
}

/** @param {string} hash */
const isDue = (hash) => Math.abs(Date.now() - (later.get(hash)?.at ?? 0)) >= (later.get(hash)?.wait ?? 0);

/** @param {Loop} loop @param {import('../store/db.js').Db} db @param {string} village @param {string} value @param {string} record
 * @returns {Promise<number>} its bytes; 0 when there is none to be had now */
async function brought(loop, db, village, value, record) {
  if (loop.running) await loop.running;
  if (loop.hasText() || loop.stopped || !loop.isConfirmed() || loop.store.db !== db) throw new Stopped();
  try {
    return (await fetched(loop, village, value, record)).bytes.byteLength;
  } catch (error) {
    if (!(error instanceof Refused) || error.status < 400 || error.status >= 500 || [401, 408, 429].includes(error.status)) throw error;
    return 0;
  }
}

/** @param {Loop} loop @param {string} village @param {string} value @param {string} record */
async function fetched({ store, api }, village, value, record) {
  const { db } = store;
  const hash = hashOf(value);
  try {
    const { bytes, original } = await api.small(hash, record);
    // A captive portal answers 200 as well, and what it says is no JPEG.
    if (new DataView(bytes).getUint16(0) !== 0xffd8 || bytes.byteLength > MOST_BYTES) throw new Unreachable('portal');
    awaited.delete(hash);
    later.delete(hash);
    if (store.db === db) {
      await keepSmall(store, village, value, bytes, original);
      await count(store, { fetched: bytes.byteLength });
    }
    return { bytes, original };
  } catch (error) {
    if (error instanceof Refused && error.status < 500) {
      if (error.detail?.awaited) awaited.set(hash, error.detail.awaited);
      later.set(hash, { at: Date.now(), wait: Math.min(LONGEST_AGAIN_MS, (later.get(hash)?.wait ?? FIRST_AGAIN_MS / 2) * 2) });
    }
    throw error;
  }
}

/** A photo's small picture from this phone, else from the server; null where it is not to be had now.
 * @param {Loop} loop @param {string} value @param {string} record @returns {Promise<Small|null>} */
export async function fetchSmall(loop, value, record) {
  const { store } = loop;
  const village = store.records.shown.get(record)?.village;
  if (!village || !typeOf(value).startsWith('image/')) return null;
  const kept = await smallOf(store, village, value);
  if (kept) return kept;
  try {
    if (!loop.isConfirmed()) await loop.syncNow();
    if (!loop.isConfirmed()) return null;
    const { bytes, original } = await fetched(loop, village, value, record);
    return { blob: new Blob([bytes], { type: 'image/jpeg' }), original };
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unreachable)) console.error(error);
    return null;
  }
}

/** How large a file is that this phone does not hold; null: nobody could be asked.
 * @param {Loop} loop @param {string} value @param {string} record @returns {Promise<number|null>} 0: the server does not have it */
export async function sizeOf(loop, value, record) {
  try {
    if (!loop.isConfirmed()) await loop.syncNow();
    if (!loop.isConfirmed()) return null;
    const { offset, complete } = await loop.api.upload(hashOf(value), record);
    return complete ? offset : 0;
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unreachable)) console.error(error);
    return null;
  }
}

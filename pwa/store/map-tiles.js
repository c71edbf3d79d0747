/**
 * Owns the pictures of a township's map that this phone keeps of a village: one file among the phone's files.
 * Promises: kept as a copy, so it goes with the village and before anything a person wrote; a newer one takes its place.
 */
import { placeOf, seal, sealBytes, transact } from './db.js';
import { digest } from './filing.js';
import { drop } from './files.js';
import { lookAtStorage } from './persistence.js';

/**
 * @typedef {import('./store.js').Store} Store
 * @typedef {import('../domain/pack/tiles.js').Tile} Tile
 * @typedef {import('../domain/pack/tiles.js').Box} Box
 * @typedef {{etag: string, type: string, box: Box}} About  whose file, what pictures, what ground was asked for
 * @typedef {{tile: Tile, bytes: ArrayBuffer}} Picture
 */

const TYPE = 'application/x-shibu-tiles';
/** Text matters more: pictures are kept only where this much stays free besides. */
const ROOM_BYTES = 30 * 2 ** 20;

/** @param {Store} store @param {string} village */
const marksOf = (store, village) =>
  [...store.files.marks.peek().values()].filter((marks) => marks.type === TYPE && village in marks.villages).sort((a, b) => (a.at < b.at ? 1 : -1));

/** @param {Store} store @param {string} village @returns {Promise<(About & {pictures: Picture[]}) | null>} null: none is kept */
export async function keptMap(store, village) {
  const [marks] = marksOf(store, village);
  const whole = marks && (await store.files.bytes(marks.hash));
  if (!whole) return null;
  const length = new DataView(whole).getUint32(0);
  const { tiles, ...about } = JSON.parse(new TextDecoder().decode(new Uint8Array(whole, 4, length)));
  let at = 4 + length;
  const pictures = tiles.map((/** @type {[number, number, number, number]} */ [z, x, y, size]) => ({ tile: { z, x, y }, bytes: whole.slice(at, (at += size)) }));
  return { ...about, pictures };
}

/** @param {Store} store @param {string} village @param {About} about @param {Picture[]} pictures */
export async function keepMap(store, village, about, pictures) {
  const { db, files } = store;
  if (!db) return;
  const tiles = pictures.map(({ tile: { z, x, y }, bytes }) => [z, x, y, bytes.byteLength]);
  const head = new TextEncoder().encode(JSON.stringify({ ...about, tiles }));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, head.length);
  const bytes = await new Blob([length, head, ...pictures.map((one) => one.bytes)]).arrayBuffer();
  await lookAtStorage(store);
  const { usage = null, quota = null } = store.storage.value ?? {};
  if (usage !== null && quota !== null && quota - usage < bytes.byteLength + Math.min(ROOM_BYTES, quota / 5)) return;
  const hash = await digest(bytes);
  const [sealed, body] = await Promise.all([sealBytes(db, placeOf('bytes', hash), bytes), seal(db, placeOf('files', hash), '')]);
  const before = marksOf(store, village).filter((marks) => marks.hash !== hash);
  const at = new Date().toISOString();
  const marks = { hash, type: TYPE, bytes: bytes.byteLength, at, usedAt: at, villages: { [village]: { sentAt: at, checkedAt: at } } };
  if (store.db !== db) return;
  await transact(db, ['files', 'bytes'], async (tx) => {
    await drop(tx, before.map((old) => old.hash));
    await tx.objectStore('bytes').put(sealed, hash);
    await tx.objectStore('files').put({ ...marks, body });
  }, 'relaxed');
  if (files.db === db) files.tell([{ ...marks, name: '' }], before.map((old) => old.hash));
}

/** The map is no longer offered. @param {Store} store @param {string} village */
export async function dropMap(store, village) {
  const { db, files } = store;
  const hashes = marksOf(store, village).map((marks) => marks.hash);
  if (!db || !hashes.length) return;
  await transact(db, ['files', 'bytes'], (tx) => drop(tx, hashes), 'relaxed');
  if (files.db === db) files.tell([], hashes);
}

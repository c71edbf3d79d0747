/**
 * Owns what comes into the phone's files and what goes: kept, taken from the server, let go. A part that comes with the packs.
 * Promises: kept means on the disk, without what a camera noted of time and place; text always finds room, so files stop before the phone is full; only what nothing names,
 * or what the server has, is let go.
 */
import { bare } from './bare.js';
import { placeOf, seal, sealBytes, transact } from './db.js';
import { drop, filesIn, hashOf, smallsOf } from './files.js';
import { lookAtStorage } from './persistence.js';

/** @typedef {import('./files.js').Files} Files @typedef {import('./files.js').Marks} Marks */

const TYPES = /** @type {Record<string, string>} */ ({
  jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp', webm: 'video/webm', mp4: 'video/mp4', mov: 'video/quicktime',
  '3gp': 'video/3gpp', ogg: 'audio/ogg', m4a: 'audio/mp4', mp3: 'audio/mpeg', wav: 'audio/wav', pdf: 'application/pdf',
  txt: 'text/plain', csv: 'text/csv', docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
});
const ALSO = /** @type {Record<string, string>} */ ({ 'audio/webm': 'webm', 'audio/x-m4a': 'm4a', 'audio/x-wav': 'wav', 'audio/3gpp': '3gp' });
const MOST_BYTES = 32 * 2 ** 20;
const COPIES_BYTES = 50 * 2 ** 20;
const ROOM_BYTES = 10 * 2 ** 20;
const FRESH_MS = 3_600_000;

/** Why a file was not taken: `full` (no room), `type` (of a kind no server takes), `large`, `empty`. */
export class NotKept extends Error {
  /** @param {'full'|'type'|'large'|'empty'} code */
  constructor(code) {
    super(code);
    this.name = code === 'full' ? 'QuotaExceededError' : 'NotKept';
    this.code = code;
  }
}

/** @param {ArrayBuffer} bytes */
export const digest = async (bytes) =>
  [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param {string} type @param {string} name */
function extensionOf(type, name) {
  const plain = type.split(';')[0]?.trim().toLowerCase() ?? '';
  const byName = name.split('.').pop()?.toLowerCase() ?? '';
  return ALSO[plain] ?? Object.keys(TYPES).find((ext) => TYPES[ext] === plain) ?? (byName in TYPES ? byName : '');
}

/** @param {Files} files @param {Blob} blob @param {{name?: string, type?: string}} [about] @returns {Promise<string>} the answer */
export async function keep(files, blob, { name = '', type = blob.type } = {}) {
  const ext = extensionOf(type, name);
  const wrong = !ext ? 'type' : !blob.size ? 'empty' : blob.size > MOST_BYTES ? 'large' : '';
  if (wrong) throw new NotKept(wrong);
  const bytes = bare(await blob.arrayBuffer(), ext);
  if (!bytes) throw new NotKept('type');
  const hash = await digest(bytes);
  files.fresh.add(hash);
  if (!files.marks.peek().has(hash)) {
    await room(files, bytes.byteLength);
    await put(files, hash, bytes, { type: type.split(';')[0] || /** @type {string} */ (TYPES[ext]), name, villages: {} });
  }
  return `${hash}.${ext}`;
}

/** @param {Files} files @param {string} value @param {ArrayBuffer} bytes @param {string} village */
export async function take(files, value, bytes, village) {
  const hash = hashOf(value);
  const at = files.store.server.now || new Date().toISOString();
  await put(files, hash, bytes, { type: typeOf(value), name: '', villages: { [village]: { sentAt: at, checkedAt: at } } });
  await collect(files);
}

/** @param {string} value a file answer */
export const typeOf = (value) => TYPES[value.split('.').pop() ?? ''] ?? '';

/** @param {Files} files @param {string} hash @param {ArrayBuffer} bytes @param {Pick<Marks, 'type'|'villages'> & {name: string}} about */
async function put(files, hash, bytes, { name, ...rest }) {
  const { db } = files;
  if (!db) throw new Error('no account is open');
  const at = new Date().toISOString();
  const marks = { hash, bytes: bytes.byteLength, at, usedAt: at, ...rest };
  const [body, sealed] = await Promise.all([seal(db, placeOf('files', hash), name), sealBytes(db, placeOf('bytes', hash), bytes)]);
  try {
    await transact(db, ['files', 'bytes'], async (tx) => {
      await tx.objectStore('bytes').put(sealed, hash);
      await tx.objectStore('files').put({ ...marks, body });
    });
  } catch (error) {
    throw error instanceof Error && error.name === 'QuotaExceededError' ? new NotKept('full') : error;
  }
  if (files.db === db) files.tell([{ ...marks, name }]);
}

/** @param {Files} files @param {number} bytes */
async function room(files, bytes) {
  const isTight = async () => {
    await lookAtStorage(files.store);
    const { usage = null, quota = null } = files.store.storage.value ?? {};
    return usage !== null && quota !== null && quota - usage < bytes + Math.min(ROOM_BYTES, quota / 10);
  };
  if (!(await isTight())) return;
  // What the server makes anew goes first, then its own files, and last what a restored server may ask back.
  if (files.db) await transact(files.db, ['bytes'], (tx) => tx.objectStore('bytes').delete(smallsOf()), 'relaxed');
  if (await isTight()) await collect(files, 0);
  if (await isTight()) await collect(files, 0, true);
  if (await isTight()) throw new NotKept('full');
}

/** @param {Files} files @param {number} [most] bytes of copies that may stay @param {boolean} [own] also of what was sent from here */
export async function collect(files, most = COPIES_BYTES, own = false) {
  const { db, store } = files;
  if (!db) return;
  const named = new Set(filesIn([store.outbox.value, store.drafts(), store.unsaved.value]).map(hashOf));
  const gone = [...files.marks.value.values()].filter((marks) => {
    const isOld = Math.abs(Date.now() - Date.parse(marks.at)) > FRESH_MS;
    const isCopy = Object.values(marks.villages).some((one) => one.checkedAt);
    return !isCopy && !named.has(marks.hash) && !files.fresh.has(marks.hash) && isOld;
  });
  const copies = files.copies('', own).filter((marks) => !files.fresh.has(marks.hash));
  let left = copies.reduce((sum, marks) => sum + marks.bytes, 0);
  for (const marks of copies) {
    if (left <= most) break;
    left -= marks.bytes;
    gone.push(marks);
  }
  if (!gone.length) return;
  const hashes = gone.map((marks) => marks.hash);
  await transact(db, ['files', 'bytes'], (tx) => drop(tx, hashes), 'relaxed');
  if (files.db === db) files.tell([], hashes);
}

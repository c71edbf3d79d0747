/**
 * Owns the cipher everything on the disk passes through, and the key of a database while it is open.
 * Promises: the key lives in this page's memory alone; a number used once and the place of the value go into every sealing,
 * so that a flipped bit, or what belongs elsewhere, is refused (`Unreadable`) and never taken for a value.
 *
 * One random key of 256 bits per account and installation; of it by HKDF one for downloaded blocks, one for what a person
 * wrote, one for files, and one that hides names of drafts.
 */

/**
 * @typedef {{raw: Uint8Array, blocks: CryptoKey, words: CryptoKey, files: CryptoKey, names: CryptoKey}} Held  a key and what was made of it
 * @typedef {import('idb').IDBPDatabase<any>} Db
 */

const FORM = 1;
const NONCE = 12;
const HELD = Symbol('the key of an open database');
const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** @type {Record<string, 'blocks'|'files'>} all others are words */
const KEY_OF = { blocks: 'blocks', rec: 'blocks', forms: 'blocks', bytes: 'files' };

/** Sealed with another key, for another place, or damaged. */
export class Unreadable extends Error {
  /** @override */
  name = 'Unreadable';
}

export const newKey = () => crypto.getRandomValues(new Uint8Array(32));

/** @param {Uint8Array} raw @returns {Promise<Held>} */
export async function heldOf(raw) {
  const root = await crypto.subtle.importKey('raw', /** @type {any} */ (raw), 'HKDF', false, ['deriveKey']);
  const from = (/** @type {string} */ info) => ({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encoder.encode(`shibu/1/${info}`) });
  const cipher = (/** @type {string} */ info) => crypto.subtle.deriveKey(from(info), root, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const [blocks, words, files, names] = await Promise.all([
    cipher('blk'), cipher('out'), cipher('photo'),
    crypto.subtle.deriveKey(from('idx'), root, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign']),
  ]);
  return { raw, blocks, words, files, names };
}

/** From here on this database can be read and written. @param {Db} db @param {Held} held */
export function arm(db, held) {
  /** @type {any} */ (db)[HELD] = held;
}

/** @param {Db} db @returns {Held} */
function heldBy(db) {
  const held = /** @type {any} */ (db)[HELD];
  if (!held) throw new Unreadable('no key');
  return held;
}

/** @param {CryptoKey} key @param {string} where @param {ArrayBuffer|Uint8Array} bytes @returns {Promise<ArrayBuffer>} */
export async function encrypt(key, where, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const additionalData = encoder.encode(`${where}|${FORM}`);
  const cipher = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, /** @type {any} */ (bytes));
  const sealed = new Uint8Array(1 + NONCE + cipher.byteLength);
  sealed[0] = FORM;
  sealed.set(iv, 1);
  sealed.set(new Uint8Array(cipher), 1 + NONCE);
  return sealed.buffer;
}

/** @param {CryptoKey} key @param {string} where @param {any} sealed @returns {Promise<ArrayBuffer>} */
export async function decrypt(key, where, sealed) {
  if (!(sealed instanceof ArrayBuffer) || sealed.byteLength <= 1 + NONCE) throw new Unreadable(where);
  const bytes = new Uint8Array(sealed);
  const additionalData = encoder.encode(`${where}|${bytes[0]}`);
  try {
    return await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes.subarray(1, 1 + NONCE), additionalData }, key, bytes.subarray(1 + NONCE));
  } catch (error) {
    throw new Unreadable(where, { cause: error });
  }
}

/** @param {Db} db @param {string} where */
const keyFor = (db, where) => heldBy(db)[KEY_OF[where.slice(0, where.indexOf('|'))] ?? 'words'];

/** The one pair through which everything that says something passes on its way to and from the disk. `where` names the
 * place, store and key: what was sealed for one place is not read in another. Asynchronous because a cipher is; sealing
 * happens before a transaction opens, which would otherwise close meanwhile.
 * @param {Db} db @param {string} where @param {any} value @returns {Promise<ArrayBuffer>} */
export const seal = async (db, where, value) => encrypt(keyFor(db, where), where, encoder.encode(JSON.stringify(value) ?? 'null'));

/** @param {Db} db @param {string} where @param {any} sealed @returns {Promise<any>} */
export const unseal = async (db, where, sealed) => JSON.parse(decoder.decode(await decrypt(keyFor(db, where), where, sealed)));

/** The same pair for the bytes of a file, which are no text. @param {Db} db @param {string} where @param {ArrayBuffer} bytes @returns {Promise<ArrayBuffer>} */
export const sealBytes = async (db, where, bytes) => encrypt(keyFor(db, where), where, bytes);

/** @param {Db} db @param {string} where @param {ArrayBuffer} sealed @returns {Promise<ArrayBuffer>} */
export const unsealBytes = async (db, where, sealed) => decrypt(keyFor(db, where), where, sealed);

/** The name a draft lies under, which tells nobody what it is about. @param {Db} db @param {string} key @returns {Promise<string>} */
export async function hidden(db, key) {
  const signed = await crypto.subtle.sign('HMAC', heldBy(db).names, encoder.encode(key));
  return [...new Uint8Array(signed, 0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

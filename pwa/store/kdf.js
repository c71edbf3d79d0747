/**
 * Owns making a key of what a person knows: slowly, so that guessing is slow too.
 * Promises: Argon2id beside the page, PBKDF2 where there is no WebAssembly; parameters weaker than ours are refused, wherever
 * they were read; the secret is not kept.
 */
import { addressOf, ownWorker } from '../addresses.js';

/** @typedef {{name: 'argon2id', memory: number, passes: number, lanes: number, salt: Uint8Array} | {name: 'pbkdf2', passes: number, salt: Uint8Array}} Kdf  memory in KiB */

const SALT = 16;
const MEMORY = 19 * 1024;
const PASSES = 2;
const PBKDF2_PASSES = 600_000;
const PATIENCE_MS = 30_000;
const encoder = new TextEncoder();

/** Someone made it easier to guess: not used. */
export class TooWeak extends Error {
  /** @override */
  name = 'TooWeak';
}

/** @returns {Kdf} */
export function strong() {
  const salt = crypto.getRandomValues(new Uint8Array(SALT));
  return typeof WebAssembly === 'undefined' ? { name: 'pbkdf2', passes: PBKDF2_PASSES, salt } : { name: 'argon2id', memory: MEMORY, passes: PASSES, lanes: 1, salt };
}

/** @param {Kdf} kdf */
export function isStrong(kdf) {
  if (!(kdf?.salt instanceof Uint8Array) || kdf.salt.length < SALT) return false;
  if (kdf.name === 'pbkdf2') return kdf.passes >= PBKDF2_PASSES;
  return kdf.name === 'argon2id' && kdf.memory >= MEMORY && kdf.passes >= PASSES && kdf.lanes >= 1;
}

/** The parameters as text, bound into what they protect. @param {Kdf} kdf */
export const written = (kdf) => Object.entries(kdf).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`).join(';');

/** @param {string} secret @param {Kdf} kdf @returns {Promise<CryptoKey>} what wraps the key of a store */
export async function wrapperOf(secret, kdf) {
  if (!isStrong(kdf)) throw new TooWeak();
  const words = encoder.encode(secret.normalize('NFKC'));
  const slow = kdf.name === 'pbkdf2' ? await pbkdf2(words, kdf) : await argon2(words, kdf);
  const root = await crypto.subtle.importKey('raw', /** @type {any} */ (slow), 'HKDF', false, ['deriveKey']);
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encoder.encode('kek/v1') };
  return crypto.subtle.deriveKey(how, root, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** @param {Uint8Array} words @param {Extract<Kdf, {name: 'pbkdf2'}>} kdf */
async function pbkdf2(words, { passes, salt }) {
  const key = await crypto.subtle.importKey('raw', /** @type {any} */ (words), 'PBKDF2', false, ['deriveBits']);
  return crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', iterations: passes, salt: /** @type {any} */ (salt) }, key, 256);
}

/** @param {Uint8Array} words @param {Extract<Kdf, {name: 'argon2id'}>} kdf @returns {Promise<Uint8Array>} */
async function argon2(words, { memory, passes, lanes, salt }) {
  const asked = { password: words, salt, memorySize: memory, iterations: passes, parallelism: lanes, hashLength: 32, outputType: /** @type {const} */ ('binary') };
  // Where no worker runs, the page does it itself and stands still for half a second.
  return beside(asked).catch(async () => {
    await import('hash-wasm/argon2');
    return globalThis.hashwasm.argon2id(asked);
  });
}

/** @param {object} asked @returns {Promise<Uint8Array>} */
function beside(asked) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(ownWorker(addressOf('store/kdf-worker.js')), { type: 'module' });
    const end = (/** @type {() => void} */ tell) => {
      clearTimeout(timer);
      worker.terminate();
      tell();
    };
    const timer = setTimeout(() => end(() => reject(new Error('silent'))), PATIENCE_MS);
    worker.onmessage = ({ data }) => end(() => (data.made ? resolve(data.made) : reject(new Error(data.error))));
    worker.onerror = () => end(() => reject(new Error('no worker')));
    worker.postMessage({ library: addressOf('hash-wasm/argon2'), asked });
  });
}

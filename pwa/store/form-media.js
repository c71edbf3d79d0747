/**
 * Owns the images and sounds that came with forms, by the hash of their content, in the account's store beside the forms.
 * Promises: what is kept is what its hash says; it is there without a network and goes with the forms at sign-out.
 */
import { signal } from '@preact/signals-core';
import { placeOf, sealBytes, unsealBytes } from './db.js';

/** @typedef {import('./store.js').Store} Store */

const key = (/** @type {string} */ sha256) => `media/${sha256}`;
const AT_ONCE = 3;

/** Counts what has come, so that a question that waits for its picture looks again. */
export const arrived = signal(0);

/** @param {ArrayBuffer} bytes */
const digest = async (bytes) =>
  [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param {Store} store @param {string} sha256 @returns {Promise<Blob|null>} null: not on this phone */
export async function formMedia(store, sha256) {
  const { db } = store;
  const kept = await db?.get('forms', key(sha256)).catch(() => undefined);
  return db && kept ? new Blob([await unsealBytes(db, placeOf('forms', key(sha256)), kept.body)], { type: kept.type }) : null;
}

/** Brings what a form came with and this phone lacks; what does not come is asked for at the next sync.
 * @param {Store} store @param {import('../form/definition.js').Definition[]} definitions
 * @param {(sha256: string) => Promise<Blob>} bring @returns {Promise<void>} */
export async function fetchMedia(store, definitions, bring) {
  const { db } = store;
  const wanted = [...new Set(definitions.flatMap((definition) => Object.values(definition.files ?? {})))];
  const one = async () => {
    for (let sha256 = wanted.pop(); sha256 !== undefined && db && store.db === db; sha256 = wanted.pop()) {
      try {
        if (await db.getKey('forms', key(sha256))) continue;
        const blob = await bring(sha256);
        const bytes = await blob.arrayBuffer();
        // A captive portal's page, or half a picture, is not kept.
        if ((await digest(bytes)) !== sha256) continue;
        await db.put('forms', { type: blob.type, body: await sealBytes(db, placeOf('forms', key(sha256)), bytes) }, key(sha256));
        arrived.value += 1;
      } catch {
        // No network, or no room: text matters more.
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, wanted.length) }, one));
}

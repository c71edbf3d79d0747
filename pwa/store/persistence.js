/**
 * Owns what the browser promises about this phone's storage: asked after sign-in, shown on Me and on the doctor page.
 * Promises: never waits longer than three seconds for a browser that does not answer; absent interfaces are not an error.
 */

/**
 * @typedef {object} Storage
 * @property {'kept'|'at-risk'|'unknown'} persistence  whether the browser may clear the data when it needs room
 * @property {number|null} usage  bytes
 * @property {number|null} quota  bytes
 */

const PATIENCE_MS = 3000;

/** What the promise gives, undefined when it fails or takes too long.
 * @template T @param {Promise<T>|undefined} promise @param {number} [ms] @returns {Promise<T|undefined>} */
export function inTime(promise, ms = PATIENCE_MS) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, undefined);
    const end = (/** @type {T|undefined} */ value) => {
      clearTimeout(timer);
      resolve(value);
    };
    Promise.resolve(promise).then(end, () => end(undefined));
  });
}

/** @param {(storage: StorageManager) => Promise<boolean>|undefined} question @returns {Promise<Storage>} */
async function look(question) {
  const manager = globalThis.navigator?.storage;
  if (!manager) return { persistence: 'unknown', usage: null, quota: null };
  const [kept, estimate] = await Promise.all([inTime(question(manager)), inTime(manager.estimate?.())]);
  return {
    persistence: kept === undefined ? 'unknown' : kept ? 'kept' : 'at-risk',
    usage: estimate?.usage ?? null,
    quota: estimate?.quota ?? null,
  };
}

/** @param {import('./store.js').Store} store */
export async function askPersistence(store) {
  store.storage.value = await look((manager) => manager.persist?.());
}

/** Looks without asking the person anything. @param {import('./store.js').Store} store */
export async function lookAtStorage(store) {
  store.storage.value = await look((manager) => manager.persisted?.());
}

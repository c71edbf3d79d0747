/**
 * Owns what this phone knows of its network's price, and what its person said about it.
 * Promises: says nothing that the browser does not say.
 */

/** Whether the person wants files sent over Wi-Fi only. */
export function isWifiOnly() {
  try {
    return globalThis.localStorage?.getItem('shibu.files') === 'wifi';
  } catch {
    return false;
  }
}

/** @returns {any} the browser's word on the network, where it has one */
export const connection = () => /** @type {any} */ (globalThis.navigator)?.connection;

/** Whether bytes cost nothing here; null where the browser does not say, which most do not.
 * @returns {boolean|null} */
export function isFree() {
  const type = connection()?.type;
  return !type || type === 'unknown' ? null : type === 'wifi' || type === 'ethernet';
}

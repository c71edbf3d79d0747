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

/** Whether the person lets small pictures of colleagues' photos come over a network that costs. */
const isGenerous = () => {
  try {
    return globalThis.localStorage?.getItem('shibu.smalls') === 'any';
  } catch {
    return false;
  }
};

/** Whether small pictures may come by themselves. Where the browser cannot tell they do, unless only Wi-Fi is to carry files. */
export function mayFetchSmalls() {
  const free = isFree();
  if (free !== null || isWifiOnly()) return free === true || isGenerous();
  return connection()?.saveData !== true || isGenerous();
}

/** @returns {any} the browser's word on the network, where it has one */
export const connection = () => /** @type {any} */ (globalThis.navigator)?.connection;

/** Whether bytes cost nothing here; null where the browser does not say, which most do not.
 * @returns {boolean|null} */
export function isFree() {
  const type = connection()?.type;
  return !type || type === 'unknown' ? null : type === 'wifi' || type === 'ethernet';
}

/**
 * Which secrets are guessed first.
 * Promises: pure; only what everybody tries first is called weak, nothing is scored.
 */

/** Figures on the keys, and what sounds like something. */
const KNOWN = ['147258', '159357', '258369', '123654', '147852', '159753', '112233', '445566', '778899', '520131', '131452', '100200'];

/** @param {string} text @param {number} step */
const climbs = (text, step) => [...text].every((digit, at) => at === 0 || (Number(digit) - Number(text[at - 1]) + 10) % 10 === (step + 10) % 10);

/** The same piece again and again, or there and back: 111111, 121212, 123123, 123321. @param {string} text */
const repeats = (text) => [1, 2, 3, 4].some((size) => size * 2 <= text.length && text === text.slice(0, size).repeat(text.length).slice(0, text.length))
  || (text.length < 8 && text === [...text].reverse().join(''));

/** @param {string} secret six digits, or a passphrase @returns {boolean} */
export function isWeak(secret) {
  if (repeats(secret)) return true;
  if (!/^\d+$/.test(secret)) return /^(password|qwertyui|abcdefgh|iloveyou)/i.test(secret);
  return climbs(secret, 1) || climbs(secret, -1) || KNOWN.includes(secret) || /^(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])$/.test(secret);
}

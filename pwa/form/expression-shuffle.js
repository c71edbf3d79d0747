// The order randomize() gives, as JavaRosa does it: the inside-out Fisher-Yates shuffle over Park and Miller's numbers.
// Twin of server/surveys/expression/shuffle.py: the same seed gives the same order everywhere. Pure.

import { digest } from './expression-digest.js';
import { toNumber, toText } from './expression-values.js';

const MODULUS = 2_147_483_647;
const MULTIPLIER = 16_807;

/** A seed of a text that is no number: the first eight bytes of its SHA-256. @param {string} text */
export const hashed = (text) => Number(BigInt.asIntN(64, BigInt(`0x${digest(text, 'SHA-256', 'hex').slice(0, 16)}`)) % BigInt(MODULUS));

/** @param {import('./expression-values.js').Value} value @param {number} offset @returns {number} */
export function seedOf(value, offset) {
  const number = toNumber(value, offset);
  if (Number.isNaN(number)) return toText(value) === '' || typeof value === 'number' ? 0 : hashed(toText(value));
  if (!Number.isFinite(number)) return Number((number > 0 ? 2n ** 63n - 1n : -(2n ** 63n)) % BigInt(MODULUS));
  return Math.trunc(number) % MODULUS;
}

/** In the order of the seed; without one in an order of chance.
 * @template T @param {T[]} values @param {number | null} seed @param {() => number} [chance] @returns {T[]} */
export function shuffled(values, seed, chance = Math.random) {
  let state = seed ?? 0;
  if (state <= 0) state += MODULUS - 1;
  /** @type {T[]} */
  const found = [];
  for (const [i, value] of values.entries()) {
    if (seed !== null) state = (state * MULTIPLIER) % MODULUS;
    const place = Math.floor((seed === null ? chance() : (state - 1) / (MODULUS - 1)) * (i + 1));
    if (place !== i) found[i] = /** @type {T} */ (found[place]);
    found[place] = value;
  }
  return found;
}

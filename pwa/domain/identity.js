/**
 * Owns the checks of numbers that name a person: resident identity number, telephone (domain.md 3.1), and their masks.
 * Promises: pure; says what is wrong by a code (`identity.<code>` in i18n) and what the number tells; refuses nothing.
 */
import { dayNumber } from './dates.js';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = '10X98765432';
/** First two digits of the regions there are; others get a warning only. */
const REGIONS = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 91'.split(' '),
);

/** Full-width letters and digits as half-width, no blanks or dashes. @param {string} text */
const plain = (text) => text.normalize('NFKC').replace(/[\s\-‐-―]/g, '');

/** @param {string} first17 @returns {string} */
export function checkCharacter(first17) {
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(first17[at]), 0);
  return /** @type {string} */ (CHECKS[sum % 11]);
}

/**
 * @typedef {object} IdNumber
 * @property {boolean} ok
 * @property {string} code  '' | 'id_form' | 'id_date' | 'id_checksum'
 * @property {string} warning  '' | 'id_region'
 * @property {string} normal  18 characters, upper case; a 15-digit number is converted
 * @property {string} birth  YYYY-MM-DD, '' when it is none
 * @property {'male' | 'female' | ''} gender
 */

/** @param {string} text @param {string} today @returns {IdNumber} */
export function idNumber(text, today) {
  let normal = plain(text).toUpperCase();
  if (/^[1-9]\d{14}$/.test(normal)) {
    const first = `${normal.slice(0, 6)}19${normal.slice(6)}`;
    normal = first + checkCharacter(first);
  }
  const nothing = { ok: false, warning: '', normal, birth: '', gender: /** @type {const} */ ('') };
  if (!/^[1-9]\d{16}[\dX]$/.test(normal)) return { ...nothing, code: 'id_form' };
  const birth = `${normal.slice(6, 10)}-${normal.slice(10, 12)}-${normal.slice(12, 14)}`;
  if (Number.isNaN(dayNumber(birth)) || birth < '1900-01-01' || birth > today) return { ...nothing, code: 'id_date' };
  const known = { normal, birth, gender: Number(normal[16]) % 2 ? /** @type {const} */ ('male') : /** @type {const} */ ('female') };
  const warning = REGIONS.has(normal.slice(0, 2)) ? '' : 'id_region';
  if (checkCharacter(normal) !== normal[17]) return { ok: false, code: 'id_checksum', warning, ...known };
  return { ok: true, code: '', warning, ...known };
}

/** @param {string} text @returns {{ok: boolean, code: '' | 'phone_form', normal: string, kind: 'mobile' | 'landline' | ''}} */
export function phone(text) {
  const digits = plain(text).replace(/^(\+|00)86/, '');
  if (/^1[3-9]\d{9}$/.test(digits)) return { ok: true, code: '', normal: digits, kind: 'mobile' };
  const dashed = text.normalize('NFKC').replace(/\s/g, '').replace(/[‐-―]/g, '-').replace(/^(\+|00)86-?(?=[1-9])/, '0');
  if (/^0\d{2,3}-?\d{7,8}(-\d{1,6})?$/.test(dashed)) return { ok: true, code: '', normal: dashed, kind: 'landline' };
  return { ok: false, code: 'phone_form', normal: text.trim(), kind: '' };
}

/** `1101**********002X`. @param {string} number */
export const maskId = (number) => (number.length < 9 ? '*'.repeat(number.length) : `${number.slice(0, 4)}${'*'.repeat(number.length - 8)}${number.slice(-4)}`);

/** `139 **** 2047`: enough to tell two numbers apart, not enough to call. @param {string} number */
export function maskPhone(number) {
  const { normal, kind } = phone(number);
  if (kind === 'mobile') return `${normal.slice(0, 3)} **** ${normal.slice(-4)}`;
  return normal.length < 6 ? '*'.repeat(normal.length) : `${'*'.repeat(normal.length - 4)}${normal.slice(-4)}`;
}

/**
 * Owns the guess what was meant by an answer that cannot be right, so that the field can offer it in one tap.
 * Promises: pure; proposes only what the form itself would accept, and nothing when no slip explains the answer.
 */
import { addDays, dayNumber } from '../domain/dates.js';

/** @typedef {import('./definition.js').Question} Question */

/** @param {Question} question @param {any} value @param {(value: any) => boolean} accepts the question's own constraint
 * @returns {any} undefined when there is nothing to offer */
export function propose(question, value, accepts) {
  return slips(question, value).find((candidate) => candidate !== value && accepts(candidate));
}

/** Likely slips of a finger, the likeliest first. @param {Question} question @param {any} value @returns {any[]} */
function slips(question, value) {
  if (typeof value === 'number') return numbers(question, value);
  if (typeof value !== 'string') return [];
  if (question.type === 'date') return dates(value);
  const plain = value.normalize('NFKC').trim();
  const bare = plain.replace(/[\s\-]/g, '');
  return [plain, bare, bare.toUpperCase(), bare.replace(/^\+?86/, ''), bare.replace(/[oO]/g, '0').replace(/[lI]/g, '1')];
}

/** @param {Question} question @param {number} value */
function numbers(question, value) {
  /** @type {number[]} */
  const found = [];
  if (Number.isInteger(value) && value >= 1000 && value <= 2999) found.push(value - 100, value + 100, value - 1000, value + 1000);
  if (value < 0) found.push(-value);
  const digits = String(Math.abs(value));
  for (let at = 1; at < digits.length; at += 1) {
    if (digits[at] === digits[at - 1]) found.push(Number(digits.slice(0, at) + digits.slice(at + 1)));
  }
  for (const factor of [10, 100, 1000]) found.push(value / factor);
  return question.type === 'integer' ? found.filter(Number.isInteger) : found;
}

/** Another year for the same day: a new year's old habit, or a wrong century. @param {string} value */
function dates(value) {
  const year = Number(value.slice(0, 4));
  return [-1, 1, -100, -10, 10]
    .map((by) => `${String(year + by).padStart(4, '0')}${value.slice(4)}`)
    .flatMap((day) => (Number.isNaN(dayNumber(day)) ? [addDays(`${day.slice(0, 8)}28`, 0)] : [day]));
}

/**
 * Owns what a person typed, or the form worked out, becoming an answer that can be stored, and back into text for the field.
 * Promises: pure; agrees with server/surveys/validate.py: what it calls storable the server never refuses for its type.
 */
import { dayNumber } from '../domain/dates.js';
import { dateText, dayFraction, moment, toNumber, toText } from './expression-values.js';

/**
 * @typedef {import('./definition.js').Question} Question
 * @typedef {{value: any} | {cannot: 'number' | 'whole' | 'date' | 'time' | 'long'}} Read  null erases
 */

const MAX_TEXT = 65_536;
const MAX_NUMBER = Number.MAX_SAFE_INTEGER;
const NUMBER = /^-?(\d+(\.\d*)?|\.\d+)$/;
const POINT = /^[ ]*-?[0-9.]+( +-?[0-9.]+){1,3}[ ]*$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[-+]\d{2}:\d{2})?$/;

/** Half width, no grouping: `１，２００．５` → `1200.5`. @param {string} text */
const numeral = (text) => text.normalize('NFKC').replace(/[\s,']/g, '').replace(/。/g, '.').replace(/^[-−–－]/, '-');

/** @param {Question} question @param {string} typed @returns {Read} */
export function read(question, typed) {
  // Half a surrogate pair or a NUL cannot be stored; a keyboard can leave one behind.
  const text = typed.replace(/\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '');
  if (question.holds === 'number') return readNumber(question, numeral(text));
  if (text.trim() === '') return { value: null };
  if (text.length > MAX_TEXT) return { cannot: 'long' };
  if (question.type === 'date') return Number.isNaN(dayNumber(text)) || text.length !== 10 ? { cannot: 'date' } : { value: text };
  if (question.type === 'time') return TIME.test(text) ? { value: text } : { cannot: 'time' };
  if (question.type === 'dateTime') {
    const [day, time] = text.split('T');
    return Number.isNaN(dayNumber(day)) || !TIME.test(time ?? '') ? { cannot: 'date' } : { value: text };
  }
  return { value: text };
}

/** @param {Question} question @param {string} text @returns {Read} */
function readNumber(question, text) {
  if (text === '') return { value: null };
  if (!NUMBER.test(text)) return { cannot: 'number' };
  const number = Number(text);
  if (Math.abs(number) > MAX_NUMBER) return { cannot: 'number' };
  return question.type === 'integer' && !Number.isInteger(number) ? { cannot: 'whole' } : { value: number };
}

/** What a question stores of an expression's value; null when that comes out empty. Twin: server/surveys/compute.py stored.
 * @param {Question} question @param {any} value @param {number} offset @returns {any} */
export function stored(question, value, offset) {
  if (question.holds === 'number') {
    const number = toNumber(value, offset);
    if (!Number.isFinite(number) || Math.abs(number) > MAX_NUMBER) return null;
    return question.type === 'integer' ? Math.trunc(number) + 0 : number;
  }
  if (typeof value === 'number' && Number.isNaN(value)) return null;
  // What no answer may be, a calculation must not store either: the server would put the whole change aside for it.
  const text = toText(value).replaceAll('\0', '');
  if (text.length > MAX_TEXT) return null;
  if (question.holds === 'list') {
    const items = text.split(/[ \t\r\n]+/).filter(Boolean);
    return items.length ? items : null;
  }
  if (question.type === 'date') {
    const found = moment(text, offset);
    return found ? dateText(found[0]) : null;
  }
  return fits(question.type, text, offset) ? text || null : null;
}

/** Can the text be an answer of the type? What is no place or time is none, as in XForms' types.
 * @param {string} type @param {string} text @param {number} offset */
function fits(type, text, offset) {
  if (type === 'dateTime') return moment(text, offset) !== null;
  if (type === 'time') return dayFraction(text, offset) !== null;
  return !type.startsWith('geo') || text.split(';').every((point) => POINT.test(point) || /^[ ]*$/.test(point));
}

/** The text a field shows for a stored answer. @param {any} value @returns {string} */
export const shown = (value) => (value === undefined || value === null ? '' : Array.isArray(value) ? value.join(' ') : String(value));

/** Is this no answer? @param {any} value */
export const isEmpty = (value) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** @param {any} a @param {any} b @returns {boolean} the same answer, whatever the order of keys */
export function same(a, b) {
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b);
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => same(a[key], b[key]));
}

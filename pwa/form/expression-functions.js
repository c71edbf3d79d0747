// The ODK function set. Twin of server/surveys/expression/functions.py; functions that need the tree are in expression-tree.js. Pure.

import { digest } from './expression-digest.js';
import { area, distance, geofence, intersects } from './expression-places.js';
import {
  DAY_MS,
  civil,
  dateText,
  dayFraction,
  moment,
  momentOfNumber,
  offsetText,
  padded,
  timeText,
  toBoolean,
  toNumber,
  toText,
} from './expression-values.js';

/** @typedef {import('./expression.js').Context} Context */
/** @typedef {import('./expression-values.js').Value} Value */
/** @typedef {(ctx: Context, args: Value[]) => Value} Implementation */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const DAYS_ZH = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'];
const UNPADDED = /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(T.*)?$/;
const ROUND_LIMIT = 15;
const WHOLE_POWERS = 64;

/** Twelve digits: maths libraries differ in the last bit, between languages and between processors; this does not.
 * @param {number} value */
const precise = (value) => (Number.isFinite(value) ? Number(value.toExponential(11)) : value);

/** @param {string} text */
const words = (text) => text.split(/[ \t\r\n]+/).filter((word) => word !== '');

/** Characters, not halves of them. @param {string} text */
const chars = (text) => Array.from(text);

// Text -------------------------------------------------------------------------------------------------------------

/** @param {Value[]} values */
function texts(values) {
  /** @type {string[]} */
  const found = [];
  for (const value of values) {
    if (Array.isArray(value)) for (const node of value) found.push(node.text);
    else found.push(toText(value));
  }
  return found;
}

/** @param {number} value */
const halfUp = (value) => (Number.isFinite(value) ? Math.floor(value + 0.5) : value);

/** XPath 1.0's: counted from 1. @param {string} text @param {number} start @param {number=} length */
function substring(text, start, length) {
  const first = halfUp(start);
  const last = length === undefined ? Infinity : first + halfUp(length);
  return chars(text).filter((_, i) => i + 1 >= first && i + 1 < last).join('');
}

/** @param {string} text @param {number} start @param {number=} end */
function substr(text, start, end) {
  const all = chars(text);
  /** @param {number} value */
  const place = (value) => {
    if (Number.isNaN(value)) return 0;
    const whole = Math.trunc(Math.max(-1e9, Math.min(1e9, value)));
    return Math.max(0, Math.min(all.length, whole < 0 ? whole + all.length : whole));
  };
  return all.slice(place(start), end === undefined ? all.length : place(end)).join('');
}

/** @param {string} text @param {string} old @param {string} replacement */
function translate(text, old, replacement) {
  const fresh = chars(replacement);
  /** @type {Map<string, string>} */
  const table = new Map();
  chars(old).forEach((char, i) => {
    if (!table.has(char)) table.set(char, fresh[i] ?? '');
  });
  return chars(text).map((char) => table.get(char) ?? char).join('');
}

/** @param {string} text @param {string} part */
function before(text, part) {
  const at = part === '' ? -1 : text.indexOf(part);
  return at < 0 ? '' : text.slice(0, at);
}

/** @param {string} text @param {string} part */
function after(text, part) {
  if (part === '') return text;
  const at = text.indexOf(part);
  return at < 0 ? '' : text.slice(at + part.length);
}

/** base64-decode(), as forgiving as atob: padding may be missing; what is no UTF-8 becomes U+FFFD. @param {string} coded */
function decoded(coded) {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(coded), (char) => char.charCodeAt(0)));
  } catch {
    return '';
  }
}

// Numbers ----------------------------------------------------------------------------------------------------------

/** @param {number} value @param {number} [decimals] */
function round(value, decimals = 0) {
  if (Number.isNaN(decimals)) return NaN;
  if (!Number.isFinite(value)) return value;
  const places = Math.trunc(Math.max(-ROUND_LIMIT, Math.min(ROUND_LIMIT, decimals)));
  const power = Number(`1e${Math.abs(places)}`);
  const shifted = places >= 0 ? Math.abs(value) * power : Math.abs(value) / power;
  const rounded = shifted < 2 ** 52 ? Math.floor(shifted + 0.5) : shifted;
  const result = places >= 0 ? rounded / power : rounded * power;
  return value < 0 ? -result : result;
}

/** Whole powers by multiplying, in an order of our own: exact where doubles are, and the same everywhere.
 * @param {number} base @param {number} exponent */
function power(base, exponent) {
  if (!Number.isInteger(exponent) || Math.abs(exponent) > WHOLE_POWERS) return precise(base ** exponent);
  let result = 1;
  let square = base;
  for (let left = Math.abs(exponent); left > 0; left = Math.floor(left / 2)) {
    if (left % 2) result *= square;
    square *= square;
  }
  return exponent < 0 ? 1 / result : result;
}

/** @param {Context} ctx @param {Value[]} values */
function numbers(ctx, values) {
  /** @type {number[]} */
  const found = [];
  for (const value of values) {
    if (Array.isArray(value)) for (const node of value) found.push(toNumber(node.text, ctx.offset));
    else found.push(toNumber(value, ctx.offset));
  }
  return found;
}

/** NaN when nothing is given or anything is no number, as in XPath 3.0; an answer that is empty is none.
 * @param {Context} ctx @param {Value[]} values @param {(a: number, b: number) => number} pick */
function extreme(ctx, values, pick) {
  const found = numbers(ctx, values);
  return found.length === 0 || found.some(Number.isNaN) ? NaN : found.reduce((a, b) => pick(a, b));
}

/** Nothing is chosen of an empty list, so it holds the empty value, as in JavaRosa. @param {string} list @param {string} value */
function selected(list, value) {
  const found = words(list);
  return found.length ? found.includes(value) : value === '';
}

// Choices ----------------------------------------------------------------------------------------------------------

/** @param {number} fewest @param {number} most @param {number} count */
const between = (fewest, most, count) => (fewest < 0 || count >= fewest) && (most < 0 || count <= most);

/** @param {Context} ctx @param {Value[]} args @param {boolean} weighted */
function checklist(ctx, args, weighted) {
  const [fewest, most] = args.slice(0, 2).map((value) => toNumber(value, ctx.offset));
  const found = numbers(ctx, args.slice(2));
  let count = 0;
  if (weighted) for (let i = 0; i + 1 < found.length; i += 2) count += Number(found[i]) > 0 ? Number(found[i + 1]) : 0;
  else count = found.filter((n) => n > 0).length;
  return between(Number(fewest), Number(most), count);
}

// Dates ------------------------------------------------------------------------------------------------------------

/** @param {Context} ctx @param {Value} value */
function momentOf(ctx, value) {
  if (typeof value === 'number') return momentOfNumber(value);
  const text = toText(value);
  const found = moment(text, ctx.offset);
  const match = found ? null : UNPADDED.exec(text);
  if (!match) return found;
  return moment(`${match[1]}-${match[2]?.padStart(2, '0')}-${match[3]?.padStart(2, '0')}${match[4] ?? ''}`, ctx.offset);
}

/** @param {Context} ctx @param {Value} value */
function date(ctx, value) {
  const found = momentOf(ctx, value);
  return found ? dateText(found[0]) : '';
}

/** @param {Context} ctx @param {Value} value */
function dateTime(ctx, value) {
  const found = momentOf(ctx, value);
  return found ? `${dateText(found[0])}T${timeText(found[1])}${offsetText(ctx.offset)}` : '';
}

/** @param {Context} ctx @param {Value} value */
function decimalDate(ctx, value) {
  const found = momentOf(ctx, value);
  return found ? found[0] + found[1] / DAY_MS : NaN;
}

/** @param {Context} ctx @param {Value} value @param {string} pattern @param {boolean} withTime */
function format(ctx, value, pattern, withTime) {
  const found = momentOf(ctx, value);
  if (!found) return '';
  const [year, month, day] = civil(found[0]);
  const chinese = ctx.lang.startsWith('zh');
  const weekday = (((found[0] + 4) % 7) + 7) % 7;
  /** @type {{[letter: string]: string}} */
  const parts = {
    Y: padded(year, 4),
    y: padded(year % 100),
    m: padded(month),
    n: String(month),
    b: chinese ? `${month}月` : String(MONTHS[month - 1]),
    d: padded(day),
    e: String(day),
    a: String((chinese ? DAYS_ZH : DAYS)[weekday]),
  };
  if (withTime) {
    const clock = timeText(found[1]);
    parts['H'] = clock.slice(0, 2);
    parts['h'] = String(Number(clock.slice(0, 2)));
    parts['M'] = clock.slice(3, 5);
    parts['S'] = clock.slice(6, 8);
    parts['3'] = clock.slice(9);
  }
  return pattern.replace(/%([YymnbdeaHhMS3])/g, (whole, letter) => parts[letter] ?? whole);
}

// The table --------------------------------------------------------------------------------------------------------

/** All arguments as text. @param {(...texts: string[]) => Value} call @returns {Implementation} */
const text = (call) => (_ctx, args) => call(...args.map(toText));

/** All arguments as numbers. @param {(...numbers: number[]) => Value} call @returns {Implementation} */
const number = (call) => (ctx, args) => call(...args.map((arg) => toNumber(arg, ctx.offset)));

/** @param {Context} ctx @param {Value | undefined} value */
const optional = (ctx, value) => (value === undefined ? undefined : toNumber(value, ctx.offset));

/** The server checks names and numbers of arguments when it compiles.
 * @type {{[name: string]: Implementation}} */
export const FUNCTIONS = {
  'true': () => true,
  'false': () => false,
  'boolean': (_, [a = '']) => toBoolean(a),
  'not': (_, [a = '']) => !toBoolean(a),
  'boolean-from-string': text((a) => a === 'true' || a === '1'),
  'string': text((a) => /** @type {string} */ (a)),
  'concat': (_, args) => texts(args).join(''),
  'join': (_, [glue = '', ...args]) => texts(args).join(toText(glue)),
  'substr': (ctx, [a = '', b = 0, c]) => substr(toText(a), toNumber(b, ctx.offset), optional(ctx, c)),
  'substring': (ctx, [a = '', b = 0, c]) => substring(toText(a), toNumber(b, ctx.offset), optional(ctx, c)),
  'substring-before': text((a = '', b = '') => before(a, b)),
  'substring-after': text((a = '', b = '') => after(a, b)),
  'translate': text((a = '', b = '', c = '') => translate(a, b, c)),
  'string-length': text((a = '') => chars(a).length),
  'normalize-space': text((a = '') => words(a).join(' ')),
  'contains': text((a = '', b = '') => a.includes(b)),
  'starts-with': text((a = '', b = '') => a.startsWith(b)),
  'ends-with': text((a = '', b = '') => a.endsWith(b)),
  'upper-case': text((a = '') => a.toUpperCase()),
  'lower-case': text((a = '') => a.toLowerCase()),
  'digest': text((a = '', b = '', c = 'base64') => digest(a, b, c)),
  'base64-decode': text((a = '') => decoded(a)),
  'distance': (_, args) => distance(texts(args)),
  'area': (_, args) => area(texts(args)),
  'geofence': text((a = '', b = '') => geofence(a, b)),
  'intersects': text((a = '') => intersects(a)),
  'number': number((a) => /** @type {number} */ (a)),
  'int': number((a = NaN) => Math.trunc(a)),
  'round': number((a = NaN, b) => round(a, b)),
  'floor': number((a = NaN) => Math.floor(a)),
  'ceiling': number((a = NaN) => Math.ceil(a)),
  'abs': number((a = NaN) => Math.abs(a)),
  'pow': number((a = NaN, b = NaN) => power(a, b)),
  'sqrt': number((a = NaN) => Math.sqrt(a)),
  'exp': number((a = NaN) => precise(Math.exp(a))),
  'exp10': number((a = NaN) => power(10, a)),
  'log': number((a = NaN) => precise(Math.log(a))),
  'log10': number((a = NaN) => precise(Math.log10(a))),
  'sin': number((a = NaN) => precise(Math.sin(a))),
  'cos': number((a = NaN) => precise(Math.cos(a))),
  'tan': number((a = NaN) => precise(Math.tan(a))),
  'asin': number((a = NaN) => precise(Math.asin(a))),
  'acos': number((a = NaN) => precise(Math.acos(a))),
  'atan': number((a = NaN) => precise(Math.atan(a))),
  'atan2': number((a = NaN, b = NaN) => precise(Math.atan2(a, b))),
  'pi': () => Math.PI,
  'random': (ctx) => (ctx.random ?? Math.random)(),
  'sum': (ctx, args) => numbers(ctx, args).reduce((total, n) => total + n, 0),
  'min': (ctx, args) => extreme(ctx, args, Math.min),
  'max': (ctx, args) => extreme(ctx, args, Math.max),
  'selected': text((a = '', b = '') => selected(a, b.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''))),
  'selected-at': (ctx, [a = '', b = 0]) => {
    const index = toNumber(b, ctx.offset);
    return index >= 0 ? (words(toText(a))[Math.trunc(index)] ?? '') : '';
  },
  'count-selected': text((a = '') => words(a).length),
  'checklist': (ctx, args) => checklist(ctx, args, false),
  'weighted-checklist': (ctx, args) => checklist(ctx, args, true),
  'today': (ctx) => ctx.today,
  'now': (ctx) => ctx.now,
  'date': (ctx, [a = '']) => date(ctx, a),
  'date-time': (ctx, [a = '']) => dateTime(ctx, a),
  'decimal-date-time': (ctx, [a = '']) => decimalDate(ctx, a),
  'decimal-time': (ctx, [a = '']) => dayFraction(toText(a), ctx.offset) ?? NaN,
  'format-date': (ctx, [a = '', b = '']) => format(ctx, a, toText(b), false),
  'format-date-time': (ctx, [a = '', b = '']) => format(ctx, a, toText(b), true),
};

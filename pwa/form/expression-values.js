// XPath values and how one becomes another. Twin of server/surveys/expression/values.py, which says why dates count as they do.
// A value is a number, a string, a boolean or a node set (array). Pure.

/** A place in the answers (path, at) or a row of a list; `text` is its string value. `leaf` is false for what is there
 * whether or not anything in it is answered.
 * @typedef {{path: string, at: number[], row: null, text: string, leaf: boolean}} AnswerNode
 * @typedef {{path: "", at: number[], row: {[column: string]: any}, text: string, leaf: boolean}} RowNode
 * @typedef {AnswerNode | RowNode} Node
 * @typedef {number | string | boolean | Node[]} Value
 */

export const DAY_MS = 86_400_000;
const NUMBER = /^[ \t\r\n]*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[ \t\r\n]*$/;
const MOMENT =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(Z|[-+][0-9]{2}:[0-9]{2})?)?$/;
const TIME = /^([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(Z|[-+][0-9]{2}:[0-9]{2})?$/;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** @param {Value} value */
export function toText(value) {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return numberText(value);
  return value[0]?.text ?? '';
}

/** @param {Value} value @param {number} offset */
export function toNumber(value, offset) {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const text = toText(value);
  return NUMBER.test(text) ? Number(text) : (daysOf(text, offset) ?? NaN);
}

/** A question that is not answered counts as false. @param {Value} value */
export function toBoolean(value) {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return !(value === 0 || Number.isNaN(value));
  if (typeof value === 'string') return value !== '';
  return value.some((node) => !node.leaf || node.text !== '');
}

/** As XPath writes numbers: no exponent. @param {number} value */
export function numberText(value) {
  if (value === 0) return '0';
  const text = String(value);
  const at = text.indexOf('e');
  if (at < 0) return text;
  const sign = text.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = text.slice(sign.length, at).split('.');
  const shift = Number(text.slice(at + 1));
  return shift < 0
    ? `${sign}0.${'0'.repeat(-shift - 1)}${whole}${fraction}`
    : `${sign}${whole}${fraction.padEnd(shift, '0')}`;
}

// Dates ------------------------------------------------------------------------------------------------------------

/** @param {number} year @param {number} month */
function daysInMonth(year, month) {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : /** @type {number} */ (MONTH_DAYS[month - 1]);
}

/** Days since 1970-01-01 of a real calendar day, else null. @param {number} year @param {number} month @param {number} day */
export function dayNumber(year, month, day) {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)) || year < 1) return null;
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  let inYear = day;
  for (let m = 1; m < month; m++) inYear += daysInMonth(year, m);
  return before * 365 + leapDays + inYear - 719163;
}

/** Year, month, day of a day number. @param {number} days @returns {[number, number, number]} */
export function civil(days) {
  const shifted = days + 719468;
  const era = Math.floor(shifted / 146097);
  const ofEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36524) - Math.floor(ofEra / 146096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}

/** Milliseconds since midnight. @param {string} hour @param {string} minute @param {string=} second @param {string=} fraction */
function clock(hour, minute, second, fraction) {
  const h = Number(hour);
  const m = Number(minute);
  const s = Number(second ?? 0);
  if (h > 23 || m > 59 || s > 59) return null;
  return ((h * 60 + m) * 60 + s) * 1000 + Number(`${fraction ?? ''}000`.slice(0, 3));
}

/** Minutes east of UTC. @param {string | undefined} zone @param {number} offset */
function zoneMinutes(zone, offset) {
  if (!zone) return offset;
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return null;
  return (hours * 60 + minutes) * (zone[0] === '-' ? -1 : 1);
}

/** A date or dateTime → [day number, milliseconds of that day] in the form's zone.
 * @param {string} text @param {number} offset @returns {[number, number] | null} */
export function moment(text, offset) {
  const match = MOMENT.exec(text);
  if (!match) return null;
  const days = dayNumber(Number(match[1]), Number(match[2]), Number(match[3]));
  if (days === null) return null;
  if (match[4] === undefined) return [days, 0];
  const ms = clock(match[4], match[5] ?? '', match[6], match[7]);
  const minutes = zoneMinutes(match[8], offset);
  if (ms === null || minutes === null) return null;
  return split(days * DAY_MS + ms + (offset - minutes) * 60_000);
}

/** @param {number} total @returns {[number, number]} */
function split(total) {
  const days = Math.floor(total / DAY_MS);
  return [days, total - days * DAY_MS];
}

/** @param {string} text @param {number} offset */
function daysOf(text, offset) {
  const found = moment(text, offset);
  return found && found[0] + found[1] / DAY_MS;
}

/** @param {number} days @returns {[number, number] | null} */
export function momentOfNumber(days) {
  if (Number.isNaN(days) || Math.abs(days) > 3_000_000) return null;
  const total = Math.floor(days * DAY_MS + 0.5);
  return total < -719162 * DAY_MS || total >= 2932897 * DAY_MS ? null : split(total);
}

/** A time of day → fraction of the day, in the form's zone. @param {string} text @param {number} offset */
export function dayFraction(text, offset) {
  const match = TIME.exec(text);
  if (!match) return null;
  const ms = clock(match[1] ?? '', match[2] ?? '', match[3], match[4]);
  const minutes = zoneMinutes(match[5], offset);
  if (ms === null || minutes === null) return null;
  return split(ms + (offset - minutes) * 60_000)[1] / DAY_MS;
}

/** @param {number} value @param {number} [size] */
export const padded = (value, size = 2) => String(value).padStart(size, '0');

/** @param {number} days */
export function dateText(days) {
  const [year, month, day] = civil(days);
  return `${padded(year, 4)}-${padded(month)}-${padded(day)}`;
}

/** @param {number} ms */
export function timeText(ms) {
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return `${padded(Math.floor(minutes / 60))}:${padded(minutes % 60)}:${padded(seconds % 60)}.${padded(ms % 1000, 3)}`;
}

/** @param {number} offset */
export function offsetText(offset) {
  const minutes = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${padded(Math.floor(minutes / 60))}:${padded(minutes % 60)}`;
}

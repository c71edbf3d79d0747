// Cadences: the stretch of time a day lies in, and until when the next record is due. Twin of server/surveys/periods.py. Pure.

import { civil, dateText, dayNumber, padded } from '../../form/expression-values.js';

/** @type {Record<string, number>} */
const MONTHS = { month: 1, quarter: 3, half: 6, year: 12 };

/** Days since 1970-01-01. @param {string} text YYYY-MM-DD */
export function dayOf(text) {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  return dayNumber(year, month, day) ?? 0;
}

/** @param {number} months since year 0 */
const first = (months) => `${padded(Math.floor(months / 12), 4)}-${padded((months % 12) + 1)}-01`;

/** @param {number} months */
const before = (months) => dateText(dayOf(first(months)) - 1);

/** First and last day of the stretch that today lies in, and the last day of the next one.
 * @param {string} cadence day, week, month, quarter, half, year or days:N @param {string} today @returns {[string, string, string]} */
export function bounds(cadence, today) {
  const now = dayOf(today);
  if (cadence === 'day') return [today, today, dateText(now + 1)];
  if (cadence === 'week') {
    const start = now - ((now + 3) % 7);
    return [dateText(start), dateText(start + 6), dateText(start + 13)];
  }
  if (cadence.startsWith('days:')) {
    const size = Number(cadence.slice(5));
    return [dateText(now - size + 1), today, dateText(now + size)];
  }
  const size = MONTHS[cadence] ?? 12;
  const [year, month] = civil(now);
  const start = year * 12 + Math.floor((month - 1) / size) * size;
  return [first(start), before(start + size), before(start + 2 * size)];
}

/** Whether the present stretch has its record, and the day until which the next one is due; null and '' without a cadence.
 * @param {string} cadence @param {string} today @param {string} last day of the latest record, '' for none
 * @returns {{covered: boolean|null, due: string}} */
export function dueBy(cadence, today, last) {
  if (!cadence) return { covered: null, due: '' };
  const [start, end, after] = bounds(cadence, today);
  const covered = last !== '' && last >= start;
  if (cadence.startsWith('days:')) {
    return { covered, due: last ? dateText(dayOf(last) + Number(cadence.slice(5))) : today };
  }
  return { covered, due: covered ? after : end };
}

/** Owns counting days between calendar days, whatever the zone. Pure. */

const at = (/** @type {string} */ day) => Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10)));

/** @param {string} from @param {string} to 'YYYY-MM-DD' @returns {number} */
export const daysBetween = (from, to) => Math.round((at(to) - at(from)) / 86_400_000);

/** All days of a month. @param {string} month 'YYYY-MM' @returns {string[]} */
export function daysOfMonth(month) {
  const days = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).getUTCDate();
  return Array.from({ length: days }, (_, n) => `${month}-${String(n + 1).padStart(2, '0')}`);
}

/** 0 Sunday … 6 Saturday. @param {string} day */
export const weekdayOf = (day) => new Date(at(day)).getUTCDay();

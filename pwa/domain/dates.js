/**
 * Owns calendar days as text (YYYY-MM-DD) and how near a day is.
 * Promises: pure; days are counted in the calendar, never in hours, so summer time and zones change nothing.
 */

const DAY = 86_400_000;
const SHAPE = /^(\d{4})-(\d{2})-(\d{2})/;

/** The person's own day, on the phone's clock. @param {Date} [now] @returns {string} */
export function todayOf(now = new Date()) {
  const pad = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
}

/** Days since 1970-01-01; NaN when the text is no day that exists. @param {string | null | undefined} day */
export function dayNumber(day) {
  const match = SHAPE.exec(day ?? '');
  if (!match) return NaN;
  const [year, month, date] = match.slice(1).map(Number);
  const at = new Date(Date.UTC(/** @type {number} */ (year), /** @type {number} */ (month) - 1, date));
  return at.getUTCMonth() + 1 === month && at.getUTCDate() === date ? at.getTime() / DAY : NaN;
}

/** @param {number} number */
const dayText = (number) => new Date(number * DAY).toISOString().slice(0, 10);

/** @param {string} day @param {number} n @returns {string} '' when `day` is no day */
export function addDays(day, n) {
  const number = dayNumber(day);
  return Number.isNaN(number) ? '' : dayText(number + n);
}

/** Positive when `to` is later; NaN when one of them is no day. @param {string | null | undefined} from @param {string | null | undefined} to */
export const daysBetween = (from, to) => dayNumber(to) - dayNumber(from);

/**
 * How near a due day is. `key` is a text of i18n with `n`; tone: late = passed, soon = within a week, '' = later.
 * @typedef {{days: number, tone: 'late' | 'soon' | '', key: 'due.late' | 'due.today' | 'due.tomorrow' | 'due.in', n: number}} Due
 */

/** @param {string | null | undefined} day @param {string} today @returns {Due | null} null when there is no day */
export function due(day, today) {
  const days = daysBetween(today, day);
  if (Number.isNaN(days)) return null;
  if (days < 0) return { days, tone: 'late', key: 'due.late', n: -days };
  const tone = days <= 7 ? 'soon' : '';
  if (days === 0) return { days, tone, key: 'due.today', n: 0 };
  if (days === 1) return { days, tone, key: 'due.tomorrow', n: 1 };
  return { days, tone, key: 'due.in', n: days };
}

/** Whole years lived on a day; null when the birth is unknown or to come. A bare year counts from its first of January.
 * @param {string | number | null | undefined} birth @param {string} today @returns {number | null} */
export function ageOn(birth, today) {
  const text = String(birth ?? '');
  const whole = /^\d{4}$/.test(text) ? `${text}-01-01` : /^\d{4}-\d{2}$/.test(text) ? `${text}-01` : text;
  if (Number.isNaN(dayNumber(whole)) || whole.slice(0, 10) > today) return null;
  const years = Number(today.slice(0, 4)) - Number(whole.slice(0, 4));
  return today.slice(5, 10) < whole.slice(5, 10) ? years - 1 : years;
}

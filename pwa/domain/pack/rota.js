/**
 * Owns who is on duty on which day: a fair turn through the chosen people over a month, passing over days that have somebody.
 * Promises: pure; nobody is on twice in a row where there is anybody else; a day already planned is left as it is.
 */
import { daysOfMonth, weekdayOf } from './days.js';

/** @typedef {{id: string, name: string}} Person @typedef {{date: string, person: Person}} Turn */

/** @param {{month: string, people: Person[], weekends: boolean, from: string, taken: Iterable<string>}} wanted `from`: no day before it; `taken`: days that have somebody
 * @returns {Turn[]} */
export function turns({ month, people, weekends, from, taken }) {
  const has = new Set(taken);
  const days = daysOfMonth(month).filter((day) => day >= from && !has.has(day) && (weekends || ![0, 6].includes(weekdayOf(day))));
  return people.length ? days.map((date, n) => ({ date, person: /** @type {Person} */ (people[n % people.length]) })) : [];
}

/** How many days each has. @param {Turn[]} list @returns {Map<string, number>} by name */
export function shares(list) {
  const found = new Map();
  for (const { person } of list) found.set(person.name, (found.get(person.name) ?? 0) + 1);
  return found;
}

/** The month after. @param {string} month 'YYYY-MM' */
export function nextMonth(month) {
  const [year = 0, at = 0] = month.split('-').map(Number);
  return at === 12 ? `${year + 1}-01` : `${year}-${String(at + 1).padStart(2, '0')}`;
}

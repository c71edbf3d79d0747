/**
 * Owns what small charts show: people by age and where they are, surnames, a figure by year.
 * Promises: pure; who has no age written is counted apart, never guessed; nobody who has moved away or died is counted.
 */
import { ageOn } from '../dates.js';

/**
 * @typedef {{answers: Record<string, any>}} Held
 * @typedef {{from: number, to: number | null, home: number, away: number}} Band  ages from…to; `to` null: and older
 * @typedef {{bands: Band[], home: number, away: number, unknown: number, most: number}} Pyramid
 */

/** The oldest stand on top, as one reads it. */
const BANDS = /** @type {[number, number | null][]} */ ([[80, null], [70, 79], [60, 69], [50, 59], [40, 49], [30, 39], [18, 29], [7, 17], [0, 6]]);
const GONE = new Set(['moved_out', 'died']);

/** Those who belong to the village. @template {Held} T @param {readonly T[]} people @returns {T[]} */
export const living = (people) => people.filter(({ answers }) => !GONE.has(answers.at_home) && !answers['roll/merged_into']);

/** People by age, those at home beside those elsewhere. @param {readonly Held[]} people @param {string} on @returns {Pyramid} */
export function pyramidOf(people, on) {
  const bands = BANDS.map(([from, to]) => ({ from, to, home: 0, away: 0 }));
  const found = { home: 0, away: 0, unknown: 0 };
  for (const { answers } of living(people)) {
    const age = ageOn(answers.birth_date ?? answers.birth_year, on);
    const side = !answers.at_home || answers.at_home === 'home' ? 'home' : 'away';
    found[side] += 1;
    const band = age === null ? undefined : bands.find(({ from }) => age >= from);
    if (band) band[side] += 1;
    else found.unknown += 1;
  }
  return { bands, ...found, most: Math.max(1, ...bands.flatMap(({ home, away }) => [home, away])) };
}

/** Surnames of two characters; every other name begins with one. */
const DOUBLE = /^(欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|端木|东方|南宫|独孤|西门|百里|呼延)/;

/** @param {string} name */
export const surnameOf = (name) => DOUBLE.exec(name)?.[0] ?? [...name.trim()][0] ?? '';

/** The commonest first, the others as one; as written in the profile, else counted from the heads of household.
 * @param {readonly Held[]} households @param {any} written @param {number} top
 * @returns {{rows: {name: string, n: number}[], rest: number, restNames: number, all: number, counted: boolean}} */
export function surnamesOf(households, written, top) {
  const told = (Array.isArray(written) ? written : []).filter((row) => row?.surname && row.households > 0);
  /** @type {Map<string, number>} */
  const tally = new Map(told.map((row) => [row.surname, row.households]));
  if (!told.length) {
    for (const { answers } of households) {
      const name = surnameOf(String(answers.head_name ?? ''));
      if (name) tally.set(name, (tally.get(name) ?? 0) + 1);
    }
  }
  const rows = [...tally].map(([name, n]) => ({ name, n })).sort((a, b) => b.n - a.n || (a.name < b.name ? -1 : 1));
  const named = rows.reduce((sum, { n }) => sum + n, 0);
  const all = told.length ? Math.max(named, households.length) : named;
  const shown = rows.length > top + 1 ? rows.slice(0, top) : rows;
  return { rows: shown, rest: all - shown.reduce((sum, { n }) => sum + n, 0), restNames: rows.length - shown.length, all, counted: !told.length };
}

/** A figure of each year's profile, the oldest first; years without it are left out.
 * @param {readonly Held[]} profiles @param {string} path @param {number} most how many years @returns {{year: number, value: number}[]} */
export function yearsOf(profiles, path, most) {
  /** @type {Map<number, number>} */
  const found = new Map();
  for (const { answers } of profiles) if (answers.year && typeof answers[path] === 'number' && !found.has(answers.year)) found.set(answers.year, answers[path]);
  return [...found].map(([year, value]) => ({ year, value })).sort((a, b) => a.year - b.year).slice(-most);
}

/** How much more than before: null where one of the two is not known. @param {any} now @param {any} before @returns {number | null} */
export const differenceOf = (now, before) =>
  typeof now === 'number' && typeof before === 'number' && Number.isFinite(now) && Number.isFinite(before) ? Number((now - before).toFixed(6)) : null;

/**
 * Owns what homes are filtered by: each filter says of one home whether it fits.
 * Promises: pure; filters of one row are alternatives, those of different rows must all fit; those who left the roll are shown
 * only where they are asked for.
 */
import { isGone } from '../household.js';

/**
 * @typedef {{id: string, answers: Record<string, any>}} Rec
 * @typedef {{last: (home: string) => string | undefined, people: (home: string) => readonly Rec[]}} Around
 * @typedef {(home: Rec, around: Around) => boolean} Fits
 */

const has = (/** @type {string[]} */ ...types) => (/** @type {Rec} */ { answers }) => types.some((type) => answers.types?.includes(type));

/** Rows of filters, and in each its filters. @type {Record<string, Record<string, Fits>>} */
export const ROWS = {
  seen: { never: (home, { last }) => !last(home.id) },
  kind: {
    monitored: has('monitored'),
    out_of_poverty: has('out_of_poverty'),
    dibao: has('dibao', 'tekun'),
    special: (home, { people }) => people(home.id).some((person) => !isGone(person) && person.answers['more/special_groups']?.length > 0),
  },
  house: {
    empty: ({ answers }) => answers.presence === 'empty',
    away: ({ answers }) => answers.presence === 'whole_away',
    gone: isGone,
  },
  phone: {
    no_phone: (home, { people }) => !home.answers.phone && !people(home.id).some((person) => person.answers.phone && !isGone(person)),
  },
};

/** @type {Map<string, Fits>} */
const known = new Map(Object.values(ROWS).flatMap((row) => Object.entries(row)));

/** A village group is a filter as well. @param {string} name @returns {Fits | undefined} */
const fitsOf = (name) => (name.startsWith('group:') ? ({ answers }) => String(answers.group_no ?? '') === name.slice('group:'.length) : known.get(name));

/** @param {string} name */
export const rowOf = (name) => (name.startsWith('group:') ? 'group' : Object.keys(ROWS).find((row) => name in /** @type {any} */ (ROWS[row])) ?? '');

/** Those a phone remembers and this app knows. @param {any} names @returns {string[]} */
export const valid = (names) => (Array.isArray(names) ? names.filter((name) => typeof name === 'string' && fitsOf(name)) : []);

/** @param {readonly string[]} chosen @param {Around} around @returns {(home: Rec) => boolean} */
export function sieveOf(chosen, around) {
  /** @type {Map<string, Fits[]>} */
  const rows = new Map();
  for (const name of chosen) {
    const fits = fitsOf(name);
    if (fits) rows.set(rowOf(name), [...(rows.get(rowOf(name)) ?? []), fits]);
  }
  const all = [...rows.values()];
  const gone = chosen.includes('gone');
  return (home) => (gone || !isGone(home)) && all.every((row) => row.some((fits) => fits(home, around)));
}

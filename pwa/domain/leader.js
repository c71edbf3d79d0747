/**
 * Owns how a township's problems are put before its leader: what needs a decision, what is overdue, what came in, what is in hand.
 * Promises: pure; by term and gravity, never by village or person; a problem stands in one group only.
 */
import { daysBetween } from './dates.js';
import { isOverdue, sorted, statusOf } from './problem.js';

/**
 * @typedef {{id: string, village: string, answers: Record<string, any>}} Problem
 * @typedef {'decide' | 'late' | 'fresh' | 'hand' | 'told' | 'closed'} Section
 * @typedef {{villages: string[], categories: string[], statuses: string[], overdue: boolean}} Filters
 */

export const SECTIONS = /** @type {const} */ (['decide', 'late', 'fresh', 'hand', 'told', 'closed']);
/** Kinds of trouble that cannot wait. */
const PRESSING = new Set(['safety', 'dispute']);
const GRAVE = new Set(['high', 'critical']);
/** Days a report may lie before it asks to be decided. */
const PATIENCE = 3;

/** @type {Filters} */
export const NO_FILTERS = { villages: [], categories: [], statuses: [], overdue: false };

/** Danger or dispute, by the category's group or the problem's own gravity. @param {Problem} problem @param {(category: string) => string} groupOf */
export function pressing({ answers }, groupOf) {
  if (PRESSING.has(groupOf(answers.category ?? ''))) return groupOf(answers.category);
  return GRAVE.has(answers.severity) ? 'grave' : '';
}

/** @param {Problem} problem @param {string} today @param {(category: string) => string} groupOf @returns {Section} */
export function sectionOf(problem, today, groupOf) {
  const status = statusOf(problem);
  if (['closed', 'rejected', 'shelved'].includes(status)) return 'closed';
  if (['done', 'feedback', 'verified'].includes(status)) return 'told';
  if (status !== 'reported') return isOverdue(problem, today) ? 'late' : 'hand';
  const waited = daysBetween(problem.answers.reported_on, today);
  return pressing(problem, groupOf) || waited >= PATIENCE || isOverdue(problem, today) ? 'decide' : 'fresh';
}

/** @template {Problem} P @param {readonly P[]} problems @param {string} today @param {(category: string) => string} groupOf @returns {Record<Section, P[]>} */
export function bySection(problems, today, groupOf) {
  /** @type {Record<Section, P[]>} */
  const groups = { decide: [], late: [], fresh: [], hand: [], told: [], closed: [] };
  for (const problem of sorted(problems)) groups[sectionOf(problem, today, groupOf)].push(problem);
  const rank = (/** @type {P} */ problem) => ['safety', 'dispute', 'grave'].indexOf(pressing(problem, groupOf)) >>> 0;
  groups.decide.sort((a, b) => rank(a) - rank(b));
  const newest = (/** @type {P} */ a, /** @type {P} */ b) => ((a.answers.reported_on ?? '') < (b.answers.reported_on ?? '') ? 1 : -1);
  groups.fresh.sort(newest);
  groups.closed.sort((a, b) => ((a.answers.closed_on ?? '') < (b.answers.closed_on ?? '') ? 1 : -1));
  return groups;
}

/** @template {Problem} P @param {readonly P[]} problems @param {Filters} filters @param {string} today @returns {P[]} */
export function filtered(problems, filters, today) {
  const fits = (/** @type {string[]} */ wanted, /** @type {string} */ value) => !wanted.length || wanted.includes(value);
  return problems.filter((problem) =>
    fits(filters.villages, problem.village) && fits(filters.categories, problem.answers.category ?? 'other')
    && fits(filters.statuses, statusOf(problem)) && (!filters.overdue || isOverdue(problem, today)));
}

/** Units that deal with such trouble, by the `categories` and `keywords` columns of the list; the likeliest first.
 * @param {{name: string, categories?: string, keywords?: string}[]} units @param {{category?: string, content?: string}} problem @returns {string[]} */
export function suggestedUnits(units, { category = '', content = '' }) {
  const parts = (/** @type {string | undefined} */ text) => (text ?? '').split(/[;；\s]+/).filter(Boolean);
  return units
    .map((unit, at) => {
      const place = parts(unit.categories).indexOf(category);
      const said = parts(unit.keywords).filter((word) => content.includes(word)).length;
      return { name: unit.name, at, score: (place < 0 ? 0 : 10 - Math.min(place, 5)) + said * 4 };
    })
    .filter((unit) => unit.score > 0)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .map((unit) => unit.name);
}

/**
 * Owns what a problem's answers mean: where it stands, who has it, when it is due, what may be done next.
 * Promises: pure; next acts come from the form's moves and the role, so an act the role may not do is simply not there.
 */
import { addDays, daysBetween, due } from './dates.js';

/**
 * @typedef {{answers: Record<string, any>}} Problem
 * @typedef {{from: string, to: string, role: string}} Move
 * @typedef {'village' | 'township' | 'watch' | 'closed'} Holder
 */

const TOWNSHIP = new Set(['reported', 'accepted_up', 'assigned', 'handling', 'extended']);
const CLOSED = new Set(['closed', 'rejected']);
/** From here on the term is kept. */
const DONE = new Set(['done', 'feedback', 'verified', 'closed', 'rejected', 'shelved']);

/** @param {Problem} problem @returns {string} */
export const statusOf = (problem) => problem.answers.status ?? 'registered';

/** Who has it now. A problem that was never reported is the village's, whatever its state is called.
 * @param {Problem} problem @returns {Holder} */
export function holder(problem) {
  const status = statusOf(problem);
  if (CLOSED.has(status)) return 'closed';
  if (status === 'shelved') return 'watch';
  return TOWNSHIP.has(status) && (status === 'reported' || Boolean(problem.answers.reported_on)) ? 'township' : 'village';
}

/** @param {Problem} problem */
export const isOpen = (problem) => !['closed', 'watch'].includes(holder(problem));

/** The day it must be done by; an extension counts. @param {Problem} problem @returns {string | undefined} */
export const termOf = (problem) => problem.answers.extend_to ?? problem.answers.due_on;

/** How near the term is; null once it is done or when there is none. @param {Problem} problem @param {string} today */
export const dueOf = (problem, today) => (DONE.has(statusOf(problem)) ? null : due(termOf(problem), today));

/** @param {Problem} problem @param {string} today */
export const isOverdue = (problem, today) => dueOf(problem, today)?.tone === 'late';

/** Days used of the days given, counted from the assignment, else the report, else the day it was found; null without a term.
 * @param {Problem} problem @param {string} today @returns {{used: number, total: number} | null} */
export function timeUsed({ answers }, today) {
  const from = answers.assigned_on ?? answers.reported_on ?? answers.found_on;
  const total = daysBetween(from, answers.extend_to ?? answers.due_on);
  const used = daysBetween(from, today);
  return total > 0 && used >= 0 ? { used, total } : null;
}

/** A term to offer when none is set (domain.md 3.7). @param {string} today */
export const usualTerm = (today) => addDays(today, 30);

// — the list —

/** @typedef {'late' | 'week' | 'later'} Section */

/** Open problems in three groups, each by day, those without a term last and among them the gravest first.
 * @template {Problem} P @param {readonly P[]} problems @param {string} today @returns {Record<Section, P[]>} */
export function byTerm(problems, today) {
  /** @type {Record<Section, P[]>} */
  const groups = { late: [], week: [], later: [] };
  for (const problem of sorted(problems)) {
    const near = dueOf(problem, today);
    groups[near?.tone === 'late' ? 'late' : near?.tone === 'soon' ? 'week' : 'later'].push(problem);
  }
  return groups;
}

const GRAVITY = ['critical', 'high', 'medium', 'low'];

/** @param {Problem} problem */
function gravity(problem) {
  const at = GRAVITY.indexOf(problem.answers.severity);
  return at < 0 ? GRAVITY.length : at;
}

/** By term, then the gravest, then the newest: what was just written is not the last of a long list. @template {Problem} P @param {readonly P[]} problems @returns {P[]} */
export function sorted(problems) {
  const key = (/** @type {P} */ problem) => termOf(problem) ?? '9999-99-99';
  return [...problems].sort((a, b) =>
    compare(key(a), key(b)) || gravity(a) - gravity(b) || compare(b.answers.found_on ?? '', a.answers.found_on ?? ''));
}

/** @param {string} a @param {string} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

// — next acts —

/** @typedef {{to: string, key: string, side: boolean}} Act  `key`: text of i18n; side: belongs under "more", not in the dock */

/** The way forward, in the order a problem usually takes; what is not here is a side way. */
const FORWARD = ['registered', 'village_handling', 'reported', 'accepted_up', 'assigned', 'handling', 'done', 'feedback', 'verified', 'closed'];

/** Moves are written for the two sides or for a role by name. @param {string} allowed @param {string} role */
function isFor(allowed, role) {
  const side = role === 'township_leader' ? 'leader' : 'team';
  return allowed.split(/\s+/).some((word) => word === role || word === side || word === 'any');
}

/** @param {readonly Move[]} moves @param {Problem} problem @param {string} role @returns {Act[]} forward acts first */
export function acts(moves, problem, role) {
  const from = statusOf(problem);
  const found = [...new Set(moves.filter((move) => move.from === from && isFor(move.role, role)).map((move) => move.to))];
  const here = FORWARD.indexOf(from);
  const rank = (/** @type {string} */ to) => (FORWARD.indexOf(to) > here ? FORWARD.indexOf(to) : FORWARD.length + 1);
  const wanted = from === 'registered' || from === 'returned' ? preferred(problem) : '';
  return found
    .map((to) => ({ to, key: `act.${to}`, side: rank(to) > FORWARD.length }))
    .sort((a, b) => Number(b.to === wanted) - Number(a.to === wanted) || Number(a.side) - Number(b.side) || rank(a.to) - rank(b.to));
}

/** What the level says should happen to a registered problem. @param {Problem} problem */
const preferred = ({ answers }) => (!answers.level || answers.level === 'village' ? 'village_handling' : 'reported');

/** @param {readonly Move[]} moves @param {Problem} problem @param {string} role @param {string} to */
export const mayMove = (moves, problem, role, to) => acts(moves, problem, role).some((act) => act.to === to);

/** Days that a move writes by itself, so that nobody types today's date. A report keeps its first day.
 * @param {Problem} problem @param {string} to @param {string} today @returns {Record<string, any>} the `set` of the move */
export function moveSet(problem, to, today) {
  /** @type {Record<string, any>} */
  const set = { status: to };
  if (to === 'reported' && !problem.answers.reported_on) set.reported_on = today;
  if (to === 'assigned') set.assigned_on = today;
  if (to === 'feedback') set.feedback_on = today;
  if (to === 'closed') set.closed_on = today;
  return set;
}

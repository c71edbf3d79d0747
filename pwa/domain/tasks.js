/**
 * Owns Today's list: what was promised, what is due, whom nobody has seen for long. Derived, never written down.
 * Promises: pure; oldest first, what has no day last; a promise is kept when it says so or when someone went there again for it.
 */
import { daysBetween, due } from './dates.js';
import { dueOf, isOpen, termOf } from './problem.js';

/**
 * @typedef {{id: string, answers: Record<string, any>, by?: string, created_by?: string}} Rec
 * @typedef {object} Task
 * @property {'promise' | 'problem'} kind
 * @property {string} id  the visit or the problem
 * @property {Rec} rec
 * @property {string} household  '' when it concerns none
 * @property {string} title  the promise's or problem's own words; '' for a visit to be repeated without a promise
 * @property {string} on  '' when no day was said
 * @property {import('./dates.js').Due | null} due  null then
 */

/** Days without a visit after which a household counts as long unseen. */
export const LONG = 60;
/** Problems appear this many days before their term. */
const AHEAD = 7;
/** So many promises without a day: they never pass, and must not bury what does. */
const UNDATED = 5;

/** Is a promise of this visit still open? @param {Rec} visit @param {readonly Rec[]} later the household's visits */
export function isKept({ id, answers }, later) {
  if (answers.promise_done_on) return true;
  if (answers.promise) return false; // only who gave their word says it was kept; going there again is not enough
  const asked = answers.follow_up_on ?? '';
  return later.some((other) => {
    const on = other.answers.visited_on ?? '';
    if (other.id === id || on < (answers.visited_on ?? '') || (on === answers.visited_on && other.id < id)) return false;
    return other.answers.purpose === 'followup' || (asked !== '' && on >= asked && on > (answers.visited_on ?? ''));
  });
}

/** Open promises with their visit, the first due first; those without a day come last.
 * @param {readonly Rec[]} visits @returns {Rec[]} */
export function openPromises(visits) {
  /** @type {Map<string, Rec[]>} */
  const homes = new Map();
  for (const visit of visits) {
    const home = homes.get(visit.answers.household);
    if (home) home.push(visit);
    else homes.set(visit.answers.household, [visit]);
  }
  return visits
    .filter(({ answers }) => answers.promise || answers.follow_up_on)
    .filter((visit) => !isKept(visit, visit.answers.household ? homes.get(visit.answers.household) ?? [] : []))
    .sort((a, b) => compare(a.answers.follow_up_on ?? '9999', b.answers.follow_up_on ?? '9999'));
}

/** @param {Rec} rec @param {import('./dates.js').Due | null} near @returns {Task} */
const promised = (rec, near) =>
  ({ kind: 'promise', id: rec.id, rec, household: rec.answers.household ?? '', title: rec.answers.promise ?? '', on: rec.answers.follow_up_on ?? '', due: near });

/** What is due today or has passed, what comes within a week, and the latest that one promised oneself without a day.
 * @param {{visits: readonly Rec[], problems: readonly Rec[], today: string, me?: string}} from @returns {Task[]} */
export function tasks({ visits, problems, today, me }) {
  /** @type {Task[]} */
  const found = [];
  const open = openPromises(visits);
  for (const visit of open) {
    const near = due(visit.answers.follow_up_on, today);
    if (near && near.days <= AHEAD) found.push(promised(visit, near));
  }
  const undated = open.filter((visit) => !visit.answers.follow_up_on && me && visit.created_by === me)
    .sort((a, b) => compare(b.answers.visited_on ?? '', a.answers.visited_on ?? '') || compare(b.id, a.id));
  for (const problem of problems) {
    const near = isOpen(problem) ? dueOf(problem, today) : null;
    if (!near || near.days > AHEAD) continue;
    const { title, content, from_household: household } = problem.answers;
    found.push({ kind: 'problem', id: problem.id, rec: problem, household: household ?? '', title: title || firstSentence(content), on: termOf(problem) ?? '', due: near });
  }
  found.sort((a, b) => compare(a.on, b.on) || compare(a.kind, b.kind) * -1 || compare(a.id, b.id));
  return [...found, ...undated.slice(0, UNDATED).map((visit) => promised(visit, null))];
}

/** The first sentence, at most 60 characters. @param {string | undefined} text */
export function firstSentence(text) {
  const [first = ''] = (text ?? '').trim().split(/[。！？!?\n；;]/);
  return first.length > 60 ? `${first.slice(0, 59)}…` : first;
}

/**
 * @typedef {{group: string, households: Rec[], near: Rec | null}} Walk  long unseen homes of one village group; `near`: another
 *   home there where something is due, so that these are on the way
 */

/** Homes where someone lives and nobody has been for LONG days, by village group: groups on the way first, then the most homes.
 * @param {{households: readonly Rec[], latest: (id: string) => string | undefined, due: readonly Task[], today: string, days?: number}} from
 * @returns {Walk[]} */
export function unseen({ households, latest, due: owed, today, days }) {
  const homes = new Map(households.map((home) => [home.id, home]));
  /** @type {Map<string, Rec[]>} */
  const groups = new Map();
  for (const home of households) {
    if (!isLongUnseen(home, latest(home.id), today, days)) continue;
    const group = String(home.answers.group_no ?? '');
    groups.set(group, [...(groups.get(group) ?? []), home]);
  }
  const near = (/** @type {string} */ group) =>
    owed.map((task) => (task.due ? homes.get(task.household) : undefined)).find((home) => home && String(home.answers.group_no ?? '') === group && !groups.get(group)?.includes(home)) ?? null;
  return [...groups]
    .map(([group, list]) => ({ group, near: near(group), households: list.sort((a, b) => compare(latest(a.id) ?? '', latest(b.id) ?? '')) }))
    .sort((a, b) => Number(Boolean(b.near)) - Number(Boolean(a.near)) || b.households.length - a.households.length || compare(a.group, b.group));
}

/** @param {Rec} home @param {string | undefined} last day of the last visit @param {string} today */
export function isLongUnseen(home, last, today, days = LONG) {
  if (['empty', 'whole_away', 'moved_out', 'died_out'].includes(home.answers.presence)) return false;
  return !last || daysBetween(last, today) > days;
}

/** @param {string} a @param {string} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

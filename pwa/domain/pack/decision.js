/**
 * Owns how far a matter is on the way of four discussions and two publicities, and whether enough people met and agreed.
 * Promises: pure; says what is missing, forbids nothing.
 */
import { daysBetween } from './days.js';

/** @typedef {'full'|'short'|'unknown'|''} Quorum  '' where no rule asks for one */
/** @typedef {{name: string, on: string, until: string, state: 'done'|'now'|'next', quorum: Quorum, due: number|null, present: number|null, agree: number|null, skipped: boolean, at: string}} Stage */

/** In their order, with the answers that say when one began and ended. @type {[string, string, string][]} */
const STAGES = [
  ['propose', 'held_on', ''], ['consult', 'held_on', ''], ['deliberate', 'held_on', ''], ['resolve', 'held_on', ''],
  ['publish_resolution', 'from', 'to'], ['implement', 'started_on', 'done_on'], ['publish_result', 'from', 'to'],
];
/** The whole way usually takes no longer than this. */
export const USUAL_DAYS = 20;

const number = (/** @type {any} */ value) => (typeof value === 'number' ? value : null);

/** Party members: two thirds there, more than half of all agree. Villagers: more than half of those there agree.
 * @param {string} name @param {{due: number|null, present: number|null, agree: number|null}} counted @returns {Quorum} */
export function quorumOf(name, { due, present, agree }) {
  if (name !== 'deliberate' && name !== 'resolve') return '';
  if (present === null || agree === null || (name === 'deliberate' && due === null)) return 'unknown';
  const full = name === 'deliberate' ? present * 3 >= Number(due) * 2 && agree * 2 > Number(due) : agree * 2 > present;
  return full ? 'full' : 'short';
}

/** @param {Record<string, any>} answers @param {string} today @returns {Stage[]} */
export function stagesOf(answers, today) {
  const at = (/** @type {string} */ name, /** @type {string} */ part) => String(answers[`${name}/${part}`] ?? '').slice(0, 10);
  const begun = STAGES.map(([name, from]) => at(name, from) !== '');
  const last = begun.lastIndexOf(true);
  return STAGES.map(([name, from, to], n) => {
    const counted = { due: number(answers[`${name}/due`]), present: number(answers[`${name}/present`]), agree: number(answers[`${name}/agree`]) };
    const on = at(name, from);
    const until = to && at(name, to);
    // What lasts is over when its last day is.
    const over = on !== '' && (!to || (until !== '' && until <= today));
    const state = over || (on !== '' && n < last) ? 'done' : on !== '' ? 'now' : n === last + 1 && (last < 0 || !STAGES[last]?.[2] || isOver(at, last, today)) ? 'now' : 'next';
    return { name, on, until, state: /** @type {'done'|'now'|'next'} */ (state), quorum: on ? quorumOf(name, counted) : '', ...counted, skipped: on === '' && n < last, at: `${name}/${on && to ? to : from}` };
  });
}

/** @param {(name: string, part: string) => string} at @param {number} n @param {string} today */
function isOver(at, n, today) {
  const [name = '', , to = ''] = STAGES[n] ?? [];
  const until = at(name, to);
  return until !== '' && until <= today;
}

/** The stage that is on or comes next; null when all is done. @param {Stage[]} stages */
export const stageNow = (stages) => stages.find(({ state }) => state === 'now') ?? null;

/** Days from the first stage to the last, or until today. @param {Stage[]} stages @param {string} today @returns {number|null} */
export function daysOf(stages, today) {
  const [first] = stages.map(({ on }) => on).filter(Boolean).sort();
  if (!first) return null;
  const end = stages.every(({ state }) => state === 'done') ? stages.at(-1)?.until || today : today;
  return daysBetween(first, end);
}

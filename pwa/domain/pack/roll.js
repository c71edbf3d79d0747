/**
 * Owns what changes on the roll of households: moving out and back, arriving, splitting, a member or the head leaving or
 * dying, a household dying out. Promises: pure; gives everything that is to be saved together, so that one undo takes it back;
 * counts follow the people who are recorded.
 */
import { isGone } from '../household.js';

/**
 * @typedef {{id: string, kind: string, answers: Record<string, any>}} Rec
 * @typedef {{kind: string, id: string, set: Record<string, any>}} Saving
 * @typedef {Record<string, string>} Relations  by person: how they stand to the new head
 */

/** Those who still belong to the household. @template {{answers: Record<string, any>}} R @param {readonly R[]} people @returns {R[]} */
export const living = (people) => people.filter((person) => !isGone(person));

/** @param {Rec} rec @param {Record<string, any>} set @returns {Saving} */
const saving = ({ kind, id }, set) => ({ kind, id, set });

/** A count that is written down goes down with those who leave. @param {Rec} home @param {readonly Rec[]} leaving */
function fewer({ answers }, leaving) {
  /** @type {Record<string, number>} */
  const set = {};
  const home = leaving.filter((person) => person.answers.at_home === 'home').length;
  if (typeof answers.people_count === 'number') set.people_count = Math.max(0, answers.people_count - leaving.length);
  if (typeof answers.resident_count === 'number') set.resident_count = Math.max(0, Math.min(answers.resident_count - home, set.people_count ?? Infinity));
  return set;
}

/** The whole household goes. @param {Rec} home @param {readonly Rec[]} people @param {{on: string, to?: string}} how @returns {Saving[]} */
export function movingOut(home, people, { on, to }) {
  const where = { 'roll/on': on, ...(to ? { 'roll/to': to } : {}) };
  return [saving(home, { presence: 'moved_out', ...where }), ...living(people).map((person) => saving(person, { at_home: 'moved_out', ...where }))];
}

/** It comes back, with those who had left together with it. @param {Rec} home @param {readonly Rec[]} people @param {{on: string}} how @returns {Saving[]} */
export function movingBack(home, people, { on }) {
  const left = home.answers['roll/on'];
  const same = people.filter(({ answers }) => answers.at_home === 'moved_out' && answers['roll/on'] === left);
  const clear = { 'roll/on': null, 'roll/to': null };
  return [saving(home, { presence: 'resident', ...clear, 'roll/in_on': on }), ...same.map((person) => saving(person, { at_home: 'home', ...clear }))];
}

/** Nobody is left. `ends`: what became of each one still there. @param {Rec} home @param {readonly Rec[]} people
 * @param {{on: string, ends: Record<string, 'died' | 'moved_out'>}} how @returns {Saving[]} */
export function dyingOut(home, people, { on, ends }) {
  const counts = typeof home.answers.resident_count === 'number' ? { resident_count: 0 } : {};
  return [saving(home, { presence: 'died_out', 'roll/on': on, ...counts }), ...living(people).map((person) => saving(person, { at_home: ends[person.id] ?? 'died', 'roll/on': on }))];
}

/** One member dies or leaves; where it was the head, another takes the place.
 * @param {Rec} home @param {readonly Rec[]} people @param {Rec} person
 * @param {{how: 'died' | 'moved_out', on: string, to?: string, head?: string, relations?: Relations}} what @returns {Saving[]} */
export function leaving(home, people, person, { how, on, to, head, relations = {} }) {
  const gone = { at_home: how, 'roll/on': on, ...(to ? { 'roll/to': to } : {}) };
  const others = living(people).filter((one) => one.id !== person.id);
  if (!others.length && people.length) return [saving(home, { presence: how === 'died' ? 'died_out' : 'moved_out', 'roll/on': on, ...fewer(home, [person]) }), saving(person, gone)];
  const next = head ? people.find((one) => one.id === head) : undefined;
  const changed = next ? newHead(home, people, next, relations) : [];
  const of = (/** @type {Rec} */ rec) => changed.find((one) => one.id === rec.id)?.set ?? {};
  const rest = changed.filter((one) => one.id !== home.id && one.id !== person.id);
  return [saving(home, { ...of(home), ...fewer(home, [person]) }), saving(person, { ...of(person), ...gone }), ...rest].filter(({ set }) => Object.keys(set).length);
}

/** Another head, with what everybody is to them. @param {Rec} home @param {readonly Rec[]} people @param {Rec} head @param {Relations} relations @returns {Saving[]} */
export function newHead(home, people, head, relations) {
  const others = people.filter((one) => one.id !== head.id && relations[one.id] && relations[one.id] !== one.answers.relation);
  return [saving(home, { head_name: head.answers.name }), saving(head, { relation: 'head' }), ...others.map((one) => saving(one, { relation: relations[one.id] }))];
}

/** Some members make a household of their own. @param {Rec} home @param {readonly Rec[]} people those who go
 * @param {{id: string, on: string, head: string, relations: Relations, house_no?: string, phone?: string}} how @returns {Saving[]} */
export function splitting(home, people, { id, on, head, relations, house_no: house, phone }) {
  const name = people.find((person) => person.id === head)?.answers.name;
  const { group_no: group } = home.answers;
  const made = {
    head_name: name, ...(group === undefined ? {} : { group_no: group }), ...(house ? { house_no: house } : {}), ...(phone ? { phone } : {}),
    presence: 'resident', people_count: people.length, resident_count: people.filter(({ answers }) => answers.at_home === 'home').length,
    types: ['general'], 'roll/in_on': on, 'roll/split_from': home.id,
  };
  const moved = people.map((person) => saving(person, { household: id, relation: person.id === head ? 'head' : relations[person.id] ?? null }));
  const left = fewer(home, people);
  return [{ kind: 'household', id, set: made }, ...moved, ...(Object.keys(left).length ? [saving(home, left)] : [])];
}

/** How many are recorded and still there, where that differs from the number written down; null where nothing is to be said.
 * @param {Rec} home @param {readonly Rec[]} people @returns {{written: number, recorded: number} | null} */
export function headCount({ answers }, people) {
  const recorded = living(people).length;
  const written = answers.people_count;
  return recorded && typeof written === 'number' && written !== recorded ? { written, recorded } : null;
}

/**
 * Owns how a record and an entry of a repeat begin: what the form gives, defaults, what the phone knows, the form's own first
 * writing; and what is written when a record is saved. Promises: never overwrites an answer that is there with a default.
 */
import { happen } from './actions.js';
import { isEmpty, stored } from './entry.js';
import { evaluate } from './expression.js';
import { readsAnswers } from './graph.js';

/**
 * @typedef {import('./answers.js').At} At
 * @typedef {import('./definition.js').Question} Question
 * @typedef {import('./interview.js').Interview} Interview
 * @typedef {import('./settle.js').Settling} Settling
 */

const PRELOADED = /** @type {Record<string, (interview: Interview) => string>} */ ({
  start: (interview) => interview.now, today: (interview) => interview.today, end: () => '',
  uid: (interview) => (interview.id ? `uuid:${interview.id}` : ''),
});

/** A new record. @param {Settling} settling */
export function begin(settling) {
  const { definition, graph } = settling.interview;
  const dynamic = simple(settling, definition.questions.filter(({ path }) => !graph.chain(path).length), [], true);
  for (const path of definition.order) settling.ask(path, []);
  settling.work();
  worked(settling, dynamic, []);
  happen(settling, 'first-load', '', []);
}

/** A new entry. @param {Settling} settling @param {string} repeat @param {At} at with the entry's own number */
export function newEntry(settling, repeat, at) {
  worked(settling, simple(settling, within(settling, repeat, at), at, true), at);
  happen(settling, 'new-repeat', repeat, at);
}

/** A record that is opened, new or not. @param {Settling} settling */
export const opened = (settling) => happen(settling, 'load', '', []);

/** A record that is about to be saved. @param {Settling} settling */
export function ended(settling) {
  const { definition, graph, now } = settling.interview;
  for (const { path, preload } of definition.questions) {
    if (preload === 'end' && !graph.chain(path).length) settling.put(path, [], now);
  }
}

/** Questions of one entry, not of entries inside it. @param {Settling} settling @param {string} repeat @param {At} at */
const within = ({ graph }, repeat, at) =>
  graph.inside(repeat).filter((path) => graph.chain(path).length === at.length).map((path) => graph.question(path));

/** What needs no other answer; says which defaults do. Entries that the form gives are as it gives them, so `literal` defaults
 * are not put into their gaps. @param {Settling} settling @param {Question[]} questions @param {At} at @param {boolean} literal @returns {Question[]} */
function simple(settling, questions, at, literal) {
  const { interview } = settling;
  const dynamic = [];
  for (const question of questions) {
    if (!isEmpty(interview.tree.get(question.path, at))) continue;
    if (question.entries?.length && question.holds === 'entries') given(settling, question, at);
    const preload = question.preload ? (PRELOADED[question.preload]?.(interview) ?? interview.property(question.preload)) : '';
    if (preload) lay(settling, question.path, at, preload);
    else if (question.default && (readsAnswers(question.default) || !literal)) dynamic.push(question);
    else if (question.default) put(settling, question, at);
  }
  return literal ? dynamic : dynamic.filter((question) => !['num', 'str'].includes(question.default?.[0] ?? ''));
}

/** Defaults that read other answers, each after what the ones before it led to. @param {Settling} settling @param {Question[]} questions @param {At} at */
function worked(settling, questions, at) {
  for (const question of questions) {
    settling.work();
    if (isEmpty(settling.interview.tree.get(question.path, at))) put(settling, question, at);
  }
}

/** @param {Settling} settling @param {Question} question @param {At} at */
function put(settling, question, at) {
  const { interview } = settling;
  const value = question.default ? stored(question, evaluate(question.default, interview, at), interview.offset) : null;
  if (!isEmpty(value)) lay(settling, question.path, at, value);
}

/** How an answer begins is no change of it: nothing waits for that. @param {Settling} settling @param {string} path @param {At} at @param {any} value */
function lay(settling, path, at, value) {
  settling.interview.tree.put(path, at, value);
  settling.changed(path, at);
}

/** Entries the form itself begins with; where it also says how many there are, they wait until they are wanted.
 * @param {Settling} settling @param {Question} repeat @param {At} at */
function given(settling, { path, entries, count }, at) {
  const { tree, aside } = settling.interview;
  const made = (entries ?? []).map(identified);
  if (count) {
    aside.set(`${path}@${tree.placeOf(path, at)}`, made.reverse());
    return;
  }
  lay(settling, path, at, made);
  for (const n of made.keys()) {
    const own = [...at, n];
    wait(settling, within(settling, path, own), own);
    worked(settling, simple(settling, within(settling, path, own), own, false), own);
  }
}

/** Entries inside a given one, whose number the form says: they wait too. @param {Settling} settling @param {Question[]} questions @param {At} at */
function wait(settling, questions, at) {
  const { tree, aside } = settling.interview;
  for (const { path, count } of questions) {
    const entries = count ? tree.entries(path, at) : [];
    if (!entries.length) continue;
    aside.set(`${path}@${tree.placeOf(path, at)}`, [...entries].reverse());
    tree.put(path, at, null);
  }
}

/** @param {any} entry @returns {any} the entry, and those inside it, with ids */
function identified(entry) {
  const inner = Object.entries(entry).map(([key, value]) => [key, Array.isArray(value) && typeof value[0] === 'object' ? value.map(identified) : value]);
  return { ...Object.fromEntries(inner), id: crypto.randomUUID() };
}

/**
 * Owns entries of a repeat coming, moving and going, one by one or as many as the form says.
 * Promises: only what the change moved is looked at again: another entry at the end costs the same with two as with two
 * hundred before it; entries that a smaller number takes away come back with what was written in them.
 */
import { newEntry } from './beginning.js';
import { evaluate } from './expression.js';
import { toNumber } from './expression-values.js';

/**
 * @typedef {import('./answers.js').At} At
 * @typedef {import('./definition.js').Question} Question
 * @typedef {import('./interview.js').Interview} Interview
 * @typedef {import('./settle.js').Settling} Settling
 */

const MOST_COUNTED = 1_000;

/** @param {Settling} settling @param {string} repeat @param {At} at @param {Record<string, any>} [answers] with an id: an entry that was there before
 * @param {number} [index] @returns {string} its id */
export function insert(settling, repeat, at, answers = {}, index = Infinity) {
  const { tree } = settling.interview;
  const entry = { id: crypto.randomUUID(), ...answers };
  const entries = [...tree.entries(repeat, at)];
  const there = Math.min(index, entries.length);
  unknow(settling.interview, repeat, at, there);
  entries.splice(there, 0, entry);
  tree.put(repeat, at, entries);
  moved(settling, repeat, at, there);
  if (!('id' in answers)) newEntry(settling, repeat, [...at, there]);
  return entry.id;
}

/** @param {Settling} settling @param {string} repeat @param {At} at @param {number} index @returns {any} what was taken */
export function take(settling, repeat, at, index) {
  const { tree } = settling.interview;
  unknow(settling.interview, repeat, at, index);
  const entries = [...tree.entries(repeat, at)];
  const [entry] = entries.splice(index, 1);
  tree.put(repeat, at, entries.length ? entries : null);
  moved(settling, repeat, at, index);
  return entry;
}

/** As many entries as the form says. @param {Settling} settling @param {Question} question @param {At} at */
export function counted(settling, question, at) {
  const { interview } = settling;
  const { path } = question;
  const wanted = question.count ? toNumber(evaluate(question.count, interview, at), interview.offset) : NaN;
  // No number, as while one is being typed, is no reason to take anything away.
  if (Number.isNaN(wanted)) return;
  const present = interview.tree.entries(path, at).length;
  const n = Math.min(Math.max(0, Math.trunc(wanted)), MOST_COUNTED);
  const key = `${path}@${interview.tree.placeOf(path, at)}`;
  const aside = interview.aside.get(key) ?? [];
  for (let more = present; more < n; more += 1) insert(settling, path, at, aside.pop());
  for (let less = present; less > n; less -= 1) aside.push(take(settling, path, at, less - 1));
  if (aside.length) interview.aside.set(key, aside);
  else interview.aside.delete(key);
}

/** Entries from `index` on will have other numbers: what is known of them by number goes. @param {Interview} interview @param {string} repeat @param {At} at @param {number} index */
function unknow(interview, repeat, at, index) {
  const { graph } = interview;
  for (const path of graph.inside(repeat)) {
    if (!graph.conditional.has(path)) continue;
    for (const place of placesFrom(interview, path, at, index)) interview.relevance.delete(interview.key(path, place));
  }
}

/** Entries from `index` on came, moved or went. @param {Settling} settling @param {string} repeat @param {At} at @param {number} index */
function moved(settling, repeat, at, index) {
  const { graph } = settling;
  settling.changed(repeat, at);
  for (const path of graph.inside(repeat)) {
    const places = placesFrom(settling.interview, path, at, index);
    for (const place of places) settling.touch(path, place);
    settling.stirBeyond(path, at);
    if (graph.rank.has(path)) settling.askAt(path, places);
  }
}

/** @param {Interview} interview @param {string} path @param {At} at @param {number} index @returns {At[]} */
function placesFrom({ graph, tree }, path, at, index) {
  const entries = tree.entries(graph.chain(path)[at.length] ?? '', at).length;
  return Array.from({ length: Math.max(0, entries - index) }, (_, n) => tree.places(path, [...at, index + n])).flat();
}

/**
 * Owns what follows from an answer: calculations, relevance, counted repeats, choices that fell away.
 * Promises: looks only at what reads the changed answers, in the form's order, and says which questions came out differently.
 */
import { evaluate } from './expression.js';
import { dateText, moment, toNumber, toText } from './expression-values.js';
import { isEmpty, same } from './entry.js';

/**
 * @typedef {import('./answers.js').At} At
 * @typedef {import('./definition.js').Question} Question
 * @typedef {import('./interview.js').Interview} Interview
 */

/** What a question stores of an expression's value; null when that comes out empty. Twin: server/surveys/compute.py stored.
 * @param {Question} question @param {any} value @param {number} offset @returns {any} */
export function stored(question, value, offset) {
  if (question.holds === 'number') {
    const number = toNumber(value, offset);
    if (!Number.isFinite(number)) return null;
    return question.type === 'integer' ? Math.trunc(number) + 0 : number;
  }
  if (typeof value === 'number' && Number.isNaN(value)) return null;
  const text = toText(value);
  if (question.holds === 'list') return text.split(/\s+/).filter(Boolean).length ? text.split(/\s+/).filter(Boolean) : null;
  if (question.type === 'date') {
    const found = moment(text, offset);
    if (found) return dateText(found[0]);
  }
  return text || null;
}

/** One settling: starts from changed answers, ends when nothing more follows. */
export class Settling {
  /** @param {Interview} interview */
  constructor(interview) {
    this.interview = interview;
    this.graph = interview.graph;
    /** @type {Map<string, Map<string, At>>} questions to look at again, with the places */
    this.waiting = new Map();
    /** @type {Set<string>} keys of questions to tell */
    this.touched = new Set();
  }

  /** @param {string} path @param {At} at an answer that changed */
  changed(path, at) {
    this.touch(path, at);
    // The rows of a repeat tell what is in its entries.
    for (const [depth, repeat] of this.graph.chain(path).entries()) this.touch(repeat, at.slice(0, depth));
    this.stir(path, at);
  }

  /** @param {string} path @param {At} at whoever reads it there looks again */
  stir(path, at) {
    for (const reader of this.graph.readers(path)) this.ask(reader, at.slice(0, this.graph.shared(reader, path)));
  }

  /** @param {string} path @param {At} prefix */
  ask(path, prefix) {
    this.askAt(path, this.interview.tree.places(path, prefix));
  }

  /** @param {string} path @param {At[]} places */
  askAt(path, places) {
    if (!places.length) return;
    let waiting = this.waiting.get(path);
    if (!waiting) this.waiting.set(path, (waiting = new Map()));
    for (const at of places) waiting.set(at.join(), at);
  }

  /** @param {string} path @param {At} at */
  touch(path, at) {
    this.touched.add(this.interview.forget(path, at));
  }

  /** @returns {Set<string>} */
  run() {
    // A cycle is refused when the form is compiled; the limit only keeps a wrong definition from hanging the phone.
    let left = 50_000;
    for (let path = this.next(); path !== null && left > 0; path = this.next()) {
      const places = /** @type {Map<string, At>} */ (this.waiting.get(path));
      this.waiting.delete(path);
      for (const at of places.values()) {
        left -= 1;
        this.look(this.graph.question(path), at);
      }
    }
    return this.touched;
  }

  /** The waiting question that comes first. @returns {string | null} */
  next() {
    let best = null;
    let least = Infinity;
    for (const path of this.waiting.keys()) {
      const rank = this.graph.rank.get(path) ?? Number.MAX_SAFE_INTEGER;
      if (rank < least) [best, least] = [path, rank];
    }
    return best;
  }

  /** @param {Question} question @param {At} at */
  look(question, at) {
    this.touch(question.path, at);
    if (question.relevant) this.relevance(question.path, at);
    if (question.calculate) this.calculate(question, at);
    if (question.count) this.count(question, at);
    if (question.choice_filter) this.choices(question, at);
  }

  /** @param {string} path @param {At} at */
  relevance(path, at) {
    const { interview } = this;
    const before = interview.relevance.get(interview.key(path, at));
    interview.relevance.delete(interview.key(path, at));
    if (before === undefined || interview.relevant(path, at) === before) return;
    this.changed(path, at);
    for (const inner of this.graph.inside(path)) {
      for (const place of interview.tree.places(inner, this.below(path, at))) {
        interview.relevance.delete(interview.key(inner, place));
        this.changed(inner, place);
        if (this.graph.question(inner).calculate) this.ask(inner, place);
      }
    }
    if (this.graph.question(path).calculate) this.ask(path, at);
  }

  /** The prefix that all places inside a group share; inside a repeat all its entries. @param {string} path @param {At} at */
  below(path, at) {
    return at.slice(0, this.graph.chain(path).length);
  }

  /** @param {Question} question @param {At} at */
  calculate(question, at) {
    const { interview } = this;
    const { path, calculate } = question;
    const value = calculate && interview.relevant(path, at) ? stored(question, evaluate(calculate, interview, at), interview.offset) : null;
    if (same(value, interview.tree.get(path, at))) return;
    interview.tree.put(path, at, value);
    this.changed(path, at);
  }

  /** As many entries as the form says. @param {Question} question @param {At} at */
  count(question, at) {
    const { interview } = this;
    const wanted = question.count ? toNumber(evaluate(question.count, interview, at), interview.offset) : NaN;
    const present = interview.tree.entries(question.path, at).length;
    const n = Number.isFinite(wanted) ? Math.min(Math.max(0, Math.trunc(wanted)), 1_000) : present;
    for (let more = present; more < n; more += 1) interview.insert(question.path, at, this);
    for (let less = present; less > n; less -= 1) interview.take(question.path, at, less - 1, this);
  }

  /** Takes out what can no longer be chosen, so that a cascade never keeps a town of another county. @param {Question} question @param {At} at */
  choices(question, at) {
    const { interview } = this;
    const value = interview.tree.get(question.path, at);
    if (isEmpty(value)) return;
    const names = new Set(interview.choices(question.path, at).map((choice) => choice.name));
    const kept = Array.isArray(value) ? value.filter((name) => names.has(name)) : names.has(value) ? value : null;
    if (same(kept, value)) return;
    interview.tree.put(question.path, at, isEmpty(kept) ? null : kept);
    this.changed(question.path, at);
  }
}

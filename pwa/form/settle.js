/**
 * Owns what follows from an answer: calculations, relevance, counted repeats, choices that fell away, what the form then writes.
 * Promises: looks only at what reads the changed answers, in the form's order, and says which questions came out differently.
 */
import { act } from './actions.js';
import { isEmpty, same, stored } from './entry.js';
import { evaluate } from './expression.js';
import { counted } from './repeats.js';

/**
 * @typedef {import('./answers.js').At} At
 * @typedef {import('./definition.js').Question} Question
 * @typedef {import('./definition.js').Action} Action
 * @typedef {import('./interview.js').Interview} Interview
 */

/** A cycle is refused when the form is compiled; the limits only keep a wrong definition from hanging the phone. */
const MOST_LOOKS = 200_000;
const MOST_ACTIONS = 500;

/** A value the form makes once stays, also while its question is away. @param {any} tree */
const isOnce = (tree) => tree[0] === 'call' && tree[1] === 'once';

/** One settling: starts from changed answers, ends when nothing more follows. */
export class Settling {
  /** @param {Interview} interview */
  constructor(interview) {
    this.interview = interview;
    this.graph = interview.graph;
    /** Questions to look at again, with the places, by their rank; those without one come last. @type {Map<number, Map<string, At>>} */
    this.waiting = new Map();
    this.lowest = Infinity;
    /** @type {Map<string, Map<string, At>>} */
    this.last = new Map();
    /** What the form writes once everything is worked out. @type {{action: Action, place: string}[]} */
    this.due = [];
    /** @type {Set<string>} keys of questions to tell */
    this.touched = new Set();
    this.looks = 0;
    this.acts = 0;
  }

  /** Writes an answer, as a person or the form itself does. @param {string} path @param {At} at @param {any} value */
  put(path, at, value) {
    this.interview.tree.put(path, at, isEmpty(value) ? null : value);
    this.changed(path, at);
    for (const action of this.graph.actions('value-changed', path)) this.due.push({ action, place: this.interview.tree.placeOf(path, at) });
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

  /** Of those who read a question in a repeat's entries, the ones that look beyond their own. @param {string} path @param {At} at where the repeat stands */
  stirBeyond(path, at) {
    for (const reader of this.graph.readers(path)) {
      const shared = this.graph.shared(reader, path);
      if (shared <= at.length) this.ask(reader, at.slice(0, shared));
    }
  }

  /** @param {string} path @param {At} prefix */
  ask(path, prefix) {
    this.askAt(path, this.interview.tree.places(path, prefix));
  }

  /** @param {string} path @param {At[]} places */
  askAt(path, places) {
    if (!places.length) return;
    const rank = this.graph.rank.get(path);
    const waiting = rank === undefined ? this.#place(this.last, path) : this.#place(this.waiting, rank);
    if (rank !== undefined && rank < this.lowest) this.lowest = rank;
    for (const at of places) waiting.set(at.join(), at);
  }

  /** @template K @param {Map<K, Map<string, At>>} map @param {K} key */
  #place(map, key) {
    let places = map.get(key);
    if (!places) map.set(key, (places = new Map()));
    return places;
  }

  /** @param {string} path @param {At} at */
  touch(path, at) {
    this.touched.add(this.interview.forget(path, at));
  }

  /** Works out all that waits; what the form then writes may set more going. @returns {Set<string>} */
  run() {
    do {
      this.work();
      const next = this.due.shift();
      if (!next) break;
      this.acts += 1;
      if (this.acts <= MOST_ACTIONS) act(this, next.action, this.interview.tree.atOf(next.action.from, next.place));
    } while (this.looks < MOST_LOOKS);
    return this.touched;
  }

  /** Calculations, relevance, counts and choices, without what the form writes of itself. */
  work() {
    for (let path = this.next(); path !== null && this.looks < MOST_LOOKS; path = this.next()) {
      const question = this.graph.question(path);
      for (const at of this.taken.values()) {
        this.looks += 1;
        this.look(question, at);
      }
    }
  }

  /** The waiting question that comes first; its places are `taken`. @returns {string | null} */
  next() {
    const { order } = this.graph.definition;
    for (; this.waiting.size && this.lowest < order.length; this.lowest += 1) {
      const places = this.waiting.get(this.lowest);
      if (!places) continue;
      this.waiting.delete(this.lowest);
      this.taken = places;
      return /** @type {string} */ (order[this.lowest]);
    }
    this.lowest = Infinity;
    for (const [path, places] of this.last) {
      this.last.delete(path);
      this.taken = places;
      return path;
    }
    return null;
  }

  /** @type {Map<string, At>} */
  taken = new Map();

  /** @param {Question} question @param {At} at */
  look(question, at) {
    this.touch(question.path, at);
    if (question.relevant) this.relevance(question.path, at);
    if (question.calculate) this.calculate(question, at);
    if (question.count) counted(this, question, at);
    if (question.choice_filter || question.from) this.choices(question, at);
  }

  /** @param {string} path @param {At} at */
  relevance(path, at) {
    const { interview } = this;
    const before = interview.relevance.get(interview.key(path, at));
    interview.relevance.delete(interview.key(path, at));
    if (before === undefined || interview.relevant(path, at) === before) return;
    this.changed(path, at);
    for (const inner of this.graph.inside(path)) {
      for (const place of interview.tree.places(inner, at)) {
        interview.relevance.delete(interview.key(inner, place));
        this.changed(inner, place);
        if (this.graph.question(inner).calculate) this.askAt(inner, [place]);
      }
    }
    if (this.graph.question(path).calculate) this.askAt(path, [at]);
  }

  /** @param {Question} question @param {At} at */
  calculate(question, at) {
    const { interview } = this;
    const { path, calculate } = question;
    const relevant = interview.relevant(path, at);
    if (!calculate || (!relevant && (question.kept || isOnce(calculate)))) return;
    const value = relevant ? stored(question, evaluate(calculate, interview, at), interview.offset) : null;
    if (!same(value, interview.tree.get(path, at))) this.put(path, at, value);
  }

  /** Takes out what can no longer be chosen, so that a cascade never keeps a town of another county. @param {Question} question @param {At} at */
  choices(question, at) {
    const { interview } = this;
    const value = interview.tree.get(question.path, at);
    if (isEmpty(value)) return;
    const rows = interview.choices(question.path, at);
    const names = new Set(rows.map((choice) => choice.name));
    const kept = Array.isArray(value) ? value.filter((name) => names.has(name)) : names.has(value) ? value : null;
    // An order is of all there is: what can be chosen now and could not before stands last.
    if (question.type === 'rank') kept.push(...[...names].filter((name) => !kept.includes(name)));
    if (!same(kept, value)) this.put(question.path, at, kept);
  }
}

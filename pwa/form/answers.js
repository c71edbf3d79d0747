/**
 * Owns the tree of answers of one interview: where a value lies, and the entries of repeats.
 * Promises: pure; a copy of what it was given, so that the record it came from never changes.
 *
 * A place is told in two ways: `at`, the numbers of the entries around a question (as expressions count), and `place`,
 * their ids joined by "/" (stable when entries come and go, "" outside repeats).
 */
import { mended } from './mended.js';

/** @typedef {number[]} At */
/** @typedef {Record<string, any>} Holder */

export class Answers {
  /** @param {import('./graph.js').Graph} graph @param {Holder} answers */
  constructor(graph, answers) {
    this.graph = graph;
    /** @type {Holder} */
    this.all = mended(graph, answers);
  }

  /** The object a question's value lies in, and its key there. @param {string} path @param {At} at @returns {[Holder, string] | null} */
  spot(path, at) {
    const steps = this.graph.steps.get(path) ?? [path];
    const last = steps.length - 1;
    /** @type {any} */
    let holder = this.all;
    for (let depth = 0; depth < last; depth += 1) {
      holder = holder[/** @type {string} */ (steps[depth])]?.[/** @type {number} */ (at[depth])];
      if (holder === undefined) return null;
    }
    return [holder, /** @type {string} */ (steps[last])];
  }

  /** @param {string} path @param {At} at @returns {any} */
  get(path, at) {
    const spot = this.spot(path, at);
    return spot?.[0][spot[1]];
  }

  /** @param {string} path @param {At} at @param {any} value null or undefined takes it out */
  put(path, at, value) {
    const spot = this.spot(path, at);
    if (!spot) return;
    if (value === null || value === undefined) delete spot[0][spot[1]];
    else spot[0][spot[1]] = value;
  }

  /** What is noted beside an answer. @param {string} path @param {At} at @param {'remark' | 'later'} mark @returns {string} */
  mark(path, at, mark) {
    const spot = this.spot(path, at);
    return spot?.[0][`${spot[1]}#${mark}`] ?? '';
  }

  /** @param {string} path @param {At} at @param {'remark' | 'later'} mark @param {string} text '' takes it out */
  putMark(path, at, mark, text) {
    const spot = this.spot(path, at);
    if (!spot) return;
    if (text) spot[0][`${spot[1]}#${mark}`] = text;
    else delete spot[0][`${spot[1]}#${mark}`];
  }

  /** @param {string} repeat @param {At} at @returns {Holder[]} */
  entries(repeat, at) {
    return this.get(repeat, at) ?? [];
  }

  /** Every place a question stands in, below `prefix`. @param {string} path @param {At} [prefix] @returns {At[]} */
  places(path, prefix = []) {
    const chain = this.graph.chain(path);
    if (prefix.length >= chain.length) return [prefix.length === chain.length ? prefix : prefix.slice(0, chain.length)];
    /** @type {At[]} */
    let places = [prefix];
    for (let depth = prefix.length; depth < chain.length; depth += 1) {
      const repeat = /** @type {string} */ (chain[depth]);
      places = places.flatMap((at) => this.entries(repeat, at).map((_, n) => [...at, n]));
    }
    return places;
  }

  /** @param {string} path @param {string} place @returns {At | null} null when an entry is gone */
  atOf(path, place) {
    const chain = this.graph.chain(path);
    /** @type {At} */
    const at = [];
    if (!chain.length) return at;
    const ids = place ? place.split('/') : [];
    for (const [depth, repeat] of chain.entries()) {
      const n = this.entries(repeat, at).findIndex((entry) => entry.id === ids[depth]);
      if (n < 0) return null;
      at.push(n);
    }
    return at;
  }

  /** @param {string} path @param {At} at @returns {string} */
  placeOf(path, at) {
    return this.graph.chain(path)
      .map((repeat, depth) => String(this.entries(repeat, at.slice(0, depth))[/** @type {number} */ (at[depth])]?.id ?? ''))
      .join('/');
  }
}

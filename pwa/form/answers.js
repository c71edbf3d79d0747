/**
 * Owns the tree of answers of one interview: where a value lies, and the entries of repeats.
 * Promises: pure; a copy of what it was given, so that the record it came from never changes.
 *
 * A place is told in two ways: `at`, the numbers of the entries around a question (as expressions count), and `place`,
 * their ids joined by "/" (stable when entries come and go, "" outside repeats).
 */

/** @typedef {number[]} At */
/** @typedef {Record<string, any>} Holder */

export class Answers {
  /** @param {import('./graph.js').Graph} graph @param {Holder} answers */
  constructor(graph, answers) {
    this.graph = graph;
    /** @type {Holder} */
    this.all = structuredClone(answers);
  }

  /** The object a question's value lies in, and its key there. @param {string} path @param {At} at @returns {[Holder, string] | null} */
  spot(path, at) {
    /** @type {any} */
    let holder = this.all;
    let start = 0;
    for (const [depth, repeat] of this.graph.chain(path).entries()) {
      holder = holder[repeat.slice(start)]?.[/** @type {number} */ (at[depth])];
      if (holder === undefined || holder === null || typeof holder !== 'object') return null;
      start = repeat.length + 1;
    }
    return [holder, path.slice(start)];
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

  /** @param {string} repeat @param {At} at @returns {Holder[]} */
  entries(repeat, at) {
    const entries = this.get(repeat, at);
    return Array.isArray(entries) ? entries : [];
  }

  /** Every place a question stands in, below `prefix`. @param {string} path @param {At} [prefix] @returns {At[]} */
  places(path, prefix = []) {
    return this.graph.chain(path).reduce((/** @type {At[]} */ places, repeat, depth) =>
      places.flatMap((at) => depth < prefix.length
        ? [[...at, /** @type {number} */ (prefix[depth])]]
        : this.entries(repeat, at).map((_, n) => [...at, n])), [[]]);
  }

  /** @param {string} path @param {string} place @returns {At | null} null when an entry is gone */
  atOf(path, place) {
    const ids = place ? place.split('/') : [];
    /** @type {At} */
    const at = [];
    for (const [depth, repeat] of this.graph.chain(path).entries()) {
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

// Expressions over a village's records → values. Twin of server/surveys/expression/village.py; the language is described in
// village_resolve.py. Pure. Promises: what does not depend on a record in brackets is worked out once; an equality in brackets
// is looked up, not searched for.

import { FUNCTIONS } from '../../form/expression-functions.js';
import { search } from '../../form/expression-pattern.js';
import { toBoolean, toNumber, toText } from '../../form/expression-values.js';
import { Row } from './village-rows.js';

/** @typedef {import('../../form/definition.js').AST} AST */
/** @typedef {import('./village-rows.js').Tables} Tables */
/** @typedef {import('./village-rows.js').Leaf} Leaf */
/** @typedef {number | string | boolean | any[]} Value  a set is an array of rows or of leaves */
/** @typedef {(here: Row|null, outer: Row|null) => Value} Run */
/** A part of an expression: how it is worked out, and whether that looks at the record in or outside brackets.
 * @typedef {{run: Run, here: boolean, outer: boolean}} Part */

/** Trees as text, by which equal ones are known. @type {WeakMap<any[], string>} */
const written = new WeakMap();

const SINGLE = new Set(['here', 'outer', 'up']);
/** Their arguments are sets also where one record's answer stands. */
const OF_SETS = new Set(['count', 'count-non-empty', 'distinct-values', 'median-days', 'months', 'sum', 'min', 'max', 'join']);

/** @param {Run} run @param {boolean} [here] @param {boolean} [outer] @returns {Part} */
const part = (run, here = false, outer = false) => ({ run, here, outer });

/** @param {Run} run @param {Part[]} parts @returns {Part} */
const joined = (run, parts) => part(run, parts.some((one) => one.here), parts.some((one) => one.outer));

/** @param {Value} value @returns {any[]} */
const setOf = (value) => (Array.isArray(value) ? value : []);

/** Records and entries once; answers each. @param {any[]} nodes */
function apart(nodes) {
  const found = new Set();
  return nodes.filter((node) => !(node instanceof Row) || (!found.has(node) && found.add(node)));
}

/** @param {Row|null} row @param {string} text @returns {Leaf} */
const leaf = (row, text) => ({ row, text, leaf: true });

/** One village on one day. */
export class Village {
  /** @param {Tables} tables @param {Record<string, number>} thresholds @param {string} today */
  constructor(tables, thresholds, today) {
    this.tables = tables;
    this.thresholds = thresholds;
    /** @type {any} what functions may ask of a context; a guide names no form's answers */
    this.ctx = { today, now: `${today}T00:00:00.000+08:00`, offset: 480, lang: 'zh' };
    /** @type {Map<string, Part>} */
    this.parts = new Map();
    /** @type {Map<string, number>} */
    this.numbers = new Map();
  }

  /** @param {AST} tree @returns {Value} */
  value(tree) {
    return this.part(tree).run(null, null);
  }

  /** @param {string} kind @param {AST|null} condition @returns {Row[]} */
  where(kind, condition) {
    return setOf(this.part(condition ? ['filter', ['records', kind], condition] : ['records', kind]).run(null, null));
  }

  /** @param {Value} value @returns {number} */
  number(value) {
    if (typeof value === 'number') return value;
    if (typeof value === 'boolean') return value ? 1 : 0;
    const text = toText(/** @type {any} */ (value));
    let known = this.numbers.get(text);
    if (known === undefined) this.numbers.set(text, (known = toNumber(text, 480)));
    return known;
  }

  /** The same part of two expressions is one part, worked out once where no brackets stand around it.
   * @param {AST} tree @param {boolean} [ofSet] @returns {Part} */
  part(tree, ofSet = false) {
    let key = written.get(tree);
    if (key === undefined) written.set(tree, (key = JSON.stringify(tree)));
    if (ofSet) key = `*${key}`;
    let found = this.parts.get(key);
    if (!found) {
      found = this.#compiled(tree, ofSet);
      if (!found.here && !found.outer && tree[0] !== 'num' && tree[0] !== 'str') found = part(once(found.run));
      this.parts.set(key, found);
    }
    return found;
  }

  /** @param {AST} tree @param {boolean} ofSet @returns {Part} */
  #compiled(tree, ofSet) {
    switch (tree[0]) {
      case 'num': return part(() => tree[1]);
      case 'str': return part(() => tree[1]);
      case 'records': return part(() => this.tables.table(tree[1]).rows);
      case 'here': return part((here) => [here], true);
      case 'outer': return part((_, outer) => [outer], false, true);
      case 'rows': return this.#derived(tree, (row) => row.entries(tree[2]));
      case 'up': {
        const base = this.part(tree[1]);
        return { ...base, run: (here, outer) => apart(setOf(base.run(here, outer)).map((row) => row.up).filter(Boolean)) };
      }
      case 'leaf': return this.#leaf(tree, ofSet);
      case 'filter': return this.#filter(tree);
      case '|': {
        const parts = tree.slice(1).map((one) => this.part(one, true));
        return joined((here, outer) => apart(parts.flatMap((one) => setOf(one.run(here, outer)))), parts);
      }
      case 'call': return this.#call(tree);
      default: return this.#operator(tree);
    }
  }

  /** @param {AST} tree @param {(row: Row) => any[]} work @returns {Part} */
  #derived(tree, work) {
    const base = this.part(tree[1]);
    return { ...base, run: (here, outer) => setOf(base.run(here, outer)).flatMap(work) };
  }

  /** @param {AST} tree @param {boolean} ofSet @returns {Part} */
  #leaf([, of, path], ofSet) {
    if (!ofSet && of[0] === 'here') return part((here) => here?.textOf(path) ?? '', true);
    if (!ofSet && of[0] === 'outer') return part((_, outer) => outer?.textOf(path) ?? '', false, true);
    const base = this.part(of);
    if (!ofSet && SINGLE.has(of[0])) {
      return { ...base, run: (here, outer) => setOf(base.run(here, outer)).map((row) => row.textOf(path)).join('') };
    }
    return {
      ...base,
      run: (here, outer) => {
        /** @type {Leaf[]} */
        const found = [];
        for (const row of setOf(base.run(here, outer))) {
          const text = row.textOf(path);
          if (text !== '') found.push(leaf(row, text));
        }
        return found;
      },
    };
  }

  /** @param {AST} tree @returns {Part} */
  #filter([, base, ...kept]) {
    const nodes = this.part(base);
    const conditions = kept.flatMap((one) => (one[0] === 'and' ? one.slice(1) : [one]));
    const needs = conditions.map((one) => this.part(one));
    // What nothing outside decides is found bracket by bracket: expressions often begin alike.
    const last = kept.length > 1 && !nodes.here && !nodes.outer && !needs.some((one) => one.outer) && kept.pop();
    if (last) return this.part(['filter', ['filter', base, ...kept], last]);
    const found = kept.some((one) => one[0] === 'num') ? null : this.#lookedUp(base, conditions);
    const tests = (found ? found.rest : kept).map((tree) => ({ tree, run: this.part(tree).run }));
    /** @type {Run} */
    const run = (here, outer) => {
      /** @type {Row[]} */
      let rows = found ? found.rows(here) : setOf(nodes.run(here, outer));
      for (const { tree, run: test } of tests) {
        rows = tree[0] === 'num' ? rows.slice(tree[1] - 1, tree[1]) : rows.filter((row) => toBoolean(/** @type {any} */ (test(row, here))));
      }
      return rows;
    };
    return part(run, nodes.here || needs.some((one) => one.outer), nodes.outer);
  }

  /** Rows by an equality (or a choice) among the conditions, and the conditions that are left.
   * @param {AST} base @param {AST[]} conditions @returns {{rows: (here: Row|null) => Row[], rest: AST[]}|null} */
  #lookedUp(base, conditions) {
    if (base[0] !== 'records') return null;
    for (const [place, condition] of conditions.entries()) {
      const sought = soughtBy(condition);
      if (!sought || this.part(sought.other).here) continue;
      const { path, words } = sought;
      const other = this.part(sought.other);
      const test = this.part(condition);
      return {
        // Inside the brackets `here` is each record and `outer` what is `here` now.
        rows: (here) => {
          const table = this.tables.table(base[1]);
          const text = textOf(other.run(null, here));
          if (text !== null && (text !== '' || !words)) return table.having(path, text, words);
          return table.rows.filter((row) => toBoolean(/** @type {any} */ (test.run(row, here))));
        },
        rest: conditions.filter((_, i) => i !== place),
      };
    }
    return null;
  }

  /** @param {AST} tree @returns {Part} */
  #operator([sign, ...trees]) {
    const parts = trees.map((one) => this.part(one));
    const runs = parts.map((one) => one.run);
    const [first, second] = runs;
    if (!first) throw new TypeError(`this app does not know the expression ${sign}`);
    if (sign === 'or') return joined((here, outer) => runs.some((run) => toBoolean(/** @type {any} */ (run(here, outer)))), parts);
    if (sign === 'and') return joined((here, outer) => runs.every((run) => toBoolean(/** @type {any} */ (run(here, outer)))), parts);
    if (sign === 'neg') return joined((here, outer) => -this.number(first(here, outer)), parts);
    if (second && /[=<>]/.test(sign)) {
      return joined((here, outer) => this.#compare(sign, first(here, outer), second(here, outer)), parts);
    }
    const work = ARITHMETIC[sign];
    if (!work) throw new TypeError(`this app does not know the expression ${sign}`);
    return joined((here, outer) => runs.map((run) => this.number(run(here, outer))).reduce(work), parts);
  }

  /** selected() with one side written out, as it mostly is, without taking that side apart for each record. @param {AST} list @param {AST} value @returns {Part|null} */
  #selected(list, value) {
    if (list[0] === 'str' && /\S/.test(list[1])) {
      const words = new Set(list[1].split(/[ \t\r\n]+/).filter(Boolean));
      const one = this.part(value);
      return { ...one, run: (here, outer) => words.has(toText(/** @type {any} */ (one.run(here, outer)))) };
    }
    if (value[0] !== 'str' || !/^\S+$/.test(value[1])) return null;
    const word = value[1];
    const chosen = this.part(list);
    return {
      ...chosen,
      run: (here, outer) => {
        const text = toText(/** @type {any} */ (chosen.run(here, outer)));
        return text === word || (text.includes(word) && text.split(/[ \t\r\n]+/).includes(word));
      },
    };
  }

  /** @param {string} sign @param {Value} left @param {Value} right */
  #compare(sign, left, right) {
    if (!Array.isArray(left) && !Array.isArray(right)) {
      if (sign === '=') return this.#equal(left, right);
      return sign === '!=' ? !this.#equal(left, right) : ordered(sign, this.number(left), this.number(right));
    }
    for (const a of singles(left, right)) {
      for (const b of singles(right, left)) {
        if (sign === '=' || sign === '!=') {
          if (this.#equal(a, b) === (sign === '=')) return true;
        } else if (ordered(sign, this.number(a), this.number(b))) return true;
      }
    }
    return false;
  }

  /** @param {any} a @param {any} b */
  #equal(a, b) {
    if (typeof a === 'boolean' || typeof b === 'boolean') return toBoolean(a) === toBoolean(b);
    if (typeof a === 'string' && typeof b === 'string') return a === b;
    return this.number(a) === this.number(b);
  }

  /** @param {AST} tree @returns {Part} */
  #call([, name, ...args]) {
    if (name === 'threshold') {
      const number = this.thresholds[args[0]?.[1]] ?? 0;
      return part(() => number);
    }
    if (name === 'regex') {
      const text = this.part(/** @type {AST} */ (args[0]));
      const program = args[1]?.[1];
      return { ...text, run: (here, outer) => search(program, toText(/** @type {any} */ (text.run(here, outer)))) };
    }
    if (name === 'selected') {
      const known = this.#selected(/** @type {AST} */ (args[0]), /** @type {AST} */ (args[1]));
      if (known) return known;
    }
    const parts = args.map((one) => this.part(one, OF_SETS.has(name)));
    const runs = parts.map((one) => one.run);
    const own = OWN[name];
    if (own) return joined((here, outer) => own(runs, here, outer), parts);
    const call = FUNCTIONS[name];
    if (!call) throw new TypeError(`this app does not know the function ${name}()`);
    return joined((here, outer) => call(this.ctx, runs.map((run) => /** @type {any} */ (run(here, outer)))), parts);
  }
}

/** @type {Record<string, (a: number, b: number) => number>} */
const ARITHMETIC = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  'div': (a, b) => a / b,
  'mod': (a, b) => a % b,
};

/** @type {Record<string, (runs: Run[], here: Row|null, outer: Row|null) => Value>} */
const OWN = {
  'if': (runs, here, outer) => runs[toBoolean(/** @type {any} */ (runs[0]?.(here, outer))) ? 1 : 2]?.(here, outer) ?? '',
  'coalesce': (runs, here, outer) => {
    for (const run of runs) {
      const text = toText(/** @type {any} */ (run(here, outer)));
      if (text !== '') return text;
    }
    return '';
  },
  'count': ([run], here, outer) => setOf(run?.(here, outer) ?? []).length,
  'count-non-empty': ([run], here, outer) => setOf(run?.(here, outer) ?? []).length,
  'distinct-values': ([run], here, outer) => {
    const found = new Map();
    for (const node of setOf(run?.(here, outer) ?? [])) if (!found.has(node.text)) found.set(node.text, node);
    return [...found.values()];
  },
  'median-days': ([from, to], here, outer) => {
    const begun = new Map(setOf(from?.(here, outer) ?? []).map((node) => [node.row, toNumber(node.text, 480)]));
    const took = setOf(to?.(here, outer) ?? []).map((node) => toNumber(node.text, 480) - (begun.get(node.row) ?? NaN)).filter((days) => !Number.isNaN(days)).sort((a, b) => a - b);
    return took.length ? ((took[(took.length - 1) >> 1] ?? 0) + (took[took.length >> 1] ?? 0)) / 2 : NaN;
  },
  'months': ([run], here, outer) =>
    [...new Set(setOf(run?.(here, outer) ?? []).map((node) => node.text.slice(0, 7)))].map((month) => leaf(null, month)),
};

/** @param {Run} run @returns {Run} */
function once(run) {
  /** @type {Value|undefined} */
  let known;
  return () => (known ??= run(null, null));
}

/** @param {Value} value @param {Value} other @returns {any[]} */
function singles(value, other) {
  if (!Array.isArray(value)) return [value];
  return typeof other === 'boolean' ? [toBoolean(value)] : value.map((node) => node.text);
}

/** @param {string} sign @param {number} a @param {number} b */
const ordered = (sign, a, b) => (sign === '<' ? a < b : sign === '<=' ? a <= b : sign === '>' ? a > b : a >= b);

/** The one text a value is; null where an index by text cannot tell. @param {Value} value */
function textOf(value) {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return null;
  const texts = new Set(value.map((node) => node.text));
  return texts.size === 1 ? /** @type {string} */ ([...texts][0]) : null;
}

/** A condition that can be looked up: which answer, what it must be, whether it is one of several words.
 * @param {AST} tree @returns {{path: string, other: AST, words: boolean}|null} */
function soughtBy(tree) {
  const [sign, left, right] = tree;
  if (sign === '=') {
    if (left[0] === 'leaf' && left[1][0] === 'here') return { path: left[2], other: right, words: false };
    if (right[0] === 'leaf' && right[1][0] === 'here') return { path: right[2], other: left, words: false };
  }
  if (sign === 'call' && left === 'selected' && right[0] === 'leaf' && right[1][0] === 'here') {
    return { path: right[2], other: /** @type {AST} */ (tree[3]), words: true };
  }
  return null;
}

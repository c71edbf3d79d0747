// Resolved expression + context → value. Twin of server/surveys/expression/evaluate.py; tests/cases/expression*.json must
// pass in both. Pure: answers are read only through the context, so that whoever supplies it sees every read.

import { FUNCTIONS } from './expression-functions.js';
import { NODE_SETS, storedText } from './expression-nodes.js';
import { SPECIAL } from './expression-tree.js';
import { toBoolean, toNumber } from './expression-values.js';

export { storedText };

/** @typedef {import('./definition.js').AST} AST */
/** @typedef {import('./definition.js').Definition} Definition */
/** @typedef {import('./definition.js').Choice} Choice */
/** @typedef {import('./expression-values.js').Value} Value */
/** @typedef {import('./expression-nodes.js').Focus} Focus */

/**
 * Where an expression stands and what it may read. `at`, here and below, is the entry of each repeat around a place,
 * outermost first, counted from 0.
 * @typedef {object} Context
 * @property {FormIndex} index
 * @property {(path: string, at: number[]) => any} value   stored value; undefined or null when empty or not relevant
 * @property {(path: string, at: number[]) => number} count  entries of a repeat
 * @property {(path: string) => any} [last]  of the record of this kind saved last on this device
 * @property {string} today     YYYY-MM-DD in the forms' zone
 * @property {string} now       ISO 8601 with offset
 * @property {number} offset    minutes east of UTC of the forms' zone (480)
 * @property {string} lang
 * @property {() => number} [random]
 * @property {() => string} [uuid]
 * @property {(name: string) => string} [property]  of the device or person: deviceid, username …
 */

/** What evaluation needs to know of a form: repeats around each path, lists, types. Built once per form. */
export class FormIndex {
  /** @param {Definition} definition */
  constructor(definition) {
    this.lists = definition.lists ?? {};
    /** @type {Map<string, import('./definition.js').Question>} */
    this.questions = new Map();
    /** @type {Map<string, string[]>} */
    this.chains = new Map([['', []]]);
    /** @type {Map<string, string[]>} */
    this.children = new Map([['', []]]);
    /** @type {Map<string, Map<string, Choice>>} */
    this.rows = new Map();
    for (const question of definition.questions ?? []) {
      const around = this.chains.get(question.parent) ?? [];
      this.questions.set(question.path, question);
      this.chains.set(question.path, question.type === 'repeat' ? [...around, question.path] : around);
      this.children.set(question.path, []);
      this.children.get(question.parent)?.push(question.path);
    }
  }

  /** Repeats around the path, outermost first; a repeat's own path is the last of its chain. @param {string} path */
  chain(path) {
    return this.chains.get(path) ?? [];
  }

  /** The first row of a list whose column holds the value. @param {string} list @param {string} value @param {string} [column] */
  row(list, value, column = 'name') {
    const key = `${list}\n${column}`;
    let byValue = this.rows.get(key);
    if (!byValue) {
      byValue = new Map();
      for (const row of this.lists[list] ?? []) {
        const cell = String(row[column] ?? '');
        if (!byValue.has(cell)) byValue.set(cell, row);
      }
      this.rows.set(key, byValue);
    }
    return byValue.get(value);
  }
}

/** @param {Focus} focus @param {AST} tree */
const number = (focus, tree) => toNumber(run(focus, tree), focus.ctx.offset);

/** A node set compares by any of its nodes, but with a boolean as a whole (XPath 1.0, 3.4).
 * @param {Value} value @param {Value} other @returns {(number | string | boolean)[]} */
function singles(value, other) {
  if (!Array.isArray(value)) return [value];
  return typeof other === 'boolean' ? [toBoolean(value)] : value.map((node) => node.text);
}

/** @param {number | string | boolean} a @param {number | string | boolean} b @param {number} offset */
function equal(a, b, offset) {
  if (typeof a === 'boolean' || typeof b === 'boolean') return toBoolean(a) === toBoolean(b);
  if (typeof a === 'string' && typeof b === 'string') return a === b;
  return toNumber(a, offset) === toNumber(b, offset);
}

/** @param {string} sign @param {number} a @param {number} b */
function ordered(sign, a, b) {
  return sign === '<' ? a < b : sign === '<=' ? a <= b : sign === '>' ? a > b : a >= b;
}

/** @param {Focus} focus @param {AST} tree */
function compare(focus, tree) {
  const [sign] = tree;
  const { offset } = focus.ctx;
  const left = run(focus, tree[1]);
  const right = run(focus, tree[2]);
  for (const a of singles(left, right)) {
    for (const b of singles(right, left)) {
      if (sign === '=' || sign === '!=') {
        if (equal(a, b, offset) === (sign === '=')) return true;
      } else if (ordered(sign, toNumber(a, offset), toNumber(b, offset))) return true;
    }
  }
  return false;
}

/** @param {Focus} focus @param {AST} tree @returns {Value} */
function call(focus, tree) {
  const [, name, ...args] = tree;
  const special = SPECIAL[name];
  if (special) return special(focus, args);
  const found = FUNCTIONS[name];
  if (!found) throw new TypeError(`this app does not know the function ${name}()`);
  return found(focus.ctx, args.map((arg) => run(focus, arg)));
}

/** @type {{[operation: string]: (focus: Focus, tree: AST) => Value}} */
const OPERATIONS = {
  'num': (_, tree) => Number(tree[1]),
  'str': (_, tree) => String(tree[1]),
  'or': (focus, tree) => tree.slice(1).some((arg) => toBoolean(run(focus, arg))),
  'and': (focus, tree) => tree.slice(1).every((arg) => toBoolean(run(focus, arg))),
  '=': compare,
  '!=': compare,
  '<': compare,
  '<=': compare,
  '>': compare,
  '>=': compare,
  '+': (focus, tree) => tree.slice(2).reduce((total, arg) => total + number(focus, arg), number(focus, tree[1])),
  '*': (focus, tree) => tree.slice(2).reduce((total, arg) => total * number(focus, arg), number(focus, tree[1])),
  '-': (focus, tree) => number(focus, tree[1]) - number(focus, tree[2]),
  'div': (focus, tree) => number(focus, tree[1]) / number(focus, tree[2]),
  'mod': (focus, tree) => number(focus, tree[1]) % number(focus, tree[2]),
  'neg': (focus, tree) => -number(focus, tree[1]),
  'call': call,
  ...NODE_SETS,
};

/** @param {Focus} focus @param {AST} tree @returns {Value} */
function run(focus, tree) {
  const operation = OPERATIONS[tree[0]];
  if (!operation) throw new TypeError(`this app does not know the expression ${tree[0]}`);
  return operation(focus, tree);
}

/** The value of an expression standing in the given entries; with `row`, of a choice filter for that row.
 * @param {AST} tree @param {Context} ctx @param {number[]} [at] @param {Choice | null} [row] @returns {Value} */
export function evaluate(tree, ctx, at = [], row = null) {
  return run({ ctx, run, origin: at, at, row, position: 1, size: 1 }, tree);
}

/** @param {AST | boolean | null | undefined} condition @param {Context} ctx @param {number[]} [at] @param {Choice | null} [row] */
export function isTrue(condition, ctx, at = [], row = null) {
  return Array.isArray(condition) ? toBoolean(evaluate(condition, ctx, at, row)) : Boolean(condition);
}

// Resolved expression + context → value. Twin of server/surveys/expression/evaluate.py; tests/cases/expression*.json must
// pass in both. Pure: answers are read only through the context, so that whoever supplies it sees every read.

import { FUNCTIONS } from './expression-functions.js';
import { search } from './expression-pattern.js';
import { numberText, toBoolean, toNumber, toText } from './expression-values.js';

/** @typedef {import('./definition.js').AST} AST */
/** @typedef {import('./definition.js').Definition} Definition */
/** @typedef {import('./definition.js').Choice} Choice */
/** @typedef {import('./expression-values.js').Value} Value */
/** @typedef {import('./expression-values.js').Node} Node */

/**
 * Where an expression stands and what it may read. `at`, here and below, is the entry of each repeat around a place,
 * outermost first, counted from 0.
 * @typedef {object} Context
 * @property {FormIndex} index
 * @property {(path: string, at: number[]) => any} value   stored value; undefined or null when empty or not relevant
 * @property {(path: string, at: number[]) => number} count  entries of a repeat
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

/** Where inside an expression we are; inside a predicate `at` and `row` are those of the node looked at.
 * @typedef {{ctx: Context, origin: number[], at: number[], row: Choice | null, position: number, size: number}} Focus */

/** The text XPath sees of a stored answer. @param {any} value @returns {string} */
export function storedText(value) {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return numberText(value);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string').join(' ') : '';
}

/** The path's nodes in document order; `at` binds its outermost repeats, the rest range over their entries.
 * @param {string} path @param {number[]} at @param {Context} ctx @param {Node[]} found */
function collect(path, at, ctx, found) {
  const repeat = ctx.index.chain(path)[at.length];
  if (repeat !== undefined) {
    const count = ctx.count(repeat, at);
    for (let place = 0; place < count; place++) collect(path, [...at, place], ctx, found);
    return found;
  }
  const type = ctx.index.questions.get(path)?.type ?? 'group';
  const leaf = type !== 'group' && type !== 'repeat';
  found.push({ path, at, row: null, text: leaf ? storedText(ctx.value(path, at)) : '', leaf });
  return found;
}

/** A row's column as text; words in the language of the context, or in whatever language there is.
 * @param {{[column: string]: any}} row @param {string} column @param {Context} ctx @returns {string} */
export function cell(row, column, ctx) {
  const value = row[column];
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    const words = value[ctx.lang] || (Object.values(value)[0] ?? '');
    if (!Array.isArray(words)) return String(words);
    return words.map((piece) => (typeof piece === 'string' ? piece : toText(evaluate(piece, ctx)))).join('');
  }
  return storedText(value);
}

/** @param {{[column: string]: any}} row @param {string} text @param {boolean} leaf @returns {Node} */
const rowNode = (row, text, leaf) => ({ path: '', at: [], row, text, leaf });

/** @param {Focus} focus @param {AST} tree @returns {Node[]} */
function nodeSet(focus, tree) {
  const value = run(focus, tree);
  return Array.isArray(value) ? value : [];
}

/** @param {Focus} focus @param {AST} tree */
function filter(focus, tree) {
  let found = nodeSet(focus, tree[1]);
  for (const predicate of tree.slice(2)) {
    const size = found.length;
    found = found.filter((node, i) => {
      const at = node.row ? focus.at : node.at;
      const row = /** @type {Choice | null} */ (node.row);
      const value = run({ ctx: focus.ctx, origin: focus.origin, at, row, position: i + 1, size }, predicate);
      return typeof value === 'number' ? value === i + 1 : toBoolean(value);
    });
  }
  return found;
}

/** @param {Focus} focus @param {AST} tree */
function above(focus, tree) {
  const depth = focus.ctx.index.chain(tree[2]).length;
  /** @type {Map<string, Node>} */
  const found = new Map();
  for (const node of nodeSet(focus, tree[1])) {
    if (node.row) continue;
    const at = node.at.slice(0, depth);
    if (!found.has(at.join())) found.set(at.join(), { path: tree[2], at, row: null, text: '', leaf: false });
  }
  return [...found.values()];
}

/** @param {Focus} focus @param {AST} tree */
function below(focus, tree) {
  /** @type {Node[]} */
  const found = [];
  for (const node of nodeSet(focus, tree[1])) {
    if (!node.row) collect(node.path ? `${node.path}/${tree[2]}` : tree[2], node.at, focus.ctx, found);
  }
  return found;
}

/** @param {Focus} focus @param {AST} tree */
function union(focus, tree) {
  /** @type {Map<any, Node>} */
  const found = new Map();
  for (const part of tree.slice(1)) {
    for (const node of nodeSet(focus, part)) {
      const key = node.row ? node.row : `${node.path}\n${node.at.join()}`;
      if (!found.has(key)) found.set(key, node);
    }
  }
  return [...found.values()];
}

// Operators --------------------------------------------------------------------------------------------------------

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

// Functions that need the tree -------------------------------------------------------------------------------------

/** @param {Focus} focus @param {AST[]} args */
function position(focus, args) {
  if (!args[0]) return focus.position;
  const [node] = nodeSet(focus, args[0]);
  if (!node || node.row) return NaN;
  return focus.ctx.index.chain(node.path).at(-1) === node.path ? Number(node.at.at(-1)) + 1 : 1;
}

/** @param {Focus} focus @param {AST[]} args */
function indexedRepeat(focus, args) {
  /** @type {Map<string, number>} */
  const given = new Map();
  for (let i = 1; i + 1 < args.length; i += 2) given.set(part(args, i)[1], number(focus, part(args, i + 1)));
  return indexed(focus.ctx, part(args, 0)[1], given, [], []);
}

/** @param {Context} ctx @param {string} path @param {Map<string, number>} given @param {number[]} at @param {Node[]} found */
function indexed(ctx, path, given, at, found) {
  const repeat = ctx.index.chain(path)[at.length];
  if (repeat === undefined) return collect(path, at, ctx, found);
  const wanted = given.get(repeat);
  const count = ctx.count(repeat, at);
  for (let place = 0; place < count; place++) {
    if (wanted === undefined || wanted === place + 1) indexed(ctx, path, given, [...at, place], found);
  }
  return found;
}

/** @param {Focus} focus @param {AST[]} args */
function uuid(focus, args) {
  const make = focus.ctx.uuid ?? (() => crypto.randomUUID());
  let text = make();
  if (!args[0]) return text;
  const size = number(focus, args[0]);
  const length = Number.isNaN(size) ? 0 : Math.trunc(Math.max(0, Math.min(size, 256)));
  while (text.length < length) text += make();
  return text.slice(0, length);
}

/** @param {AST[]} args @param {number} i @returns {AST} */
const part = (args, i) => /** @type {AST} */ (args[i]);

/** @type {{[name: string]: (focus: Focus, args: AST[]) => Value}} */
const SPECIAL = {
  'if': (focus, args) => run(focus, part(args, toBoolean(run(focus, part(args, 0))) ? 1 : 2)),
  'coalesce': (focus, args) => {
    for (const arg of args) {
      const text = toText(run(focus, arg));
      if (text !== '') return text;
    }
    return '';
  },
  'once': (focus, args) => toText(run(focus, part(args, 0))) || run(focus, part(args, 1)),
  'position': position,
  'last': (focus) => focus.size,
  'count': (focus, args) => nodeSet(focus, part(args, 0)).length,
  'count-non-empty': (focus, args) => nodeSet(focus, part(args, 0)).filter((node) => node.text !== '').length,
  'regex': (focus, args) => search(part(args, 1)[1], toText(run(focus, part(args, 0)))),
  'jr:choice-name': (focus, args) => {
    const { ctx } = focus;
    const list = ctx.index.questions.get(part(args, 1)[1])?.list;
    const row = list ? ctx.index.row(list, toText(run(focus, part(args, 0)))) : undefined;
    return row ? cell(row, 'label', ctx) : '';
  },
  'pulldata': (focus, args) => {
    const [list, wanted, column] = args;
    const row = focus.ctx.index.row(list?.[1], toText(run(focus, part(args, 3))), column?.[1]);
    return row ? cell(row, wanted?.[1], focus.ctx) : '';
  },
  'indexed-repeat': indexedRepeat,
  'uuid': uuid,
  'property': (focus, args) => focus.ctx.property?.(toText(run(focus, part(args, 0)))) ?? '',
};

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
  'path': (focus, tree) => collect(tree[1], focus.at.slice(0, tree[2] ?? 0), focus.ctx, []),
  'current': (focus, tree) => collect(tree[1], focus.origin.slice(0, tree[2] ?? 0), focus.ctx, []),
  'below': below,
  'above': above,
  'items': (focus, tree) => (focus.ctx.index.lists[tree[1]] ?? []).map((row) => rowNode(row, '', false)),
  'column': (focus, tree) =>
    nodeSet(focus, tree[1])
      .filter((node) => node.row && tree[2] in node.row)
      .map((node) => rowNode(node.row ?? {}, cell(node.row ?? {}, tree[2], focus.ctx), true)),
  'field': (focus, tree) =>
    focus.row && tree[1] in focus.row ? [rowNode(focus.row, cell(focus.row, tree[1], focus.ctx), true)] : [],
  'filter': filter,
  '|': union,
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
  return run({ ctx, origin: at, at, row, position: 1, size: 1 }, tree);
}

/** @param {AST | boolean | null | undefined} condition @param {Context} ctx @param {number[]} [at] @param {Choice | null} [row] */
export function isTrue(condition, ctx, at = [], row = null) {
  return Array.isArray(condition) ? toBoolean(evaluate(condition, ctx, at, row)) : Boolean(condition);
}

/** The rows of a question's list that its choice filter lets through.
 * @param {import('./definition.js').Question} question @param {Context} ctx @param {number[]} [at] @returns {Choice[]} */
export function rowsOf(question, ctx, at = []) {
  const rows = question.list ? (ctx.index.lists[question.list] ?? []) : [];
  const condition = question.choice_filter;
  return condition ? rows.filter((row) => isTrue(condition, ctx, at, row)) : rows;
}

/** Words in the context's language (or whatever there is) with their values filled in.
 * @param {import('./definition.js').Words | undefined} words @param {Context} ctx @param {number[]} [at] @returns {string} */
export function wordsOf(words, ctx, at = []) {
  const text = words?.[ctx.lang] ?? Object.values(words ?? {})[0] ?? '';
  if (typeof text === 'string') return text;
  return text.map((piece) => (typeof piece === 'string' ? piece : toText(evaluate(piece, ctx, at)))).join('');
}

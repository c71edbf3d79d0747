// Node sets: the answers and list rows that a resolved expression names. Twin of server/surveys/expression/nodes.py. Pure.
// Promises: nodes come in document order, once.

import { numberText, toBoolean, toText } from './expression-values.js';

/** @typedef {import('./definition.js').AST} AST */
/** @typedef {import('./definition.js').Choice} Choice */
/** @typedef {import('./expression.js').Context} Context */
/** @typedef {import('./expression-values.js').Value} Value */
/** @typedef {import('./expression-values.js').Node} Node */

/** Where inside an expression we are; inside a predicate `at` and `row` are those of the node looked at. `run` evaluates a
 * part of the expression as seen from a focus.
 * @typedef {{ctx: Context, run: (focus: Focus, tree: AST) => Value, origin: number[], at: number[], row: Choice | null,
 *   position: number, size: number}} Focus */

/** The text XPath sees of a stored answer. @param {any} value @returns {string} */
export function storedText(value) {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return numberText(value);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string').join(' ') : '';
}

/** @param {Focus} focus @param {AST} tree @returns {Node[]} */
export function nodeSet(focus, tree) {
  const value = focus.run(focus, tree);
  return Array.isArray(value) ? value : [];
}

/** The path's nodes in document order; `at` binds its outermost repeats, the rest range over their entries.
 * @param {string} path @param {number[]} at @param {Context} ctx @param {Node[]} [found] */
export function nodesAt(path, at, ctx, found = []) {
  const repeat = ctx.index.chain(path)[at.length];
  if (repeat !== undefined) {
    const count = ctx.count(repeat, at);
    for (let place = 0; place < count; place++) nodesAt(path, [...at, place], ctx, found);
    return found;
  }
  const type = ctx.index.questions.get(path)?.type ?? 'group';
  const leaf = type !== 'group' && type !== 'repeat';
  found.push({ path, at, row: null, text: leaf ? storedText(ctx.value(path, at)) : '', leaf });
  return found;
}

/** Words in the language of the context, or in whatever language there is, with their values filled in.
 * @param {{[language: string]: any}} words @param {Focus} focus */
function wordsIn(words, focus) {
  const text = words[focus.ctx.lang] || (Object.values(words)[0] ?? '');
  if (!Array.isArray(text)) return String(text);
  return text.map((part) => (typeof part === 'string' ? part : toText(focus.run(focus, part)))).join('');
}

/** A row's column as text. @param {{[column: string]: any}} row @param {string} column @param {Focus} focus @returns {string} */
export function cell(row, column, focus) {
  const value = row[column];
  // What stands in a list's words is worked out outside all repeats, as the words of a list belong to none.
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return wordsIn(value, { ...focus, origin: [], at: [], row: null, position: 1, size: 1 });
  }
  return storedText(value);
}

/** @param {{[column: string]: any}} row @param {string} text @param {boolean} leaf @returns {Node} */
const rowNode = (row, text, leaf) => ({ path: '', at: [], row, text, leaf });

/** @param {Focus} focus @param {AST} tree */
function filter(focus, tree) {
  let found = nodeSet(focus, tree[1]);
  for (const predicate of tree.slice(2)) {
    const size = found.length;
    found = found.filter((node, i) => {
      const at = node.row ? focus.at : node.at;
      const row = /** @type {Choice | null} */ (node.row);
      const value = focus.run({ ctx: focus.ctx, run: focus.run, origin: focus.origin, at, row, position: i + 1, size }, predicate);
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
    if (!node.row) nodesAt(node.path ? `${node.path}/${tree[2]}` : tree[2], node.at, focus.ctx, found);
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

/** What the record saved before says there; inside repeats in each of its entries. @param {Context} ctx @param {string} path @returns {any[]} */
function lastValues(ctx, path) {
  const [outer, ...inner] = ctx.index.chain(path).filter((repeat) => repeat !== path);
  if (outer === undefined) return [ctx.last?.(path)];
  let found = entriesOf([ctx.last?.(outer)]);
  let start = outer.length + 1;
  for (const repeat of inner) {
    found = entriesOf(found.map((entry) => entry[repeat.slice(start)]));
    start = repeat.length + 1;
  }
  return found.map((entry) => entry[path.slice(start)]);
}

/** All entries of repeats, as they lie in a saved record. @param {any[]} values @returns {any[]} */
const entriesOf = (values) =>
  values.filter(Array.isArray).flat().filter((entry) => entry !== null && typeof entry === 'object' && !Array.isArray(entry));

/** @type {{[operation: string]: (focus: Focus, tree: AST) => Value}} */
export const NODE_SETS = {
  'path': (focus, tree) => nodesAt(tree[1], focus.at.slice(0, tree[2] ?? 0), focus.ctx),
  'current': (focus, tree) => nodesAt(tree[1], focus.origin.slice(0, tree[2] ?? 0), focus.ctx),
  'last': (focus, tree) => lastValues(focus.ctx, tree[1]).map((value) => ({ path: tree[1], at: [], row: null, text: storedText(value), leaf: true })),
  'below': below,
  'above': above,
  'items': (focus, tree) => (focus.ctx.index.lists[tree[1]] ?? []).map((row) => rowNode(row, '', false)),
  'column': (focus, tree) =>
    nodeSet(focus, tree[1])
      .filter((node) => node.row && tree[2] in node.row)
      .map((node) => rowNode(node.row ?? {}, cell(node.row ?? {}, tree[2], focus), true)),
  'field': (focus, tree) =>
    focus.row && tree[1] in focus.row ? [rowNode(focus.row, cell(focus.row, tree[1], focus), true)] : [],
  'filter': filter,
  '|': union,
  'words': (focus, tree) => wordsIn(tree[1], focus),
};

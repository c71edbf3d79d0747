// Functions that need the tree itself: where a node stands, which question is meant, what is not evaluated at all.
// Twin of server/surveys/expression/tree_functions.py. Pure.

import { cell, nodeSet, nodesAt } from './expression-nodes.js';
import { search } from './expression-pattern.js';
import { seedOf, shuffled } from './expression-shuffle.js';
import { toBoolean, toNumber, toText } from './expression-values.js';

/** @typedef {import('./definition.js').AST} AST */
/** @typedef {import('./expression.js').Context} Context */
/** @typedef {import('./expression-nodes.js').Focus} Focus */
/** @typedef {import('./expression-values.js').Node} Node */
/** @typedef {import('./expression-values.js').Value} Value */

/** @param {AST[]} args @param {number} i @returns {AST} */
const part = (args, i) => /** @type {AST} */ (args[i]);

/** @param {Focus} focus @param {AST} tree */
const number = (focus, tree) => toNumber(focus.run(focus, tree), focus.ctx.offset);

/** @param {Focus} focus @param {AST} tree */
const text = (focus, tree) => toText(focus.run(focus, tree));

/** @param {Focus} focus @param {AST[]} args */
function coalesce(focus, args) {
  for (const arg of args) {
    const found = text(focus, arg);
    if (found !== '') return found;
  }
  return '';
}

/** @param {Focus} focus @param {AST[]} args */
function position(focus, args) {
  if (!args[0]) return focus.position;
  const [node] = nodeSet(focus, args[0]);
  if (!node || node.row) return NaN;
  return focus.ctx.index.chain(node.path).at(-1) === node.path ? Number(node.at.at(-1)) + 1 : 1;
}

/** What the choice is called; of choices that are entries of a repeat, in the entry that has the value.
 * @param {Focus} focus @param {AST[]} args */
function choiceName(focus, args) {
  const { ctx } = focus;
  const question = ctx.index.questions.get(part(args, 1)[1]);
  const value = text(focus, part(args, 0));
  if (question?.from) {
    const { nodes, value: name, label } = question.from;
    /** @param {Node} node @param {string} path */
    const beside = (node, path) => toText(nodesAt(`${node.path}/${path}`, node.at, ctx));
    const entries = value ? nodeSet({ ...focus, at: focus.origin, row: null, position: 1, size: 1 }, nodes) : [];
    const entry = entries.find((node) => !node.row && beside(node, name) === value);
    return entry ? beside(entry, label) : '';
  }
  const row = question?.list ? ctx.index.row(question.list, value) : undefined;
  return row ? cell(row, 'label', focus) : '';
}

/** @param {Focus} focus @param {AST[]} args */
function pulldata(focus, args) {
  const [list, wanted, column] = args;
  const row = focus.ctx.index.row(list?.[1], text(focus, part(args, 3)), column?.[1]);
  return row ? cell(row, wanted?.[1], focus) : '';
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
  if (repeat === undefined) return nodesAt(path, at, ctx, found);
  const wanted = given.get(repeat);
  const count = ctx.count(repeat, at);
  for (let place = 0; place < count; place++) {
    if (wanted === undefined || wanted === place + 1) indexed(ctx, path, given, [...at, place], found);
  }
  return found;
}

/** @param {Focus} focus @param {AST[]} args */
function randomize(focus, args) {
  const seed = args[1] ? seedOf(focus.run(focus, args[1]), focus.ctx.offset) : null;
  return shuffled(nodeSet(focus, part(args, 0)), seed, () => (focus.ctx.random?.() ?? Math.random()));
}

/** @param {Focus} focus @param {AST[]} args */
function uuid(focus, args) {
  const make = () => focus.ctx.uuid?.() ?? crypto.randomUUID();
  let found = make();
  if (!args[0]) return found;
  const size = number(focus, args[0]);
  const length = Number.isNaN(size) ? 0 : Math.trunc(Math.max(0, Math.min(size, 256)));
  while (found.length < length) found += make();
  return found.slice(0, length);
}

/** Of the first node; the rows of a list have names of no meaning. @param {Focus} focus @param {AST[]} args */
function name(focus, args) {
  const [node] = nodeSet(focus, part(args, 0));
  return node && !node.row ? node.path.slice(node.path.lastIndexOf('/') + 1) : '';
}

/** @param {Focus} focus @param {AST[]} args */
function lang(focus, args) {
  const wanted = text(focus, part(args, 0)).toLowerCase();
  const own = focus.ctx.lang.toLowerCase();
  return own === wanted || own.startsWith(`${wanted}-`);
}

/** @type {{[name: string]: (focus: Focus, args: AST[]) => Value}} */
export const SPECIAL = {
  'if': (focus, args) => focus.run(focus, part(args, toBoolean(focus.run(focus, part(args, 0))) ? 1 : 2)),
  'coalesce': coalesce,
  'once': (focus, args) => text(focus, part(args, 0)) || focus.run(focus, part(args, 1)),
  'position': position,
  'last': (focus) => focus.size,
  'count': (focus, args) => nodeSet(focus, part(args, 0)).length,
  'count-non-empty': (focus, args) => nodeSet(focus, part(args, 0)).filter((node) => node.text !== '').length,
  'regex': (focus, args) => search(part(args, 1)[1], text(focus, part(args, 0))),
  'jr:choice-name': choiceName,
  'pulldata': pulldata,
  'indexed-repeat': indexedRepeat,
  'randomize': randomize,
  'uuid': uuid,
  'property': (focus, args) => focus.ctx.property?.(text(focus, part(args, 0))) ?? '',
  'version': (focus) => focus.ctx.property?.('version') ?? '',
  'name': name,
  'local-name': name,
  'namespace-uri': () => '',
  'lang': lang,
};

/**
 * Owns which choices a question offers now: the rows of its list that its filter lets through, or a repeat's entries, in the
 * form's order or shuffled. Promises: pure; a cascade over thousands of rows looks only at the rows of the answer above it;
 * shuffled choices stand in the same order whenever the record is opened. Twin: server/surveys/offered.py.
 */
import { evaluate, isTrue } from './expression.js';
import { hashed, seedOf, shuffled } from './expression-shuffle.js';
import { toText } from './expression-values.js';

/**
 * @typedef {import('./definition.js').Question} Question
 * @typedef {import('./definition.js').Choice} Choice
 * @typedef {import('./definition.js').AST} AST
 * @typedef {import('./expression.js').Context} Context
 */

/** @param {Question} question @param {Context} ctx @param {number[]} at @param {string} record its id @returns {Choice[]} */
export function rowsOf(question, ctx, at, record) {
  const { list, choice_filter: filter, from, randomize } = question;
  const all = from ? entries(from, ctx, at) : (ctx.index.lists[list ?? ''] ?? []);
  const rows = filter && !from ? likely(all, filter, ctx, at).filter((row) => isTrue(filter, ctx, at, row)) : all;
  if (!randomize) return rows;
  return shuffled(rows, Array.isArray(randomize) ? seedOf(evaluate(randomize, ctx, at), ctx.offset) : hashed(`${record}/${question.path}`));
}

/** The order a rank shows: as answered, with what is not in the answer yet at the end. @param {string[]} answered @param {string[]} all @returns {string[]} */
export const rankOrder = (answered, all) => [...answered.filter((name) => all.includes(name)), ...all.filter((name) => !answered.includes(name))];

/** Entries of a repeat as choices; one without a value is none yet. @param {import('./definition.js').From} from @param {Context} ctx @param {number[]} at @returns {Choice[]} */
function entries({ nodes, value, label }, ctx, at) {
  const found = evaluate(nodes, ctx, at);
  return (Array.isArray(found) ? found : []).flatMap((node) => {
    const name = node.row ? '' : textOf(value, node, ctx);
    return name ? [{ name, label: { [ctx.lang]: textOf(label, node, ctx) } }] : [];
  });
}

/** @param {string} path @param {import('./expression-values.js').Node} entry @param {Context} ctx */
const textOf = (path, entry, ctx) => toText(evaluate(['path', `${entry.path}/${path}`, entry.at.length], ctx, entry.at));

// Cascades -----------------------------------------------------------------------------------------------------------

/** Rows by what stands in a column; null where that is no plain text. @type {WeakMap<Choice[], Map<string, Map<string, Choice[]> | null>>} */
const columns = new WeakMap();

/** The rows that `county = ${county}` leaves, where the filter says such a thing; the filter itself still decides.
 * @param {Choice[]} rows @param {AST} filter @param {Context} ctx @param {number[]} at @returns {Choice[]} */
function likely(rows, filter, ctx, at) {
  const equal = (filter[0] === 'and' ? filter.slice(1) : [filter]).find(isLookUp);
  if (!equal) return rows;
  const [field, other] = equal[1][0] === 'field' ? [equal[1], equal[2]] : [equal[2], equal[1]];
  const byText = columnOf(rows, field[1]);
  const wanted = evaluate(other, ctx, at);
  const text = typeof wanted === 'string' ? wanted : Array.isArray(wanted) && wanted.length === 1 ? wanted[0]?.text : undefined;
  return byText && text !== undefined ? (byText.get(text) ?? []) : rows;
}

/** @param {any} tree */
const isLookUp = (tree) => tree[0] === '=' && (tree[1][0] === 'field') !== (tree[2][0] === 'field') && !readsRow(tree[1][0] === 'field' ? tree[2] : tree[1]);

/** @param {any} tree @returns {boolean} */
const readsRow = (tree) => Array.isArray(tree) && (tree[0] === 'field' || tree.slice(1).some(readsRow));

/** @param {Choice[]} rows @param {string} column */
function columnOf(rows, column) {
  const known = columns.get(rows) ?? new Map();
  columns.set(rows, known);
  let byText = known.get(column);
  if (byText === undefined) {
    byText = rows.every((row) => row[column] === undefined || typeof row[column] === 'string') ? grouped(rows, column) : null;
    known.set(column, byText);
  }
  return byText;
}

/** @param {Choice[]} rows @param {string} column */
function grouped(rows, column) {
  /** @type {Map<string, Choice[]>} */
  const found = new Map();
  for (const row of rows) {
    if (row[column] === undefined) continue;
    const same = found.get(row[column]);
    if (same) same.push(row);
    else found.set(row[column], [row]);
  }
  return found;
}

/**
 * Owns who reads whom in a form: which questions must be looked at again after an answer, and in what order.
 * Promises: built once per definition and shared by all interviews of it; never looks at answers.
 */

/**
 * @typedef {import('./definition.js').Definition} Definition
 * @typedef {import('./definition.js').Question} Question
 */

/** Anything under these may read other entries than the one the expression stands in. */
const WIDE = new Set(['below', 'above', 'filter', '|']);

export class Graph {
  /** @param {Definition} definition */
  constructor(definition) {
    this.definition = definition;
    /** @type {Map<string, Question>} */
    this.questions = new Map(definition.questions.map((question) => [question.path, question]));
    /** @type {Map<string, string[]>} */
    this.children = new Map([['', []]]);
    /** @type {Map<string, string[]>} repeats around a question, outermost first, not itself */
    this.around = new Map([['', []]]);
    for (const question of definition.questions) this.#place(question);
    /** @type {Map<string, number>} */
    this.rank = new Map(definition.order.map((path, at) => [path, at]));
    /** @type {Map<string, number>} */
    this.depths = new Map();
  }

  /** @param {Question} question */
  #place({ path, parent, type }) {
    const outer = this.questions.get(parent);
    const chain = this.around.get(parent) ?? [];
    this.around.set(path, outer?.type === 'repeat' ? [...chain, parent] : chain);
    if (type === 'group' || type === 'repeat') this.children.set(path, []);
    const siblings = this.children.get(parent);
    if (siblings) siblings.push(path);
    else this.children.set(parent, [path]);
  }

  /** @param {string} path @returns {Question} */
  question(path) {
    const found = this.questions.get(path);
    if (!found) throw new Error(`no such question: ${path}`);
    return found;
  }

  /** Repeats around a path, outermost first. @param {string} path */
  chain(path) {
    return this.around.get(path) ?? [];
  }

  /** Everything inside a group or repeat. @param {string} path @returns {string[]} */
  inside(path) {
    return (this.children.get(path) ?? []).flatMap((child) => [child, ...this.inside(child)]);
  }

  /** Who has an expression that reads this path. @param {string} path @returns {string[]} */
  readers(path) {
    return this.definition.dependents[path] ?? [];
  }

  /** How many entries around it (outermost first) a reader shares with the answers it reads at this path: only readers that
   * stand in the same ones need a second look. @param {string} reader @param {string} path @returns {number} */
  shared(reader, path) {
    const key = `${reader}|${path}`;
    let depth = this.depths.get(key);
    if (depth === undefined) {
      const most = Math.min(this.chain(path).length, this.chain(reader).length);
      depth = most === 0 ? 0 : Math.min(most, ...expressionsOf(this.question(reader)).map((tree) => sharedBy(tree, path)));
      this.depths.set(key, depth);
    }
    return depth;
  }
}

/** @type {WeakMap<Definition, Graph>} */
const graphs = new WeakMap();

/** @param {Definition} definition */
export function graphOf(definition) {
  let graph = graphs.get(definition);
  if (!graph) graphs.set(definition, (graph = new Graph(definition)));
  return graph;
}

/** @param {Question} question @returns {any[]} */
function expressionsOf(question) {
  const { relevant, required, constraint, calculate, read_only: readOnly, choice_filter: filter, count, randomize } = question;
  const words = [question.label, question.hint, question.guidance, question.required_message, question.constraint_message];
  const inWords = words.flatMap((texts) => Object.values(texts ?? {})).filter(Array.isArray).flat();
  return [relevant, required, constraint, calculate, readOnly, filter, count, randomize, ...inWords].filter(Array.isArray);
}

/** @param {any} tree @param {string} path @returns {number} Infinity when the expression does not read it */
function sharedBy(tree, path) {
  if (!Array.isArray(tree)) return Infinity;
  if (WIDE.has(tree[0])) return 0;
  if (tree[0] === 'path' || tree[0] === 'current') return tree[1] === path ? (tree[2] ?? 0) : Infinity;
  return Math.min(Infinity, ...tree.slice(1).map((part) => sharedBy(part, path)));
}

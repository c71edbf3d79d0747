/**
 * Owns who reads whom in a form: which questions must be looked at again after an answer, and in what order; and what the
 * form does when something happens. Promises: built once per definition and shared by all interviews of it; never looks at answers.
 */

/**
 * @typedef {import('./definition.js').Definition} Definition
 * @typedef {import('./definition.js').Question} Question
 * @typedef {import('./definition.js').Action} Action
 */

/** Anything under these may read other entries than the one the expression stands in. */
const WIDE = new Set(['below', 'above', 'filter', '|']);

/** Functions whose value depends on the language. */
const SPEAKING = new Set(['jr:choice-name', 'pulldata', 'lang', 'format-date', 'format-date-time']);

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
    /** @type {Map<string, string[]>} keys from the record's answers to the question's: one for each repeat around it, and its own */
    this.steps = new Map();
    /** @type {Set<string>} questions that are not always relevant */
    this.conditional = new Set();
    for (const question of definition.questions) this.#place(question);
    /** @type {Map<string, string>} names written in place of a record, by the question right beside that names the record: it takes both */
    this.instead = new Map([...this.children.values()].flatMap((paths) => paths.flatMap((path, at) => {
      const record = path.replace(/_name$/, '');
      const [name, other] = [this.question(path), [paths[at - 1], paths[at + 1]].includes(record) && this.question(record)];
      return other && other.refers && other.type === 'text' && name.type === 'text' && !name.refers ? [[path, record]] : [];
    })));
    /** @type {Map<string, number>} */
    this.rank = new Map(definition.order.map((path, at) => [path, at]));
    /** @type {Map<string, number>} */
    this.depths = new Map();
    /** @type {Map<string, string[]>} */
    this.insides = new Map();
    /** Calculations that come out differently in another language. */
    this.speaking = definition.questions.filter(({ calculate }) => speaks(calculate)).map(({ path }) => path);
    /** @type {Map<string, string[]>} questions by the repeat they choose from */
    this.choosers = new Map();
    /** @type {Map<string, string[]>} questions by what the words of their choices read */
    this.worded = new Map();
    const reads = new Map(Object.entries(definition.lists ?? {}).map(([list, rows]) => [list, readBy(rows)]));
    for (const { path, from, list } of definition.questions) {
      if (from) this.#add(this.choosers, pathIn(from.nodes), path);
      for (const read of reads.get(list ?? '') ?? []) this.#add(this.worded, read, path);
    }
    /** @type {Map<string, Action[]>} by event and where it happens */
    this.acts = new Map();
    for (const action of definition.actions ?? []) for (const event of action.on) this.#add(this.acts, `${event} ${action.from}`, action);
  }

  /** @template T @param {Map<string, T[]>} map @param {string} key @param {T} value */
  #add(map, key, value) {
    const known = map.get(key);
    if (known) known.push(value);
    else map.set(key, [value]);
  }

  /** @param {Question} question */
  #place({ path, parent, type, relevant }) {
    const outer = this.questions.get(parent);
    const chain = this.around.get(parent) ?? [];
    const around = outer?.type === 'repeat' ? [...chain, parent] : chain;
    this.around.set(path, around);
    let start = 0;
    this.steps.set(path, [...around, path].map((whole) => {
      const step = whole.slice(start);
      start = whole.length + 1;
      return step;
    }));
    if (relevant || this.conditional.has(parent)) this.conditional.add(path);
    if (type === 'group' || type === 'repeat') this.children.set(path, []);
    this.#add(this.children, parent, path);
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
    let found = this.insides.get(path);
    if (!found) {
      found = (this.children.get(path) ?? []).flatMap((child) => [child, ...this.inside(child)]);
      this.insides.set(path, found);
    }
    return found;
  }

  /** Who has an expression that reads this path. @param {string} path @returns {string[]} */
  readers(path) {
    const readers = this.definition.dependents[path] ?? [];
    if (!this.choosers.size && !this.worded.size) return readers;
    const more = [...[path, ...this.chain(path)].flatMap((repeat) => this.choosers.get(repeat) ?? []), ...(this.worded.get(path) ?? [])];
    return more.length ? [...new Set([...readers, ...more])] : readers;
  }

  /** What the form does then. @param {Action['on'][number]} event @param {string} from @returns {Action[]} */
  actions(event, from) {
    return this.acts.get(`${event} ${from}`) ?? [];
  }

  /** How many entries around it (outermost first) a reader shares with the answers it reads at this path: only readers that
   * stand in the same ones need a second look. @param {string} reader @param {string} path @returns {number} */
  shared(reader, path) {
    const key = `${reader}|${path}`;
    let depth = this.depths.get(key);
    if (depth === undefined) {
      const question = this.question(reader);
      const most = question.from || this.worded.get(path)?.includes(reader) ? 0 : Math.min(this.chain(path).length, this.chain(reader).length);
      depth = most === 0 ? 0 : Math.min(most, ...expressionsOf(question).map((tree) => sharedBy(tree, path)));
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
  if (WIDE.has(tree[0]) || (tree[0] === 'call' && tree[1] === 'indexed-repeat')) return 0;
  if (tree[0] === 'path' || tree[0] === 'current') return tree[1] === path ? (tree[2] ?? 0) : Infinity;
  return Math.min(Infinity, ...tree.slice(1).map((part) => sharedBy(part, path)));
}

/** What the words of a list's rows read. @param {import('./definition.js').Choice[]} rows @returns {Set<string>} */
function readBy(rows) {
  const found = new Set();
  const walk = (/** @type {any} */ tree) => {
    if (!Array.isArray(tree)) return;
    if (tree[0] === 'path') found.add(tree[1]);
    tree.forEach(walk);
  };
  for (const { label } of rows) for (const text of Object.values(label ?? {})) if (Array.isArray(text)) walk(text);
  return found;
}

/** The repeat whose entries a node set is. @param {any} nodes @returns {string} */
function pathIn(nodes) {
  if (!Array.isArray(nodes)) return '';
  if (nodes[0] === 'path' || nodes[0] === 'current') return nodes[1];
  if (nodes[0] === 'below') return [pathIn(nodes[1]), nodes[2]].filter(Boolean).join('/');
  return nodes[0] === 'above' ? nodes[2] : pathIn(nodes[1]);
}

/** Does an expression read answers of this record? @param {any} tree @returns {boolean} */
export const readsAnswers = (tree) =>
  Array.isArray(tree) && (tree[0] === 'path' || tree[0] === 'current' || tree.slice(1).some(readsAnswers));

/** Does an expression take words out of a list or a calendar? Twin: server/surveys/compute.py speaks. @param {any} tree @returns {boolean} */
function speaks(tree) {
  if (!Array.isArray(tree)) return false;
  const [operation, first, second] = tree;
  if (operation === 'words' || (operation === 'call' && SPEAKING.has(first))) return true;
  return (operation === 'field' && first === 'label') || (operation === 'column' && second === 'label') || tree.slice(1).some(speaks);
}

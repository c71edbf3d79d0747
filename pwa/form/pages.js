/**
 * Owns how a form is cut into pages: a short form is one page; else one for each group, one for each run of questions
 * between groups; a note with the appearance `page` begins a new run and names it. A group too long for a page is cut at the
 * groups inside it, unless it is a `field-list`, which its author wants on one screen.
 * Promises: pure; the pages of a definition never change, which of them are shown depends on the answers.
 */
import { graphOf } from './graph.js';

/**
 * @typedef {import('./definition.js').Definition} Definition
 * @typedef {import('./definition.js').Question} Question
 * @typedef {import('./definition.js').Words} Words
 * @typedef {import('./interview.js').Interview} Interview
 * @typedef {import('./graph.js').Graph} Graph
 *
 * @typedef {{path: string, title: Words, paths: string[]}} Page  `path` is its group, "" for a run of
 *   questions; `paths` are what is drawn, in order: questions, repeats, and inner groups before their members
 */

const UNSEEN = new Set(['calculate', 'hidden', 'meta']);
/** So many questions fit on one page, when they are in one group or in none. */
const SHORT = 12;
/** More than this below each other, and a page is cut: a thumb does not scroll so far, a cheap phone does not draw so much. */
const LONG = 24;

/** Is there anything to see of a question? @param {Question} question */
export const isShown = (question) => !UNSEEN.has(question.type) && !/\bhidden\b/.test(question.appearance);

/** @type {WeakMap<Definition, Page[]>} */
const known = new WeakMap();

/** @param {Definition} definition @returns {Page[]} */
export function pagesOf(definition) {
  let pages = known.get(definition);
  if (!pages) known.set(definition, (pages = cut(definition)));
  return pages;
}

/** @param {Definition} definition @returns {Page[]} */
function cut(definition) {
  const graph = graphOf(definition);
  if (isShort(definition, graph)) return [{ path: '', title: definition.title, paths: drawn(graph, '') }];
  return split(graph, '', definition.title).filter((page) => page.paths.length).map((page) => named(page, definition, graph));
}

/** @param {Definition} definition @param {Graph} graph */
function isShort(definition, graph) {
  const top = (graph.children.get('') ?? []).map((path) => graph.question(path));
  const groups = top.filter((question) => question.type === 'group').length;
  const asked = drawn(graph, '').filter((path) => !['group', 'note'].includes(graph.question(path).type)).length;
  return !/\bpages\b/.test(definition.style ?? '') && !top.some(isBreak) && groups <= 1 && asked > 0 && asked <= SHORT;
}

/** The pages of what stands in a group, or at the top. @param {Graph} graph @param {string} outer @param {Words} title @returns {Page[]} */
function split(graph, outer, title) {
  /** @type {Page[]} */
  const pages = [];
  /** @type {Set<Page>} */
  const runs = new Set();
  /** @type {Page | null} */
  let run = null;
  const begin = (/** @type {Words} */ name) => {
    run = { path: outer, title: name, paths: [] };
    runs.add(run);
    pages.push(run);
    return run;
  };
  for (const path of graph.children.get(outer) ?? []) {
    const question = graph.question(path);
    if (question.type === 'group') {
      run = null;
      const own = hasWords(question.label) ? question.label : title;
      if (fits(graph, question)) pages.push({ path, title: own, paths: drawn(graph, path) });
      else pages.push(...split(graph, path, own));
    } else if (isBreak(question)) {
      begin(question.label);
    } else if (isShown(question)) {
      (run ?? begin(title)).paths.push(path);
    }
  }
  return pages.flatMap((page) => (runs.has(page) ? pieces(page) : [page]));
}

/** A run that is too long, in pieces of like size. @param {Page} page @returns {Page[]} */
function pieces(page) {
  const { length } = page.paths;
  if (length <= LONG) return [page];
  const size = Math.ceil(length / Math.ceil(length / LONG));
  return Array.from({ length: Math.ceil(length / size) }, (_, at) => ({ ...page, paths: page.paths.slice(at * size, (at + 1) * size) }));
}

/** @param {Graph} graph @param {Question} group */
const fits = (graph, { path, appearance }) => /\bfield-list\b/.test(appearance) || drawn(graph, path).length <= LONG;

/** @param {Words} words */
const hasWords = (words) => Object.values(words ?? {}).some((text) => text.length > 0);

/** @param {Question} question */
const isBreak = (question) => question.type === 'note' && /\bpage\b/.test(question.appearance);

/** A run that is one repeat is called what the repeat is called. @param {Page} page @param {Definition} definition @param {Graph} graph */
function named(page, definition, graph) {
  const only = page.paths.length === 1 ? graph.question(/** @type {string} */ (page.paths[0])) : null;
  return only?.type === 'repeat' && page.title === definition.title ? { ...page, title: only.label } : page;
}

/** What is drawn inside a group or a repeat's entry; a repeat stands for all that is in it.
 * @param {Graph} graph @param {string} path @returns {string[]} */
export function drawn(graph, path) {
  return (graph.children.get(path) ?? []).flatMap((child) => {
    const question = graph.question(child);
    if (question.type === 'group') {
      const inner = drawn(graph, child);
      return inner.length ? [child, ...inner] : [];
    }
    return isShown(question) ? [child] : [];
  });
}

/** Pages with something to answer now. @param {Interview} interview @returns {Page[]} */
export const openPages = (interview) =>
  pagesOf(interview.definition).filter((page) => page.paths.some((path) => interview.graph.question(path).type !== 'group' && interview.relevant(path, [])));

/** The page a question or a group is on, -1 when it is on none that is open. @param {Page[]} pages @param {Interview} interview @param {string} path */
export function pageOf(pages, interview, path) {
  const outer = interview.graph.chain(path)[0] ?? path;
  const at = pages.findIndex((page) => page.paths.includes(outer));
  return at >= 0 ? at : pages.findIndex((page) => page.path === outer || page.paths.some((one) => one.startsWith(`${outer}/`)));
}

/**
 * Owns how a form is cut into pages: one for each group at the top, one for each run of questions between them; a note
 * with the appearance `page` begins a new run and names it. Promises: pure; the pages of a definition never change, which of
 * them are shown depends on the answers.
 */
import { graphOf } from './graph.js';

/**
 * @typedef {import('./definition.js').Definition} Definition
 * @typedef {import('./definition.js').Question} Question
 * @typedef {import('./interview.js').Interview} Interview
 *
 * @typedef {{path: string, title: import('./definition.js').Words, paths: string[]}} Page  `path` is its group, "" for a run of
 *   questions; `paths` are what is drawn, in order: questions, repeats, and inner groups before their members
 */

const UNSEEN = new Set(['calculate', 'hidden', 'meta']);

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
  /** @type {Page[]} */
  const pages = [];
  /** @type {Page | null} */
  let run = null;
  for (const path of graph.children.get('') ?? []) {
    const question = graph.question(path);
    if (question.type === 'group') {
      run = null;
      pages.push({ path, title: question.label, paths: drawn(graph, path) });
    } else if (isBreak(question)) {
      pages.push((run = { path: '', title: question.label, paths: [] }));
    } else if (isShown(question)) {
      if (!run) pages.push((run = { path: '', title: definition.title, paths: [] }));
      run.paths.push(path);
    }
  }
  return pages.filter((page) => page.paths.length).map((page) => named(page, definition, graph));
}

/** @param {Question} question */
const isBreak = (question) => question.type === 'note' && /\bpage\b/.test(question.appearance);

/** A run that is one repeat is called what the repeat is called. @param {Page} page @param {Definition} definition @param {import('./graph.js').Graph} graph */
function named(page, definition, graph) {
  const only = page.paths.length === 1 ? graph.question(/** @type {string} */ (page.paths[0])) : null;
  return only?.type === 'repeat' && page.title === definition.title ? { ...page, title: only.label } : page;
}

/** What is drawn inside a group or a repeat's entry; a repeat stands for all that is in it.
 * @param {import('./graph.js').Graph} graph @param {string} path @returns {string[]} */
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

/** The page a question is on, -1 when it is on none that is open. @param {Page[]} pages @param {Interview} interview @param {string} path */
export function pageOf(pages, interview, path) {
  const outer = interview.graph.chain(path)[0] ?? path;
  return pages.findIndex((page) => page.paths.includes(outer));
}

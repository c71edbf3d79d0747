/**
 * Owns the finding of what was put off with 回头再问: in a form being filled, and in a saved record.
 * Promises: pure; reads only.
 */
import { isEmpty } from './entry.js';
import { marked } from './remarks.js';

/** @typedef {import('./interview.js').Interview} Interview */

/** Questions to come back to, in the order of the form; not those that are not asked any more. @param {Interview} interview
 * @returns {{path: string, place: string, label: string}[]} */
export function laterMarks(interview) {
  /** @type {{path: string, place: string, label: string}[]} */
  const found = [];
  for (const { path, label, holds } of interview.definition.questions) {
    if (holds === 'nothing') continue;
    for (const at of interview.tree.places(path)) {
      const place = interview.tree.placeOf(path, at);
      if (interview.later(path, place) && interview.relevant(path, at)) found.push({ path, place, label: interview.words(label, at) });
    }
  }
  return found;
}

/** The same of a record that is only looked at: paths, entries counted by their own. @param {Record<string, any>} answers @param {string} [above] @returns {string[]} */
export function laterPaths(answers, above = '') {
  return Object.entries(answers).flatMap(([key, value]) => {
    const [asked, mark] = marked(key);
    if (mark === 'later') return isEmpty(value) ? [] : [`${above}${asked}`];
    if (!Array.isArray(value) || typeof value[0] !== 'object') return [];
    return value.flatMap((entry) => laterPaths(entry ?? {}, `${above}${key}/`));
  });
}

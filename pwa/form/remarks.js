/**
 * Owns what is noted beside an answer: a remark, and the mark to come back to it later. They are stored as answers of their own,
 * `<path>#remark` and `<path>#later`. Promises: pure; no expression reads them, and they make nothing wrong or right.
 */

/** @typedef {import('./interview.js').Interview} Interview */

/** Longest remark that the server takes, in characters. */
export const LONGEST = 2_000;

/** The question an answer's path is about, and what is noted beside it. @param {string} path @returns {[string, '' | 'remark' | 'later']} */
export function marked(path) {
  const at = path.lastIndexOf('#');
  const mark = path.slice(at + 1);
  return at > 0 && (mark === 'remark' || mark === 'later') ? [path.slice(0, at), mark] : [path, ''];
}

/** A remark as it can be stored: no half characters, no NUL, not too long. @param {string} text */
export const storable = (text) =>
  Array.from(text.replace(/\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '')).slice(0, LONGEST).join('').trim();

/**
 * Owns answers of an unexpected shape becoming ones that can be shown: an old record of another form version, a draft that
 * was damaged. Promises: pure, never throws; a copy, so that the record it came from never changes; the same answers always
 * come out the same, so that mending alone is no change.
 */

/**
 * @typedef {import('./definition.js').Question} Question
 * @typedef {import('./graph.js').Graph} Graph
 */

/** @param {Graph} graph @param {any} answers @returns {Record<string, any>} */
export const mended = (graph, answers) => holder(graph, '', answers);

/** @param {any} value */
const isHolder = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** The record's answers, or one entry's. @param {Graph} graph @param {string} prefix @param {any} given @returns {Record<string, any>} */
function holder(graph, prefix, given) {
  if (!isHolder(given)) return {};
  /** @type {[string, any][]} */
  const found = [];
  for (const [key, value] of Object.entries(given)) {
    const question = graph.questions.get(prefix + key);
    const kept = question ? valueOf(graph, question, value) : key.includes('#') && typeof value !== 'string' ? undefined : structuredClone(value);
    if (kept !== undefined && kept !== null) found.push([key, kept]);
  }
  return Object.fromEntries(found);
}

/** @param {Graph} graph @param {Question} question @param {any} value */
function valueOf(graph, { path, holds }, value) {
  if (holds === 'entries') return Array.isArray(value) ? entries(graph, path, value) : undefined;
  if (holds === 'number') return number(value);
  if (holds === 'list') return list(value);
  return holds === 'nothing' ? undefined : text(value);
}

/** @param {any} value */
function number(value) {
  const found = typeof value === 'string' && value.trim() ? Number(value) : value;
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
}

/** @param {any} value */
function list(value) {
  if (typeof value === 'string') return value.split(/\s+/).filter(Boolean);
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined;
}

/** @param {any} value */
function text(value) {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string').join(' ') || undefined : undefined;
}

/** Each with an id of its own. @param {Graph} graph @param {string} repeat @param {any[]} given */
function entries(graph, repeat, given) {
  const known = new Set();
  return given.filter(isHolder).map((entry, n) => {
    const fits = typeof entry.id === 'string' && entry.id !== '' && !known.has(entry.id);
    const id = fits ? entry.id : `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
    known.add(id);
    return { ...holder(graph, `${repeat}/`, entry), id };
  });
}

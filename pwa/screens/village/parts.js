/**
 * The village profile by the pages of its form: what is written, what is not yet.
 * Promises: reads only; counts what a person can answer, not what is worked out.
 */
import { said } from '../parts/labels.js';

/**
 * @typedef {import('../../form/definition.js').Definition} Definition
 * @typedef {import('../../form/definition.js').Question} Question
 * @typedef {{path: string, title: string, written: Question[], missing: Question[]}} Part
 */

/** Answered without anyone, the village's own name and where it lies; and what only says that nothing is there. */
const GIVEN = new Set(['year', 'name', 'code', 'township', 'county', 'no_places']);

/** @param {any} value */
const isAnswered = (value) => value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && !value.length);

/** @param {Definition} definition @param {Record<string, any>} answers @param {Record<string, number>} counted answers that need not be written @returns {Part[]} */
export function partsOf(definition, answers, counted) {
  /** @type {Map<string, Part>} */
  const parts = new Map();
  const byPath = new Map(definition.questions.map((question) => [question.path, question]));
  for (const question of definition.questions) {
    if (['group', 'note', 'calculate', 'hidden', 'meta'].includes(question.type) || question.repeat || GIVEN.has(question.path)) continue;
    const page = byPath.get(question.parent);
    const { path, title } = page ? { path: page.path, title: said(page.label) } : { path: question.path, title: said(question.label) };
    const part = parts.get(path) ?? { path, title, written: [], missing: [] };
    parts.set(path, part);
    const has = isAnswered(answers[question.path]) || question.path in counted;
    (has ? part.written : part.missing).push(question);
  }
  return [...parts.values()];
}

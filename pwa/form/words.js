/**
 * Owns the form's own words as a person sees them: labels with answers inside, and what a choice is called.
 * Promises: pure; a language the form lacks falls back to one it has.
 */
import { evaluate } from './expression.js';
import { toText } from './expression-values.js';

/**
 * @typedef {import('./definition.js').Words} Words
 * @typedef {import('./expression.js').Context} Context
 */

/** @param {Words | null | undefined} words @param {Context} ctx @param {number[]} at @returns {string} */
export function wordsOf(words, ctx, at) {
  const text = words?.[ctx.lang] ?? words?.zh ?? Object.values(words ?? {})[0] ?? '';
  if (typeof text === 'string') return text;
  return text.map((part) => (typeof part === 'string' ? part : toText(evaluate(part, ctx, at)))).join('');
}

/** The label of one choice; a name that is no longer in the list is shown as it is. @param {import('./definition.js').Definition} definition
 * @param {string} path @param {string} name @param {string} lang @returns {string} */
export function labelOf(definition, path, name, lang) {
  const question = definition.questions.find((one) => one.path === path);
  const row = definition.lists[question?.list ?? '']?.find((one) => one.name === name);
  const text = row?.label?.[lang] ?? row?.label?.zh;
  return typeof text === 'string' && text ? text : name;
}

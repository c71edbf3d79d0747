/**
 * Owns what an address says of answers: `p.<path>=value` begins a new record with them, `<path>=value` narrows a list.
 * Promises: pure; takes a value as its question stores it; what the form does not ask is left out.
 */

/** @typedef {import('../../form/definition.js').Question} Question */

/** @param {Question} question @param {string} text @returns {any} undefined when it is no answer to it */
function valueOf({ holds }, text) {
  if (holds === 'text') return text;
  if (holds === 'list') return text.split(/[ ,]+/).filter(Boolean);
  if (holds !== 'number') return undefined;
  const number = Number(text);
  return text.trim() && Number.isFinite(number) ? number : undefined;
}

/** The answers a new record begins with. What stands in a repeat makes its first entry.
 * @param {Question[]} questions @param {Record<string, string>} query @param {() => string} newId @returns {Record<string, any>} */
export function prefillOf(questions, query, newId) {
  /** @type {Record<string, any>} */
  const found = {};
  for (const question of questions) {
    const text = query[`p.${question.path}`];
    const value = text ? valueOf(question, text) : undefined;
    if (value === undefined) continue;
    if (!question.repeat) found[question.path] = value;
    else if (questions.find(({ path }) => path === question.repeat)?.repeat === '') {
      const [entry] = found[question.repeat] ?? [{ id: newId() }];
      found[question.repeat] = [{ ...entry, [question.path.slice(question.repeat.length + 1)]: value }];
    }
  }
  return found;
}

/** Does a record answer all of it so? @param {Record<string, any>} answers @param {Record<string, string>} filter */
export const holds = (answers, filter) => Object.entries(filter).every(([path, value]) => [answers[path]].flat().some((one) => String(one ?? '') === value));

/** "kind=branch_congress&theme=x" as what it says. @param {string} text @returns {Record<string, string>} */
export const toldBy = (text) => Object.fromEntries(new URLSearchParams(text));

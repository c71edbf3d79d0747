/**
 * Owns the look over a whole form before it is saved: what must still be answered, what is there and cannot be right.
 * Promises: pure; names each by path and place, so that a row can lead to its field.
 */
import { isEmpty } from './entry.js';
import { isTrue } from './expression.js';
import { wrongOf } from './standing.js';

/**
 * @typedef {import('./answers.js').At} At
 * @typedef {import('./definition.js').Question} Question
 * @typedef {import('./interview.js').Interview} Interview
 * @typedef {import('./standing.js').Wrong['code']} Code
 * @typedef {{path: string, place: string, code: Code, label: string, words: string}} Finding  `words`: the form's own sentence, '' when it has none
 */

/** Answers that must be there, are not and were not put off, and texts that cannot be stored: all that stands between this and saving.
 * @param {Interview} interview @returns {Finding[]} */
export const missing = (interview) => each(interview, (question, at, place) => {
  const raw = interview.raw.get(`${question.path}@${place}`);
  const value = interview.tree.get(question.path, at);
  if (raw !== undefined) return wrongOf(interview, question, at, value, raw);
  return isEmpty(value) && interview.tree.mark(question.path, at, 'later') !== 'yes' && isTrue(question.required, interview, at) ? { code: 'required', words: interview.words(question.required_message, at) } : null;
});

/** Answers that are there and break the form's own rules; they are saved all the same.
 * @param {Interview} interview @returns {Finding[]} */
export const doubtful = (interview) => each(interview, (question, at, place) =>
  interview.raw.has(`${question.path}@${place}`) ? null : wrongOf(interview, question, at, interview.tree.get(question.path, at), undefined));

/** Is there anything in an entry that cannot be right? Where nothing can be wrong, nothing is worked out.
 * @param {Interview} interview @param {string} repeat @param {At} at of the entry @returns {boolean} */
export const isOdd = (interview, repeat, at) => interview.graph.inside(repeat).some((path) => {
  const { constraint, list } = interview.graph.question(path);
  if (!constraint && !list && !interview.raw.size) return false;
  return interview.tree.places(path, at).some((one) => interview.state(path, interview.tree.placeOf(path, one)).wrong);
});

/** @param {Interview} interview @param {(question: Question, at: At, place: string) => {code: Code, words: string} | null} look @returns {Finding[]} */
function each(interview, look) {
  /** @type {Finding[]} */
  const found = [];
  for (const question of interview.definition.questions) {
    if (question.holds === 'nothing') continue;
    for (const at of interview.tree.places(question.path)) {
      if (!interview.relevant(question.path, at)) continue;
      const place = interview.tree.placeOf(question.path, at);
      const wrong = look(question, at, place);
      if (wrong) found.push({ path: question.path, place, code: wrong.code, words: wrong.words, label: interview.words(question.label, at) });
    }
  }
  return found;
}

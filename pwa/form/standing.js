/**
 * Owns what a screen shows of one question as it stands: its answer, its words, whether it must be there, what is wrong with it.
 * Promises: pure; reads the interview and changes nothing of it.
 */
import { isEmpty, read, shown } from './entry.js';
import { isTrue } from './expression.js';
import { propose } from './propose.js';

/**
 * @typedef {import('./answers.js').At} At
 * @typedef {import('./definition.js').Question} Question
 * @typedef {import('./interview.js').Interview} Interview
 *
 * @typedef {object} Wrong
 * @property {'required' | 'constraint' | 'gone' | 'number' | 'whole' | 'date' | 'time' | 'long'} code  gone: a choice that has left the list
 * @property {string} words  the form's own sentence, '' when it has none
 * @property {any} [offer]  an answer that would be right
 *
 * @typedef {object} State  what a screen shows of a question; a new object whenever something of it changed
 * @property {Question} question
 * @property {string} place
 * @property {boolean} relevant
 * @property {any} value
 * @property {string} text  as typed
 * @property {boolean} required
 * @property {boolean} readOnly
 * @property {Wrong | null} wrong
 * @property {string} label
 * @property {string} hint
 * @property {string[]} entries  ids, of a repeat
 * @property {string} remark
 * @property {boolean} later  marked to come back to
 */

/** @param {Interview} interview @param {string} path @param {string} place @returns {State} */
export function stateOf(interview, path, place) {
  const question = interview.graph.question(path);
  const at = interview.tree.atOf(path, place);
  return at ? present(interview, question, place, at) : gone(question, place);
}

/** @param {Interview} interview @param {Question} question @param {string} place @param {At} at @returns {State} */
function present(interview, question, place, at) {
  const { path } = question;
  const relevant = interview.relevant(path, at);
  const value = interview.tree.get(path, at);
  const raw = interview.raw.get(`${path}@${place}`);
  return {
    question, place, relevant, value, text: raw ?? shown(question.holds === 'entries' ? '' : value),
    required: relevant && isTrue(question.required, interview, at),
    readOnly: Boolean(question.calculate && !question.kept) || interview.locked.has(path) || isTrue(question.read_only, interview, at),
    wrong: relevant ? wrongOf(interview, question, at, value, raw) : null,
    label: interview.words(question.label, at), hint: interview.words(question.hint, at),
    entries: question.holds === 'entries' ? interview.tree.entries(path, at).map((entry) => entry.id) : [],
    remark: interview.tree.mark(path, at, 'remark'), later: interview.tree.mark(path, at, 'later') === 'yes',
  };
}

/** Of an entry that is no longer there. @param {Question} question @param {string} place @returns {State} */
const gone = (question, place) => ({
  question, place, relevant: false, value: undefined, text: '', required: false, readOnly: true, wrong: null, label: '', hint: '',
  entries: [], remark: '', later: false,
});

/** What is wrong with an answer that is there; a missing one is `missing`'s in review.js.
 * @param {Interview} interview @param {Question} question @param {At} at @param {any} value @param {string | undefined} raw @returns {Wrong | null} */
export function wrongOf(interview, question, at, value, raw) {
  if (raw !== undefined) {
    const found = read(question, raw);
    return 'cannot' in found ? { code: found.cannot, words: '' } : null;
  }
  if (isEmpty(value)) return null;
  if (!question.constraint || isTrue(question.constraint, interview, at)) return isListed(interview, question, value) ? null : { code: 'gone', words: '' };
  const offer = propose(question, value, (candidate) => accepts(interview, question, at, candidate));
  return { code: 'constraint', words: interview.words(question.constraint_message, at), ...(offer === undefined ? {} : { offer }) };
}

/** Is every chosen name in the list at all? Whether the filter lets it through is not asked: an old answer stays.
 * @param {Interview} interview @param {Question} question @param {any} value */
function isListed({ index }, { list, holds }, value) {
  if (!list || !index.lists[list]?.length) return true;
  return (holds === 'list' ? value : [value]).every((/** @type {string} */ name) => index.row(list, name));
}

/** Would the constraint hold for another value? @param {Interview} interview @param {Question} question @param {At} at @param {any} candidate */
function accepts(interview, { path, constraint }, at, candidate) {
  const { tree } = interview;
  const value = tree.get(path, at);
  tree.put(path, at, candidate);
  const holds = isTrue(constraint, interview, at);
  tree.put(path, at, value);
  return holds;
}

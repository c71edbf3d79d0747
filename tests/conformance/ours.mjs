/**
 * Our interview as rows to compare: reference below the root → what a person sees of that node.
 * Promises: reads through the interview's public face only, as screens do.
 */
import { storedText } from '../../pwa/form/expression.js';
import { wordsOf } from '../../pwa/form/words.js';
import { isAsked } from './filler.mjs';
import { plain } from './text.mjs';

/** `rep[2]/name` of a path and its entries. @param {any} interview @param {string} path @param {number[]} at */
export function reference(interview, path, at) {
  let text = '';
  let start = 0;
  interview.graph.chain(path).forEach((repeat, depth) => {
    text += `${repeat.slice(start)}[${at[depth] + 1}]`;
    start = repeat.length;
  });
  return text + path.slice(start);
}

/** @param {any} interview @param {any} question @param {number[]} at */
function row(interview, question, at) {
  const { path } = question;
  const place = interview.tree.placeOf(path, at);
  const state = interview.state(path, place);
  /** @type {Record<string, any>} */
  const found = { kind: question.type === 'group' || question.type === 'repeat' ? question.type : 'leaf', relevant: state.relevant };
  if (!state.relevant) return found;
  if (question.type === 'repeat') return { ...found, count: state.entries.length };
  if (question.type === 'group') return { ...found, label: plain(state.label) };
  const value = storedText(interview.value(path, at));
  found.value = question.holds === 'nothing' ? null : value;
  if (isAsked(question) || question.type === 'note') Object.assign(found, { label: plain(state.label), hint: plain(state.hint) });
  if (!isAsked(question)) return found;
  found.required = state.required;
  found.readonly = state.readOnly;
  found.wrong = value === '' ? (state.required ? 'required' : '') : state.wrong?.code === 'constraint' ? 'constraint' : (state.wrong?.code ?? '');
  found.words = plain(found.wrong === 'constraint' ? state.wrong.words : found.wrong === 'required' ? wordsOf(question.required_message, interview, at) : '');
  if (question.list || question.from) found.choices = choices(interview, question, place, at);
  return found;
}

/** @param {any} interview @param {any} question @param {string} place @param {number[]} at */
function choices(interview, question, place, at) {
  return interview.choicesAt(question.path, place).map((choice) => [choice.name, plain(wordsOf(choice.label, interview, at))]);
}

/** Every node there is. @param {any} interview @returns {Map<string, any>} */
export function rows(interview) {
  const found = new Map();
  for (const question of interview.definition.questions) {
    for (const at of interview.tree.places(question.path)) {
      found.set(reference(interview, question.path, at), row(interview, question, at));
    }
  }
  return found;
}

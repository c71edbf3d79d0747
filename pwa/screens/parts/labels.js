/**
 * What a question is called and how an answer is read, in the person's language, from the record's own form.
 * Promises: reads only; an answer without a label is shown as it is, never hidden.
 */
import { deviceWords } from '../../form/device-words.js';
import { lang, t, words } from '../../i18n.js';
import { store } from '../../store/store.js';
import { day } from '../../ui/format.js';

/**
 * @typedef {import('../../form/definition.js').Definition} Definition
 * @typedef {import('../../form/definition.js').Question} Question
 * @typedef {import('../../form/definition.js').Text} Text
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {{kind: string, form?: string}} Formed
 */

/** @param {Formed} rec @returns {Definition|undefined} */
export const formOf = (rec) => (rec.form && store.form(rec.form)) || store.form(rec.kind);

/** Lists of a thousand rows ask for the same few questions and choices. @type {WeakMap<object, Map<string, any>>} */
const indexes = new WeakMap();

/** @template T @param {object} owner @param {readonly T[]} all @param {(one: T) => string} key @returns {Map<string, T>} */
function indexed(owner, all, key) {
  let index = indexes.get(owner);
  if (!index) indexes.set(owner, (index = new Map(all.map((one) => [key(one), one]))));
  return index;
}

/** @param {Definition|undefined} definition @returns {Map<string, Question>} */
const questionsOf = (definition) => (definition ? indexed(definition, definition.questions, (question) => question.path) : new Map());

/** @param {Formed} rec @param {string} path @returns {Question|undefined} */
export const questionOf = (rec, path) => questionsOf(formOf(rec)).get(path);

/** A label's words; values inside a label are left out. @param {any} label */
export function said(label) {
  const text = words(label ?? {});
  return Array.isArray(text) ? text.filter((part) => typeof part === 'string').join('') : String(text ?? '');
}

/** Also of what is noted beside an answer (`path#remark`, `path#later`). @param {Formed} rec @param {string} path @returns {string} */
export function questionLabel(rec, path) {
  const [asked = '', mark] = path.split('#');
  const label = said(questionOf(rec, asked)?.label) || asked;
  return mark ? t(mark === 'later' ? 'label.later' : 'label.remark', { label }) : label;
}

/** @param {Formed} rec */
export const kindLabel = (rec) => said(formOf(rec)?.title) || rec.kind;

/** @param {Formed} rec @param {string} path @returns {import('../../form/definition.js').Choice[]} */
export function choicesOf(rec, path) {
  const list = questionOf(rec, path)?.list;
  return (list && formOf(rec)?.lists[list]) || [];
}

/** @param {Formed} rec @param {string} path @param {any} value @returns {string} '' when there is no answer */
export function choiceLabel(rec, path, value) {
  if (value === undefined || value === null || value === '') return '';
  const choices = choicesOf(rec, path);
  const choice = indexed(choices, choices, (one) => one.name).get(value);
  return choice ? said(choice.label) : String(value);
}

/** @param {string[]} parts the ones that say something, in one phrase */
export const joined = (parts, between = lang.value === 'en' ? ', ' : '、') => parts.filter(Boolean).join(between);

/** An answer as a person reads it. @param {Formed} rec @param {string} path @param {any} value @returns {string} */
export function answerText(rec, path, value) {
  if (value === undefined || value === null || value === '') return '';
  if (path.endsWith('#later')) return t('answer.yes');
  const question = questionOf(rec, path);
  if (Array.isArray(value)) {
    if (value.every((one) => typeof one === 'string')) return joined(value.map((one) => choiceLabel(rec, path, one)));
    return joined(value.map((entry) => entryText(rec, path, entry)), lang.value === 'en' ? '; ' : '；');
  }
  if (typeof value === 'object') return joined(Object.entries(value).map(([key, one]) => pair(rec, key, one)), lang.value === 'en' ? '; ' : '；');
  if (typeof value === 'boolean') return t(value ? 'answer.yes' : 'answer.no');
  if (question?.list) return choiceLabel(rec, path, value);
  if (question?.type === 'date') return day(String(value));
  if (question?.refers) return nameOf(String(value)) || t('answer.gone');
  return (question && deviceWords(question.type, value)) || String(value);
}

/** @param {Formed} rec @param {string} path @param {any} value */
function pair(rec, path, value) {
  const text = answerText(rec, path, value);
  return text && `${questionLabel(rec, path)} ${text}`;
}

/** One entry of a repeat on one line. @param {Formed} rec @param {string} path @param {any} entry */
export function entryText(rec, path, entry) {
  if (entry === null || typeof entry !== 'object') return String(entry ?? '');
  return joined(Object.entries(entry).filter(([key]) => key !== 'id' && !/\bhidden\b/.test(questionOf(rec, `${path}/${key}`)?.appearance ?? '')).map(([key, value]) => (key.includes('#') ? pair : answerText)(rec, `${path}/${key}`, value)), ' · ');
}

/** What a record another answer points to is called. @param {string} id */
export function nameOf(id) {
  const rec = store.get(id);
  return rec ? store.titleOf(rec) || kindLabel(rec) : store.name(id);
}

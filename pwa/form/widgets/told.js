/** Answers in words, for rows and read-only fields. */
import { called } from '../../domain/household.js';
import { maskPhone } from '../../domain/identity.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { calendarDay } from '../../ui/format.js';
import { isEmpty } from '../entry.js';
import { labelOf } from '../words.js';

/** @param {import('../interview.js').Interview} interview @param {import('../definition.js').Question} question @param {any} value @returns {string} */
export function answerText(interview, question, value) {
  if (isEmpty(value)) return '';
  const label = (/** @type {string} */ name) => labelOf(interview.definition, question.path, name, interview.lang);
  if (question.holds === 'entries') return t('form.entries', { n: value.length });
  if (question.refers === 'household') return called(store.get(value), t) || t('form.gone');
  if (question.refers) {
    const rec = store.get(value);
    return rec ? store.titleOf(rec) || t('form.entry.empty') : t('form.gone');
  }
  if (question.list) return (Array.isArray(value) ? value : [value]).map(label).join(t('form.and'));
  if (/\bnumbers\b/.test(question.appearance)) return maskPhone(String(value));
  return question.type === 'date' ? calendarDay(value) : String(value);
}

/** A repeat's entry in two lines: its first answer, then the next ones. @param {import('../interview.js').Interview} interview
 * @param {import('../definition.js').Question[]} questions @param {Record<string, any>} entry @param {string} repeat @returns {[string, string]} */
export function entryText(interview, questions, entry, repeat) {
  const told = questions.map((question) => answerText(interview, question, entry[question.path.slice(repeat.length + 1)])).filter(Boolean);
  return [told[0] ?? t('form.entry.empty'), told.slice(1, 4).join(' · ')];
}

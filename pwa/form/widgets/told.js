/** Answers in words, for rows and read-only fields. */
import { maskPhone } from '../../domain/identity.js';
import { t } from '../../i18n.js';
import { calendarDay, moment, month } from '../../ui/format.js';
import { deviceWords } from '../device-words.js';
import { isEmpty } from '../entry.js';
import { plain } from '../markdown.js';
import { grouped, unitOf } from './number.js';
import { titled } from './referred.js';

/** @param {import('../interview.js').Interview} interview @param {import('../definition.js').Question} question @param {any} value @returns {string} */
export function answerText(interview, question, value) {
  if (isEmpty(value)) return '';
  if (question.holds === 'entries') return t('form.entries', { n: value.length });
  if (question.refers) return titled(value);
  if (question.list || question.from) return (Array.isArray(value) ? value : [value]).map((name) => chosen(interview, question, name)).join(t('form.and'));
  if (/\bnumbers\b/.test(question.appearance)) return maskPhone(String(value));
  return whole(question, value);
}

/** What a choice is called; an entry of a repeat by what it says now, a name that is no longer in the list as it is.
 * @param {import('../interview.js').Interview} interview @param {import('../definition.js').Question} question @param {string} name */
function chosen(interview, { path, list, from }, name) {
  // Where the choices are entries, the first place will do: they are the same entries everywhere.
  const rows = from ? interview.choices(path, interview.graph.chain(path).map(() => 0)) : (interview.definition.lists[list ?? ''] ?? []);
  const row = rows.find((one) => one.name === name);
  return (row?.label && plain(interview.words(row.label, []))) || name;
}

/** @param {import('../definition.js').Question} question @param {any} value */
function whole({ type, appearance }, value) {
  if (type === 'acknowledge') return t('form.ok');
  if (type === 'date' && /\bmonth-year\b/.test(appearance)) return month(value);
  if (type === 'date' && /\byear\b/.test(appearance)) return String(value).slice(0, 4);
  if (type === 'date') return calendarDay(value);
  if (type === 'time') return String(value).slice(0, 5);
  if (type === 'dateTime') return moment(value);
  return deviceWords(type, value) || (/\bthousands-sep\b/.test(appearance) ? grouped(String(value)) : String(value));
}

/** One answer of an entry: a number with its unit, a repeat inside by its name. @param {import('../interview.js').Interview} interview
 * @param {import('../definition.js').Question} question @param {any} value */
function part(interview, question, value) {
  const text = answerText(interview, question, value);
  if (!text || (question.holds !== 'number' && question.holds !== 'entries')) return text;
  if (question.holds === 'entries') return `${plain(interview.words(question.label, []))} ${text}`;
  return [text, unitOf({ question, hint: interview.words(question.hint, []) })].filter(Boolean).join(' ');
}

/** A repeat's entry in two lines: its first answer, then the next ones; a person and their name are told once. @param {import('../interview.js').Interview} interview
 * @param {import('../definition.js').Question[]} questions @param {Record<string, any>} entry @param {string} repeat @returns {[string, string]} */
export function entryText(interview, questions, entry, repeat) {
  const told = questions.map((question) => part(interview, question, entry[question.path.slice(repeat.length + 1)])).filter((text, at, all) => text && all.indexOf(text) === at);
  return [told[0] ?? t('form.entry.empty'), told.slice(1, 4).join(' · ')];
}

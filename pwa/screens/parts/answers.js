/**
 * A record's answers as a page to read: by the groups of its own form, only what was answered.
 * Promises: numbers that name a person are masked; an answer with two versions says so and leads to the choice.
 */
import { FILES } from '../../form/device-words.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { count, day } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Group, List, Row } from '../../ui/parts.js';
import { answerText, choiceLabel, formOf, nameOf, said } from './labels.js';
import { MaskedRow, isMasked } from './masked.js';
import { ShownFile } from './shown-file.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {import('../../form/definition.js').Question} Question
 */

/** Values this short stand at the end of their row. */
const SHORT = 10;
const UNIT = 8;

/** A number's unit, where the form names it in its hint. @param {Question} question */
export function unitOf(question) {
  const hint = said(question.hint);
  return ['integer', 'decimal'].includes(question.type) && hint && [...hint].length <= UNIT * 2 && !/[，,。.]/.test(hint) ? hint : '';
}

/** @param {Rec} rec @param {Question} question */
export function valueWithUnit(rec, question) {
  const value = rec.answers[question.path];
  if (typeof value !== 'number') return answerText(rec, question.path, value);
  const text = /year$/.test(question.name) ? String(value) : count(value);
  const unit = unitOf(question);
  return unit ? `${text} ${unit}` : text;
}

/** @param {any} value */
const isAnswered = (value) => value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && !value.length);

/** @param {Rec} rec @param {Question} question */
function answerRow(rec, question) {
  const conflict = store.conflictsOf(rec.id).find((one) => one.answers.question === question.path);
  const label = said(question.label);
  if (conflict) return html`<${Row} key=${question.path} slim icon="two" title=${label} meta=${t('answer.twoVersions')} href=${`/conflict/${conflict.id}`} />`;
  const value = rec.answers[question.path];
  if (isMasked(question.name)) return html`<${MaskedRow} key=${question.path} name=${question.name} label=${label} value=${String(value)} />`;
  if (FILES.has(question.type)) return html`<${ShownFile} key=${question.path} value=${value} type=${question.type} label=${label} record=${rec.id} />`;
  const text = valueWithUnit(rec, question);
  const asked = store.of(rec.id, 'field_question').some(({ answers }) => answers.question === question.path && answers.state !== 'closed');
  const short = [...text].length <= SHORT;
  return html`<${Row} key=${question.path} slim icon=${asked ? 'info' : undefined} title=${label} end=${short ? text : ''} meta=${short ? '' : text} />`;
}

/** The entries of a repeat, one a row. @param {Rec} rec @param {Question} repeat */
function entryRows(rec, repeat) {
  const columns = formOf(rec)?.questions.filter((question) => question.parent === repeat.path) ?? [];
  return rec.answers[repeat.path].map((/** @type {any} */ entry) => {
    const texts = columns.filter((column) => isAnswered(entry[column.name])).map((column) => entryValue(rec, column, entry[column.name]));
    // A unit belongs to the number before it.
    const unit = columns.filter((column) => isAnswered(entry[column.name])).findIndex((column) => column.name === 'unit');
    if (unit > 1) texts.splice(unit - 1, 2, `${texts[unit - 1]} ${texts[unit]}`);
    const [first = '', ...rest] = texts;
    const short = rest.join(' · ');
    return [...short].length <= SHORT
      ? html`<${Row} key=${entry.id} slim title=${first} end=${short} />`
      : html`<${Row} key=${entry.id} slim title=${first} meta=${short} />`;
  });
}

/** @param {Rec} rec @param {Question} column @param {any} value */
function entryValue(rec, column, value) {
  if (column.list) return choiceLabel(rec, column.path, value);
  if (column.refers) return nameOf(String(value));
  if (column.type === 'date') return day(value);
  if (typeof value !== 'number') return String(value);
  return [/year|since/.test(column.name) ? String(value) : count(value), unitOf(column)].filter(Boolean).join(' ');
}

/** Questions that hold an answer, top to bottom, by the page they stand on.
 * @param {Rec} rec @param {(question: Question) => boolean} skip @returns {{title: string, key: string, questions: Question[]}[]} */
export function sections(rec, skip) {
  /** @type {Map<string, {title: string, key: string, questions: Question[]}>} */
  const found = new Map();
  let page = { title: '', key: '' };
  const at = (/** @type {{title: string, key: string}} */ { title, key }) => {
    if (!found.has(key)) found.set(key, { title, key, questions: [] });
    return /** @type {{questions: Question[]}} */ (found.get(key)).questions;
  };
  const questions = formOf(rec)?.questions ?? [];
  const byPath = new Map(questions.map((question) => [question.path, question]));
  for (const question of questions) {
    if (question.type === 'note') page = { title: said(question.label), key: question.path };
    if (question.type === 'note' || question.type === 'group' || question.repeat || skip(question)) continue;
    if (!isAnswered(rec.answers[question.path])) continue;
    const group = byPath.get(question.parent);
    if (question.type === 'repeat') at({ title: said(question.label), key: question.path }).push(question);
    else if (group) at({ title: said(group.label), key: group.path }).push(question);
    else at(page).push(question);
  }
  return [...found.values()];
}

/** @param {{rec: Rec, skip?: (question: Question) => boolean}} props */
export function Answers({ rec, skip = () => false }) {
  return sections(rec, skip).map(({ title, key, questions }) => html`<${Group} key=${key} title=${title}>
    <${List}>${questions.flatMap((question) => (question.type === 'repeat' ? entryRows(rec, question) : [answerRow(rec, question)]))}<//>
  <//>`);
}

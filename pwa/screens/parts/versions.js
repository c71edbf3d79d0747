/**
 * What a conflict is about and what its two versions say, in words.
 * Promises: reads only; a masked number is shown open only when the masks would hide the difference.
 */
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { phone } from '../../ui/format.js';
import { answerText, entryText, formOf, kindLabel, questionLabel, questionOf } from './labels.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

const ENTRY = /^(.+)\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The record a conflict is about, also when it was deleted. @param {Rec} conflict @returns {Rec | undefined} */
export const aboutOf = (conflict) => store.get(conflict.answers.record) ?? store.records.shown.get(conflict.answers.record);

/** "杨德贵户", a person's name, a problem's title. @param {Rec} conflict */
export function conflictSubject(conflict) {
  const about = aboutOf(conflict);
  if (!about) return t('conflict.gone');
  const title = store.titleOf(about);
  if (about.kind === 'household') return t('conflict.home', { name: title || t('household.unnamed') });
  return title || kindLabel(about);
}

/** Who wrote the two versions: "李和你都改了", or both names where neither is mine. @param {Rec} conflict */
export function whoDiffer(conflict) {
  const me = store.account.value?.id;
  const { mine_by: mine, theirs_by: theirs } = conflict.answers;
  const name = (/** @type {string} */ id) => store.name(id) || t('people.someone');
  if (mine === me || theirs === me) return t('today.twoVersions', { name: name(mine === me ? theirs : mine) });
  return t('today.twoOthers', { name: name(theirs), other: name(mine) });
}

/** What the question is called. @param {Rec} conflict */
export function conflictField(conflict) {
  const about = aboutOf(conflict) ?? { kind: '' };
  const { question } = conflict.answers;
  if (question === 'deleted') return t('conflict.deleting');
  if (question.startsWith('group:')) return groupLabel(about, question.slice(6));
  const entry = ENTRY.exec(question);
  return questionLabel(about, entry ? /** @type {string} */ (entry[1]) : question);
}

/** The questions that merge as one, by their names. @param {{kind: string, form?: string}} about @param {string} name */
function groupLabel(about, name) {
  const members = (formOf(about)?.questions ?? []).filter((question) => question.merge === `group:${name}`);
  const parents = new Set(members.map((question) => question.parent));
  const only = parents.size === 1 && [...parents][0];
  if (only) return questionLabel(about, only);
  return members.slice(0, 3).map((question) => questionLabel(about, question.path)).join(t('join.list')) || name;
}

/** One side's value as text. @param {Rec} conflict @param {any} value @param {boolean} open masks off */
function valueText(conflict, value, open) {
  const { question } = conflict.answers;
  const about = aboutOf(conflict) ?? { kind: '' };
  if (question === 'deleted') return t(value ? 'conflict.delete' : 'conflict.keep');
  const entry = ENTRY.exec(question);
  if (entry) return value ? entryText(about, /** @type {string} */ (entry[1]), value) : t('conflict.removed');
  if (value === undefined || value === null || value === '') return t('conflict.empty');
  if (!open && isPhone(conflict)) return phone(String(value));
  return answerText(about, question, value);
}

/** @param {Rec} conflict */
export const isPhone = (conflict) => /(^|_)phone$/.test(conflict.answers.question.split('/').pop() ?? '');

/** @param {Rec} conflict @returns {{mine: string, theirs: string}} */
export function versionTexts(conflict) {
  const { mine, theirs } = conflict.answers;
  const shut = { mine: valueText(conflict, mine, false), theirs: valueText(conflict, theirs, false) };
  return shut.mine === shut.theirs ? { mine: valueText(conflict, mine, true), theirs: valueText(conflict, theirs, true) } : shut;
}

/** Which version stands in the record now. @param {Rec} conflict @returns {'mine' | 'theirs' | ''} */
export function standing(conflict) {
  const about = aboutOf(conflict);
  const { question, mine, theirs } = conflict.answers;
  if (!about || question.startsWith('group:') || ENTRY.test(question)) return 'theirs';
  const now = JSON.stringify(question === 'deleted' ? about.deleted : about.answers[question] ?? null);
  if (now === JSON.stringify(theirs ?? null)) return 'theirs';
  return now === JSON.stringify(mine ?? null) ? 'mine' : '';
}

/** The question's definition when another value can be written by hand. @param {Rec} conflict */
export function writable(conflict) {
  const about = aboutOf(conflict);
  const question = about && questionOf(about, conflict.answers.question);
  return question && ['text', 'integer', 'decimal', 'date', 'select_one'].includes(question.type) ? question : undefined;
}

/**
 * Owns the words around a question to a field: whose it is, what it is about, what stands there now, where it is put right.
 * Promises: reads only; numbers that name a person stay masked.
 */
import { isOpenQuestion } from '../../domain/pack/questions.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { aboutOf } from '../parts/named.js';
import { answerText, entryText, joined, kindLabel, questionLabel, questionOf } from '../parts/labels.js';
import { isMasked, maskOf } from '../parts/masked.js';
import './words.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** @param {string} id of an account @returns {string} */
export const personName = (id) => (id === store.account.value?.id ? t('people.you') : store.name(id) || t('people.someone'));

/** The record a question is about, in one line: "农户 · 杨德贵". @param {Rec} rec */
export const recordName = (rec) => joined([kindLabel(rec), aboutOf(rec)], ' · ');

/** Where a record is looked at. @param {Rec} rec */
export function recordHref(rec) {
  if (rec.kind === 'village_profile') return '/village';
  return ['household', 'person', 'problem'].includes(rec.kind) ? `/${rec.kind}/${rec.id}` : `/record/${rec.id}`;
}

/** Where the answer is put right. @param {Rec} rec @param {string} path @param {string} [place] */
export function fieldHref(rec, path, place) {
  // A whole entry is reached by the list it stands in.
  const inside = place && questionOf(rec, path)?.repeat;
  const query = new URLSearchParams({ ...(path ? { at: path } : {}), ...(inside ? { place } : {}) }).toString();
  if (rec.kind === 'village_profile') return `/village/profile?${query}`;
  return `${rec.kind === 'household' ? `/household/${rec.id}/edit` : `/record/${rec.id}/edit`}?${query}`;
}

/** What stands there now, '' when nothing does; inside a repeat the entry it is in. @param {Rec} rec @param {string} path @param {string} [place] */
export function standing(rec, path, place) {
  const name = path.split('/').pop() ?? '';
  if (!place) {
    const value = rec.answers[path];
    return isMasked(name) && value ? maskOf(name, String(value)) : answerText(rec, path, value);
  }
  const id = place.split('/').pop();
  const found = Object.entries(rec.answers).find(([, entries]) => Array.isArray(entries) && entries.some((entry) => entry?.id === id));
  const entry = found?.[1].find((/** @type {any} */ one) => one.id === id);
  return found && entry ? (name in entry ? answerText(rec, path, entry[name]) : entryText(rec, found[0], entry)) : '';
}

/** What is asked about: the question's name. @param {Rec | undefined} rec @param {Rec} question */
export const fieldName = (rec, question) => (rec && question.answers.question ? questionLabel(rec, question.answers.question) : question.answers.about ?? '');

/** How far it is, said to this person. @param {Rec} question @returns {import('../../ui/parts.js').Standing} */
export function questionState(question) {
  if (!isOpenQuestion(question)) return { tone: 'done', icon: 'done', text: t('question.closed') };
  const mine = question.created_by === store.account.value?.id;
  if (question.answers.state === 'answered') return { tone: mine ? 'soon' : 'doing', icon: 'half', text: t(mine ? 'question.look' : 'question.answered') };
  return { tone: mine ? 'doing' : 'soon', icon: 'ring', text: t(mine ? 'question.waiting' : 'question.yours') };
}

/**
 * What a conflict is about and who differs, in words. What its versions say is the conflict screen's.
 * Promises: reads only.
 */
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { formOf, kindLabel, questionLabel } from './labels.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** A question that is one entry of a repeat. */
export const ENTRY = /^(.+)\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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

/**
 * How problems stand in lists: what they are called, who has them, how near their term is.
 * Promises: reads only; words for states, units and kinds come from the form's own lists.
 */
import { dueOf, holder, statusOf, termOf } from '../../domain/problem.js';
import { firstSentence } from '../../domain/tasks.js';
import { lang, t } from '../../i18n.js';
import { day, term, today } from '../../ui/format.js';
import { choiceLabel, choicesOf, said } from './labels.js';
import { inside } from './moments.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {import('../../ui/parts.js').Standing} Standing
 */

/** @param {Rec} problem */
export const problemTitle = ({ answers }) => answers.title || firstSentence(answers.content) || t('problem.untitled');

/** @param {Rec} problem */
export const categoryOf = (problem) => choiceLabel(problem, 'category', problem.answers.category);

/** @param {Rec} problem */
export const unitOf = (problem) => choiceLabel(problem, 'lead_unit', problem.answers.lead_unit);

/** As the office is spoken of: 农业中心 for 农业农村服务中心. @param {Rec} problem */
export function shortUnit(problem) {
  const unit = choicesOf(problem, 'lead_unit').find((one) => one.name === problem.answers.lead_unit);
  return unit ? (lang.value === 'zh' && unit.short) || said(unit.label) : unitOf(problem);
}

/** @param {Rec} problem */
export const statusLabel = (problem) => choiceLabel(problem, 'status', statusOf(problem));

/** Who has it now: 镇水管站在办, 等镇里, 村里在办. @param {Rec} problem */
export function whoHas(problem) {
  const status = statusOf(problem);
  const where = holder(problem);
  if (where === 'closed' || where === 'watch') return statusLabel(problem);
  if (status === 'returned') return t('problem.returnedHere');
  if (['done', 'feedback', 'verified'].includes(status)) return t(`problem.then.${status}`);
  if (status === 'reported') return t('problem.reportedOn', { day: inside(day(problem.answers.reported_on)) });
  if (where === 'township') return unitOf(problem) ? t('problem.unitHasIt', { unit: shortUnit(problem) }) : t('problem.townshipHasIt');
  return t('problem.villageHasIt');
}

/** What stands at the end of a row. @param {Rec} problem @returns {Standing | null} */
export function problemState(problem) {
  const status = statusOf(problem);
  const near = dueOf(problem, today());
  if (status === 'returned') return { tone: near?.tone === 'late' ? 'late' : 'soon', icon: 'return', text: t('problem.returned') };
  if (near && near.tone) return term(termOf(problem));
  if (status === 'reported') return { tone: 'info', icon: 'up', text: t('problem.waitsForTownship') };
  if (['done', 'feedback', 'verified'].includes(status)) return { tone: 'done', icon: 'done', text: statusLabel(problem) };
  if (holder(problem) === 'closed') return { text: day(problem.answers.closed_on) || statusLabel(problem) };
  return near ? term(termOf(problem)) : null;
}

/** Category and who has it: "饮水灌溉 · 镇水管站在办". @param {Rec} problem */
export const problemLine = (problem) => [categoryOf(problem), whoHas(problem)].filter(Boolean).join(' · ');

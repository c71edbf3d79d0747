/**
 * How a problem is told to the township: its village, what kind, who has it, how old the data is.
 * Promises: names no villager the cadre has not shared; names no cadre's figures.
 */
import { pressing } from '../../domain/leader.js';
import { dueOf, statusOf, termOf } from '../../domain/problem.js';
import { lang, t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { day, term, today } from '../../ui/format.js';
import { syncing } from '../../ui/layout.js';
import { choicesOf, joined } from './labels.js';
import { inside, when } from './moments.js';
import { categoryOf, shortUnit, statusLabel } from './problem-words.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** @param {string} id */
export const villageName = (id) => store.places.value.find((place) => place.id === id)?.name ?? '';

/** The branch a category belongs to (safety, dispute, infra …). @param {string} category */
export function branchOf(category) {
  const choice = choicesOf({ kind: 'problem' }, 'category').find((one) => one.name === category);
  return String(choice?.group ?? '');
}

/** The words of why it presses: 安全, 纠纷, 严重. @param {Rec} problem */
export function pressure(problem) {
  const why = pressing(problem, branchOf);
  return why && t(`leader.pressing.${why}`);
}

/** All villages' problems. @returns {Rec[]} */
export const reportedProblems = () => store.places.value.flatMap((place) => store.list('problem', place.id));

/** "石桥村，防汛地灾，昨天上报"; "三岔河村，公路站在办". @param {Rec} problem */
export function leaderLine(problem) {
  const comma = lang.value === 'en' ? ', ' : '，';
  const status = statusOf(problem);
  const village = villageName(problem.village);
  if (status === 'reported') return joined([village, pressure(problem) || categoryOf(problem), t('leader.reportedOn', { day: inside(day(problem.answers.reported_on)) })], comma);
  if (status === 'returned') return joined([village, t('leader.returnedToVillage')], comma);
  const unit = shortUnit(problem);
  if (['assigned', 'handling', 'extended'].includes(status)) return joined([village, unit ? t('problem.unitHasIt', { unit }) : statusLabel(problem)], comma);
  return joined([village, status === 'accepted_up' ? '' : categoryOf(problem), statusLabel(problem)], comma);
}

/** @param {Rec} problem @returns {import('../../ui/parts.js').Standing | null} */
export function leaderState(problem) {
  const near = dueOf(problem, today()) && term(termOf(problem));
  if (statusOf(problem) === 'returned') return { tone: near?.tone === 'late' ? 'late' : '', icon: 'return', text: near?.tone === 'late' ? near.text : t('leader.returned') };
  return near;
}

/** Server time of the oldest village read, for "data as of". @returns {string} */
export function dataAsOf() {
  const times = store.places.value.map((place) => store.pulls.value.get(place.id)?.at ?? '').filter(Boolean).sort();
  return times[0] ?? '';
}

/** "数据截至 11:20". */
export function asOfLine() {
  const last = syncing.value?.lastAt || dataAsOf();
  return last ? t('leader.asOf', { time: when(last) }) : t('leader.noDataYet');
}

/**
 * How a figure of the village is told: its value, where it comes from, how it stood a year ago, what lies behind it.
 * Promises: unknown is undefined, never 0; what is written by hand names who changed the profile last, and when.
 */
import { differenceOf } from '../../domain/pack/charts.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { count, day, today } from '../../ui/format.js';
import { choiceLabel, questionOf } from '../parts/labels.js';
import { dayOf } from '../parts/moments.js';
import { unitOf } from './evaluation.js';
import { profiles } from './profiles.js';

/** @typedef {import('./evaluation.js').Indicator} Indicator */
/** @typedef {import('./evaluation.js').Reading} Worked */

const MOST_DIGITS = 2;

/** @param {any} value */
export const isKnown = (value) => value !== undefined && value !== null && value !== '' && !(typeof value === 'number' && Number.isNaN(value)) && !(Array.isArray(value) && !value.length);

/** Whether that very year's profile says it. @param {Worked} worked @param {Indicator} indicator */
const isOfYear = (worked, { id }) => isKnown(worked.indicators[id]?.written) && worked.indicators[id]?.year === Number(worked.today.slice(0, 4));

/** @param {Worked} worked @param {Indicator} indicator @returns {any} undefined when nobody has written it */
export function valueOf(worked, indicator) {
  const { value, written } = worked.indicators[indicator.id] ?? {};
  // Of a day gone by, what that year's profile says is nearer the truth than counting today's homes and people.
  const then = worked.today < today() && isOfYear(worked, indicator) ? written : value;
  return isKnown(then) ? then : undefined;
}

/** How it stood on an earlier day, where that can be known: written in that year's profile, or counted from what bears a date.
 * @param {Worked} before @param {Indicator} indicator @returns {any} */
export function beforeOf(before, indicator) {
  const counted = before.indicators[indicator.id]?.from === 'records' && !isOfToday(indicator);
  return isOfYear(before, indicator) || counted ? valueOf(before, indicator) : undefined;
}

/** The year of the profile that says how it stood then, 0 where it was counted. @param {Worked} before @param {Indicator} indicator */
export const writtenBefore = (before, indicator) => (isOfYear(before, indicator) ? Number(before.today.slice(0, 4)) : 0);

/** Counted only from what is as it is now: homes, people, the profile itself. @param {Indicator} indicator */
const isOfToday = ({ evidence }) => evidence.every(({ kind }) => ['household', 'person', 'village_profile'].includes(kind));

/** A value in words, with its unit. @param {Indicator} indicator @param {any} value */
export function told(indicator, value) {
  if (!isKnown(value)) return t('village.unknown');
  if (typeof value === 'number') {
    const unit = unitOf(indicator, value);
    const number = Number.isInteger(value) ? count(value) : String(Number(value.toFixed(MOST_DIGITS)));
    return unit ? `${number} ${unit}` : number;
  }
  if (typeof value === 'boolean') return t(value ? 'answer.yes' : 'answer.no');
  const question = indicator.question;
  return question && questionOf({ kind: 'village_profile' }, question)?.list ? String(value).split(' ').map((one) => choiceLabel({ kind: 'village_profile' }, question, one)).join(t('join.list')) : String(value);
}

/** Where it comes from: counted from how many records and how fresh they are, or written in which profile, by whom and when.
 * @param {Worked} worked @param {Indicator} indicator */
export function sourceOf(worked, indicator) {
  const { n = 0, asOf = '', from = '', year = null } = worked.indicators[indicator.id] ?? {};
  if (from === 'records') return n ? t('village.countedOn', { n: count(n), time: day(asOf) }) : t('village.countedNone');
  const profile = from === 'written' ? profiles().find(({ answers }) => answers.year === year) : undefined;
  if (!profile) return '';
  const by = profile.by === store.account.value?.id ? t('people.you') : store.name(profile.by) || t('people.someone');
  return t('village.writtenBy', { year: String(year), name: by, time: day(dayOf(profile.client_at || profile.at)) });
}

/** Against the year before: "比一年前多 3 户"; '' where one of the two is not known. @param {Indicator} indicator @param {any} now @param {any} before */
export function yearOn(indicator, now, before) {
  const more = differenceOf(now, before);
  if (more === null) return '';
  if (more === 0) return t('village.asLastYear');
  return t(more > 0 ? 'village.moreThanLastYear' : 'village.fewerThanLastYear', { n: told(indicator, Math.abs(more)) });
}

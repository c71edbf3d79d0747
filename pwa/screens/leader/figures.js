/**
 * A village's figures in words: a number with its unit, a choice as the form calls it, where it comes from.
 * Promises: what nobody wrote says so; no villager is named, the server sends none.
 */
import { unitIn } from '../../domain/pack/unit.js';
import { lang, t, words } from '../../i18n.js';
import { store } from '../../store/store.js';
import { count, day } from '../../ui/format.js';
import { joined, said } from '../parts/labels.js';
import './words.js';

/** @typedef {import('./summaries.js').Figure} Figure */
/** @typedef {import('./summaries.js').Line} Line */

/** Both languages in one cell of the guide: "户 / households". @param {string} both */
export function ofBoth(both) {
  const [zh = '', en = zh] = both.split(' / ');
  return lang.value === 'en' ? en : zh;
}

/** @param {Figure} figure @returns {string} '' when nobody wrote it */
export function figureText({ value, label, unit }) {
  if (value === null) return '';
  if (label) return String(words(label));
  if (typeof value === 'boolean') return t(value ? 'answer.yes' : 'answer.no');
  if (typeof value !== 'number') return value;
  return unit === '%' ? `${count(value)}%` : joined([count(value), unitIn(unit, lang.value, value)], ' ');
}

/** Where a figure comes from, and of when it is. @param {Figure} figure */
export function sourceText({ from, asOf }) {
  if (from === 'written') return asOf ? t('leader.village.year', { year: asOf }) : '';
  return from === 'records' ? joined([t('leader.village.counted'), asOf && day(asOf)], lang.value === 'en' ? ', ' : '，') : '';
}

/** A section is a page of the profile's form, or words of the guide. @param {string} section */
export function sectionName(section) {
  const page = store.form('village_profile')?.questions.find(({ path }) => path === section);
  return page ? said(page.label) : ofBoth(section);
}

/** "412 户，1437 人，监测 12 户": what a line says beside the problems. @param {Line|undefined} line */
export function lineText(line) {
  const of = (/** @type {string} */ id) => line?.figures.find((figure) => figure.id === id)?.value;
  const parts = [
    ['leader.line.homes', of('population.households_registered')],
    ['leader.line.people', of('population.people_registered')],
    ['leader.line.monitored', of('safeguard.monitored_active')],
  ];
  return joined(parts.map(([key, n]) => (typeof n === 'number' && n > 0 ? t(String(key), { n }).replaceAll(' ', '\u00a0') : '')), t('join.clause'));
}

/**
 * Owns how the diary and the reports are put into words.
 * Promises: says what domain/pack/report.js found and nothing else; '' where nothing is written down.
 */
import { COUNTED, report } from '../../domain/pack/report.js';
import { lang, t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { calendarDay, fullDay } from '../../ui/format.js';
import { placeName } from '../../ui/layout.js';
import { choiceLabel, joined } from '../parts/labels.js';
import './words.js';

/** @typedef {import('../../domain/pack/report.js').Line} Line */

/** The forms whose words the lines use. */
export const FORMS = [...new Set(COUNTED.map(({ kind }) => kind)), 'visit', 'project_plan', 'diary'];

/** @param {Line} line */
function sentence({ id, values, parts }) {
  const said = t(`report.line.${id}`, { ...values, ...(values.day ? { day: calendarDay(String(values.day)) } : {}) });
  const whole = parts.length ? t('report.tail', { line: said, parts: joined(parts, lang.value === 'en' ? '; ' : '；') }) : said;
  return /[。.？?！!…]$/.test(whole) ? whole : t('report.stop', { line: whole });
}

/** @param {string} period @param {string} today @returns {{title: string, text: string, from: string}} */
export function told(period, today) {
  const ground = { list: (/** @type {string} */ kind) => store.list(kind), labelOf: (/** @type {string} */ kind, /** @type {string} */ path, /** @type {any} */ value) => choiceLabel({ kind }, path, value), me: store.account.value?.id ?? '' };
  const { from, to, sections } = report(ground, period, today);
  const title = period === 'today' ? t('report.diary', { day: calendarDay(from) }) : t('report.paper', { village: placeName(), what: t(`report.name.${period}`) });
  const span = period === 'today' ? fullDay(from) : t('report.span', { from: calendarDay(from), to: calendarDay(to) });
  const blocks = sections.map(({ id, lines }) => [t(`report.part.${id}`), ...lines.map(sentence)].join('\n'));
  return { title, from, text: blocks.length ? [`${title}\n${span}`, ...blocks].join('\n\n') : '' };
}

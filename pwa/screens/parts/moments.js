/**
 * Moments as a person says them. Answers hold plain days, records hold instants; both are read here.
 * Promises: the phone's own clock and zone; an unreadable moment gives ''.
 */
import { lang } from '../../i18n.js';
import { day, moment, time, today } from '../../ui/format.js';

/** A day's word inside a sentence: "due tomorrow". @param {string} text */
export const inside = (text) => (lang.value === 'en' ? text.replace(/^(Today|Tomorrow|Yesterday)\b/, (word) => word.toLowerCase()) : text);

/** @param {string} iso */
const isDay = (iso) => /^\d{4}-\d{2}-\d{2}$/.test(iso);

/** The person's calendar day of a moment. @param {string | null | undefined} iso @returns {string} */
export function dayOf(iso) {
  if (!iso || isDay(iso)) return iso ?? '';
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? '' : today(at);
}

/** "10:31", "昨天 10:31", "11月21日 16:02"; a plain day stays a day. @param {string | null | undefined} iso @returns {string} */
export const when = (iso) => (!iso || !dayOf(iso) ? '' : isDay(iso) ? day(iso) : moment(iso));

/** Always with its day: "今天 9:20". @param {string | null | undefined} iso @returns {string} */
export function whenOn(iso) {
  if (!iso || !dayOf(iso)) return '';
  return isDay(iso) ? day(iso) : `${day(dayOf(iso))} ${time(iso)}`;
}

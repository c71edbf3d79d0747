/**
 * How dates, ages, numbers and phones are written, in the language that is on. Pure but for the clock and the language.
 * A date is 'YYYY-MM-DD' (a local day) or an ISO instant (shown in the phone's own time).
 */
import { lang, t } from '../i18n.js';

const DAY = 86_400_000;
const EN_MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (/** @type {number} */ n) => String(n).padStart(2, '0');

/** @param {Date} date */
const keyOf = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;

/** The local day as 'YYYY-MM-DD'. @param {Date} [now] */
export const today = (now = new Date()) => keyOf(now);

/** @param {string} value @returns {Date|null} local midnight of a day, or the instant */
function read(value) {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  const date = day ? new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3])) : new Date(value);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** Whole days from today to that day; negative when past. @param {string} value */
export function daysTo(value) {
  const date = read(value);
  if (!date) return NaN;
  const there = Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  const now = new Date();
  return Math.round((there - Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())) / DAY);
}

/** @param {Date} date */
function calendar(date) {
  const year = date.getFullYear() === new Date().getFullYear() ? '' : String(date.getFullYear());
  if (lang.value === 'en') return `${date.getDate()} ${EN_MONTHS[date.getMonth()]}${year && ` ${year}`}`;
  return `${year && `${year}年`}${date.getMonth() + 1}月${date.getDate()}日`;
}

/** @param {Date} date */
const weekday = (date) => t(`weekday.${date.getDay()}`);

/** 今天, 明天, 昨天, 周五 within the week to come, then 12月5日; the year only when it is another. @param {string|null|undefined} value */
export function day(value) {
  const date = value ? read(value) : null;
  if (!date || !value) return value ?? '';
  const days = daysTo(value);
  if (days >= -1 && days <= 1) return t(['day.yesterday', 'day.today', 'day.tomorrow'][days + 1] ?? '');
  return days > 1 && days < 7 ? weekday(date) : calendar(date);
}

/** 11月23日 周一. @param {string} value */
export function fullDay(value) {
  const date = read(value);
  if (!date) return value;
  return lang.value === 'en' ? `${weekday(date)} ${calendar(date)}` : `${calendar(date)} ${weekday(date)}`;
}

/** 11月23日, never a word like 今天. @param {string|null|undefined} value */
export function calendarDay(value) {
  const date = value ? read(value) : null;
  return date ? calendar(date) : (value ?? '');
}

/** 2024年3月; Mar 2024. @param {string|null|undefined} value */
export function month(value) {
  const date = value ? read(`${value.slice(0, 7)}-01`) : null;
  if (!date) return value ?? '';
  return lang.value === 'en' ? `${EN_MONTHS[date.getMonth()]} ${date.getFullYear()}` : `${date.getFullYear()}年${date.getMonth() + 1}月`;
}

/** 今天, 昨天, 52 天前. @param {string|null|undefined} value */
export function ago(value) {
  if (!value) return '';
  const days = -daysTo(value);
  if (Number.isNaN(days)) return value;
  if (days < 0) return day(value);
  if (days < 2) return t(days === 0 ? 'day.today' : 'day.yesterday');
  return t('day.ago', { n: days });
}

/** 10:31. @param {string|null|undefined} iso */
export function time(iso) {
  const date = iso ? read(iso) : null;
  return date ? `${date.getHours()}:${two(date.getMinutes())}` : '';
}

/** 10:31 of today; 昨天 18:30; 11月21日 16:02. @param {string|null|undefined} iso */
export function moment(iso) {
  if (!iso) return '';
  const days = daysTo(iso);
  return days === 0 ? time(iso) : `${days === -1 ? t('day.yesterday') : calendarDay(iso)} ${time(iso)}`;
}

/**
 * A term as a State: passed, today or tomorrow, within the week, later.
 * @param {string|null|undefined} value
 * @returns {{tone: ''|'soon'|'late', icon: string, text: string}|null}
 */
export function term(value) {
  if (!value) return null;
  const days = daysTo(value);
  if (Number.isNaN(days)) return null;
  if (days < 0) return { tone: 'late', icon: 'late', text: t('day.over', { n: -days }) };
  return days < 7 ? { tone: 'soon', icon: 'clock', text: day(value) } : { tone: '', icon: '', text: day(value) };
}

/** A phone with its middle hidden: 138 **** 2047. @param {string|null|undefined} number */
export function phone(number) {
  if (!number) return '';
  const digits = number.replace(/\s/g, '');
  return digits.length < 7 ? '****' : `${digits.slice(0, 3)} **** ${digits.slice(-4)}`;
}

/** An identity number with only its ends readable. @param {string|null|undefined} number */
export const masked = (number) => (number ? `${number.slice(0, 3)}${'*'.repeat(Math.max(4, number.length - 7))}${number.slice(-4)}` : '');

/** 32,156. @param {number} n */
export const count = (n) => new Intl.NumberFormat(lang.value).format(n);

/** 3 KB, 1.5 MB. @param {number} bytes */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = -1;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

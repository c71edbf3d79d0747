/**
 * Owns what a person put aside on Today: until when, by the task's key.
 * Promises: pure; what was put aside comes back on its day and only then; what can never come back is forgotten after a year.
 */
import { addDays, dayNumber } from '../dates.js';

/** Key of the task → the day it comes back, FOR_GOOD where it does not; with the day it was put aside.
 * @typedef {Record<string, {until: string, at: string}>} Aside */

export const FOR_GOOD = '9999-12-31';
const KEPT_DAYS = 400;

/** @param {Aside} aside @param {string} key @param {string} today */
export const isAside = (aside, key, today) => (aside[key]?.until ?? '') > today;

/** Tomorrow, next week's first working day. @param {string} today @returns {{tomorrow: string, monday: string}} */
export function days(today) {
  const weekday = (dayNumber(today) + 3) % 7; // 0 = Monday
  return { tomorrow: addDays(today, 1), monday: addDays(today, 7 - weekday) };
}

/** @param {Aside} aside @param {string} key @param {string} until @param {string} today @returns {Aside} */
export function put(aside, key, until, today) {
  const oldest = addDays(today, -KEPT_DAYS);
  const kept = Object.entries(aside).filter(([, choice]) => choice.at > oldest && choice.until > today);
  return { ...Object.fromEntries(kept), [key]: { until, at: today } };
}


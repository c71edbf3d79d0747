/**
 * Owns what the village's figures were when one looked before: one set of numbers a day, kept on this phone.
 * Promises: pure; at most one look a day, one a month beyond the last thirty days, none older than two years; numbers only.
 *
 * @typedef {{on: string, values: Record<string, number>}} Look
 */
import { addDays } from '../dates.js';

const DAYS = 30;
const MONTHS = 24;

/** @param {Look[]} looks the oldest first @param {Look} look @returns {Look[]} */
export function withLook(looks, look) {
  const edge = addDays(look.on, -DAYS);
  const oldest = addDays(look.on, -MONTHS * 31);
  const others = looks.filter(({ on }) => on !== look.on && on >= oldest && on < look.on);
  // Of a month gone by its first look stands for it.
  const kept = others.filter(({ on }, at) => on >= edge || others.findIndex((other) => other.on.slice(0, 7) === on.slice(0, 7)) === at);
  return [...kept, look];
}

/** The look to compare with: the last one at least a month old, else the first there is; none of today.
 * @param {Look[]} looks @param {string} today @returns {Look | null} */
export function lookBefore(looks, today) {
  const edge = addDays(today, -DAYS);
  const earlier = looks.filter(({ on }) => on < today).sort((a, b) => (a.on < b.on ? -1 : 1));
  return [...earlier].reverse().find(({ on }) => on <= edge) ?? earlier[0] ?? null;
}

/** What has another value now. @param {Look | null} before @param {Record<string, number>} values @returns {{id: string, was: number, now: number}[]} */
export function changedSince(before, values) {
  return Object.entries(before?.values ?? {}).flatMap(([id, was]) => (id in values && values[id] !== was ? [{ id, was, now: /** @type {number} */ (values[id]) }] : []));
}

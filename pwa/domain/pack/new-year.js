/**
 * Owns what a new year's page of the village takes over from the last one.
 * Promises: pure; what is counted or added up anew each year is left out, marks beside answers too.
 */

/** What another year has other values of. */
const YEARLY = /^(population|safeguard|income|needs)\b/;

/** @param {Record<string, any>} last answers of the latest profile @param {number} year @returns {Record<string, any> | null} null: this year has its page */
export function pageOf(last, year) {
  if (!(last.year < year)) return null;
  const kept = Object.entries(last).filter(([path]) => !YEARLY.test(path) && !path.includes('#'));
  return { ...Object.fromEntries(kept), year };
}

/**
 * Owns the one hint of the ten steps that Today shows: what is missing where the village stands now, and the shortest way to it.
 * Promises: pure; one hint or none; a hint proposes, nothing is overdue.
 */
import { isThrough, makeAddress, nextItem, walked } from './steps.js';

/** @typedef {import('./village-expression.js').Guide} Guide */
/** @typedef {import('./village-expression.js').Reading} Reading */
/** @typedef {{id: string, step: number, stepTitle: import('./steps.js').Both, title: import('./steps.js').Both, hint: import('./steps.js').Both, href: string, item: string}} Hint
 *   `href`: where the next record is written; `item`: the page of the item itself */

/** @param {Guide} guide @param {Reading} results @param {ReadonlySet<string>} [dismissed] ids somebody does not want to be told of
 * @returns {Hint|null} null when nothing is left that a record could fill */
export function nextHint(guide, results, dismissed = new Set()) {
  for (const step of guide.steps) {
    const one = walked(step, results);
    const wanted = { ...one, parts: one.parts.map((part) => ({ ...part, items: part.items.filter(({ id }) => !dismissed.has(id)) })) };
    const item = isThrough(one) ? undefined : nextItem(wanted);
    const href = makeAddress(item?.make ?? null);
    if (!item || !href) continue;
    return { id: item.id, step: step.number, stepTitle: step.title, title: item.title, hint: item.hint, href, item: `/steps/${step.number}/${item.id}` };
  }
  return null;
}

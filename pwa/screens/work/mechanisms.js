/**
 * The mechanisms as the guide tells them: under which group each stands, which records are its own, how often it is to be kept up.
 * Promises: a phone without the guide yet shows the kinds alone; reads this phone.
 */
import { GROUPS, groupOf } from '../../domain/pack/areas.js';
import { holds } from '../../domain/pack/prefill.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';

/**
 * @typedef {import('../../domain/pack/areas.js').Group} Group
 * @typedef {Record<string, string>} Both
 * @typedef {{kind: string, where: any, prefill: Record<string, string>}} Kept
 * @typedef {{id: string, area: string, title: Both, kinds: Kept[], cadence: string, screen: string, figures: {id: string, title: Both, unit: string, value: any}[], tips: Both[]}} Mechanism
 */

/** @returns {any} the guide, null until it is here */
export const guideOf = () => store.form('guide') ?? null;

/** @returns {Mechanism[]} */
export const mechanisms = () => guideOf()?.mechanisms ?? [];

/** By the group of the first kind each keeps, in the guide's order. @returns {Map<Group, Mechanism[]>} */
export function mechanismsByGroup() {
  /** @type {Map<Group, Mechanism[]>} */
  const found = new Map();
  for (const one of mechanisms()) {
    const group = GROUPS.includes(/** @type {Group} */ (one.area)) ? /** @type {Group} */ (one.area) : groupOf(one.kinds[0]?.kind ?? '');
    found.set(group, [...(found.get(group) ?? []), one]);
  }
  return found;
}

/** @param {import('../../store/types.js').Rec} rec @param {Record<string, string>} filter */
export const holdsAll = (rec, filter) => holds(rec.answers, filter);

/** "每月", "每 45 天"; '' where nothing is said. @param {string} cadence */
export function cadenceWords(cadence) {
  if (cadence.startsWith('days:')) return t('work.every.days', { n: Number(cadence.slice(5)) });
  return cadence ? t(`work.every.${cadence}`) : '';
}

/**
 * How households stand in lists: when they were last seen, what is open, in words with their state.
 * Promises: reads only; says 没去过 only where no visit is known.
 */
import { LONG } from '../../domain/tasks.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { ago, daysTo } from '../../ui/format.js';
import { choiceLabel } from './labels.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {import('../../ui/parts.js').Standing} Standing
 */

/** The form's own words for an answer of this record. @param {Rec} rec */
export const labelsOf = (rec) => (/** @type {string} */ path, /** @type {any} */ value) => choiceLabel(rec, path, value);

/** Day of the last visit. @param {string} id @returns {string | undefined} */
export const lastSeen = (id) => store.latest(id, 'visit')?.day;

/** Days after which a home is long unseen, the township's own once the guide was read: Today reads nothing for it. @returns {number} */
export const longDays = () => /** @type {any} */ (store.forms.read.get(store.forms.current.value.guide ?? ''))?.thresholds?.unseen_days ?? LONG;

/** @param {string} id */
export function seenState(id) {
  const day = lastSeen(id);
  if (!day) return { text: t('home.neverSeen') };
  return -daysTo(day) > longDays() ? { tone: /** @type {const} */ ('soon'), icon: 'clock', text: ago(day) } : { text: ago(day) };
}

/** What matters most about a household at the end of its row. @param {Rec} home @param {number} open @returns {Standing} */
export const homeState = (home, open) => (store.unsent.value.some(({ record }) => record === home.id) ? { icon: 'device', text: t('receipt.kept') } : open ? { icon: 'flag', text: t('home.open', { n: open }) } : seenState(home.id));

/** @param {Rec | undefined} home */
export const headName = (home) => home?.answers.head_name ?? t('household.unnamed');

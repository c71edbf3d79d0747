/**
 * A change the server did not take, put right: its answers in the form they came from, and the old one gone when the new one is kept.
 * Promises: offered only where the form can hold every answer of it; nothing of it is let go before a saving that stands for it is
 * on this phone; what was begun and put aside is gone on with.
 */
import './words.js';
import { marked } from '../../form/remarks.js';
import { go } from '../../routes.js';
import { store } from '../../store/store.js';
import { applySet } from '../../store/view.js';
import { questionOf } from '../parts/labels.js';

/**
 * @typedef {import('../../store/types.js').Entry} Entry
 * @typedef {import('../../store/types.js').Saved} Saved
 */

/** Another wording would not change the answer to these. */
const NO_USE = new Set(['village_left', 'unknown_village', 'device_left', 'local_only', 'answer_not_yours', 'move_not_allowed']);

/** @param {Entry} entry */
const answersOf = ({ set: { deleted: _deleted, village: _village, ...answers } }) => answers;

/** @param {Entry} entry */
export function isMendable(entry) {
  const { set, created, kind, record } = entry;
  const there = store.places.value.some(({ id, role }) => id === entry.village && role !== 'township_leader');
  if (!there || kind === 'conflict' || NO_USE.has(entry.code ?? '') || 'deleted' in set || 'village' in set) return false;
  return Boolean(created || store.get(record)) && Object.keys(set).every((path) => questionOf(entry, marked(path)[0]));
}

/** Opens the form with the answers that were not taken, over what stands now. @param {Entry} entry */
export async function mend(entry) {
  const { kind, village, record, order, form } = entry;
  const rec = store.get(record);
  // A draft belongs to the village it was begun in.
  if (village !== store.village.peek()) await store.setVillage(village);
  const name = `refused-${order}`;
  const href = rec ? `/record/${record}/edit?draft=${name}` : `/record/new/edit?new=${kind}&draft=${name}`;
  const key = rec ? `edit/${record}/${name}` : `new/${kind}/${village}/${name}`;
  if (!store.draft(key)) {
    const original = rec?.answers ?? {};
    await store.keepDraft(key, {
      href, kind, id: record, form, village, base: rec?.rev ?? 0, page: 0, raw: [], original,
      answers: applySet(original, answersOf(entry)), more: { refused: { order } },
    });
  }
  const asked = marked(String(entry.detail?.question ?? ''))[0];
  go(questionOf(entry, asked) ? `${href}&at=${encodeURIComponent(asked)}` : href);
}

/** Lets go of what was not taken, once something was saved in its place. @param {{order: number}|undefined} refused @param {Saved[]} saved */
export async function settle(refused, saved) {
  if (!refused || !saved.length) return;
  const old = store.outbox.peek().find((entry) => entry.state === 'quarantined' && entry.order === refused.order);
  if (old) await store.discardRefused(old);
}

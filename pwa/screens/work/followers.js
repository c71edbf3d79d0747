/**
 * What is written together with a record that is being filled in: a meeting's resolutions as agreed items.
 * Promises: in the same saving; an entry that became a record holds its id and never becomes one twice.
 */
import { ACTED, LINK } from '../../domain/pack/entries.js';
import { store } from '../../store/store.js';
import { made } from './acting.js';

/** @param {import('../../form/session.js').Session} session @returns {Promise<import('../../store/types.js').Saving[]>} */
export async function followers(session) {
  const { interview, task } = session;
  if (task.kind !== 'meeting' || !(await store.loadForm('consensus_item'))) return [];
  const acted = /** @type {import('../../domain/pack/entries.js').Acted} */ (ACTED.meeting);
  const link = `${acted.repeat}/${LINK.consensus_item}`;
  if (!interview.graph.questions.has(link)) return [];
  const entries = /** @type {Record<string, any>[]} */ (interview.tree.all[acted.repeat] ?? []);
  const rec = /** @type {any} */ ({ id: session.id, kind: task.kind, village: session.village, answers: interview.tree.all });
  return entries.filter((entry) => acted.acts(entry).length).map((entry) => {
    const item = made('consensus_item', entry, rec);
    interview.set(link, item.id, entry.id);
    return item;
  });
}

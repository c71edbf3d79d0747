/** How a project and an agreed item are told to the township: its stage, its day. Promises: reads this phone; names nobody. */
import { store } from '../../store/store.js';
import { term } from '../../ui/format.js';
import { choiceLabel, joined } from '../parts/labels.js';
import { villageName } from '../parts/leader-words.js';
import './words.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

const OVER = new Set(['handover', 'operating', 'performance', 'cancelled']);
const SETTLED = new Set(['done', 'parked', 'dropped']);

/** Built and handed over, or given up. @param {Rec} project */
export const isOver = (project) => OVER.has(project.answers.stage);

/** One project as a row. @param {Rec} rec @param {boolean} [named] with its village */
export function projectRow(rec, named = false) {
  const near = isOver(rec) ? null : term(rec.answers.finish_on);
  const parts = [named ? villageName(rec.village) : '', choiceLabel(rec, 'type', rec.answers.type), choiceLabel(rec, 'stage', rec.answers.stage)];
  return { title: store.titleOf(rec), meta: joined(parts, ' · '), state: near, href: `/record/${rec.id}` };
}

/** Agreed items that are not carried out yet, the nearest day first. @param {string} village */
export function agreedRows(village) {
  const items = store.list('consensus_item', village).filter((rec) => !SETTLED.has(rec.answers.state));
  const day = (/** @type {Rec} */ rec) => rec.answers.due ?? '9999';
  return [...items].sort((a, b) => (day(a) < day(b) ? -1 : 1)).map((rec) => ({
    id: rec.id, slim: true, title: store.titleOf(rec), state: term(rec.answers.due) ?? { icon: 'half', text: choiceLabel(rec, 'state', rec.answers.state) }, href: `/record/${rec.id}`,
  }));
}

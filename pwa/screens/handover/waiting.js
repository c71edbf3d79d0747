/** A predecessor's pack on Today: how much of it is still to be gone through; goes when it is, or when it is put away. */
import { read, tickKey } from '../../domain/pack/handover-parts.js';
import { daysBetween } from '../../domain/dates.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { List, Row } from '../../ui/parts.js';
import { besideMore } from '../parts/owed.js';
import { aside } from '../tasks/found.js';
import './words.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** How many items nobody has ticked on this phone. @param {Rec} rec */
export const left = (rec) =>
  read(rec.answers.parts).reduce((n, { part, items }) => n + items.filter((item, at) => item.id && !aside({ key: tickKey(rec.id, part, at) })).length, 0);

/** After so long nobody is new any more. */
const FRESH_DAYS = 180;

/** The latest pack somebody else made for this village. */
export function waiting() {
  const me = store.account.value?.id;
  const packs = store.list('handover').filter((rec) => daysBetween(rec.answers.made_on, today()) <= FRESH_DAYS).sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  return packs.slice(0, 1).filter((rec) => rec.created_by !== me && !aside({ key: `handover:${rec.id}` }) && left(rec) > 0);
}

export function HandoverRow() {
  const packs = waiting();
  if (!packs.length) return null;
  return html`<${List}>${packs.map((rec) => {
    const promises = read(rec.answers.parts).find(({ part }) => part === 'promises')?.items.length ?? 0;
    const title = t(promises ? 'handover.today' : 'handover.today.plain', { n: promises });
    const row = html`<${Row} icon="return" title=${title} meta=${t('handover.left', { n: left(rec) })} href=${`/handover/${rec.id}`} />`;
    return besideMore(rec.id, row, { key: `handover:${rec.id}`, source: 'handover', title, on: '', href: `/handover/${rec.id}` });
  })}<//>`;
}

/**
 * Where one's own latest writing of a record is, on the record's own screen: on this phone, with the server, checked.
 * Promises: from the outbox alone; what was counted under an earlier number of this phone is never called waiting.
 */
import './words.js';
import { todayOf } from '../../domain/dates.js';
import { t } from '../../i18n.js';
import { isUnanswered } from '../../store/outbox.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Button, Group, Receipt } from '../../ui/parts.js';
import { dayOf } from '../parts/moments.js';
import { FileReceipts } from '../parts/sent-files.js';
import { entryTitle, stationsOf } from '../parts/writing.js';

/** @param {string} record @returns {import('../../store/types.js').Entry|undefined} */
const latestOf = (record) =>
  store.outbox.value.filter((entry) => entry.record === record && (entry.device === store.device || !isUnanswered(entry))).at(-1);

/** The same at the end of a row: until it is checked, and on the day it was written. @param {string} record @returns {import('../../ui/parts.js').Standing | null} */
export function whereKept(record) {
  const entry = latestOf(record);
  if (!entry) return null;
  if (entry.state === 'quarantined') return { tone: 'soon', icon: 'return', text: t('receipt.refused') };
  if (entry.state === 'acknowledged') return { icon: 'cloud-check', text: t('receipt.arrived') };
  if (entry.state !== 'checked') return { icon: 'device', text: t('receipt.kept') };
  return dayOf(entry.at) === todayOf() ? { icon: 'double', text: t('receipt.checked') } : null;
}

/** @param {{id: string}} props of the record; nothing where this phone has written none of it */
export function OwnReceipt({ id }) {
  const entry = latestOf(id);
  if (!entry) return null;
  return html`<${Group} title=${t('receipt.own')}><div class="card own-receipt"><${Receipt} stations=${stationsOf(entry)} label=${entryTitle(entry)} />
    <${FileReceipts} entry=${entry} />
    ${entry.state === 'quarantined' && html`<${Button} kind="tone" low href=${`/me/refused/${entry.order}`}>${t('receipts.why')}<//>`}</div><//>`;
}

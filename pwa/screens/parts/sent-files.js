/**
 * Photos and other files on their way: a receipt for each, and what holds them back.
 * Promises: says what waits, how much, for what; nothing large is sent before the person agreed.
 */
import { lang, t } from '../../i18n.js';
import { filesIn, hashOf } from '../../store/files.js';
import { store } from '../../store/store.js';
import { isFree } from '../../sync/link.js';
import { sendFilesNow, state, syncNow } from '../../sync/loop.js';
import { size } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Banner, Button, Receipt } from '../../ui/parts.js';
import { when } from './moments.js';
import { waitingReason } from './writing.js';

/** @typedef {import('../../store/types.js').Entry} Entry */
/** @typedef {import('../../store/files.js').Marks} Marks */

const KINDS = ['image', 'audio', 'video'];

/** How many files wait and how large they are. */
export function waitingFiles() {
  const waiting = new Map(store.files.owed.value.map((need) => [need.hash, need.bytes]));
  return { n: waiting.size, bytes: [...waiting.values()].reduce((sum, bytes) => sum + bytes, 0) };
}

/** What the first of a change's files waits for, in few words. @param {Entry} entry @param {string} value @param {import('../../store/files.js').Delivery} delivery */
function reason(entry, value, delivery) {
  const { state: where, bytes, sentBytes } = store.files.state(value);
  const { why } = state.value.files;
  if (delivery.code) return t('receipt.refused');
  if (where === 'sending') return t('files.part', { n: Math.floor((100 * sentBytes) / bytes) });
  if (entry.state === 'quarantined') return t('receipt.refused');
  if (entry.state === 'waiting' || entry.state === 'sent') return t('files.afterText');
  return why === 'wifi' || why === 'ask' || why === 'full' ? t(`files.short.${why}`) : waitingReason();
}

/** @param {{entry: Entry}} props a receipt for each file of one change that this phone holds */
export function FileReceipts({ entry }) {
  const values = filesIn(entry.set);
  return values.map((value) => {
    const marks = store.files.marks.value.get(hashOf(value));
    if (!marks) return null;
    const delivery = store.files.delivery(marks.hash, entry.village);
    const kind = marks.type.split('/')[0] ?? '';
    const label = t(`files.${KINDS.includes(kind) ? kind : 'other'}`, { size: size(marks.bytes) });
    const stations = [
      { word: t('receipt.kept'), note: when(marks.at), wait: false },
      delivery.sentAt
        ? { word: t('receipt.arrived'), note: when(delivery.sentAt), wait: false }
        : { word: t('receipt.toServer'), note: reason(entry, value, delivery), wait: true },
      delivery.checkedAt
        ? { word: t('receipt.checked'), note: when(delivery.checkedAt), wait: false }
        : { word: t('receipt.toCheck'), note: delivery.sentAt ? t('receipt.nextTime') : '—', wait: true },
    ];
    const said = lang.value === 'en' ? delivery.en : delivery.zh;
    return html`<p class="quiet small" key=${value}>${label}</p><${Receipt} stations=${stations} label=${label} />
      ${delivery.code && !delivery.dropped && html`<p class="small">${said || t('receipt.refused')}</p>
        <${Button} kind="line" low onTap=${() => void store.files.delivered(marks.hash, entry.village, { ...delivery, dropped: true })}>${t('files.drop')}<//>`}`;
  });
}

/** These when there is Wi-Fi; the code that sends has come, or nothing would have asked. */
const putOff = () => void import('../../sync/files.js').then(({ waitForWifi }) => waitForWifi(store)).then(syncNow);

/** Files that wait for a word of the person. */
export function FilesBanner() {
  const { n, bytes } = waitingFiles();
  const isRefused = store.files.owed.value.some((need) => store.files.delivery(need.hash, need.entry.village).code);
  const why = state.value.files.why || (isRefused ? 'refused' : '');
  if (!n || !['ask', 'wifi', 'full', 'refused'].includes(why)) return null;
  const unknown = why === 'wifi' && isFree() === null ? t('files.unknownLink') : '';
  return html`<${Banner} icon="cloud" title=${t(why === 'ask' ? 'files.meter' : 'files.waiting', { n, size: size(bytes) })} text=${`${t(`files.why.${why}`)}${unknown}`}
    actions=${html`<${Button} kind="line" low onTap=${() => void sendFilesNow()}>${t(why === 'refused' ? 'act.again' : 'files.now')}<//>
      ${why === 'ask' && html`<${Button} kind="text" low onTap=${putOff}>${t('files.wait')}<//>`}`} />`;
}

/**
 * Receipts: proof for each piece of writing, on its way from this phone to the server and back checked.
 * Promises: every change of the last thirty days is here; what waits says why.
 */
import { useSignal } from '@preact/signals';
import { todayOf } from '../domain/dates.js';
import { t } from '../i18n.js';
import { unsentOf } from '../store/leaving.js';
import { isUnanswered } from '../store/outbox.js';
import { store } from '../store/store.js';
import { state } from '../sync/loop.js';
import { day, size } from '../ui/format.js';
import { html } from '../ui/html.js';
import { Inner } from '../ui/layout.js';
import { Banner, Blank, Button, Group, Icon, Receipt } from '../ui/parts.js';
import { dayOf, inside, when } from './parts/moments.js';
import { FileReceipts, FilesBanner, waitingFiles } from './parts/sent-files.js';
import { SavingUnsent, saveUnsent } from './parts/unsent-file.js';
import { entryTitle, stationsOf } from './parts/writing.js';

/** @typedef {import('../store/types.js').Entry} Entry */

const AT_ONCE = 30;

/** Kinds with a screen of their own; any other record is looked at as it was filled in. */
const SCREENS = ['household', 'person', 'problem', 'conflict'];

/** Where what was written is seen; '' when it is no more. @param {Entry} entry */
function placeOf({ kind, record }) {
  const rec = store.get(record);
  if (!rec || rec.deleted) return '';
  if (kind === 'village_profile') return '#/village';
  if (kind === 'problem' && store.role.value === 'township_leader') return `#/leader/problem/${record}`;
  return `#/${SCREENS.includes(kind) ? kind : 'record'}/${record}`;
}

/** @param {{entry: Entry}} props */
function Card({ entry }) {
  const href = entry.state === 'quarantined' ? `#/me/refused/${entry.order}` : '';
  const place = href ? '' : placeOf(entry);
  const title = entryTitle(entry);
  return html`<div class=${place ? 'card lazy leads' : 'card lazy'}>
    <h3>${place ? html`<a href=${place}>${title}<${Icon} name="next" /></a>` : title}</h3>
    <${Receipt} stations=${stationsOf(entry)} label=${title} />
    <${FileReceipts} entry=${entry} />
    ${href && html`<${Button} kind="tone" low href=${href}>${t('receipts.why')}<//>`}
  </div>`;
}

/** Why the writing waits, when it does: state and next try. */
function StateBanner() {
  const { phase, lastAt, nextTryAt } = state.value;
  const waiting = store.unsent.value.length;
  const next = nextTryAt > Date.now() ? t('receipts.nextTry', { time: when(new Date(nextTryAt).toISOString()) }) : '';
  if (phase === 'offline') {
    const last = lastAt ? t('receipts.lastAt', { time: when(lastAt) }) : '';
    return html`<${Banner} icon="offline" title=${t(waiting ? 'receipts.offline' : 'receipts.offlineAll', { n: waiting })} text=${`${last}${waiting ? next : ''}${t('receipts.itself')}`} />`;
  }
  if (phase === 'sign-in') return html`<${Banner} tone="soon" icon="cloud" title=${t('sync.signIn')} text=${t('sync.nothingLost')}
    actions=${html`<${Button} kind="line" low href="/sign-in">${t('sync.signInNow')}<//>`} />`;
  if (phase === 'server') return html`<${Banner} icon="cloud" title=${t('receipts.server')} text=${`${next}${t('receipts.itself')}`} />`;
  return null;
}

/** Answered changes by the day they were written, newest first. @param {Entry[]} entries @returns {[string, Entry[]][]} */
function byDay(entries) {
  /** @type {Map<string, Entry[]>} */
  const days = new Map();
  for (const entry of [...entries].sort((a, b) => b.order - a.order)) {
    const on = dayOf(entry.at);
    days.set(on, [...(days.get(on) ?? []), entry]);
  }
  return [...days];
}

/** @param {{unsent: Entry[]}} props */
function Unsent({ unsent }) {
  if (!unsent.length) return null;
  const text = unsent.filter(isUnanswered).reduce((sum, entry) => sum + entry.bytes, 0);
  const bytes = text + waitingFiles().bytes;
  return html`<${Group} title=${t('receipts.unsent')} count=${t('receipts.unsentCount', { n: unsent.length, size: size(bytes) })}>
    ${unsent.map((entry) => html`<${Card} key=${entry.order} entry=${entry} />`)}
  <//>`;
}

export default function Receipts() {
  const shown = useSignal(AT_ONCE);
  const all = store.outbox.value;
  const unsent = unsentOf(store).filter((entry) => entry.state !== 'quarantined');
  const sent = all.filter((entry) => !unsent.includes(entry)).sort((a, b) => b.order - a.order);
  const today = all.filter((entry) => dayOf(entry.at) === todayOf()).length;
  const dock = unsent.length > 0 && html`<${Button} kind="tone" icon="file" onTap=${() => void saveUnsent()}>${t('me.exportUnsent')}<//>`;
  return html`<${Inner} title=${t('receipts.title')} backTo="/me" end=${today > 0 && html`<span class="state">${t('receipts.today', { n: today })}</span>`} dock=${dock}>
    <${SavingUnsent} />
    <${StateBanner} />
    <${FilesBanner} />
    ${all.length === 0 && html`<${Blank} scene="homes" title=${t('receipts.nothing')} text=${t('receipts.nothingText')} />`}
    <${Unsent} unsent=${unsent} />
    ${byDay(sent.slice(0, shown.value)).map(([on, entries]) => html`<${Group} key=${on} title=${t('receipts.sentOn', { day: inside(day(on)) })} count=${t('count.entries', { n: entries.length })}>
      ${entries.map((entry) => html`<${Card} key=${entry.order} entry=${entry} />`)}
    <//>`)}
    ${sent.length > shown.value && html`<${Button} kind="line" onTap=${() => (shown.value += AT_ONCE)}>${t('receipts.older', { n: sent.length - shown.value })}<//>`}
  <//>`;
}

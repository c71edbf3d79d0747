/**
 * Me: is everything safe, and this phone's settings.
 * Promises: the first card tells where the writing is; signing out names what is unsent and keeps it.
 */
import { useSignal } from '@preact/signals';
import { lang, t } from '../i18n.js';
import { go } from '../routes.js';
import { store } from '../store/store.js';
import { state, syncNow } from '../sync/loop.js';
import { size } from '../ui/format.js';
import { html } from '../ui/html.js';
import { lockNow } from '../ui/auto-lock.js';
import { Tab, isLeader } from '../ui/layout.js';
import { Button, Icon, Row } from '../ui/parts.js';
import { DraftsRow, begunDrafts } from './parts/drafts.js';
import { ImportRow, SavingUnsent, saveUnsent } from './parts/unsent-file.js';
import { FilesBySheet, LanguageSheet, LookSheet, SizeSheet, filesByNow, lookNow, sizeNow } from './parts/settings.js';
import { waitingFiles } from './parts/sent-files.js';
import { SignOutSheet } from './parts/sign-out.js';
import { StorageLine } from './parts/storage-line.js';
import { dayOf, when } from './parts/moments.js';
import { todayOf } from '../domain/dates.js';

/** @typedef {'' | 'size' | 'look' | 'language' | 'filesBy' | 'out'} Open */

const ASKING = ['ask', 'wifi', 'full'];

/** All that was written today and the files of it, when the server is known to hold every one: how many, and when the last was checked. */
function safeToday() {
  const today = store.outbox.value.filter((entry) => dayOf(entry.at) === todayOf());
  if (!today.length || today.some((entry) => entry.state !== 'checked' || store.files.of(entry).some(({ villages }) => !villages[entry.village]?.checkedAt))) return null;
  const times = today.flatMap((entry) => [entry.checkedAt ?? '', ...store.files.of(entry).map(({ villages }) => villages[entry.village]?.checkedAt ?? '')]);
  return { n: today.length, time: when(times.sort().pop()) };
}

/** Where the writing is, in one sentence and what it means. */
function safety() {
  const waiting = store.unsent.value.length;
  const today = store.outbox.value.filter((entry) => dayOf(entry.at) === todayOf()).length;
  const written = today ? t('me.wroteToday', { n: today }) : '';
  const { phase, lastAt, nextTryAt, files: { why } } = state.value;
  const again = nextTryAt > Date.now() && (phase === 'server' || phase === 'offline') ? t('receipts.nextTry', { time: when(new Date(nextTryAt).toISOString()) }) : '';
  const { n, bytes } = waitingFiles();
  if (waiting) return { icon: 'device', title: t('me.waiting', { n: waiting }), text: `${t(`me.why.${phase}`)}${again}${written}` };
  if (phase === 'sign-in') return { icon: 'cloud', title: t('me.allSent'), text: t('me.signInForNews') };
  if (n) return { icon: 'device', title: t('files.waiting', { n, size: size(bytes) }), text: `${t(ASKING.includes(why) ? `files.why.${why}` : `me.why.${phase}`)}${written}` };
  const checked = store.outbox.value.every((entry) => entry.state !== 'acknowledged');
  const last = lastAt && t('me.lastAt', { time: when(lastAt) });
  const safe = safeToday();
  if (safe && checked) return { icon: 'double', title: t('me.safeToday', { n: safe.n }), text: t('me.safeAt', { time: safe.time }) };
  return { icon: checked ? 'double' : 'cloud-check', title: t(checked ? 'me.allChecked' : 'me.allSent'), text: `${last}${written}` };
}

function SafetyCard() {
  const { icon, title, text } = safety();
  return html`<a class="card" href="#/me/receipts">
    <h2><${Icon} name=${icon} />${title}</h2>
    ${text && html`<p class="quiet small">${text}</p>`}
  </a>`;
}

function SendRow() {
  const { phase, sent, total } = state.value;
  const busy = phase === 'syncing' || phase === 'slow';
  if (phase === 'sign-in') return html`<${Row} icon="cloud" title=${t('me.signInToSend')} meta=${t('me.nothingLost')} href="/sign-in" />`;
  const progress = busy && total ? t(phase === 'slow' ? 'me.sendingSlow' : 'me.sending', { n: Math.min(sent + 1, total), total }) : '';
  return html`<${Row} slim icon="cloud" title=${t(store.unsent.value.length ? 'me.syncNow' : 'me.checkNow')} meta=${progress || (busy ? t('me.looking') : '')} onTap=${() => void syncNow()} />`;
}

function Waiting() {
  const conflicts = store.conflicts().length;
  const refused = store.outbox.value.filter((entry) => entry.state === 'quarantined').length;
  return html`<ul class="list">
    <li><${SendRow} /></li>
    ${conflicts > 0 && html`<li><${Row} slim icon="two" title=${t('me.conflicts')} end=${String(conflicts)} next href="/me/conflicts" /></li>`}
    ${refused > 0 && html`<li><${Row} slim icon="return" title=${t('me.refused')} end=${String(refused)} next href="/me/refused" /></li>`}
    ${begunDrafts().length > 0 && html`<li><${DraftsRow} /></li>`}
    ${(store.unsent.value.length > 0 || waitingFiles().n > 0) && html`<li><${Row} slim icon="file" title=${t('me.exportUnsent')} meta=${t('me.exportWhen')} onTap=${() => void saveUnsent()} /></li>`}
    <li><${ImportRow} /></li>
  </ul>`;
}

/** @param {{onOpen: (open: Open) => void}} props */
function Settings({ onOpen }) {
  return html`<ul class="list">
    <li><${StorageLine} /></li>
    <li><${Row} slim icon="lock" title=${t('me.lock')} end=${t('me.lockAfter')} next href="/me/lock" /></li>
    <li><${Row} slim icon="size" title=${t('me.size')} end=${t(`size.${sizeNow()}`)} next onTap=${() => onOpen('size')} /></li>
    <li><${Row} slim icon="sun" title=${t('me.look')} end=${t(`look.${lookNow()}`)} next onTap=${() => onOpen('look')} /></li>
    <li><${Row} slim icon="globe" title="语言 Language" end=${lang.value === 'en' ? 'English' : '中文'} next onTap=${() => onOpen('language')} /></li>
    <li><${Row} slim icon="cloud" title=${t('me.filesBy')} end=${t(`filesBy.${filesByNow()}`)} next onTap=${() => onOpen('filesBy')} /></li>
    <li><${Row} slim icon="person" title=${t('me.password')} href="/me/password" /></li>
    <li><${Row} slim icon="pen" title=${t('title.voice')} href="/voice" /></li>
    ${isLeader() || html`<li><${Row} slim icon="file" title=${t('title.handover')} href="/handover" /></li>`}
  </ul>`;
}

/** Who this is, and where: "驻村干部 · 石桥村". */
function roleLine() {
  const places = store.places.value;
  const role = places[0]?.role;
  if (!role) return '';
  const township = store.scope.value.find((place) => place.id.startsWith('township:'))?.name;
  const where = role === 'township_leader' && township ? township : places.map((place) => place.name).join(lang.value === 'en' ? ', ' : '、');
  return `${t(`role.${role}`)} · ${where}`;
}

export default function Me() {
  const open = useSignal(/** @type {Open} */ (''));
  const close = () => (open.value = '');
  return html`<${Tab} title=${store.account.value?.name ?? ''} sub=${roleLine()} sync=${false} current="/me">
    <${SafetyCard} />
    <${Waiting} />
    <${Settings} onOpen=${(/** @type {Open} */ which) => (open.value = which)} />
    <${Button} kind="line" icon="lock" onTap=${() => void lockNow()}>${t('me.lockNow')}<//>
    <${Button} kind="line" onTap=${() => (open.value = 'out')}>${t('me.signOut')}<//>
    <${SavingUnsent} />
    ${open.value === 'size' && html`<${SizeSheet} onClose=${close} />`}
    ${open.value === 'look' && html`<${LookSheet} onClose=${close} />`}
    ${open.value === 'language' && html`<${LanguageSheet} onClose=${close} />`}
    ${open.value === 'filesBy' && html`<${FilesBySheet} onClose=${close} />`}
    ${open.value === 'out' && html`<${SignOutSheet} onClose=${close} onDone=${() => go('/sign-in')} />`}
  <//>`;
}

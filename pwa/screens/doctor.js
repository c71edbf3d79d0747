/**
 * The phone check: what this phone promises, what it holds, and a report to read out or copy.
 * Promises: no villager's name or number is in the report.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n.js';
import { store } from '../store/store.js';
import { askPersistence, lookAtStorage } from '../store/persistence.js';
import { state, syncNow } from '../sync/loop.js';
import { count, size } from '../ui/format.js';
import { html } from '../ui/html.js';
import { Inner } from '../ui/layout.js';
import { Banner, Button, Group, Pairs } from '../ui/parts.js';
import { offerUndo } from '../ui/undo.js';
import { whenOn } from './parts/moments.js';
import { roomLeft, verdict } from './parts/storage-line.js';

const KINDS = ['household', 'person', 'visit', 'problem', 'village_profile', 'conflict'];

/** Opened from the home screen? */
const installed = () => matchMedia('(display-mode: standalone)').matches || /** @type {any} */ (navigator).standalone === true;

/** "Chrome 131, Android 14". */
function browser() {
  const agent = navigator.userAgent;
  const name = /(MicroMessenger|HuaweiBrowser|MiuiBrowser|VivoBrowser|HeyTapBrowser|EdgA?|Firefox|Chrome|Version)\/([\d.]+)/.exec(agent);
  const system = /(Android|HarmonyOS|iPhone OS|Windows NT|Mac OS X|Linux)[ /]?([\d._]*)/.exec(agent);
  return [name && `${name[1]} ${name[2]?.split('.')[0]}`, system && `${system[1]} ${system[2]}`.trim()].filter(Boolean).join(', ') || agent;
}

/** The code on this phone, by the address it came from. */
const version = () => /\/a\/([\w-]+)\//.exec(import.meta.url)?.[1] ?? new URL(import.meta.url).pathname;

/** @returns {[string, string][]} */
function storageFacts() {
  const { usage = null, quota = null, persistence = 'unknown' } = store.storage.value ?? {};
  const left = roomLeft();
  return [
    [t('doctor.persistence'), t(`storage.${persistence}`)],
    [t('doctor.used'), usage === null ? t('doctor.notTold') : size(usage)],
    [t('doctor.left'), left === null || quota === null ? t('doctor.notTold') : size(left)],
    [t('doctor.installed'), t(installed() ? 'answer.yes' : 'answer.no')],
    [t('doctor.worker'), t(navigator.serviceWorker?.controller ? 'doctor.ready' : 'doctor.notYet')],
  ];
}

/** @returns {[string, string][]} */
function syncFacts() {
  const { phase, lastAt, nextTryAt, error } = state.value;
  const states = store.outbox.value.map((entry) => entry.state);
  const n = (/** @type {string[]} */ wanted) => count(states.filter((one) => wanted.includes(one)).length);
  return [
    [t('doctor.phase'), t(`phase.${phase}`)],
    [t('doctor.lastSync'), lastAt ? whenOn(lastAt) : t('doctor.never')],
    ...(nextTryAt ? [/** @type {[string, string]} */ ([t('doctor.nextTry'), whenOn(new Date(nextTryAt).toISOString())])] : []),
    ...(error ? [/** @type {[string, string]} */ ([t('doctor.error'), error.code])] : []),
    [t('doctor.waiting'), n(['waiting', 'sent'])],
    [t('doctor.onServer'), n(['acknowledged', 'checked'])],
    [t('doctor.refused'), n(['quarantined'])],
    [t('doctor.drafts'), count(store.drafts().length)],
  ];
}

/** How many records of each kind each village has here. @returns {{village: string, facts: [string, string][]}[]} */
function holdings() {
  return store.places.value.map(({ id, name }) => {
    const pull = store.pulls.value.get(id);
    const kinds = KINDS.map((kind) => /** @type {[string, string]} */ ([t(`kind.${kind}`), count(store.list(kind, id).length)])).filter(([, n]) => n !== '0');
    return { village: name, facts: [...kinds, [t('doctor.rows'), count(pull?.count ?? 0)], [t('doctor.readAt'), pull?.at ? whenOn(pull.at) : t('doctor.never')]] };
  });
}

/** @returns {[string, string][]} */
const appFacts = () => [
  [t('doctor.version'), version()],
  [t('doctor.browser'), browser()],
  [t('doctor.device'), store.device.slice(0, 8)],
  [t('doctor.account'), store.account.value?.login ?? ''],
];

/** @param {[string, string][][]} parts */
const reportOf = (...parts) => [t('doctor.report', { time: new Date().toISOString() }), ...parts.flat().map(([name, value]) => `${name}: ${value}`)].join('\n');

/** What one can do about storage that may be cleared. */
function Advice() {
  const { code } = store.trouble.value ?? {};
  if (code) return html`<${Banner} tone="soon" icon="device" title=${t(`trouble.${code}`)} text=${t(`trouble.${code}.text`)} />`;
  if (verdict() !== 'at-risk') return null;
  return html`<${Banner} tone="soon" icon="device" title=${t('storage.atRiskTitle')} text=${t(installed() ? 'storage.atRiskText' : 'storage.installText')}
    actions=${html`<${Button} kind="line" low onTap=${() => void askPersistence(store)}>${t('storage.ask')}<//>${!installed() && html`<${Button} kind="line" low href="/install">${t('storage.install')}<//>`}`} />`;
}

export default function Doctor() {
  const shown = useSignal('');
  useEffect(() => void lookAtStorage(store), []);
  const villages = holdings();
  const copy = async () => {
    const text = reportOf(appFacts(), storageFacts(), syncFacts(), ...villages.map(({ village, facts }) => [/** @type {[string, string]} */ ([village, '']), ...facts]));
    try {
      await navigator.clipboard.writeText(text);
      offerUndo(t('doctor.copied'));
    } catch {
      shown.value = text;
    }
  };
  const dock = html`<${Button} onTap=${() => void syncNow()}>${t('me.syncNow')}<//><${Button} kind="tone" icon="file" onTap=${() => void copy()}>${t('doctor.copy')}<//>`;
  return html`<${Inner} title=${t('title.doctor')} backTo="/me" dock=${dock}>
    <p class="quiet">${t(`doctor.verdict.${verdict()}.text`)}</p>
    <${Advice} />
    ${shown.value && html`<pre class="report">${shown.value}</pre>`}
    <${Group} title=${t('doctor.phone')}><div class="card"><${Pairs} items=${storageFacts()} /></div><//>
    <${Group} title=${t('doctor.sync')}><div class="card"><${Pairs} items=${syncFacts()} /></div><//>
    ${villages.map(({ village, facts }) => html`<${Group} key=${village} title=${village}><div class="card"><${Pairs} items=${facts} /></div><//>`)}
    <${Group} title=${t('doctor.app')}><div class="card"><${Pairs} items=${appFacts()} /></div><//>
  <//>`;
}

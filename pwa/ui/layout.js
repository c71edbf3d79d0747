/**
 * The frame of a screen: head, what scrolls, dock and bar. Owns the sync state's words and the switch between villages.
 * Promises: one `h1` a screen; the dock's place never changes; the bar shows what the role has, nothing that counts or nags.
 */
import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { t } from '../i18n.js';
import { back, route } from '../routes.js';
import { store } from '../store/store.js';
import { html } from './html.js';
import { Button, Icon, List, Row, Tap, address, cls } from './parts.js';

/** @typedef {import('../sync/loop.js').State} SyncState */

/** @type {import('@preact/signals').Signal<SyncState|null>} what the sync loop says; null until it has started */
export const syncing = signal(/** @type {SyncState|null} */ (null));

/** @typedef {{text: string, undo: (() => unknown)|null}} Offered */

/** @type {import('@preact/signals').Signal<Offered|null>} what can be taken back just now; ui/undo.js sets it */
export const offer = signal(/** @type {Offered|null} */ (null));

/** @type {import('@preact/signals').Signal<any>} a component that says a new version waits; install.js sets it when there is one */
export const news = signal(/** @type {any} */ (null));

/** The app is being locked: nothing of the store may be drawn any more. */
export const covered = signal(false);

const CADRE = [
  ['/today', 'sun', 'tab.today'],
  ['/households', 'house', 'tab.households'],
  ['/problems', 'flag', 'tab.problems'],
  ['/village', 'hills', 'tab.village'],
  ['/me', 'person', 'tab.me'],
];
const LEADER = [
  ['/leader/problems', 'flag', 'tab.problems'],
  ['/leader/projects', 'leaf', 'tab.projects'],
  ['/leader/villages', 'hills', 'tab.villages'],
  ['/me', 'person', 'tab.me'],
];

/** Whether the person reads a township rather than writing a village. */
export const isLeader = () => store.role.value === 'township_leader';
/** The first screen of the role. */
export const homeOf = () => (store.places.value.length === 0 ? '/admin' : isLeader() ? '/leader/problems' : '/today');

/** The name of the village one works in. */
export const placeName = () => store.places.value.find((place) => place.id === store.village.value)?.name ?? '';

/** What to say of what was written here. @returns {{icon: string, text: string, tone: 'safe'|'held'}} */
export function syncWords() {
  const state = syncing.value;
  const waiting = store.unsent.value.length;
  if (state?.phase === 'sign-in') return { icon: 'lock', text: t('sync.sign_in'), tone: 'held' };
  if (state?.phase === 'slow' && waiting) return { icon: 'up', text: t('sync.slow', { n: Math.min(state.sent + 1, state.total), of: state.total }), tone: 'held' };
  if (waiting) return { icon: 'device', text: t('sync.waiting', { n: waiting }), tone: 'held' };
  if (state?.phase === 'offline') return { icon: 'offline', text: t('sync.offline'), tone: 'held' };
  if (state?.phase === 'server') return { icon: 'cloud', text: t('sync.server'), tone: 'held' };
  if (state?.pull) return { icon: 'new', text: t('sync.pulling'), tone: 'held' };
  if (!state || state.phase === 'syncing') return { icon: 'cloud', text: t('sync.checking'), tone: 'safe' };
  const unchecked = store.outbox.value.some((entry) => entry.state === 'acknowledged');
  return unchecked ? { icon: 'cloud-check', text: t('sync.reached'), tone: 'safe' } : { icon: 'double', text: t('sync.checked'), tone: 'safe' };
}

/** Where my writing is: an icon and words, leading to the receipts. */
export function SyncChip() {
  const { icon, text, tone } = syncWords();
  return html`<a class=${cls('sync', tone)} href=${address(syncing.value?.phase === 'sign-in' ? '/sign-in' : '/me/receipts')}><${Icon} name=${icon} /><span role="status">${text}</span></a>`;
}

/** The name of the village, a switch where there are several. */
export function Where() {
  const [Open, setOpen] = useState(/** @type {any} */ (null));
  const places = store.places.value;
  if (places.length < 2) return html`<span class="num">${placeName()}</span>`;
  const open = async () => {
    const { Sheet } = await import('./sheet.js');
    setOpen(() => Sheet);
  };
  const close = () => setOpen(null);
  const choose = (/** @type {string} */ id) => {
    close();
    void store.setVillage(id);
  };
  return html`<button type="button" class="where" onClick=${open} aria-haspopup="dialog"><span class="num">${placeName()}</span><${Icon} name="down" /></button>
    ${Open && html`<${Open} title=${t('village.which')} onClose=${close}><${List}>${places.map(
      (place) => html`<${Row} key=${place.id} slim icon=${place.id === store.village.value ? 'radio-on' : 'ring'} title=${place.name} current=${place.id === store.village.value} next=${false} onTap=${() => choose(place.id)} />`,
    )}<//><//>`}`;
}

/** Which tab an inner screen belongs to: /household/… to /households. @param {string} path @param {string[][]} tabs */
function tabOf(path, tabs) {
  const stem = path.split('/').slice(0, path.startsWith('/leader') ? 3 : 2).join('/');
  return tabs.find(([href = '']) => href.startsWith(stem))?.[0];
}

/** The tabs: a bar at the bottom, a rail at a desk. @param {{current?: string, deskOnly?: boolean}} props address of the tab one is on */
export function Bar({ current, deskOnly }) {
  const tabs = isLeader() ? LEADER : CADRE;
  const here = current ? `/${current.replace(/^\//, '')}` : tabOf(route.value.path, tabs);
  return html`<nav class=${cls('bar', deskOnly && 'desk-only')} aria-label=${t('bar.label')}>
    <p class="brand"><${Icon} name="mark" />${t('app.name')}</p>
    ${tabs.map(([href = '', icon, word = '']) => html`<a key=${href} href=${address(href)} aria-current=${href === here ? 'page' : undefined}><${Icon} name=${icon} />${t(word)}</a>`)}
    <p class="whose">${store.account.value?.name}</p></nav>`;
}

/** A new version waits: for Today only, between tasks. */
export const UpdateBanner = () => news.value && html`<${news.value} />`;

function takeBack() {
  const undo = offer.peek()?.undo;
  offer.value = null;
  return undo?.();
}

/** The offer to take back what was just done. */
export function Offer() {
  const now = offer.value;
  return now && html`<div class="offer"><span>${now.text}</span>${now.undo && html`<${Button} kind="text" low icon="return" onTap=${takeBack}>${t('undo.do')}<//>`}</div>`;
}

/** @param {{dock?: any, dockKind?: ''|'three'|'stack', inner?: boolean, children?: any}} props */
function Foot({ dock, dockKind, inner, children }) {
  const bare = inner && !dock && !offer.value;
  return html`<footer class=${bare ? 'bare' : undefined}><${Offer} />${dock && html`<div class=${cls('dock', dockKind)}>${dock}</div>`}${children}</footer>`;
}

/**
 * One of the tabs. `sub`: where and when, text or a list of pieces; `place` adds the village with its switch.
 * `current` is the tab's address; `end` stands in the place of the sync state; `dock` are Buttons, the main one last.
 * @param {{title: any, sub?: any, place?: boolean, sync?: boolean, end?: any, dock?: any, dockKind?: ''|'three'|'stack', current: string, children?: any}} props
 */
export function Tab({ title, sub, place, sync = true, end, dock, dockKind, current, children }) {
  const pieces = (Array.isArray(sub) ? sub : [sub]).filter(Boolean);
  return html`<div class="screen">
    <header class="head"><div><h1 tabindex="-1">${title}</h1>${(pieces.length > 0 || place) && html`<p>${pieces.map((piece) => html`<span class="num">${piece}</span> `)}${place && html`<${Where} />`}</p>`}</div>${end ?? (sync && html`<${SyncChip} />`)}</header>
    <main tabindex="0">${children}</main>
    <${Foot} dock=${dock} dockKind=${dockKind}><${Bar} current=${current} /><//>
  </div>`;
}

/**
 * An inner screen. `close` (×) puts writing aside, its draft stays; back (‹) leaves a page that holds none.
 * `backTo` is where one goes when the app was opened here; `name` draws the title large; `hideTitle` keeps it for readers only.
 * @param {{title: any, backTo: string, close?: boolean, backLabel?: string, onBack?: () => void, end?: any, dock?: any, dockKind?: ''|'three'|'stack', name?: boolean, hideTitle?: boolean, tight?: boolean, children?: any}} props
 */
export function Inner({ title, backTo, close, backLabel, onBack, end, dock, dockKind, name, hideTitle, tight = true, children }) {
  const leave = onBack ?? (() => back(backTo));
  return html`<div class="screen">
    <header class="head inner"><${Tap} icon=${close ? 'close' : 'back'} label=${backLabel ?? t(close ? 'nav.aside' : 'nav.back')} onTap=${leave} /><h1 tabindex="-1" class=${name ? 'name' : undefined}>${hideTitle ? html`<span class="hidden">${title}</span>` : title}</h1>${end}</header>
    <main tabindex="0" class=${tight ? 'tight' : undefined}>${children}</main>
    <${Foot} inner dock=${dock} dockKind=${dockKind}>${store.places.value.length > 0 && html`<${Bar} deskOnly />`}<//>
  </div>`;
}

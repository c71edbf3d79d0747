/**
 * The start: words, the last account's store, the first screen; then sync and the service worker.
 * Promises: opens without a network; a screen that fails keeps what was typed in it and offers a report; while the store is
 * shut only the door is drawn, whatever the address says, and one comes back to the address when it opens.
 */
import { effect, signal } from '@preact/signals';
import { Component, render } from 'preact';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { startLang, t } from './i18n.js';
import { go, route, routeOf, scrolledTo, startRoutes, step } from './routes.js';
import { store } from './store/store.js';
import { html } from './ui/html.js';
import { covered, homeOf, isLeader, syncing } from './ui/layout.js';

/** @typedef {import('./routes.js').Route} Route */

const PATIENCE_MS = 500;
/** Screens that need nobody signed in. */
const OPEN = new Set(['/sign-in', '/install', '/voice']);

document.documentElement.dataset.started = '';

/** Screens that a shut store leaves open. */
const BEFORE = new Set(['/sign-in', '/install']);

/** @type {import('@preact/signals').Signal<{Screen: any, route: Route, step: number}|null>} what is drawn */
const shown = signal(/** @type {{Screen: any, route: Route, step: number}|null} */ (null));
/** @type {import('@preact/signals').Signal<{error: Error, typed: string[]}|null>} */
const broken = signal(/** @type {{error: Error, typed: string[]}|null} */ (null));

/** Where one is sent instead; null: the address is right. @param {Route} at */
function elsewhere(at) {
  if (OPEN.has(at.pattern)) return null;
  if (!store.account.value) return '/sign-in';
  return at.home ? homeOf() : null;
}

/** Whether the store is shut to this address. @param {Route} at */
const isShut = (at) => (covered.value || !['open', 'none'].includes(store.lock.value)) && !BEFORE.has(at.pattern);

/** Loads the screen of the address; the one before stays until it is there, but for what is drawn of a store that shuts.
 * @param {Route} at @param {boolean} shut */
async function open(at, shut) {
  const isCurrent = () => route.peek() === at && isShutNow === shut;
  if (shut) shown.value = { Screen: Nothing, route: at, step: step.peek() };
  const late = setTimeout(() => isCurrent() && (shown.value = { Screen: Opening, route: at, step: step.peek() }), PATIENCE_MS);
  try {
    const { default: Screen } = await (shut ? import('./screens/lock/door.js') : at.load());
    if (!isCurrent()) return;
    broken.value = null;
    shown.value = { Screen, route: at, step: step.peek() };
  } catch (error) {
    if (isCurrent()) fail(error);
  } finally {
    clearTimeout(late);
  }
}

/** Keeps what the failing screen held: its fields are still drawn when this runs. @param {unknown} error */
function fail(error) {
  console.error(error);
  const fields = /** @type {NodeListOf<HTMLInputElement|HTMLTextAreaElement>} */ (document.querySelectorAll('textarea, input:not([type=password])'));
  const typed = [...fields].map((field) => field.value.trim()).filter(Boolean);
  broken.value = { error: error instanceof Error ? error : new Error(String(error)), typed };
}

let isShutNow = false;

/** Between a screen that may not be seen any longer and the door. */
const Nothing = () => html`<div></div>`;

/** Drawn while a screen takes over half a second to arrive. */
function Opening() {
  return html`<div class="screen"><span></span><main><p class="working" role="status">${t('app.opening')}</p></main></div>`;
}

class Boundary extends Component {
  /** @override @param {Error} error */
  componentDidCatch(error) {
    fail(error);
  }

  /** @override */
  render() {
    return /** @type {any} */ (this.props).children;
  }
}

/** When the app opens, focus is left to the browser. */
let opened = false;

/** The screen, scrolled as it was left, its title in focus. @param {{Screen: any, route: Route, step: number}} props */
function Place({ Screen, route: at }) {
  useLayoutEffect(() => {
    const main = document.querySelector('.screen > main');
    if (main) main.scrollTop = scrolledTo();
  }, [Screen]);
  useEffect(() => {
    const taken = document.activeElement?.closest('.screen');
    if (opened && !taken) /** @type {HTMLElement|null} */ (document.querySelector('.screen h1'))?.focus({ preventScroll: true });
    opened = true;
  }, [Screen]);
  return html`<${Screen} params=${at.params} query=${at.query} />`;
}

/** @type {import('@preact/signals').Signal<any>} the screen that stands in for a failed one, fetched when it is needed */
const Broken = signal(/** @type {any} */ (null));

function App() {
  if (broken.value) return Broken.value && html`<${Broken.value} ...${broken.value} onLeave=${leaveBroken} />`;
  const now = shown.value;
  if (!now) return null;
  // Each step of the history is a place of its own; going back draws it anew, scrolled as it was left.
  return html`<${Boundary} key=${`${now.step} ${now.route.path}`}><${Place} ...${now} /><//>`;
}

function leaveBroken() {
  broken.value = null;
  go(homeOf(), { replace: true });
}

async function startSync() {
  const loop = await import('./sync/loop.js');
  loop.start(store);
  effect(() => {
    syncing.value = loop.state.value;
  });
  const { startInstall } = await import('./install.js');
  startInstall(loop.state);
}

/** Screens likely to be asked for next, fetched and read while nothing else is to be done, so that a tap opens at once. */
async function ahead() {
  const idle = globalThis.requestIdleCallback ?? ((/** @type {() => void} */ work) => setTimeout(work, 200));
  for (const path of isLeader() ? ['/leader/problem/-', '/me'] : ['/visit', '/problem-new', '/households', '/household/-']) {
    await new Promise((resolve) => idle(() => resolve(undefined)));
    await routeOf(path)?.load().catch(() => undefined);
  }
}

/** Draws over the shell's own words once there is something to draw. */
function draw() {
  const root = /** @type {HTMLElement} */ (document.getElementById('app'));
  root.textContent = '';
  render(html`<${App} />`, root);
}

function follow() {
  let drawn = false;
  effect(() => {
    const at = route.value;
    const shut = isShut(at);
    // The door stays as it is while the store shuts behind it: somebody may be typing already.
    if (shut && isShutNow && shown.peek()?.route === at) return;
    isShutNow = shut;
    const there = isShutNow ? null : elsewhere(at);
    if (isShutNow) broken.value = null;
    if (there) go(there, { replace: true });
    else void open(at, isShutNow);
  });
  effect(() => {
    if (drawn || !(shown.value || broken.value)) return;
    drawn = true;
    queueMicrotask(draw);
  });
  effect(() => {
    if (broken.value && !Broken.peek()) void import('./ui/broken.js').then((module) => (Broken.value = module.default));
  });
  effect(() => {
    const title = isShut(route.value) ? 'title.lock' : route.value.title;
    document.title = route.value.home ? t('app.name') : `${t(title)} · ${t('app.name')}`;
  });
}

/** Resolves when the store can be read for the first time, or nobody has one here. */
const unshut = () => new Promise((resolve) => {
  const stop = effect(() => {
    if (store.lock.value === 'none' || store.lock.value === 'open' || (store.lock.value === 'choose' && store.held)) resolve(queueMicrotask(() => stop()));
  });
});

async function start() {
  await Promise.all([startLang(), store.open().catch((error) => console.error(error))]);
  startRoutes();
  follow();
  const { startAutoLock } = await import('./ui/auto-lock.js');
  startAutoLock();
  effect(() => {
    // What was written down at the door joins the drafts.
    if (store.lock.value === 'open') void import('./screens/parts/notes.js').then(({ takeIn }) => takeIn()).catch((error) => console.error(error));
  });
  await unshut();
  await store.ready('hot').catch(() => undefined);
  await startSync();
  if (store.account.peek()) await ahead();
}

void start().catch(fail);

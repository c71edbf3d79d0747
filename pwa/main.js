/**
 * The start: words, the last account's store, the first screen; then sync and the service worker.
 * Promises: opens without a network; a screen that fails keeps what was typed in it and offers a report.
 */
import { effect, signal } from '@preact/signals';
import { Component, render } from 'preact';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import { startLang, t } from './i18n.js';
import { go, route, routeOf, scrolledTo, startRoutes, step } from './routes.js';
import { store } from './store/store.js';
import { html } from './ui/html.js';
import { homeOf, isLeader, syncing } from './ui/layout.js';

/** @typedef {import('./routes.js').Route} Route */

const PATIENCE_MS = 500;
/** Screens that need nobody signed in. */
const OPEN = new Set(['/sign-in', '/install', '/voice']);

document.documentElement.dataset.started = '';

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

/** Loads the screen of the address; the one before stays until it is there. @param {Route} at */
async function open(at) {
  const late = setTimeout(() => route.peek() === at && (shown.value = { Screen: Opening, route: at, step: step.peek() }), PATIENCE_MS);
  try {
    const { default: Screen } = await at.load();
    if (route.peek() !== at) return;
    broken.value = null;
    shown.value = { Screen, route: at, step: step.peek() };
  } catch (error) {
    if (route.peek() === at) fail(error);
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
    const there = elsewhere(route.value);
    if (there) go(there, { replace: true });
    else void open(route.value);
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
    document.title = route.value.home ? t('app.name') : `${t(route.value.title)} · ${t('app.name')}`;
  });
}

async function start() {
  await Promise.all([startLang(), store.open().catch((error) => console.error(error))]);
  startRoutes();
  follow();
  await store.ready('hot').catch(() => undefined);
  await startSync();
  if (store.account.peek()) await ahead();
}

void start().catch(fail);

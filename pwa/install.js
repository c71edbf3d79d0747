/**
 * Owns the installed code on this phone: registers the service worker, notices a new version, switches when the person says so;
 * says where the browser may lose what is stored.
 * Promises: never switches by itself; asks at most once a day; a version that could not be fetched leaves the old one.
 */
import { effect, signal } from '@preact/signals';
import { ownWorker } from './addresses.js';
import { browserNotice } from './screens/parts/browser.js';
import { lookAtStorage } from './store/persistence.js';
import { store } from './store/store.js';
import { daysTo, today } from './ui/format.js';
import { news } from './ui/layout.js';

/** @typedef {'ready'|'failed'} Update */

const LATER = 'shibu.later';
const NOT_INSTALLED = 'shibu.not-installed';
const WEEK = 7;
const LOOK_EVERY_MS = 60 * 60_000;

/** @type {import('@preact/signals').Signal<Update>} what the banner on Today says, while `news` shows it */
export const update = signal(/** @type {Update} */ ('ready'));

/** @param {Update} what */
async function tell(what) {
  update.value = what;
  const { UpdateBanner } = await import('./ui/update-banner.js');
  news.value = UpdateBanner;
}

/** @type {ServiceWorkerRegistration|null} */
let registration = null;
let asked = false;
let lookedAt = 0;

/** @param {string} key */
function kept(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Puts the banner aside from today. @param {string} key */
function putAside(key) {
  news.value = null;
  try {
    localStorage.setItem(key, today());
  } catch {
    // Storage switched off: it will ask again at the next start.
  }
}

/** The person chose to keep the old version for now. */
export const later = () => putAside(LATER);

/** The person chose to stay in a tab for now. */
export const installLater = () => putAside(NOT_INSTALLED);

/** What may be lost in this browser, where nothing newer is to be said. */
async function warn() {
  if (!store.storage.peek()) await lookAtStorage(store);
  const notice = browserNotice(store.storage.peek());
  const put = kept(NOT_INSTALLED);
  if (!notice || news.peek() || (notice === 'at_risk' && put && daysTo(put) > -WEEK)) return;
  const { InsideBanner, RiskBanner } = await import('./ui/browser-banner.js');
  news.value ??= notice === 'inside' ? InsideBanner : RiskBanner;
}

/** The person chose the new version: the page reloads when it has taken over. */
export function switchNow() {
  asked = true;
  if (registration?.waiting) registration.waiting.postMessage('switch');
  else location.reload();
}

/** @param {ServiceWorker} worker one being installed */
function watch(worker) {
  worker.addEventListener('statechange', () => {
    if (worker.state === 'installed') offer();
    if (worker.state === 'redundant' && navigator.serviceWorker.controller && !registration?.waiting) void tell('failed');
  });
}

/** A waiting version is offered, unless put off today. */
function offer() {
  if (registration?.waiting && navigator.serviceWorker.controller && kept(LATER) !== today()) void tell('ready');
}

function look() {
  if (document.visibilityState !== 'visible' || Date.now() - lookedAt < LOOK_EVERY_MS) return;
  lookedAt = Date.now();
  offer();
  // Without a network this fails, and the version on the phone goes on.
  registration?.update().catch(() => undefined);
}

/** @param {import('@preact/signals').ReadonlySignal<import('./sync/loop.js').State>} syncState packs are fetched after the first whole sync */
export async function startInstall(syncState) {
  void warn();
  const workers = navigator.serviceWorker;
  if (!workers) return;
  workers.addEventListener('controllerchange', () => asked && location.reload());
  try {
    registration = await workers.register(ownWorker('/sw.js'), { scope: '/', updateViaCache: 'none' });
  } catch (error) {
    // Private windows and some in-app browsers have none; the app works while it is open.
    console.warn('no service worker', error);
    return;
  }
  if (registration.installing) watch(registration.installing);
  registration.addEventListener('updatefound', () => registration?.installing && watch(registration.installing));
  offer();
  document.addEventListener('visibilitychange', look);
  lookedAt = Date.now();
  const stop = effect(() => {
    if (!syncState.value.lastAt) return;
    void workers.ready.then(({ active }) => active?.postMessage('packs'));
    queueMicrotask(() => stop());
  });
}

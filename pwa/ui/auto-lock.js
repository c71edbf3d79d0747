/**
 * Owns when the app locks itself: five minutes after the last touch, two minutes after it was put away.
 * Promises: what is on the screen is kept before the store is shut, also words typed where no draft is kept; a camera or a
 * file picker may stay open for ten minutes; changes on their way to the server have a minute to arrive; nothing of the
 * store is drawn from the moment it is decided.
 */
import { effect } from '@preact/signals';
import { store } from '../store/store.js';
import { covered, offer, syncing } from './layout.js';

const IDLE_MS = 5 * 60_000;
const HIDDEN_MS = 2 * 60_000;
const PICKING_MS = 10 * 60_000;
const PUSH_MS = 60_000;
const TELL_MS = 5000;
/** When any page of this app was last touched; nothing else. */
const KEPT = 'shibu.touched';
/** What needs no touch while it goes on: a camera's picture, a recording. */
const LIVE = 'video, .recording';
/** Key of the draft that holds words nothing else has kept. */
const STRAY = 'note/';

let touched = Date.now();
let told = 0;
let hiddenAt = 0;
/** Since when a file picker, or the camera behind it, has been in front; 0: it is not. */
let pickingAt = 0;
/** @type {ReturnType<typeof setTimeout>|undefined} */
let timer;
/** @type {WeakSet<EventTarget>} fields somebody has typed in */
let typedIn = new WeakSet();
/** @type {string[]} */
let stray = [];
/** @type {{done: Promise<void>, hurry: () => void}|null} */
let locking = null;

/** The latest touch in any page of this app. */
function lastTouch() {
  try {
    return Math.max(touched, Math.min(Date.now(), Number(localStorage.getItem(KEPT)) || 0));
  } catch {
    return touched;
  }
}

/** When to lock, if nothing happens. */
function dueAt() {
  const last = lastTouch();
  // Another page of the app in use keeps this hidden one open.
  const due = hiddenAt && last <= hiddenAt ? Math.min(hiddenAt + HIDDEN_MS, last + IDLE_MS) : last + IDLE_MS;
  const busySince = pickingAt || (document.querySelector(LIVE) ? Math.max(last, hiddenAt) : 0);
  return busySince ? Math.max(due, busySince + PICKING_MS) : due;
}

function look() {
  clearTimeout(timer);
  if (store.lock.peek() !== 'open') return;
  const wait = dueAt() - Date.now();
  if (wait <= 0) void lockNow();
  else timer = setTimeout(look, wait);
}

function touch() {
  touched = Date.now();
  if (touched - told < TELL_MS) return;
  told = touched;
  try {
    localStorage.setItem(KEPT, String(touched));
  } catch {
    // Storage switched off: each page counts for itself.
  }
}

/** Words on the screen that are nowhere else: taken at once, kept as soon as the drafts are written. */
function gather() {
  const fields = /** @type {NodeListOf<HTMLInputElement|HTMLTextAreaElement>} */ (document.querySelectorAll('textarea, input:not([type=password], [type=search], [type=file])'));
  for (const field of fields) if (typedIn.has(field) && !field.closest('.unseen') && field.value.trim()) stray.push(field.value.trim());
  typedIn = new WeakSet();
}

/** Until every draft is on the disk; a screen may begin another write when one has ended. */
async function settled() {
  for (let before; before !== store.shelf.turn; ) {
    before = store.shelf.turn;
    await before;
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Before the store shuts, whoever shuts it. */
async function keep() {
  gather();
  await settled();
  const all = stray;
  stray = [];
  const kept = JSON.stringify([store.drafts().map((draft) => draft.value), store.outbox.peek().map((entry) => entry.set)]);
  for (const text of new Set(all)) {
    if (!kept.includes(JSON.stringify(text).slice(1, -1))) await store.keepDraft(`${STRAY}${crypto.randomUUID()}`, { note: text });
  }
}

/** Resolves when nothing is on its way, at the latest after a minute, or when somebody wants to come in.
 * @param {Promise<void>} hurried */
function arrived(hurried) {
  /** @type {() => void} */
  let stop = () => undefined;
  const there = new Promise((resolve) => {
    stop = effect(() => {
      const phase = syncing.value?.phase;
      if (!store.unsent.value.length || (phase !== 'syncing' && phase !== 'slow')) resolve(undefined);
    });
  });
  const late = new Promise((resolve) => setTimeout(resolve, PUSH_MS));
  return Promise.race([there, late, hurried]).finally(stop);
}

/** Locks now. @returns {Promise<void>} when the key is gone */
export function lockNow() {
  if (locking) return locking.done;
  if (store.lock.peek() !== 'open') return Promise.resolve();
  clearTimeout(timer);
  /** @type {HTMLElement|null} */ (document.activeElement)?.blur();
  gather();
  cover();
  /** @type {() => void} */
  let hurry = () => undefined;
  const hurried = new Promise((/** @type {(value: void) => void} */ resolve) => (hurry = resolve));
  const done = settled().then(() => arrived(hurried)).then(() => store.lockNow()).finally(() => {
    locking = null;
    covered.value = false;
  });
  locking = { done, hurry };
  return done;
}

/** Nothing that names anybody stays on the page. */
function cover() {
  covered.value = true;
  offer.value = null;
  const live = document.getElementById('live');
  if (live) live.textContent = '';
}

/** Somebody wants to come in while the last change is still on its way. */
export async function finishLocking() {
  locking?.hurry();
  await locking?.done;
}

const ofPicker = (/** @type {Event} */ event) => event.target instanceof HTMLInputElement && event.target.type === 'file';

/** @param {Event} event */
function acted(event) {
  if (ofPicker(event)) pickingAt = event.type === 'click' ? Date.now() : 0;
  else if (event.isTrusted && event.type !== 'click') pickingAt = 0;
  touch();
}

function seen() {
  hiddenAt = document.visibilityState === 'hidden' ? Date.now() : hiddenAt;
  look();
  if (document.visibilityState === 'hidden' || covered.peek()) return;
  hiddenAt = 0;
  touch();
  look();
}

/** Starts counting; called once by main. */
export function startAutoLock() {
  for (const name of ['pointerdown', 'keydown', 'wheel', 'touchmove', 'click', 'change', 'cancel', 'input']) addEventListener(name, acted, { capture: true, passive: true });
  addEventListener('input', (event) => event.target && typedIn.add(event.target), { capture: true });
  document.addEventListener('visibilitychange', seen);
  store.beforeLock.add(keep);
  effect(() => {
    const now = store.lock.value;
    if (now === 'locked') cover();
    if (now === 'locked') covered.value = Boolean(locking);
    touched = Date.now();
    hiddenAt = 0;
    look();
  });
}

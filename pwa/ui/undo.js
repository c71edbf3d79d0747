/**
 * The offer to take the last act back: a bar above the dock for eight seconds, told politely to those who listen.
 * Promises: a newer offer replaces an older one; it stays with the screen one came back to, and goes with the next;
 * what must be known is never told here alone.
 */
import { lang } from '../i18n.js';
import { route } from '../routes.js';
import { store } from '../store/store.js';
import { offer } from './layout.js';

const STAYS_MS = 8000;
/** Saving goes back to the screen before it; that move belongs to the act. */
const ARRIVES_MS = 700;

/** @type {ReturnType<typeof setTimeout>|undefined} */
let timer;

/** @param {string} text what was done @param {(() => unknown)|null} [undo] takes it back */
export function offerUndo(text, undo = null) {
  clearTimeout(timer);
  offer.value = { text, undo };
  announce(text);
  timer = setTimeout(closeOffer, STAYS_MS);
  made = Date.now();
}

/** Another screen, another language, nobody signed in: it is no longer about what is seen. */
function leave() {
  if (Date.now() - made > ARRIVES_MS) closeOffer();
}
let made = 0;
route.subscribe(leave);
lang.subscribe(closeOffer);
store.account.subscribe(closeOffer);

export function closeOffer() {
  clearTimeout(timer);
  offer.value = null;
}

/** Says a sentence through the page's polite live region, also twice the same. @param {string} text */
export function announce(text) {
  const region = document.getElementById('live');
  if (!region) return;
  region.textContent = '';
  setTimeout(() => (region.textContent = text), 50);
}

/**
 * The offer to take the last act back: a bar above the dock for eight seconds, told politely to those who listen.
 * Promises: a newer offer replaces an older one; what must be known is never told here alone.
 */
import { offer } from './layout.js';

const STAYS_MS = 8000;

/** @type {ReturnType<typeof setTimeout>|undefined} */
let timer;

/** @param {string} text what was done @param {(() => unknown)|null} [undo] takes it back */
export function offerUndo(text, undo = null) {
  clearTimeout(timer);
  offer.value = { text, undo };
  announce(text);
  timer = setTimeout(closeOffer, STAYS_MS);
}

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

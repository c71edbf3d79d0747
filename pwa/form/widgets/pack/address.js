/**
 * Styles of packs: asked for when the widget that wants one is.
 * Promises: a style is asked for once, and is there before the widget that wants it is drawn.
 */
import { addressOf } from '../../../addresses.js';

/** @type {Map<string, Promise<void>>} */
const asked = new Map();

/** Puts a style into the page. A widget whose style does not come is plain, and works. @param {string} path below pwa/ @returns {Promise<void>} */
export function styled(path) {
  const known = asked.get(path);
  if (known) return known;
  const link = document.createElement('link');
  const coming = new Promise((/** @type {(value: void) => void} */ resolve) => {
    link.onload = () => resolve();
    link.onerror = () => {
      asked.delete(path);
      link.remove();
      resolve();
    };
  });
  link.rel = 'stylesheet';
  link.href = addressOf(path);
  document.head.append(link);
  asked.set(path, coming);
  return coming;
}

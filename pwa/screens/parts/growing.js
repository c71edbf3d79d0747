/**
 * A long list that is drawn as one scrolls: the first rows at once, more before their place is reached.
 * Promises: coming back finds as many rows as there were, so that the place is the same.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { html } from '../../ui/html.js';

const FIRST = 24;
const STEP = 24;
const AHEAD = '1600px';

/** How far each list had been drawn. @type {Map<string, number>} */
const drawn = new Map();

/** @param {string} key names the list @param {number} total @returns {{shown: number, end: any}} `end` stands after the last row */
export function useGrowing(key, total) {
  const shown = useSignal(drawn.get(key) ?? FIRST);
  const mark = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    shown.value = drawn.get(key) ?? FIRST;
  }, [key]);
  useEffect(() => {
    const element = mark.current;
    if (!element) return undefined;
    const watcher = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      shown.value += STEP;
      drawn.set(key, shown.value);
    }, { root: element.closest('main'), rootMargin: AHEAD });
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [key, shown.value, total]);
  const end = shown.value < total ? html`<div ref=${mark} aria-hidden="true"></div>` : null;
  return { shown: shown.value, end };
}

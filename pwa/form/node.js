/** How a component follows one question of an interview: drawn again when that question changes, and only then. */
import { h } from 'preact';
import { useLayoutEffect, useMemo, useReducer } from 'preact/hooks';

/** @param {import('./interview.js').Interview} interview @param {string} path @param {string} place @returns {import('./interview.js').State} */
export function useNode(interview, path, place) {
  const [, redraw] = useReducer((/** @type {number} */ n) => n + 1, 0);
  const state = interview.state(path, place);
  useLayoutEffect(() => {
    // Told only now: an answer given between drawing and listening must not be missed, nor cost a second drawing otherwise.
    if (interview.state(path, place) !== state) redraw(undefined);
    return interview.subscribe(path, place, () => redraw(undefined));
  }, [interview, path, place]);
  return state;
}

/** A component that is not drawn again while its properties stay the same (always the same ones, in the same order).
 * @template {Record<string, any>} P @param {(props: P) => any} draw @returns {(props: P) => any} */
export const still = (draw) => (props) => useMemo(() => h(draw, props), Object.values(props));

/** An id for the page. @param {string} path @param {string} place */
export const domId = (path, place) => `q-${path.replaceAll('/', '-')}${place && `-${place.replaceAll('/', '-')}`}`;

/** How long a tap takes: what a field says on being left moves what is below it, and the tap that left it must still hit. */
const TAP_MS = 150;

/** @param {() => void} work */
export const afterTap = (work) => void setTimeout(work, TAP_MS);

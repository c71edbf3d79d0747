/** The places already known around here: what records of this village and this form hold, and where the phone last was. */
import { store } from '../../../store/store.js';
import { pointOf } from './ground.js';

/**
 * @typedef {import('./ground.js').Point} Point
 * @typedef {Point & {name: string}} Known
 */

/** @type {Point | null} */
let last = null;

/** @param {Point} point where the phone was found to be */
export const remember = (point) => void (last = point);

const SHOWN = 400;

/** @param {import('../../interview.js').Interview} interview @param {string} [but] the question that asks @returns {Known[]} */
export function knownPlaces(interview, but = '') {
  /** @type {Known[]} */
  const found = [];
  const take = (/** @type {any} */ value, /** @type {string} */ name) => {
    const point = found.length < SHOWN ? pointOf(value) : null;
    if (point) found.push({ ...point, name });
  };
  for (const { path, type } of interview.graph.questions.values()) {
    if (type === 'geopoint' && path !== but && !interview.graph.chain(path).length) take(interview.tree.get(path, []), interview.state(path).label);
  }
  for (const kind of Object.keys(store.forms.current.value)) {
    const paths = store.forms.shape(kind)?.points ?? [];
    if (paths.length) for (const rec of store.list(kind)) for (const path of paths) take(rec.answers[path], store.titleOf(rec));
  }
  if (last) found.push({ ...last, name: '' });
  return found;
}

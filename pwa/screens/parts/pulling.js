/**
 * How far a village's first download has come, for lists that are not whole yet.
 */
import { store } from '../../store/store.js';

/** @param {string} village @returns {{coming: boolean, rows: number}} */
export function pullOf(village) {
  const pull = store.pulls.value.get(village);
  if (!pull) return { coming: true, rows: 0 };
  return { coming: !pull.complete && pull.generation === pull.filling, rows: pull.rows };
}

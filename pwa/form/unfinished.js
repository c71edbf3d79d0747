/**
 * What a question is still at when its form is saved: a picture being made small, a voice being recorded.
 * Promises: saving waits for all of it, so that nothing taken is left out of the record.
 */

/** @typedef {import('./interview.js').Interview} Interview */

/** @type {WeakMap<Interview, Set<() => Promise<unknown>>>} */
const all = new WeakMap();

/** @param {Interview} interview @param {() => Promise<unknown>} finish brings it to its end and writes the answer; never rejects
 * @returns {() => void} to be called when it is done */
export function hold(interview, finish) {
  const held = all.get(interview) ?? new Set();
  all.set(interview, held.add(finish));
  return () => void held.delete(finish);
}

/** @param {Interview} interview */
export async function finish(interview) {
  await Promise.all([...(all.get(interview) ?? [])].map((end) => end()));
}

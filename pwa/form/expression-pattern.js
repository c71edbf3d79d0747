// Runs the programs that server/surveys/expression/pattern.py makes of regex()'s patterns; time is linear in the text. Pure.

/** @typedef {any[][]} Program */

const WORD = [[48, 57], [65, 90], [95, 95], [97, 122]];

/** @param {number[][]} ranges @param {number} code */
function inside(ranges, code) {
  for (const [low, high] of ranges) {
    if (code >= /** @type {number} */ (low) && code <= /** @type {number} */ (high)) return true;
  }
  return false;
}

/** Does the pattern match anywhere in the text? @param {Program} program @param {string} text */
export function search(program, text) {
  const codes = Array.from(text, (char) => /** @type {number} */ (char.codePointAt(0)));
  /** @type {Set<number>} */
  let waiting = new Set();
  for (let place = 0; place <= codes.length; place++) {
    /** @type {Set<number>} */
    const reached = new Set();
    if (follow(program, [0, ...waiting], reached, codes, place)) return true;
    waiting = new Set();
    if (place === codes.length) break;
    for (const at of reached) {
      const step = program[at];
      if (step?.[0] === 'set' && inside(step[2], /** @type {number} */ (codes[place])) !== Boolean(step[1])) {
        waiting.add(step[3]);
      }
    }
  }
  return false;
}

/** Collects what can be reached without reading a character; true when that is the end of the pattern.
 * @param {Program} program @param {number[]} stack @param {Set<number>} seen @param {number[]} codes @param {number} place */
function follow(program, stack, seen, codes, place) {
  while (stack.length) {
    const at = /** @type {number} */ (stack.pop());
    if (seen.has(at)) continue;
    seen.add(at);
    const step = /** @type {any[]} */ (program[at]);
    const kind = step[0];
    if (kind === 'match') return true;
    if (kind === 'fork') {
      stack.push(step[1], step[2]);
    } else if ((kind === 'begin' && place === 0) || (kind === 'end' && place === codes.length)) {
      stack.push(step[1]);
    } else if (kind === 'edge') {
      const before = place > 0 && inside(WORD, /** @type {number} */ (codes[place - 1]));
      const after = place < codes.length && inside(WORD, /** @type {number} */ (codes[place]));
      if ((before !== after) === Boolean(step[1])) stack.push(step[2]);
    }
  }
  return false;
}

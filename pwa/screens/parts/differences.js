/**
 * Owns where two versions of a text differ. Promises: pure; the pieces of a version, joined, are that version.
 */

/** @typedef {{text: string, differs: boolean}} Piece */

/** Beyond this many comparisons only the common beginning and end are found. */
const MOST = 250_000;
/** Texts of one length, no longer than this, are compared place by place. */
const NUMBER = 24;

/** Numbers are compared digit by digit. @param {string[]} a @param {string[]} b @returns {[Piece[], Piece[]]} */
function byPlace(a, b) {
  const same = new Set([...a.keys()].filter((at) => a[at] === b[at]));
  return [pieces(a, 0, 0, same), pieces(b, 0, 0, same)];
}

/** @param {string} one @param {string} other @returns {[Piece[], Piece[]]} */
export function differences(one, other) {
  const a = [...one];
  const b = [...other];
  if (a.length === b.length && a.length <= NUMBER) return byPlace(a, b);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const [middleA, middleB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const kept = middleA.length * middleB.length > MOST ? [new Set(), new Set()] : common(middleA, middleB);
  return [
    pieces(a, start, end, /** @type {Set<number>} */ (kept[0])),
    pieces(b, start, end, /** @type {Set<number>} */ (kept[1])),
  ];
}

/** Places of the longest common run of characters, in both. @param {string[]} a @param {string[]} b @returns {[Set<number>, Set<number>]} */
function common(a, b) {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      table[at] = a[i] === b[j] ? (table[at + width + 1] ?? 0) + 1 : Math.max(table[at + width] ?? 0, table[at + 1] ?? 0);
    }
  }
  /** @type {[Set<number>, Set<number>]} */
  const kept = [new Set(), new Set()];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const at = i * width + j;
    if (a[i] === b[j]) {
      kept[0].add(i++);
      kept[1].add(j++);
    } else if ((table[at + width] ?? 0) >= (table[at + 1] ?? 0)) i += 1;
    else j += 1;
  }
  return kept;
}

/** @param {string[]} all @param {number} start @param {number} end @param {Set<number>} kept places in the middle that both have
 * @returns {Piece[]} */
function pieces(all, start, end, kept) {
  /** @type {Piece[]} */
  const found = [];
  for (const [at, character] of all.entries()) {
    const differs = at >= start && at < all.length - end && !kept.has(at - start);
    const last = found[found.length - 1];
    if (last && last.differs === differs) last.text += character;
    else found.push({ text: character, differs });
  }
  return found;
}

/**
 * Owns the guess which category a sentence is about, by the `keywords` column of the form's own list.
 * Promises: pure; the longest words count most; a sentence that says nothing known gives null, never a default.
 */

/** @typedef {{name: string, keywords?: string, [column: string]: any}} Kind */

/** @type {WeakMap<readonly Kind[], {name: string, words: string[]}[]>} */
const tables = new WeakMap();

/** @param {readonly Kind[]} choices */
function tableOf(choices) {
  let table = tables.get(choices);
  if (!table) {
    table = choices.map((choice) => ({ name: choice.name, words: String(choice.keywords ?? '').toLowerCase().split(/[\s,，、;；|]+/).filter(Boolean) }));
    tables.set(choices, table);
  }
  return table;
}

/** Categories the sentence speaks of, the likeliest first. A word inside a longer matching word of the same category counts once.
 * @param {string} sentence @param {readonly Kind[]} choices @returns {string[]} */
export function guesses(sentence, choices) {
  const text = sentence.normalize('NFKC').toLowerCase();
  const scored = tableOf(choices).map(({ name, words }, at) => {
    const hit = words.filter((word) => text.includes(word));
    const own = hit.filter((word) => !hit.some((other) => other !== word && other.includes(word)));
    const first = Math.min(...own.map((word) => text.indexOf(word)), Infinity);
    return { name, at, first, score: own.reduce((sum, word) => sum + [...word].length ** 2, 0) };
  });
  return scored.filter((one) => one.score).sort((a, b) => b.score - a.score || a.first - b.first || a.at - b.at).map((one) => one.name);
}

/** @param {string} sentence @param {readonly Kind[]} choices @returns {string | null} */
export const guess = (sentence, choices) => guesses(sentence, choices)[0] ?? null;

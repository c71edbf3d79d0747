/**
 * Owns finding by a name that was typed nearly right: another reading of a character (单 as dan), or pinyin with one letter
 * wrong, missing, too many, or two swapped. Promises: pure; tells nothing that the exact search already found; every other
 * reading comes before a slip; what costs time is made ready beforehand by `ready`.
 */
import { hitOf, wordsOf } from '../search.js';

/**
 * @typedef {import('../search.js').Key} Key
 * @typedef {import('../search.js').Hit} Hit
 * @typedef {import('../search.js').Found} Found
 * @typedef {{key: Key, text: string, starts: number[], letters: number}} Spelt  one way to spell a name, where its syllables
 *   begin, and which letters there are in it, a bit each
 */

/** So many ways of reading one name are kept; the common ones come first. */
const WAYS = 4;
/** Fewer letters with a slip in them fit half the village. */
const SHORTEST = 4;
/** As many letters as a name of three characters has initials. */
const INITIALS = 3;

/** A name that did not change keeps its ways. @type {WeakMap<Key, Spelt[]>} */
const known = new WeakMap();

const flat = (/** @type {string} */ text) => text.replace(/v/g, 'u');

/** Which letters a text has, a bit each: most names are told apart by them without looking further. @param {string} text */
function lettersOf(text) {
  let bits = 0;
  for (let at = 0; at < text.length; at += 1) bits |= 1 << (text.charCodeAt(at) - 97);
  return bits;
}

/** One slip brings at most one letter that the name has not. @param {number} word @param {number} name */
function strange(word, name) {
  const bits = word & ~name;
  return (bits & (bits - 1)) !== 0;
}

/** All ways to spell a name, the usual one first. @param {Key} key @param {(character: string) => string[]} readings @returns {Spelt[]} */
function waysOf(key, readings) {
  const kept = known.get(key);
  if (kept) return kept;
  const usual = key.syllables ?? [];
  const characters = [...key.named.name];
  let ways = [usual];
  for (const [at, character] of characters.entries()) {
    const others = [...new Set(readings(character))].filter((plain) => plain && plain !== usual[at]?.plain);
    const more = ways.flatMap((way) => others.map((plain) => way.map((syllable, n) => (n === at ? { toned: plain, plain } : syllable))));
    ways = [...ways, ...more].slice(0, WAYS);
  }
  const spelt = ways.map((syllables) => {
    let length = 0;
    const starts = syllables.map(({ plain }) => (length += plain.length) - plain.length);
    const initials = syllables.map(({ plain }) => plain[0] ?? ' ').join('');
    const text = flat(syllables.map(({ plain }) => plain).join(''));
    return { key: syllables === usual ? key : { ...key, syllables, initials }, text, starts, letters: lettersOf(text) };
  });
  known.set(key, spelt);
  return spelt;
}

/** All ways of all names, and their letters beside one another: most names fall by a glance at these. @type {WeakMap<object, {ways: Spelt[], letters: Int32Array}>} */
const indexes = new WeakMap();

/** Made once for what is searched. @param {ReadonlyMap<string, Key>} keys @param {(character: string) => string[]} readings */
export function ready(keys, readings) {
  let index = indexes.get(keys);
  if (!index) {
    const ways = [...keys.values()].flatMap((key) => (key.syllables ? waysOf(key, readings) : []));
    indexes.set(keys, (index = { ways, letters: Int32Array.from(ways, ({ letters }) => letters) }));
  }
  return index;
}

/** Does the text from `at` on begin with the word, but for one slip? `last`: a slip in the last letter counts too.
 * @param {string} text @param {number} at @param {string} word @param {boolean} last */
export function slips(text, at, word, last) {
  let same = 0;
  while (same < word.length && word[same] === text[at + same]) same += 1;
  if (same === word.length) return true;
  if (same === word.length - 1 && !last) return false;
  const to = at + same;
  if (goesOn(text, to + 1, word, same + 1) || goesOn(text, to + 1, word, same) || goesOn(text, to, word, same + 1)) return true;
  return word[same] === text[to + 1] && word[same + 1] === text[to] && goesOn(text, to + 2, word, same + 2);
}

/** Is the rest of the word there too? @param {string} text @param {number} to @param {string} word @param {number} from */
function goesOn(text, to, word, from) {
  for (let at = from; at < word.length; at += 1) if (word[at] !== text[to + at - from]) return false;
  return true;
}

/** A word of letters that nearly spells the name from one of its syllables on. @param {Spelt} spelt @param {string} word @param {boolean} alone nothing else was found @returns {Found | null} */
function slipped({ key, text, starts }, word, alone) {
  const found = (/** @type {number} */ at, /** @type {number} */ score) => /** @type {Found} */ ({ by: 'pinyin', from: 0, to: 0, letters: starts.map(() => 0), score: score + (at ? 1 : 0) });
  if (word.length >= SHORTEST) {
    for (let at = 0; at < starts.length; at += 1) if (slips(text, /** @type {number} */ (starts[at]), word, alone)) return found(at, 20);
  }
  const swapped = alone && word.length >= INITIALS && word.length === key.initials.length && slips(key.initials, 0, word, true);
  return swapped ? found(0, 30) : null;
}

/** Best first. `exact`: ids that need not be told again. @param {ReadonlyMap<string, Key>} keys @param {string} query
 * @param {ReadonlySet<string>} exact @param {(character: string) => string[]} readings @returns {Hit[]} */
export function nearly(keys, query, exact, readings) {
  const words = wordsOf(query);
  // Beside what is exact, a few letters need no second reading: the next letter is quicker.
  const enough = exact.size ? SHORTEST : 2;
  if (!words.some(({ text }) => /^[a-z]/.test(text) && text.length >= enough)) return [];
  const alone = !exact.size;
  const typed = words.filter(({ text }) => /^[a-z]/.test(text)).map(({ text }) => lettersOf(flat(text)));
  /** @type {Spelt | undefined} */
  let spelt;
  const near = words.map(({ text, match }) => {
    const spelling = /^[a-z]/.test(text);
    const plain = flat(text);
    return { text, match: (/** @type {Key} */ key, /** @type {string} */ word) => match(key, word) ?? (spelling && spelt ? slipped(spelt, plain, alone) : null) };
  });
  const { ways, letters } = ready(keys, readings);
  /** @type {Map<string, Hit>} */
  const best = new Map();
  for (let at = 0; at < ways.length; at += 1) {
    const has = /** @type {number} */ (letters[at]);
    let fits = true;
    for (let n = 0; fits && n < typed.length; n += 1) fits = !strange(/** @type {number} */ (typed[n]), has);
    if (!fits) continue;
    spelt = /** @type {Spelt} */ (ways[at]);
    const { id } = spelt.key.named;
    const hit = exact.has(id) ? null : hitOf(spelt.key, near);
    if (hit && hit.score < (best.get(id)?.score ?? Infinity)) best.set(id, hit);
  }
  return [...best.values()].sort((a, b) => a.score - b.score);
}

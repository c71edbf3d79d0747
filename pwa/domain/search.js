/**
 * Owns finding a household or person by what someone types while walking: characters, initials, full pinyin or a mixture,
 * house number, group, last digits of a telephone. Promises: pure; keys are made once per record, a search calls nothing.
 */

/**
 * @typedef {import('./pinyin.js').Syllable} Syllable
 * @typedef {object} Named  what is searched
 * @property {string} id
 * @property {string} household  id of the household it leads to (its own for a household)
 * @property {string} name
 * @property {string} [group]  shown name of the village group
 * @property {string} [house]  house number or address
 * @property {string} [phone]
 *
 * @typedef {object} Key
 * @property {Named} named
 * @property {string} name  lower case, half width
 * @property {string} initials  first letter of each syllable
 * @property {Syllable[] | null} syllables
 * @property {string} house  lower case, half width
 * @property {string[]} numbers  the numbers in it
 * @property {string} group
 * @property {string} phone  digits only
 *
 * @typedef {object} Hit
 * @property {string} id
 * @property {string} household
 * @property {'name' | 'pinyin' | 'house' | 'group' | 'phone'} by
 * @property {[number, number][]} ranges  matched characters of the name, [from, to)
 * @property {{toned: string, bold: number}[]} pinyin  the name's syllables with how many leading letters matched; [] otherwise
 * @property {number} score  lower is better
 *
 * @typedef {{by: Hit['by'], from: number, to: number, letters: number[], score: number}} Found
 * @typedef {{text: string, match: (key: Key, word: string) => Found | null}} Word
 */

const fold = (/** @type {string} */ text) => text.normalize('NFKC').toLowerCase();

/** @param {Named} named @param {(name: string) => Syllable[] | null} spell @returns {Key} */
function keyOf(named, spell) {
  const syllables = spell(named.name);
  const house = fold(named.house ?? '');
  return {
    named, syllables, house, numbers: house.match(/\d+/g) ?? [],
    name: fold(named.name),
    initials: syllables?.map((syllable) => syllable.plain[0] ?? ' ').join('') ?? '',
    group: fold(named.group ?? ''),
    phone: (named.phone ?? '').replace(/\D/g, ''),
  };
}

export class Finder {
  /** @param {(name: string) => Syllable[] | null} spell gives null while the pinyin library is not there */
  constructor(spell) {
    this.spell = spell;
    /** @type {Map<string, Key>} */
    this.keys = new Map();
  }

  /** Takes what is to be searched; only what is new or changed gets a new key. @param {Named[]} all */
  take(all) {
    /** @type {Map<string, Key>} */
    const next = new Map();
    for (const named of all) {
      const old = this.keys.get(named.id);
      const same = old && (old.named === named || alike(old.named, named)) && old.syllables;
      next.set(named.id, same ? old : keyOf(named, this.spell));
    }
    this.keys = next;
  }

  /** Every word of the query must match somewhere; best first. @param {string} query @param {number} [limit] @returns {Hit[]} */
  find(query, limit = 200) {
    const words = wordsOf(query);
    if (!words.length) return [];
    /** @type {Hit[]} */
    const hits = [];
    for (const key of this.keys.values()) {
      const hit = hitOf(key, words);
      if (hit) hits.push(hit);
    }
    return hits.sort((a, b) => a.score - b.score).slice(0, limit);
  }
}

/** @param {Named} a @param {Named} b */
const alike = (a, b) =>
  a.name === b.name && a.house === b.house && a.phone === b.phone && a.group === b.group && a.household === b.household;

/** "三组17 ydg" → 三组 · 17 · ydg. @param {string} query @returns {Word[]} */
export function wordsOf(query) {
  const texts = fold(query).replace(/(\d)[\s-]+(?=\d)/g, '$1').match(/[a-zü]+|\d+|[^\sa-zü\d,.·、，。']+/g) ?? [];
  return texts.map((text) => {
    if (/^\d/.test(text)) return { text, match: byNumber };
    return /^[a-zü]/.test(text) ? { text: text.replace(/ü/g, 'v'), match: bySpelling } : { text, match: byCharacters };
  });
}

/** @param {Key} key @param {Word[]} words @returns {Hit | null} */
export function hitOf(key, words) {
  /** @type {Found[]} */
  const found = [];
  for (const word of words) {
    const one = word.match(key, word.text);
    if (!one) return null;
    found.push(one);
  }
  const first = found.find((match) => match.letters.length) ?? found.find((match) => match.by === 'name') ?? /** @type {Found} */ (found[0]);
  const ranges = found.filter((match) => match.to > match.from).map((match) => /** @type {[number, number]} */ ([match.from, match.to]));
  const letters = first.letters;
  return {
    id: key.named.id, household: key.named.household, by: first.by, ranges,
    pinyin: letters.length ? (key.syllables ?? []).map((syllable, at) => ({ toned: syllable.toned, bold: letters[at] ?? 0 })) : [],
    score: found.reduce((sum, match) => sum + match.score, 0),
  };
}

/** @param {Key} key @param {string} word @returns {Found | null} */
function byCharacters(key, word) {
  const at = key.name.indexOf(word);
  if (at >= 0) return { by: 'name', from: at, to: at + word.length, letters: [], score: at ? 2 : key.name.length === word.length ? 0 : 1 };
  if (key.group && key.group.startsWith(word)) return { by: 'group', from: 0, to: 0, letters: [], score: 3 };
  if (key.house.includes(word)) return { by: 'house', from: 0, to: 0, letters: [], score: 4 };
  return null;
}

/** A house number from its start, or a telephone from its end (three digits and more). @param {Key} key @param {string} word @returns {Found | null} */
function byNumber(key, word) {
  for (const number of key.numbers) {
    if (number === word) return { by: 'house', from: 0, to: 0, letters: [], score: 0 };
    if (number.startsWith(word)) return { by: 'house', from: 0, to: 0, letters: [], score: 2 };
  }
  if (word.length >= 3 && key.phone.endsWith(word)) return { by: 'phone', from: 0, to: 0, letters: [], score: 1 };
  if (word.length >= 7 && key.phone.includes(word)) return { by: 'phone', from: 0, to: 0, letters: [], score: 2 };
  if (key.group.match(/\d+/)?.[0] === word) return { by: 'group', from: 0, to: 0, letters: [], score: 3 };
  return null;
}

/** Initials, syllables or beginnings of syllables, from any character on. @param {Key} key @param {string} word @returns {Found | null} */
function bySpelling(key, word) {
  const { syllables, initials } = key;
  if (!syllables) return null;
  const quick = initials.indexOf(word);
  if (quick >= 0) return spelt(quick, Array.from(word, () => 1), quick ? 2 : 0);
  const first = /** @type {string} */ (word[0]);
  for (let at = initials.indexOf(first); at >= 0; at = initials.indexOf(first, at + 1)) {
    const letters = walk(syllables, at, word);
    if (letters) return spelt(at, letters, at ? 3 : 1);
  }
  return key.house.startsWith(word) ? { by: 'house', from: 0, to: 0, letters: [], score: 4 } : null;
}

/** @param {number} at @param {number[]} letters @param {number} score @returns {Found} */
function spelt(at, letters, score) {
  return { by: 'pinyin', from: at, to: at + letters.length, letters: [...Array.from({ length: at }, () => 0), ...letters], score };
}

/** Uses up the word on syllables from `at`; each takes at least one letter, and as many as lead to an end.
 * @param {Syllable[]} syllables @param {number} at @param {string} word @returns {number[] | null} */
function walk(syllables, at, word) {
  const plain = syllables[at]?.plain;
  if (!plain) return null;
  let most = 0;
  while (most < plain.length && most < word.length && (plain[most] === word[most] || (plain[most] === 'v' && word[most] === 'u'))) most += 1;
  for (let taken = most; taken > 0; taken -= 1) {
    if (taken === word.length) return [taken];
    const rest = walk(syllables, at + 1, word.slice(taken));
    if (rest) return [taken, ...rest];
  }
  return null;
}

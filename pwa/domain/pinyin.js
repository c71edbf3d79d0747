/**
 * Owns how names are spelt: loads the vendored library only when it is wanted and keeps what each name gave.
 * Promises: `spell` is synchronous and calls the library once per name; before `loadPinyin` it gives null.
 */

/** @typedef {{toned: string, plain: string}} Syllable  `plain` is lower-case a-z, ü as v */

/** @type {((text: string, options: object) => string[]) | null} */
let library = null;
/** @type {Promise<void> | null} */
let loading = null;
/** @type {Map<string, Syllable[]>} */
const known = new Map();

/** @param {() => Promise<any>} [load] where the library comes from; the tests give their own
 * @returns {Promise<void>} */
export function loadPinyin(load = () => import('pinyin-pro')) {
  loading ??= load().then(
    // Loaded as a module, its one-file build sets a global; loaded by Node, it exports.
    (module) => void (library = module.pinyin ?? module.default?.pinyin ?? /** @type {any} */ (globalThis).pinyinPro.pinyin),
    (error) => {
      loading = null; // offline before the pack was cached: the next search may try again
      throw error;
    },
  );
  return loading;
}

/** @param {string} toned */
function flat(toned) {
  return toned.toLowerCase().replace(/[üǖǘǚǜ]/g, 'v').normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[^a-z0-9]/g, '');
}

/** One syllable per character, surnames read as surnames. @param {string} name @returns {Syllable[] | null} */
export function spell(name) {
  const kept = known.get(name);
  if (kept || !library) return kept ?? null;
  const toned = library(name, { type: 'array', surname: 'head', nonZh: 'spaced' });
  const characters = [...name];
  const syllables = characters.map((character, at) => {
    const text = toned.length === characters.length ? String(toned[at]) : String(library?.(character, { type: 'array' })[0] ?? '');
    return { toned: text, plain: flat(text) };
  });
  known.set(name, syllables);
  return syllables;
}

/** All readings of one character, the usual one first; [] before the library is there. @type {Map<string, string[]>} */
const read = new Map();

/** @param {string} character @returns {string[]} */
export function readings(character) {
  let all = read.get(character);
  if (!all && library) read.set(character, (all = library(character, { type: 'array', multiple: true }).map(flat)));
  return all ?? [];
}

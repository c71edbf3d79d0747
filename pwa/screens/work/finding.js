/**
 * Finding among titles by characters, full pinyin or first letters.
 * Promises: characters are found at once; the letters as soon as their library is there.
 */
import { useEffect, useMemo, useReducer } from 'preact/hooks';
import { loadPinyin, spell } from '../../domain/pinyin.js';
import { Finder } from '../../domain/search.js';

/** @typedef {{id: string, name: string}} Titled */

/** @param {Titled[]} all @param {string} query @returns {Set<string> | null} the ids that match; null while nothing is asked */
export function useFound(all, query) {
  const [spelt, redraw] = useReducer((/** @type {number} */ n) => n + 1, 0);
  const asked = query.trim().toLowerCase();
  useEffect(() => {
    if (asked && spell('一') === null) loadPinyin().then(() => redraw(undefined), () => undefined);
  }, [asked !== '']);
  const finder = useMemo(() => {
    const made = new Finder(spell);
    if (asked) made.take(all.map(({ id, name }) => ({ id, household: '', name })));
    return made;
  }, [all, asked !== '', spelt]);
  return useMemo(() => (asked ? new Set([...all.filter(({ name }) => name.toLowerCase().includes(asked)).map(({ id }) => id), ...finder.find(asked, Infinity).map(({ id }) => id)]) : null), [finder, asked]);
}

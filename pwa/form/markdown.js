/**
 * Owns ODK's Markdown in labels and hints, as the rest of a form meets it; the reading of it comes when a text first has marks.
 * Promises: text in, parts of the page out, never markup; a text without marks is itself, at once.
 */
import { h } from 'preact';
import { useEffect, useReducer } from 'preact/hooks';

const MARKED = /[\\*_#[<&\n]/;
/** @type {typeof import('./widgets/pack/markdown.js') | null} */
let reader = null;
const load = async () => (reader ??= await import('./widgets/pack/markdown.js'));

/** @param {{text: string, line: boolean}} props */
function Marked({ text, line }) {
  const [, redraw] = useReducer((/** @type {number} */ n) => n + 1, 0);
  useEffect(() => {
    if (!reader) load().then(() => redraw(undefined), () => undefined);
  }, []);
  const inside = reader ? reader.shown(text, line) : plain(text);
  // One piece, also where its neighbours stand in columns.
  return line ? h('span', null, inside) : inside;
}

/** A text as the page shows it. @param {string} text @param {boolean} [line] inside a label, a button, a row: no lists, no paragraphs @returns {any} */
export const markdown = (text, line = false) => (MARKED.test(text) ? h(Marked, { text, line }) : text);

/** The words alone, for names that are heard or stand in a title. @param {string} text @returns {string} */
export const plain = (text) => (!MARKED.test(text) ? text : reader ? reader.bare(text) : text.replace(/\*\*|__|<\/?[a-z][^<>]*>/gi, ''));

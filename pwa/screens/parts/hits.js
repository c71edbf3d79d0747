/**
 * How a hit is shown: the matched part of the name washed, the letters that matched in bold.
 */
import { html } from '../../ui/html.js';

/** @typedef {import('../../domain/search.js').Hit} Hit */

/** @param {{name: string, hit: Hit}} props */
export function Washed({ name, hit }) {
  const characters = [...name];
  const inside = (/** @type {number} */ at) => hit.ranges.some(([from, to]) => at >= from && at < to);
  /** @type {{text: string, hit: boolean}[]} */
  const pieces = [];
  for (const [at, character] of characters.entries()) {
    const last = pieces[pieces.length - 1];
    if (last && last.hit === inside(at)) last.text += character;
    else pieces.push({ text: character, hit: inside(at) });
  }
  return pieces.map((piece) => (piece.hit ? html`<mark class="hit">${piece.text}</mark>` : piece.text));
}

/** "yáng dé guì" with the letters one typed in bold. @param {{hit: Hit}} props */
export function Spelling({ hit }) {
  return html`<span lang="zh-Latn">${hit.pinyin.map(({ toned, bold }, at) => {
    const letters = [...toned];
    return html`${at > 0 && ' '}${bold > 0 && html`<b>${letters.slice(0, bold).join('')}</b>`}${letters.slice(bold).join('')}`;
  })}</span>`;
}

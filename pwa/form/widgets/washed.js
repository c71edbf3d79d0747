/** A name with what matched washed and underlined. */
import { html } from '../../ui/html.js';

/** @param {{name: string, ranges: [number, number][]}} props */
export function Washed({ name, ranges }) {
  const inside = (/** @type {number} */ at) => ranges.some(([from, to]) => at >= from && at < to);
  /** @type {{text: string, hit: boolean}[]} */
  const pieces = [];
  for (const [at, character] of [...name].entries()) {
    const last = pieces.at(-1);
    if (last?.hit === inside(at)) last.text += character;
    else pieces.push({ text: character, hit: inside(at) });
  }
  return pieces.map((piece) => (piece.hit ? html`<mark class="hit">${piece.text}</mark>` : piece.text));
}

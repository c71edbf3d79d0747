/** What a field shows while someone types: their own text, so that "1." or a half-written date is not taken away. */
import { useState } from 'preact/hooks';

/**
 * @typedef {import('../interview.js').Interview} Interview
 * @typedef {import('../interview.js').State} State
 */

/** @param {Interview} interview @param {State} state */
export function useTyping(interview, { question, place, text }) {
  const [typed, type] = useState(/** @type {string | null} */ (null));
  return {
    value: typed ?? text,
    /** @param {string} now */
    onInput: (now) => {
      type(now);
      interview.write(question.path, now, place);
    },
    /** @param {string} now on leaving: what stands there is what was stored */
    onLeave: (now) => {
      type(null);
      const trimmed = now.trim();
      if (trimmed !== now) interview.write(question.path, trimmed, place);
    },
  };
}

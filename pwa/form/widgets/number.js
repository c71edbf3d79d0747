/** A number with its unit inside the field: a hint of one short word (元, 平方米, km) is the unit. */
import { html } from '../../ui/html.js';
import { TextInput } from '../../ui/parts.js';
import { useTyping } from './typing.js';

/** @param {import('../interview.js').State} state @returns {string} */
export const unitOf = ({ question, hint }) => (question.holds === 'number' && /^([\x21-\x7e]{1,8}|[^\s，。、,.]{1,4})$/.test(hint) ? hint : '');

/** @param {import('./index.js').Props} props */
export function NumberInput({ interview, state, id }) {
  const { value, onInput, onLeave } = useTyping(interview, state);
  const left = (/** @type {any} */ event) => onLeave(event.target.value);
  // Not type=number: it drops what it does not understand, and scrolling changes it.
  return html`<div class="plain" onFocusOut=${left}><${TextInput} id=${id} value=${value} inputmode=${state.question.type === 'integer' ? 'numeric' : 'decimal'}
    unit=${unitOf(state)} onInput=${onInput} /></div>`;
}

/** Words: one line, or several where the form says so. */
import { html } from '../../ui/html.js';
import { TextArea, TextInput } from '../../ui/parts.js';
import { useTyping } from './typing.js';

/** @param {import('./index.js').Props} props */
export function Text({ interview, state, id }) {
  const { value, onInput, onLeave } = useTyping(interview, state);
  const { appearance } = state.question;
  const left = (/** @type {any} */ event) => onLeave(event.target.value);
  const field = /\bmultiline\b/.test(appearance)
    ? html`<${TextArea} id=${id} value=${value} rows=${3} onInput=${onInput} />`
    : html`<${TextInput} id=${id} value=${value} inputmode=${/\bnumbers\b/.test(appearance) ? 'tel' : undefined} onInput=${onInput} />`;
  return html`<div class="plain" onFocusOut=${left}>${field}</div>`;
}

/** Words: one line, or several where the form says so (appearance `multiline`, parameter `rows`). */
import { html } from '../../ui/html.js';
import { TextArea, TextInput } from '../../ui/parts.js';
import { useTyping } from './typing.js';

/** Which keyboard suits what is asked. @param {string} appearance */
function keyboard(appearance) {
  if (/\bnumbers\b/.test(appearance)) return 'tel';
  return /\burl\b/.test(appearance) ? 'url' : undefined;
}

/** @param {import('./index.js').Props} props */
export function Text({ interview, state, id }) {
  const { value, onInput, onLeave } = useTyping(interview, state);
  const { appearance, parameters } = state.question;
  const rows = Math.min(12, Number(parameters?.rows) || (/\bmultiline\b/.test(appearance) ? 3 : 1));
  const left = (/** @type {any} */ event) => onLeave(event.target.value);
  const field = rows > 1
    ? html`<${TextArea} id=${id} value=${value} rows=${rows} onInput=${onInput} />`
    : html`<${TextInput} id=${id} value=${value} inputmode=${keyboard(appearance)} onInput=${onInput} />`;
  return html`<div class="plain" onFocusOut=${left}>${field}</div>`;
}

/** A day, a time of day, or both: the phone's own picker. */
import { html } from '../../ui/html.js';
import { TextInput } from '../../ui/parts.js';

const TYPES = /** @type {Record<string, string>} */ ({ date: 'date', time: 'time', dateTime: 'datetime-local' });

/** @param {number} minutes */
function zone(minutes) {
  const pad = (/** @type {number} */ n) => String(Math.floor(n)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${pad(Math.abs(minutes) / 60)}:${pad(Math.abs(minutes) % 60)}`;
}

/** @param {import('./index.js').Props} props */
export function Moment({ interview, state, id }) {
  const { type, path } = state.question;
  const shown = type === 'date' ? state.text : type === 'time' ? state.text.slice(0, 5) : state.text.slice(0, 16);
  const write = (/** @type {string} */ text) =>
    interview.write(path, type === 'dateTime' && text ? `${text}:00.000${zone(interview.offset)}` : text, state.place);
  return html`<${TextInput} id=${id} type=${TYPES[type] ?? 'date'} value=${shown} onInput=${write} />`;
}

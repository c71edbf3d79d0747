/**
 * A day, a time of day, or both: the phone's own picker. Under a finger the field shows the day in words and the whole field
 * opens the picker; with a mouse or keyboard it is the browser's own field.
 */
import { t } from '../../i18n.js';
import { calendarDay } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Icon, TextInput } from '../../ui/parts.js';

const TYPES = /** @type {Record<string, string>} */ ({ date: 'date', time: 'time', dateTime: 'datetime-local' });

/** @param {number} minutes */
function zone(minutes) {
  const pad = (/** @type {number} */ n) => String(Math.floor(n)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${pad(Math.abs(minutes) / 60)}:${pad(Math.abs(minutes) % 60)}`;
}

/** @param {string} type @param {string} value as the browser's field holds it */
function told(type, value) {
  if (!value) return t(type === 'time' ? 'form.time.none' : 'form.day.none');
  const [day = '', time = ''] = value.split('T');
  return type === 'time' ? value : [calendarDay(day), time].filter(Boolean).join(' ');
}

/** The field alone, for screens that ask a day in their own way.
 * @param {{id?: string, type?: string, label?: string, value: string, onInput: (value: string) => void, min?: string}} props */
export function Day({ id, type = 'date', label, value, onInput, min }) {
  return html`<div class="moment"><${TextInput} id=${id} label=${label} type=${TYPES[type] ?? 'date'} value=${value} min=${min} onInput=${onInput}
    end=${html`<span class=${value ? 'told' : 'told quiet'} aria-hidden="true"><span>${told(type, value)}</span><${Icon} name=${type === 'time' ? 'clock' : 'calendar'} /></span>`} /></div>`;
}

/** @param {import('./index.js').Props} props */
export function Moment({ interview, state, id }) {
  const { type, path } = state.question;
  const shown = type === 'date' ? state.text : type === 'time' ? state.text.slice(0, 5) : state.text.slice(0, 16);
  const write = (/** @type {string} */ text) =>
    interview.write(path, type === 'dateTime' && text ? `${text}:00.000${zone(interview.offset)}` : text, state.place);
  return html`<${Day} id=${id} type=${type} value=${shown} onInput=${write} />`;
}

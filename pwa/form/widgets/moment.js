/**
 * A day, a month, a year, a time of day, or day and time: the phone's own picker. Under a finger the field shows the day in
 * words and the whole field opens the picker; with a mouse or keyboard it is the browser's own field.
 */
import { t } from '../../i18n.js';
import { calendarDay, month } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Icon, TextInput } from '../../ui/parts.js';

const TYPES = /** @type {Record<string, string>} */ ({ date: 'date', month: 'month', time: 'time', dateTime: 'datetime-local' });

/** @param {number} minutes */
function zone(minutes) {
  const pad = (/** @type {number} */ n) => String(Math.floor(n)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${pad(Math.abs(minutes) / 60)}:${pad(Math.abs(minutes) % 60)}`;
}

/** @param {string} type @param {string} value as the browser's field holds it */
function told(type, value) {
  if (!value) return t(type === 'time' ? 'form.time.none' : type === 'month' ? 'form.month.none' : 'form.day.none');
  if (type === 'month') return month(value);
  const [day = '', time = ''] = value.split('T');
  return type === 'time' ? value : [calendarDay(day), time].filter(Boolean).join(' ');
}

/** The field alone, for screens that ask a day in their own way.
 * @param {{id?: string, type?: string, label?: string, value: string, onInput: (value: string) => void, min?: string}} props */
export function Day({ id, type = 'date', label, value, onInput, min }) {
  return html`<div class="moment"><${TextInput} id=${id} label=${label} type=${TYPES[type] ?? 'date'} value=${value} min=${min} onInput=${onInput}
    end=${html`<span class=${value ? 'told' : 'told quiet'} aria-hidden="true"><span>${told(type, value)}</span><${Icon} name=${type === 'time' ? 'clock' : 'calendar'} /></span>`} /></div>`;
}

/** A year is typed faster than picked; it is kept as its first day. @param {import('./index.js').Props} props */
function Year({ interview, state, id }) {
  const { path } = state.question;
  const write = (/** @type {string} */ text) => interview.write(path, /^\d{4}$/.test(text.trim()) ? `${text.trim()}-01-01` : text, state.place);
  return html`<${TextInput} id=${id} value=${state.text.replace(/^(\d{4})-01-01$/, '$1')} inputmode="numeric" maxlength=${10} unit=${t('form.year.unit')} onInput=${write} />`;
}

/** @param {import('./index.js').Props} props */
export function Moment(props) {
  const { interview, state, id } = props;
  const { type, path, appearance } = state.question;
  if (type === 'date' && /\byear\b/.test(appearance) && !/\bmonth-year\b/.test(appearance)) return html`<${Year} ...${props} />`;
  const monthly = type === 'date' && /\bmonth-year\b/.test(appearance);
  const shown = state.text.slice(0, monthly ? 7 : type === 'date' ? 10 : type === 'time' ? 5 : 16);
  const write = (/** @type {string} */ text) => {
    const whole = !text ? text : monthly ? `${text}-01` : type === 'dateTime' ? `${text}:00.000${zone(interview.offset)}` : text;
    interview.write(path, whole, state.place);
  };
  return html`<${Day} id=${id} type=${monthly ? 'month' : type} value=${shown} onInput=${write} />`;
}

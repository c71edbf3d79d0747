/**
 * A number with its unit inside the field: a hint of one short word (元, 平方米, km) is the unit. With the appearance
 * `counter` a thumb counts it up and down; with `thousands-sep` it is grouped while it is not being typed.
 */
import { useState } from 'preact/hooks';
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { TextInput } from '../../ui/parts.js';
import { useTyping } from './typing.js';

/** @param {{question: import('../definition.js').Question, hint: string}} state @returns {string} */
export const unitOf = ({ question, hint }) => (question.holds === 'number' && /^([\x21-\x7e]{1,8}|[^\s，。、,.]{1,4})$/.test(hint) ? hint : '');

/** 1234567.5 → 1,234,567.5; what is no number stays. @param {string} text */
export const grouped = (text) => text.replace(/^(-?\d+)(?=\.|$)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));

/** @param {{sign: string, label: string, onTap: () => void}} props */
const By = ({ sign, label, onTap }) => html`<button type="button" class="adjust" aria-label=${label} onClick=${onTap}><span aria-hidden="true">${sign}</span></button>`;

/** @param {import('./index.js').Props} props */
export function NumberInput({ interview, state, id }) {
  const { value, onInput, onLeave } = useTyping(interview, state);
  const [inside, enter] = useState(false);
  const { type, path, appearance } = state.question;
  const left = (/** @type {any} */ event) => {
    enter(false);
    if (event.target.matches('input')) onLeave(event.target.value);
  };
  const shown = !inside && /\bthousands-sep\b/.test(appearance) ? grouped(value) : value;
  // Not type=number: it drops what it does not understand, and scrolling changes it.
  const field = html`<${TextInput} id=${id} value=${shown} inputmode=${type === 'integer' ? 'numeric' : 'decimal'} unit=${unitOf(state)} onInput=${onInput} />`;
  const entered = (/** @type {any} */ event) => enter(event.target.matches('input'));
  if (!/\bcounter\b/.test(appearance)) return html`<div class="plain" onFocusIn=${entered} onFocusOut=${left}>${field}</div>`;
  const by = (/** @type {number} */ step) => interview.set(path, (typeof state.value === 'number' ? state.value : 0) + step, state.place);
  return html`<div class="counter" onFocusIn=${entered} onFocusOut=${left}><${By} sign="−" label=${t('form.less')} onTap=${() => by(-1)} />${field}<${By} sign="+" label=${t('form.more')} onTap=${() => by(1)} /></div>`;
}

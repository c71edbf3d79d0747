/** What is said of an answer that cannot be right, and the tap that puts it right. */
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Chip } from '../../ui/parts.js';
import { calendarDay } from '../../ui/format.js';

/**
 * @typedef {import('../interview.js').Wrong} Wrong
 * @typedef {import('../interview.js').State} State
 * @typedef {import('../interview.js').Interview} Interview
 */

/** @param {any} value */
const spoken = (value) => (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? calendarDay(value) : String(value));

/** The form's own sentence, else ours; then the proposal. @param {Wrong} wrong @param {typeof t} say */
export function wrongText({ code, words, offer }, say) {
  const sentence = words || say(`form.wrong.${code}`);
  return offer === undefined || /[？?]$/.test(sentence) ? sentence : `${sentence}${say('form.offer', { value: spoken(offer) })}`;
}

/** @param {{interview: Interview, state: State, offer: any}} props */
export function Fix({ interview, state, offer }) {
  return html`<${Chip} plain onTap=${() => interview.set(state.question.path, offer, state.place)}>${t('form.fix', { value: spoken(offer) })}<//>`;
}

/** What is said of an answer that cannot be right, and the tap that puts it right. */
import { lang, t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Chip } from '../../ui/parts.js';
import { month } from '../../ui/format.js';

/**
 * @typedef {import('../interview.js').Wrong} Wrong
 * @typedef {import('../interview.js').State} State
 * @typedef {import('../interview.js').Interview} Interview
 */

/** A day with its year: that is what was mistaken. @param {any} value */
function spoken(value) {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return String(value);
  const day = Number(value.slice(8));
  return lang.value === 'en' ? `${day} ${month(value)}` : `${month(value)}${day}日`;
}

/** A sentence a form left without its stop gets the one of its script. @param {string} sentence */
const stopped = (sentence) => (/[。．.！!；;…][”’"')）」』]*$/.test(sentence) ? sentence : `${sentence}${/[\u2e80-\u9fff）」』”]$/.test(sentence) ? '。' : '.'}`);

/** The form's own sentence, else ours; then the proposal. @param {Wrong} wrong @param {typeof t} say */
export function wrongText({ code, words, offer }, say) {
  const sentence = words.trimEnd() || say(`form.wrong.${code}`);
  return offer === undefined || /[？?]$/.test(sentence) ? sentence : `${stopped(sentence)}${say('form.offer', { value: spoken(offer) })}`;
}

/** @param {{interview: Interview, state: State, offer: any}} props */
export function Fix({ interview, state, offer }) {
  return html`<${Chip} plain onTap=${() => interview.set(state.question.path, offer, state.place)}>${t('form.fix', { value: spoken(offer) })}<//>`;
}

/**
 * A number between two others: the phone's own slider with a button at each end, a list, or stars.
 * Promises: what nobody touched is no answer, and looks like none.
 */
import { t } from '../../../i18n.js';
import { html } from '../../../ui/html.js';
import { Button, Tap, arrows } from '../../../ui/parts.js';
import { styled } from './address.js';
import './words.js';

/** @typedef {{least: number, most: number, step: number, digits: number, down: boolean}} Span  `down`: the form counts downwards */

const STARS = 12;
const TICKS = 21;
const LISTED = 200;

/** @param {{[name: string]: string} | undefined} parameters @returns {Span} */
export function spanOf(parameters = {}) {
  const number = (/** @type {string | undefined} */ text, /** @type {number} */ otherwise) => (text !== undefined && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : otherwise);
  const start = number(parameters.start, 1);
  const end = number(parameters.end, 10);
  const step = Math.abs(number(parameters.step, 1)) || 1;
  const digits = Math.min(10, Math.max(...[start, end, step].map((one) => (String(one).split('.')[1] ?? '').length)));
  return { least: Math.min(start, end), most: Math.max(start, end), step, digits, down: start > end };
}

/** The nearest number that may be chosen. @param {Span} span @param {number} value */
export function nearest({ least, most, step, digits }, value) {
  const steps = Math.round((Math.min(most, Math.max(least, value)) - least) / step);
  const last = Math.floor((most - least) / step + 1e-9);
  return Number((least + Math.min(steps, last) * step).toFixed(digits));
}

/** @param {Span} span @param {number} [limit] @returns {number[]} */
export function stepsOf(span, limit = LISTED) {
  const count = Math.min(limit, Math.floor((span.most - span.least) / span.step + 1e-9) + 1);
  const all = Array.from({ length: count }, (_, at) => Number((span.least + at * span.step).toFixed(span.digits)));
  return span.down ? all.reverse() : all;
}

/** @typedef {{span: Span, value: number | null, id: string, clear: boolean, set: (value: number | null) => void, appearance: string}} Parts */

/** @param {Parts} props */
function Stars({ span, value, id, clear, set }) {
  const all = stepsOf({ ...span, down: false }, STARS);
  const tap = (/** @type {number} */ one) => (one !== value ? set(one) : clear && set(null));
  return html`<div class="stars" role="radiogroup" aria-labelledby=${`${id}-label`} onKeyDown=${arrows}>${all.map((one, at) => html`
    <button type="button" key=${one} role="radio" class=${value !== null && one <= value ? 'star on' : 'star'} aria-checked=${String(one === value)} tabindex=${one === value || (value === null && !at) ? 0 : -1}
      aria-label=${t('form.range.stars', { n: one, of: span.most })} onClick=${() => tap(one)}><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="m12 3.2 2.7 5.6 6.1.8-4.5 4.2 1.1 6.1-5.4-3-5.4 3 1.1-6.1-4.5-4.2 6.1-.8Z" /></svg></button>`)}</div>
    <span class="help">${value === null ? t('form.range.none') : t('form.range.stars', { n: value, of: span.most })}</span>`;
}

/** @param {Parts} props */
function Listed({ span, value, id, clear, set }) {
  const change = (/** @type {any} */ event) => set(event.currentTarget.value === '' ? null : Number(event.currentTarget.value));
  return html`<div class="input"><select aria-labelledby=${`${id}-label`} id=${id} onChange=${change}>
    ${(clear || value === null) && html`<option value="" selected=${value === null}>${t('form.choose')}</option>`}
    ${stepsOf(span).map((one) => html`<option key=${one} value=${one} selected=${one === value}>${one}</option>`)}</select></div>`;
}

/** Marks under the slider, as long as they can be told apart. @param {{span: Span}} props */
function Ticks({ span }) {
  const all = stepsOf({ ...span, down: false }, TICKS + 1);
  return all.length > TICKS ? null : html`<div class="ticks" aria-hidden="true">${all.map((one) => html`<i key=${one}></i>`)}</div>`;
}

/** @param {Parts} props */
function Slider({ span, value, id, clear, set, appearance }) {
  const upright = /\bvertical\b/.test(appearance);
  const { least, most, step } = span;
  const middle = nearest(span, (least + most) / 2);
  const by = (/** @type {number} */ way) => set(value === null ? (way > 0 ? least : nearest(span, most)) : nearest(span, value + way * step));
  const drawn = (/** @type {any} */ event) => set(nearest(span, Number(event.currentTarget.value)));
  // A tap where the slider already stands is an answer as well; the browser tells of none.
  const touched = (/** @type {any} */ event) => value === null && drawn(event);
  const less = html`<${Tap} icon="minus" label=${t('form.range.less')} onTap=${() => by(-1)} />`;
  const more = html`<${Tap} icon="plus" label=${t('form.range.more')} onTap=${() => by(1)} />`;
  return html`<div class=${upright ? 'slider upright' : 'slider'}>
    <output class=${value === null ? 'quiet' : 'value'} for=${id}>${value ?? t('form.range.none')}</output>
    <div class="track">${upright ? more : less}<span class="rail"><input type="range" id=${id} class=${value === null ? 'unset' : undefined} aria-labelledby=${`${id}-label`} aria-valuetext=${value === null ? t('form.range.none') : undefined}
      aria-orientation=${upright ? 'vertical' : undefined} min=${least} max=${most} step=${step} value=${value ?? middle} onInput=${drawn} onPointerUp=${touched} />
      ${!upright && !/\bno-ticks\b/.test(appearance) && html`<${Ticks} span=${span} />`}</span>${upright ? less : more}</div>
    <div class="ends" aria-hidden="true"><span>${upright ? most : least}</span><span>${upright ? least : most}</span></div>
    ${clear && value !== null && html`<${Button} kind="text" low icon="erase" onTap=${() => set(null)}>${t('form.erase')}<//>`}
  </div>`;
}

/** @param {import('../index.js').Props} props */
function Range({ interview, state, id }) {
  const { path, appearance, parameters } = state.question;
  const span = spanOf(parameters);
  const number = state.value === undefined || state.value === null || state.value === '' ? null : Number(state.value);
  const parts = { span, value: number, id, clear: !state.required, appearance, set: (/** @type {number | null} */ value) => interview.set(path, value, state.place) };
  const few = (span.most - span.least) / span.step < STARS;
  if (/\brating\b/.test(appearance) && few) return html`<${Stars} ...${parts} />`;
  return /\bpicker\b/.test(appearance) ? html`<${Listed} ...${parts} />` : html`<${Slider} ...${parts} />`;
}

export const load = () => styled('form/widgets/pack/choices.css').then(() => Range);

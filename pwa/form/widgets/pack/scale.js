/**
 * Choices on one line: a Likert scale, and the rows of a table whose head stands above (`label`, `list-nolabel`, `list`).
 * Promises: fits 360 px in both languages: words go on two levels where one is too narrow, under each other where two are;
 * one stop for Tab, arrows choose.
 */
import { t } from '../../../i18n.js';
import { html } from '../../../ui/html.js';
import { Choices, arrows } from '../../../ui/parts.js';
import { Nothing, optionsOf } from '../choose.js';
import { styled } from './address.js';
import './words.js';

/** @typedef {import('../choose.js').Option} Option */
/** @typedef {'level' | 'two' | 'rows'} Fit */

/** A ring is never narrower than a finger. */
const FINGER = 44;
/** Beside the scale on each side of the screen. */
const MARGIN = 32;
const WIDEST = 560;

/** About how wide a text is, in its own letters' height. @param {string} text */
export const emsOf = (text) => [...text].reduce((sum, letter) => sum + widthOf(letter), 0);

/** @param {string} letter */
function widthOf(letter) {
  if (letter > '\u2e7f') return 1;
  if (/[ fijlrtI.,'’()-]/.test(letter)) return 0.32;
  return /[A-Zmw]/.test(letter) ? 0.76 : 0.55;
}

/** The longest piece that no line may break. @param {string} text */
const longest = (text) => Math.max(0, ...text.split(/\s+|(?<=[\u2e80-\uffff])|(?=[\u2e80-\uffff])/u).map(emsOf));

/** How the words of a scale find room. @param {string[]} texts @param {number} width of the scale, in letters' heights @param {boolean} [one] no two levels @returns {Fit} */
export function fitOf(texts, width, one = false) {
  const column = width / texts.length;
  const fits = (/** @type {string} */ text, /** @type {number} */ room) => longest(text) <= room - 0.2 && emsOf(text) <= room * 2.7;
  // Words in narrow columns that break into several lines run together with their neighbours.
  if (texts.every((text) => fits(text, column) && (column >= 3.5 || emsOf(text) <= column - 0.4))) return 'level';
  const edge = (/** @type {number} */ at) => at === 0 || at === texts.length - 1;
  if (!one && texts.length > 2 && texts.length % 2 && texts.every((text, at) => fits(text, column * (edge(at) ? 1.5 : 2)))) return 'two';
  return 'rows';
}

function width() {
  const letter = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const room = Math.min(innerWidth, WIDEST) - MARGIN;
  return { room, letters: room / letter };
}

/** The grid's columns under which a choice's words stand: two for each ring. @param {number} at @param {number} of @param {Fit} fit @returns {string} */
function columns(at, of, fit) {
  if (fit !== 'two') return `${2 * at + 1} / span 2`;
  if (at === 0) return '1 / span 3';
  return at === of - 1 ? `${2 * of - 2} / span 3` : `${2 * at} / span 4`;
}

/** @param {{options: Option[], value: string[], many: boolean, clear: boolean, fit: Fit, id: string, line: boolean, words: boolean, onChange: (name: string, on: boolean) => void}} props */
function Scale({ options, value, many, clear, fit, id, line, words, onChange }) {
  const tap = (/** @type {Option} */ option) => {
    const on = value.includes(option.value);
    if (!on || many || clear) onChange(option.value, !on);
  };
  const first = options.findIndex((option) => value.includes(option.value));
  const style = { gridTemplateColumns: `repeat(${2 * options.length}, minmax(0, 1fr))` };
  return html`<div class=${`scale ${fit}${line ? ' line' : ''}`} style=${style} role=${many ? 'group' : 'radiogroup'} aria-labelledby=${`${id}-label`} onKeyDown=${many ? undefined : arrows}>
    ${options.map((option, at) => html`<button type="button" key=${option.value} role=${many ? 'checkbox' : 'radio'} class=${many ? 'dot box' : 'dot'} aria-checked=${String(value.includes(option.value))}
      tabindex=${many || at === Math.max(0, first) ? 0 : -1} style=${{ gridColumn: `${2 * at + 1} / span 2` }} aria-label=${option.text} onClick=${() => tap(option)}><i></i></button>`)}
    ${words && fit === 'two' && options.map((option, at) => at % 2 > 0 && html`<i key=${`${option.value} drop`} class="drop" style=${{ gridColumn: `${2 * at + 1} / span 2` }}></i>`)}
    ${words && options.map((option, at) => html`<span key=${`${option.value} words`} aria-hidden="true" class=${`words${fit === 'two' && at % 2 ? ' lower' : ''}${value.includes(option.value) ? ' on' : ''}`}
      style=${{ gridColumn: columns(at, options.length, fit) }} onClick=${() => tap(option)}>${option.label}</span>`)}
  </div>`;
}

/** The head of a table: the words its rows leave out. @param {{options: Option[], fit: Fit}} props */
function Head({ options, fit }) {
  if (fit === 'rows') return html`<p class="quiet">${options.map((option) => option.text).join(' · ')}</p>`;
  return html`<div class=${`scale head ${fit}`} style=${{ gridTemplateColumns: `repeat(${2 * options.length}, minmax(0, 1fr))` }}>
    ${options.map((option, at) => html`<span key=${option.value} class=${`words${fit === 'two' && at % 2 ? ' lower' : ''}`} style=${{ gridColumn: columns(at, options.length, fit) }}>${option.label}</span>`)}</div>`;
}

/** @param {import('../index.js').Props} props */
function OnOneLine(props) {
  const { interview, state, id } = props;
  const { path, type, appearance } = state.question;
  const options = optionsOf(props);
  const many = type === 'select_multiple';
  const value = /** @type {string[]} */ ([state.value ?? []].flat());
  if (!options.length) return html`<${Nothing} ...${props} />`;
  const { room, letters } = width();
  const bare = /\blist-nolabel\b/.test(appearance);
  const found = fitOf(options.map((option) => option.text), letters);
  const tight = room / options.length < FINGER || options.length > 9;
  if (/\blabel\b/.test(appearance)) return html`<${Head} options=${options} fit=${tight ? 'rows' : found} />`;
  const fit = tight ? 'rows' : bare ? 'level' : found;
  const change = (/** @type {string} */ name, /** @type {boolean} */ on) =>
    interview.set(path, many ? (on ? [...value, name] : value.filter((one) => one !== name)) : on ? name : null, state.place);
  if (fit === 'rows') {
    return html`<${Choices} many=${many} options=${options} value=${many ? value : state.value} clear=${!state.required} labelledby=${`${id}-label`}
      onChange=${(/** @type {any} */ now) => interview.set(path, now, state.place)} />`;
  }
  const said = options.filter((option) => value.includes(option.value)).map((option) => option.text).join(t('form.and'));
  return html`<${Scale} options=${options} value=${value} many=${many} clear=${!state.required} fit=${fit} id=${id} line=${/\blikert\b/.test(appearance)} words=${!bare} onChange=${change} />
    ${bare && said && html`<span class="help">${t('form.scale.said', { said })}</span>`}`;
}

export const load = () => styled('form/widgets/pack/choices.css').then(() => OnOneLine);

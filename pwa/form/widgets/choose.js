/**
 * One or several of a list: rows up to seven, beside each other where the form says so, beyond that a page of its own with
 * search. Promises: what was chosen stays shown when its list has changed; a list with nothing in it says why.
 */
import { useRef, useState } from 'preact/hooks';
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Chip, Chips, Choices, List, Row } from '../../ui/parts.js';
import { isEmpty } from '../entry.js';
import { markdown, plain } from '../markdown.js';
import { labelOf, wordsOf } from '../words.js';
import { lazy } from './lazy.js';

/** More than this and a list has to be searched; where the form lays it out itself, more than that. */
const FEW = 7;
const MANY = 30;

/**
 * @typedef {import('./index.js').Props} Props
 * @typedef {{value: string, label: any, text: string, group?: string, media?: any, gone?: boolean, row?: any}} Option  `text`: the label's
 *   words alone; `row`: of the list, absent for what has left it
 */

/** Pictures come when a list has them. */
const Pictured = lazy(() => import('./pack/pictured.js').then((module) => module.load()));

/** @param {Option[]} options @param {string} appearance */
const hasPictures = (options, appearance) => options.length <= MANY && !/\b(minimal|search|autocomplete)\b/.test(appearance) && (/\bno-buttons\b/.test(appearance) || options.some((option) => option.media));

/** A row's title that says to those who hear it which question it answers. @param {string} question @param {any} title */
export const named = (question, title) => html`<span class="hidden">${plain(question)}：</span>${title}`;

/** What may be chosen now, and what was chosen and no longer may. @param {Props} props @returns {Option[]} */
export function optionsOf({ interview, state }) {
  const { path } = state.question;
  const at = interview.tree.atOf(path, state.place) ?? [];
  const options = interview.choices(path, at).map((row) => {
    const label = wordsOf(row.label, interview, at) || row.name;
    return /** @type {Option} */ ({ value: row.name, label: markdown(label, true), text: plain(label), group: interview.lang === 'en' ? row.group_en : row.group_label, media: row.media, row });
  });
  for (const name of [state.value ?? []].flat()) {
    if (options.some((option) => option.value === name)) continue;
    const text = t('form.choice.gone', { name: plain(labelOf(interview.definition, path, name, interview.lang)) });
    options.push({ value: name, label: text, text, gone: true });
  }
  return options;
}

/** Questions an expression reads. @param {any} tree @param {Set<string>} found @returns {Set<string>} */
function readIn(tree, found = new Set()) {
  if (!Array.isArray(tree)) return found;
  if ((tree[0] === 'path' || tree[0] === 'current') && typeof tree[1] === 'string') found.add(tree[1]);
  else for (const part of tree) readIn(part, found);
  return found;
}

/** Why there is nothing to choose. @param {Props} props */
export function Nothing({ interview, state }) {
  const { question, place } = state;
  const open = [...readIn(question.choice_filter ?? question.from?.nodes)].filter((path) => {
    const shared = place.split('/').slice(0, interview.graph.chain(path).length).join('/');
    return path !== question.path && interview.graph.questions.has(path) && isEmpty(interview.state(path, shared).value);
  });
  const names = open.map((path) => plain(interview.state(path).label)).filter(Boolean);
  return html`<p class="input still">${names.length ? t('form.choices.first', { names: names.join(t('form.and')) }) : t(question.choice_filter || question.from ? 'form.choices.none' : 'form.choices.empty')}</p>`;
}

/** Opens the searchable list, whose code comes when it is first wanted. */
function usePicker() {
  const [Picker, show] = useState(/** @type {any} */ (null));
  const open = async () => {
    const module = await import('./picker.js');
    show(() => module.Picker);
  };
  return { Picker, open: () => void open(), close: () => show(null) };
}

/** How a list lies on the page: a page of its own, rows, or beside each other (`n` columns; 0: as they fit).
 * @param {string} appearance @param {number} n @returns {{shape: 'page' | 'rows' | 'columns' | 'chips', n: number}} */
export function layoutOf(appearance, n) {
  const columns = /\b(?:columns|compact|quickcompact)-(\d+)\b/.exec(appearance);
  if (n > MANY || /\b(minimal|search|autocomplete)\b/.test(appearance)) return { shape: 'page', n: 0 };
  if (/\b(columns-(pack|flex)|horizontal|compact)\b(?!-\d)/.test(appearance)) return { shape: 'chips', n: 0 };
  if (columns) return { shape: 'columns', n: Math.min(Number(columns[1]), 4) || 2 };
  if (/\bcolumns\b/.test(appearance)) return { shape: 'columns', n: 2 };
  return { shape: n <= FEW || /\bquick\b/.test(appearance) ? 'rows' : 'page', n: 0 };
}

/** Beside each other. @param {{n: number, children?: any}} props */
const Columns = ({ n, children }) => html`<div class=${n ? `in-columns of-${n}` : 'plain'}>${children}</div>`;

/** @param {Props} props */
export function One(props) {
  const { interview, state, around, id } = props;
  const { path, appearance } = state.question;
  const options = optionsOf(props);
  const { Picker, open, close } = usePicker();
  // Arrow keys choose too, and must not turn the page: the browser tells their clicks apart.
  const touched = useRef(false);
  const set = (/** @type {string | null} */ value) => {
    interview.set(path, value, state.place);
    if (value !== null && touched.current && /\bquick(compact)?\b/.test(appearance)) around.goOn?.();
  };
  if (!options.length) return html`<${Nothing} ...${props} />`;
  if (hasPictures(options, appearance)) return html`<${Pictured} ...${props} />`;
  const { shape, n } = layoutOf(appearance, options.length);
  if (shape !== 'page') {
    const Shape = shape === 'rows' ? Choices : Chips;
    return html`<div class="plain" onClickCapture=${(/** @type {Event} */ event) => (touched.current = event.isTrusted)}><${Columns} n=${n}>
      <${Shape} options=${options} value=${state.value} onChange=${set} clear=${!state.required} labelledby=${`${id}-label`} /><//></div>`;
  }
  const chosen = options.find((option) => option.value === state.value);
  const count = options.filter((option) => !option.gone).length;
  return html`<${List}><${Row} slim id=${id} title=${named(state.label, chosen?.label ?? t('form.choose'))} meta=${!chosen && count > FEW && t('form.choices.count', { n: count })} end=${chosen ? t('form.change') : ''} next=${!chosen} onTap=${open} /><//>
    ${Picker && html`<${Picker} title=${plain(state.label)} options=${options} value=${state.value} clear=${!state.required}
      onChoose=${(/** @type {string | null} */ value) => { touched.current = true; close(); set(value); }} onClose=${close} />`}`;
}

/** @param {Props} props */
export function Many(props) {
  const { interview, state, id } = props;
  const options = optionsOf(props);
  const { Picker, open, close } = usePicker();
  const chosen = /** @type {string[]} */ (state.value ?? []);
  const set = (/** @type {string[]} */ value) => interview.set(state.question.path, value, state.place);
  if (!options.length) return html`<${Nothing} ...${props} />`;
  if (hasPictures(options, state.question.appearance)) return html`<${Pictured} ...${props} />`;
  const { shape, n } = layoutOf(state.question.appearance, options.length);
  if (shape === 'rows') return html`<${Choices} many options=${options} value=${chosen} onChange=${set} labelledby=${`${id}-label`} />`;
  if (shape !== 'page') return html`<${Columns} n=${n}><${Chips} many options=${options} value=${chosen} onChange=${set} labelledby=${`${id}-label`} /><//>`;
  const picked = options.filter((option) => chosen.includes(option.value));
  const count = options.filter((option) => !option.gone).length;
  return html`${picked.length > 0 && html`<${Chips} label=${t('form.picked', { n: picked.length })}>${picked.map((option) => html`
      <${Chip} key=${option.value} plain icon="close" label=${t('form.unpick', { name: option.text })} onTap=${() => set(chosen.filter((name) => name !== option.value))}>${option.label}<//>`)}<//>`}
    <${List}><${Row} slim id=${id} title=${named(state.label, t(picked.length ? 'form.choose.more' : 'form.choose'))} meta=${count > FEW && t('form.choices.count', { n: count })} onTap=${open} /><//>
    ${Picker && html`<${Picker} many title=${plain(state.label)} options=${options} value=${chosen} onChoose=${set} onClose=${close} />`}`;
}

/** @param {Props} props */
export function Acknowledge({ interview, state, id }) {
  const options = [{ value: 'OK', label: t('form.ok') }];
  const set = (/** @type {string[]} */ value) => interview.set(state.question.path, value.length ? 'OK' : null, state.place);
  return html`<${Choices} many options=${options} value=${state.value ? ['OK'] : []} onChange=${set} labelledby=${`${id}-label`} />`;
}

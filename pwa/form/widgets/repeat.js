/**
 * Entries of a repeat as rows, and one more. An entry is edited on a page of its own, which the screen opens.
 * Promises: an answer redraws the row of its entry and no other; of many entries the last are drawn, the others at a tap, so
 * that the two hundredth is added as fast as the third.
 */
import { useState } from 'preact/hooks';
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Icon, Row, cls } from '../../ui/parts.js';
import { still } from '../node.js';
import { plain } from '../markdown.js';
import { drawn } from '../pages.js';
import { isOdd } from '../review.js';
import { entryText } from './told.js';

/**
 * @typedef {import('../interview.js').Interview} Interview
 * @typedef {{values: any[], lang: string, told: [string, string]}} Known
 */

/** More than this, and those out of sight are not laid out. */
const MANY = 12;
/** Drawn of a long list, and how many more at each tap. */
const LAST = 40;
const EARLIER = 100;

/** What a row said when its entry last changed: telling two hundred anew at every letter is what makes a phone stutter.
 * @type {WeakMap<Record<string, any>, Known>} */
const known = new WeakMap();

/** @param {Interview} interview @param {import('../definition.js').Question[]} questions @param {Record<string, any>} entry @param {string} repeat */
function toldOf(interview, questions, entry, repeat) {
  const values = questions.map(({ path }) => entry[path.slice(repeat.length + 1)]);
  const before = known.get(entry);
  // Lists inside are changed in place, so only plain answers can be compared.
  if (before && before.lang === interview.lang && values.every((value, n) => value === before.values[n] && typeof value !== 'object')) return before.told;
  const told = entryText(interview, questions, entry, repeat);
  known.set(entry, { values, lang: interview.lang, told });
  return told;
}

/** What an entry's row says when something in it cannot be right. */
export const Odd = () => html`<span class="state late"><${Icon} name="late" label=${t('form.entry.odd')} /></span>`;

/** One entry. Always drawn with the same properties in the same order, so that it is left alone while they stay. */
const EntryRow = still((/** @type {{open: (id: string) => void, entry: string, title: string, meta: string, odd: boolean}} */ { open, entry, title, meta, odd }) =>
  html`<${Row} slim title=${title} meta=${meta} end=${odd ? html`<${Odd} />` : ''} next onTap=${() => open(entry)} />`);

/** @type {WeakMap<import('../view.js').Around, Map<string, (id: string) => void>>} */
const openers = new WeakMap();

/** The same function as long as the form is open. @param {import('../view.js').Around} around @param {string} path @param {string} place */
function openerOf(around, path, place) {
  const all = openers.get(around) ?? new Map();
  openers.set(around, all);
  const key = `${path}@${place}`;
  if (!all.has(key)) all.set(key, (/** @type {string} */ id) => around.openEntry(path, id, place));
  return all.get(key);
}

/** @param {import('./index.js').Props} props */
export function Repeat({ interview, state, around, id }) {
  const { path, count, fixed } = state.question;
  const { place } = state;
  const questions = drawn(interview.graph, path).map((inner) => interview.graph.question(inner)).filter((question) => question.holds !== 'nothing');
  const entries = /** @type {Record<string, any>[]} */ (state.value ?? []);
  const [room, more] = useState(LAST);
  // A list that is only just too long is drawn whole.
  const first = entries.length > room + MANY ? entries.length - room : 0;
  const at = interview.tree.atOf(path, place) ?? [];
  const open = openerOf(around, path, place);
  const closed = Boolean(count) || Boolean(fixed) || state.readOnly;
  if (closed && !entries.length) return html`<p class="small">${t('form.entries.none')}</p>`;
  return html`<ul class=${cls('list', entries.length > MANY && 'lazy-rows')} aria-label=${plain(state.label)}>
    ${first > 0 && html`<li key="earlier"><button type="button" class="row slim earlier" onClick=${() => more(room + EARLIER)}><${Icon} name="up" /><span class="text"><b>${t('form.entries.earlier', { n: first })}</b></span></button></li>`}
    ${entries.slice(first).map((entry, after) => {
      const n = first + after;
      const [title, meta] = toldOf(interview, questions, entry, path);
      return html`<li key=${entry.id}><${EntryRow} open=${open} entry=${entry.id} title=${title === t('form.entry.empty') ? t('form.entry.nth', { n: n + 1 }) : title} meta=${title === t('form.entry.empty') ? title : meta} odd=${isOdd(interview, path, [...at, n])} /></li>`;
    })}
    ${!closed && html`<li key="add"><button type="button" class="row slim add" id=${id} onClick=${() => open(interview.add(path, place))}><${Icon} name="plus" /><span class="text"><b>${t('form.add')}</b></span></button></li>`}
  </ul>`;
}

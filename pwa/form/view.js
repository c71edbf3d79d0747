/**
 * Owns how a page of a form is drawn: each question by its type, each drawn again only when it changed itself.
 * Promises: labels are bound, what is wrong is said when the field is left, nothing here blocks anything; a long page shows
 * its first questions at once and the rest as soon as the phone has drawn those.
 */
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';
import { t } from '../i18n.js';
import { html } from '../ui/html.js';
import { Field, Icon, List, Row } from '../ui/parts.js';
import { isEmpty } from './entry.js';
import { markdown, plain } from './markdown.js';
import { Media } from './media.js';
import { afterTap, domId, still, useNode } from './node.js';
import { widgetOf } from './widgets/index.js';
import { Marks } from './widgets/marks.js';
import { unitOf } from './widgets/number.js';
import { Fix, wrongText } from './widgets/wrong.js';

/**
 * @typedef {import('./interview.js').Interview} Interview
 * @typedef {import('./interview.js').State} State
 * @typedef {{path: string, place: string}} Goal
 *
 * @typedef {object} Around  what the screen lends its questions; the same object as long as the form is open
 * @property {(repeat: string, id: string, place: string) => void} openEntry
 * @property {(path: string, place: string) => {href: string} | null} conflict  where two versions of an answer are settled
 * @property {(path: string) => string} last  words about the answer the record had
 * @property {boolean} [marks]  a question can be given a remark, or be put off
 * @property {() => void} [goOn]  a question that is answered in one tap was: on to the next page, if nothing else on this one is open
 */

/** Questions drawn in one stroke. */
const STROKE = 16;

/** How to ask, folded: most who ask know it. @param {{text: string}} props */
const Guidance = ({ text }) => html`<details class="guidance"><summary>${t('form.guidance')}<${Icon} name="down" /></summary><div>${markdown(text)}</div></details>`;

/** @param {Interview} interview @param {State} state */
function guidanceOf(interview, { question, place }) {
  const at = question.guidance && interview.tree.atOf(question.path, place);
  return at ? interview.words(/** @type {any} */ (question.guidance), at) : '';
}

/** What the label brings besides words. @param {{interview: Interview, state: State}} props */
const Shown = ({ interview, state }) => state.question.media && html`<${Media} definition=${interview.definition} media=${state.question.media} lang=${interview.lang} alt=${plain(state.label)} />`;

/** Words to read: a heading's, or a note's. @param {{interview: Interview, state: State}} props */
function Told({ interview, state }) {
  const { question, place, label, hint } = state;
  if (question.type === 'group') return label && html`<h2 class="part">${markdown(label, true)}</h2>`;
  if (!label && !question.media) return null;
  return html`<div class="note" id=${domId(question.path, place)}>${label && html`<div>${markdown(label)}</div>`}
    <${Shown} interview=${interview} state=${state} />${hint && html`<div class="small">${markdown(hint)}</div>`}</div>`;
}

/** Does the question for a record take the name in its place too? @param {Interview} interview @param {string} path @param {string} place */
function isTaken(interview, path, place) {
  const { relevant, readOnly, value } = interview.state(path, place);
  return relevant && (!readOnly || !isEmpty(value));
}

/** One question; `bare`: its name stands above it already. @param {{interview: Interview, path: string, place: string, around: Around, bare: boolean}} props */
function Asked({ interview, path, place, around, bare }) {
  const state = useNode(interview, path, place);
  const [left, leave] = useReducer((/** @type {boolean} */ _, /** @type {boolean} */ now) => now, true);
  const { question, relevant } = state;
  // What only the app writes, such as which record an entry became, is not there before it is.
  if (!relevant || ((interview.locked.has(path) || (question.refers && state.readOnly)) && isEmpty(state.value))) return null;
  const record = interview.graph.instead.get(path);
  if (record && isTaken(interview, record, place)) return null;
  if (question.type === 'group' || question.type === 'note') return html`<${Told} interview=${interview} state=${state} />`;
  const { Widget, group, immediate } = widgetOf(interview, state);
  const id = domId(path, place);
  if (bare && question.type === 'repeat') return html`<${Widget} interview=${interview} state=${state} around=${around} id=${id} />`;
  const said = (left || immediate) && state.wrong;
  const two = around.conflict(path, place);
  const help = [unitOf(state) ? '' : state.hint, said ? '' : around.last(path)].filter(Boolean).join(' ');
  const guidance = guidanceOf(interview, state);
  // What is written beside the answer is neither entering its field nor leaving it.
  const beside = (/** @type {any} */ event) => event.target.closest('.marks');
  const enter = (/** @type {any} */ event) => event.target.matches('input, textarea') && !beside(event) && leave(immediate);
  return html`<div class=${around.marks ? 'asked markable' : 'asked'} onFocusIn=${enter} onFocusOut=${(/** @type {any} */ event) => !beside(event) && afterTap(() => leave(true))}>
    <${Field} id=${id} label=${markdown(state.label || question.name, true)} soft=${softOf(state)} help=${help && markdown(help, true)} group=${group}
      wrong=${said ? wrongText(said, t) : ''} fix=${said && said.offer !== undefined && html`<${Fix} interview=${interview} state=${state} offer=${said.offer} />`}>
      ${guidance && html`<${Guidance} text=${guidance} />`}
      <${Shown} interview=${interview} state=${state} />
      <${Widget} interview=${interview} state=${state} around=${around} id=${id} />
    <//>
    ${around.marks && !state.readOnly && html`<${Marks} interview=${interview} state=${state} id=${id} />`}
    ${two && html`<${List}><${Row} slim icon="two" title=${t('form.two')} meta=${t('form.two.what')} href=${two.href} /><//>`}
  </div>`;
}

/** @param {State} state */
function softOf({ required, entries }) {
  if (required) return t('form.required');
  return entries.length ? t('form.entries', { n: entries.length }) : '';
}

/** Not drawn again while it is the same question. */
export const Question = still(Asked);

/** Draws more each time the phone has a moment, until all are there. @param {number} all @param {number} least drawn at once @returns {number} */
function useStrokes(all, least) {
  const [shown, show] = useState(Math.max(STROKE, least));
  useEffect(() => {
    if (shown >= all) return undefined;
    // A task of its own: what was drawn is on the screen before more is.
    const timer = setTimeout(() => show(shown + STROKE), 0);
    return () => clearTimeout(timer);
  }, [shown, all]);
  return Math.max(shown, least);
}

/** Questions below each other; `bare` is the heading they stand under, and one alone does not repeat it.
 * @param {{interview: Interview, paths: string[], place?: string, around: Around, bare?: string, goal?: Goal | null}} props */
export function Questions({ interview, paths, place = '', around, bare = '', goal = null }) {
  const shown = useStrokes(paths.length, goal ? paths.indexOf(interview.graph.chain(goal.path)[0] ?? goal.path) + 1 : 0);
  return paths.slice(0, shown).map((path) => html`<${Question} key=${`${path}@${place}`} interview=${interview} path=${path} place=${place} around=${around}
    bare=${paths.length === 1 && interview.state(path, place).label === bare} />`);
}

/** Goes to a question's field when it is there. @param {Goal | null} goal */
export function useGoal(goal) {
  const seen = useRef(/** @type {any} */ (null));
  useLayoutEffect(() => {
    if (!goal || seen.current === goal) return;
    const field = document.getElementById(domId(goal.path, goal.place)) ?? document.getElementById(`${domId(goal.path, goal.place)}-label`);
    if (!field) return;
    seen.current = goal;
    field.scrollIntoView({ block: 'center' });
    const target = field.matches('input, textarea, button') ? field : field.parentElement?.querySelector('input, textarea, button');
    /** @type {HTMLElement | null | undefined} */ (target)?.focus({ preventScroll: true });
  });
}

/**
 * Owns how a page of a form is drawn: each question by its type, each drawn again only when it changed itself.
 * Promises: labels are bound, what is wrong is said when the field is left, nothing here blocks anything.
 */
import { useReducer, useRef, useLayoutEffect } from 'preact/hooks';
import { t } from '../i18n.js';
import { html } from '../ui/html.js';
import { Field, Row, List } from '../ui/parts.js';
import { isEmpty } from './entry.js';
import { domId, still, useNode } from './node.js';
import { Fix, wrongText } from './widgets/wrong.js';
import { widgetOf } from './widgets/index.js';
import { unitOf } from './widgets/number.js';

/**
 * @typedef {import('./interview.js').Interview} Interview
 * @typedef {import('./interview.js').State} State
 *
 * @typedef {object} Around  what the screen lends its questions; the same object as long as the form is open
 * @property {(repeat: string, id: string, place: string) => void} openEntry
 * @property {(path: string, place: string) => {href: string} | null} conflict  where two versions of an answer are settled
 * @property {(path: string) => string} last  words about the answer the record had
 * @property {boolean} [late]  say at once what is missing
 */

/** One question; `bare`: its name stands above it already. @param {{interview: Interview, path: string, place: string, around: Around, bare: boolean}} props */
function Asked({ interview, path, place, around, bare }) {
  const state = useNode(interview, path, place);
  const [left, leave] = useReducer((/** @type {boolean} */ _, /** @type {boolean} */ now) => now, true);
  const { question, relevant } = state;
  if (!relevant || (interview.locked.has(path) && isEmpty(state.value))) return null;
  if (question.type === 'group') return html`<h2 class="quiet part">${state.label}</h2>`;
  if (question.type === 'note') return state.label && html`<p class="note" id=${domId(path, place)}>${state.label}</p>`;
  const { Widget, group, immediate } = widgetOf(interview, state);
  if (bare) return html`<${Widget} interview=${interview} state=${state} around=${around} id=${domId(path, place)} />`;
  const said = (left || immediate) && state.wrong;
  const two = around.conflict(path, place);
  const help = [unitOf(state) ? '' : state.hint, said ? '' : around.last(path)].filter(Boolean).join(' ');
  return html`<div class="asked" onFocusIn=${(/** @type {any} */ event) => event.target.matches('input, textarea') && leave(immediate)} onFocusOut=${() => leave(true)}>
    <${Field} id=${domId(path, place)} label=${state.label} soft=${softOf(state)} help=${help} group=${group}
      wrong=${said ? wrongText(said, t) : ''} fix=${said && said.offer !== undefined && html`<${Fix} interview=${interview} state=${state} offer=${said.offer} />`}>
      <${Widget} interview=${interview} state=${state} around=${around} id=${domId(path, place)} />
    <//>
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

/** Questions below each other; `bare` is the heading they stand under, and one alone does not repeat it.
 * @param {{interview: Interview, paths: string[], place?: string, around: Around, bare?: string}} props */
export function Questions({ interview, paths, place = '', around, bare = '' }) {
  return paths.map((path) => html`<${Question} key=${`${path}@${place}`} interview=${interview} path=${path} place=${place} around=${around}
    bare=${paths.length === 1 && interview.state(path, place).label === bare} />`);
}

/** Goes to a question's field when it is there. @param {{path: string, place: string} | null} goal */
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

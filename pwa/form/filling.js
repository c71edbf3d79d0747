/**
 * Owns how a form is gone through: one page at a time, the list of what is still missing, the buttons below.
 * Promises: every page can be left and saved from; only what must be there, or cannot be stored, holds saving up.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import { lang, t, words } from '../i18n.js';
import { moment } from '../ui/format.js';
import { html } from '../ui/html.js';
import { Inner } from '../ui/layout.js';
import { Banner, Button, Group, Icon, List, Row, State } from '../ui/parts.js';
import { Sheet } from '../ui/sheet.js';
import { openPages, pageOf } from './pages.js';
import { doubtful, missing } from './review.js';
import { Questions, useGoal } from './view.js';
import { EntryPage } from './widgets/entry.js';

/**
 * @typedef {import('./session.js').Session} Session
 * @typedef {import('./review.js').Finding} Finding
 * @typedef {{path: string, place: string}} Goal
 * @typedef {{repeat: string, id: string, place: string}} Opened
 */

/** Pages change only when something becomes relevant or stops being so. @param {import('./interview.js').Interview} interview */
function usePages(interview) {
  const [, redraw] = useReducer((/** @type {number} */ n) => n + 1, 0);
  const shown = useRef(openPages(interview));
  useEffect(() => interview.watch(() => {
    const now = openPages(interview);
    if (now.length === shown.current.length && now.every((page, at) => page === shown.current[at])) return;
    shown.current = now;
    redraw(undefined);
  }), [interview]);
  return shown.current;
}

/** Whether the draft is on this phone. @param {{session: Session}} props */
export function DraftState({ session }) {
  const state = session.keeper.state.value;
  if (!state) return null;
  return html`<${State} icon=${state === 'full' ? 'late' : 'device'} tone=${state === 'full' ? 'late' : ''} text=${t(`form.draft.${state}`)} />`;
}

/** A draft of earlier is taken up, and may be dropped. @param {{session: Session, onDrop: () => void}} props */
export function Resumed({ session, onDrop }) {
  if (!session.resumed) return null;
  return html`<${Banner} tone="good" icon="pen" title=${t('form.draft.again')} text=${t('form.draft.when', { time: moment(session.resumed) })}
    actions=${html`<${Button} kind="line" low onTap=${onDrop}>${t('form.draft.drop')}<//>`} />`;
}

/** What did not fit on this phone. */
export const NotSaved = () => html`<${Banner} tone="late" icon="late" title=${t('form.notsaved')} text=${t('form.notsaved.what')} />`;

/** The field a finding leads to; one inside an entry opens that entry first. @param {import('./interview.js').Interview} interview @param {Finding} finding @returns {Opened | null} */
function entryOf(interview, { path, place }) {
  const repeat = interview.graph.chain(path).at(-1);
  if (!repeat) return null;
  const ids = place.split('/');
  return { repeat, id: String(ids.at(-1)), place: ids.slice(0, -1).join('/') };
}

/** What is still needed; each row leads to its field. @param {{session: Session, onGo: (finding: Finding) => void}} props */
function Missing({ session, onGo }) {
  const needed = missing(session.interview);
  const odd = doubtful(session.interview);
  const row = (/** @type {Finding} */ finding) =>
    html`<${Row} key=${`${finding.path}@${finding.place}`} slim title=${finding.label} meta=${finding.words || t(`form.wrong.${finding.code}`)} onTap=${() => onGo(finding)} />`;
  return html`<${Group} title=${needed.length ? t('form.missing', { n: needed.length }) : t('form.missing.none')}><${List}>${needed.map(row)}<//><//>
    ${odd.length > 0 && html`<${Group} title=${t('form.doubtful')}><${List}>${odd.map(row)}<//><//>`}`;
}

/** @param {{pages: import('./pages.js').Page[], present: number, onGo: (at: number) => void, onClose: () => void}} props */
function PageSheet({ pages, present, onGo, onClose }) {
  return html`<${Sheet} title=${t('form.pages')} onClose=${onClose}><${List}>${pages.map((page, at) => html`
    <${Row} key=${page.paths[0]} slim icon=${at === present ? 'radio-on' : 'ring'} title=${words(/** @type {any} */ (page.title)) || t('form.page.nth', { n: at + 1 })} current=${at === present} next=${false} onTap=${() => onGo(at)} />`)}<//><//>`;
}

/**
 * @param {{session: Session, backTo: string, goal?: string, conflict: (path: string) => {href: string} | null, last: (path: string) => string,
 *   onSave: () => Promise<void>, onDrop: () => void, onRemove?: (() => void) | null, title: string}} props
 */
export function Filling({ session, backTo, goal: at, conflict, last, onSave, onDrop, onRemove, title }) {
  const { interview } = session;
  const pages = usePages(interview);
  const wanted = useSignal(/** @type {Goal | null} */ (at ? { path: at, place: '' } : null));
  const opened = useSignal(/** @type {Opened[]} */ ([]));
  const view = useSignal(/** @type {'page' | 'missing' | 'pages'} */ ('page'));
  const failed = useSignal(false);
  const moved = useSignal(false);
  const first = useRef(true);
  useLayoutEffect(() => interview.speak(lang.value), [lang.value]);
  if (first.current && at && pageOf(pages, interview, at) >= 0) session.page.value = pageOf(pages, interview, at);
  first.current = false;
  const n = Math.min(session.page.value, pages.length - 1);
  const around = useRef({
    openEntry: (/** @type {string} */ repeat, /** @type {string} */ id, /** @type {string} */ place) => (opened.value = [...opened.peek(), { repeat, id, place }]),
    conflict, last,
  });
  useGoal(view.value === 'page' && !opened.value.length ? wanted.value : null);

  const turn = (/** @type {number} */ to) => {
    session.page.value = to;
    view.value = 'page';
    moved.value = true;
    wanted.value = null;
    const main = document.querySelector('.screen > main');
    if (main) main.scrollTop = 0;
    /** @type {HTMLElement | null} */ (document.querySelector('.screen h1'))?.focus({ preventScroll: true });
  };
  const lead = (/** @type {Finding} */ finding) => {
    turn(Math.max(0, pageOf(pages, interview, finding.path)));
    const entry = entryOf(interview, finding);
    if (entry) opened.value = [entry];
    wanted.value = { path: finding.path, place: finding.place };
  };
  const save = async () => {
    failed.value = false;
    if (missing(interview).length) return void (view.value = 'missing');
    await onSave().catch(() => (failed.value = true));
  };
  const page = /** @type {import('./pages.js').Page} */ (pages[n] ?? { title: {}, paths: [], path: '' });
  const heading = pages.length > 1 && page.title !== session.definition.title ? words(/** @type {any} */ (page.title)) || title : title;
  const end = pages.length > 1
    ? html`<button type="button" class="pages" aria-haspopup="dialog" aria-label=${t('form.page.jump', { n: n + 1, of: pages.length })} onClick=${() => (view.value = 'pages')}>${t('form.page', { n: n + 1, of: pages.length })}<${Icon} name="down" /></button>`
    : html`<${DraftState} session=${session} />`;
  const listing = view.value === 'missing';
  return html`<${Inner} title=${listing ? t('form.before') : heading} backTo=${backTo} close end=${listing ? null : end} tight=${false} dock=${listing ? html`<${Button} onTap=${() => turn(n)}>${t('form.back')}<//><${Button} kind="main" grow=${15} onTap=${() => void save()}>${t('form.save')}<//>`
    : html`<${Dock} at=${n} of=${pages.length} editing=${!session.isNew} onTurn=${turn} onSave=${() => void save()} />`}>
    ${failed.value && html`<${NotSaved} />`}
    ${!moved.value && html`<${Resumed} session=${session} onDrop=${onDrop} />`}
    ${listing ? html`<${Missing} session=${session} onGo=${lead} />` : html`<${Questions} interview=${interview} paths=${page.paths} around=${around.current} bare=${words(/** @type {any} */ (page.title))} />`}
    ${!listing && onRemove && n === pages.length - 1 && html`<${Button} kind="text" icon="erase" onTap=${onRemove}>${t('form.remove')}<//>`}
    ${view.value === 'pages' && html`<${PageSheet} pages=${pages} present=${n} onGo=${turn} onClose=${() => (view.value = 'page')} />`}
    ${opened.value.map((entry, depth) => html`<${EntryPage} key=${entry.id} interview=${interview} ...${entry} around=${around.current}
      goal=${wanted.value} onClose=${() => (opened.value = opened.peek().slice(0, depth))} />`)}
  <//>`;
}

/** An existing record is saved from any page; a new one is led through, and may be saved early. @param {{at: number, of: number, editing: boolean, onTurn: (to: number) => void, onSave: () => void}} props */
function Dock({ at, of, editing, onTurn, onSave }) {
  const last = at >= of - 1;
  const previous = at > 0 && html`<${Button} key="previous" label=${t('form.previous')} onTap=${() => onTurn(at - 1)}>${t('form.previous')}<//>`;
  if (last || editing) {
    return html`${previous}${!last && html`<${Button} key="next" onTap=${() => onTurn(at + 1)}>${t('form.next')}<//>`}<${Button} key="save" kind="main" grow=${15} onTap=${onSave}>${t('form.save')}<//>`;
  }
  return html`${previous}<${Button} key="save" onTap=${onSave}>${t('form.save')}<//><${Button} key="next" kind="main" grow=${15} onTap=${() => onTurn(at + 1)}>${t('form.next')}<//>`;
}

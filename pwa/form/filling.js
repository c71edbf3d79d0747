/**
 * Owns how a form is gone through: one page at a time, the list of pages, what to look at before saving, the buttons below.
 * Promises: every page can be left and saved from; only what must be there, or cannot be stored, holds saving up.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import { lang, t } from '../i18n.js';
import { route } from '../routes.js';
import { store } from '../store/store.js';
import { moment } from '../ui/format.js';
import { html } from '../ui/html.js';
import { Inner } from '../ui/layout.js';
import { Banner, Button, Icon, Measure, State } from '../ui/parts.js';
import { offerUndo } from '../ui/undo.js';
import { Before, PageSheet, nameOf } from './contents.js';
import { isEmpty } from './entry.js';
import { openPages, pageOf } from './pages.js';
import { missing } from './review.js';
import { Questions, useGoal } from './view.js';
import { EntryPage } from './widgets/entry.js';

/**
 * @typedef {import('./session.js').Session} Session
 * @typedef {{path: string, place: string}} Goal
 * @typedef {{repeat: string, id: string, place: string}} Opened
 */

/** More pages than this are told in words alone: their blocks would be dust. */
const BLOCKS = 24;

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

/** Throws a draft away and begins anew; that can be taken back while one is still here.
 * @param {import('@preact/signals').Signal<Session | string | null>} shown @param {() => Promise<void>} begin shows what there is to fill in */
export async function startOver(shown, begin) {
  const dropped = shown.peek();
  if (!dropped || typeof dropped === 'string') return;
  const here = route.peek();
  const anew = async () => {
    shown.value = null;
    await begin();
  };
  const kept = dropped.draft();
  await dropped.keeper.discard();
  await anew();
  offerUndo(t('form.draft.dropped'), async () => {
    const now = shown.peek();
    if (now && typeof now !== 'string') await now.keeper.end();
    await store.keepDraft(dropped.task.key, kept);
    if (route.peek() === here) await anew();
  });
}

/** What did not fit on this phone. */
export const NotSaved = () => html`<${Banner} tone="late" icon="late" title=${t('form.notsaved')} text=${t('form.notsaved.what')} />`;

/** The entries that lead to a question, outermost first. @param {import('./interview.js').Interview} interview @param {Goal} goal @returns {Opened[]} */
function entriesTo(interview, { path, place }) {
  const ids = place ? place.split('/') : [];
  return interview.graph.chain(path).slice(0, ids.length).map((repeat, depth) => ({ repeat, id: String(ids[depth]), place: ids.slice(0, depth).join('/') }));
}

/** Where one is: the page's name, under it what is being written, where that is not said already. @param {{name: string, of: string}} props */
const Heading = ({ name, of }) => (of && of !== name ? html`${name}<small class="of">${of}</small>` : name);

/** How far one is. @param {{session: Session, at: number, of: number, onTap: () => void}} props */
function Progress({ session, at, of, onTap }) {
  if (of < 2) return html`<${DraftState} session=${session} />`;
  return html`<button type="button" class="pages" aria-haspopup="dialog" aria-label=${t('form.page.jump', { n: at + 1, of })} onClick=${onTap}>${t('form.page', { n: at + 1, of })}<${Icon} name="down" /></button>`;
}

/** Is anything among these still to be answered? @param {import('./interview.js').Interview} interview @param {string[]} paths */
const anyOpen = (interview, paths) => paths.some((path) => {
  const { relevant, readOnly, question, value } = interview.state(path);
  return relevant && !readOnly && question.holds !== 'nothing' && isEmpty(value);
});

/** To the top of the page that is now shown, with the reader at its heading. */
function atTop() {
  const main = document.querySelector('.screen > main');
  if (main) main.scrollTop = 0;
  /** @type {HTMLElement | null} */ (document.querySelector('.screen h1'))?.focus({ preventScroll: true });
}

/**
 * @param {{session: Session, backTo: string, goal?: Goal | null, conflict: (path: string) => {href: string} | null, last: (path: string) => string,
 *   onSave: () => Promise<void>, onDrop: () => void, onRemove?: (() => void) | null, title: string, of?: string, notice?: any, leaving?: string}} props
 *   `title` names the form, `of` what it is about; `notice` stands above every page, `leaving` is what × does where no draft stays
 */
export function Filling({ session, backTo, goal, conflict, last, onSave, onDrop, onRemove, title, of = '', notice = null, leaving }) {
  const { interview } = session;
  const pages = usePages(interview);
  const wanted = useSignal(/** @type {Goal | null} */ (goal ?? null));
  const opened = useSignal(/** @type {Opened[]} */ (goal ? entriesTo(interview, goal) : []));
  const view = useSignal(/** @type {'page' | 'before' | 'pages'} */ ('page'));
  const failed = useSignal('');
  const moved = useSignal(false);
  const first = useRef(true);
  const goOn = useRef(() => {});
  useLayoutEffect(() => interview.speak(lang.value), [lang.value]);
  if (first.current && goal && pageOf(pages, interview, goal.path) >= 0) session.page.value = pageOf(pages, interview, goal.path);
  first.current = false;
  const n = Math.max(0, Math.min(session.page.value, pages.length - 1));
  const around = useRef({
    openEntry: (/** @type {string} */ repeat, /** @type {string} */ id, /** @type {string} */ place) => (opened.value = [...opened.peek(), { repeat, id, place }]),
    conflict, last, marks: true,
    // A moment later, so that one sees what was chosen, and with the pages as they then are.
    goOn: () => void setTimeout(() => goOn.current(), 250),
  });
  useGoal(view.value === 'page' && !opened.value.length ? wanted.value : null);

  const turn = (/** @type {number} */ to) => {
    session.page.value = to;
    view.value = 'page';
    moved.value = true;
    wanted.value = null;
    atTop();
  };
  const lead = (/** @type {Goal} */ { path, place }) => {
    turn(Math.max(0, pageOf(pages, interview, path)));
    opened.value = entriesTo(interview, { path, place });
    wanted.value = { path, place };
  };
  const save = async () => {
    failed.value = '';
    if (missing(interview).length) return void (view.value = 'before');
    await onSave().catch(({ name }) => (failed.value = name === 'Withheld' ? 'held' : 'full'));
  };
  const page = /** @type {import('./pages.js').Page} */ (pages[n] ?? { title: {}, paths: [], path: '' });
  goOn.current = () => {
    if (view.peek() === 'page' && !opened.peek().length && n < pages.length - 1 && !anyOpen(interview, page.paths)) turn(n + 1);
  };
  const name = nameOf(page, title, session.definition.title);
  const looking = view.value === 'before';
  const needed = looking ? missing(interview)[0] : null;
  const dock = looking
    ? html`<${Button} key="back" onTap=${() => turn(n)}>${t('form.back')}<//><${Button} key="save" kind="main" grow=${15} onTap=${() => (needed ? lead(needed) : void save())}>${t(needed ? 'form.first' : 'form.save')}<//>`
    : html`<${Dock} at=${n} of=${pages.length} onTurn=${turn} onSave=${() => void save()} />`;
  return html`<${Inner} title=${looking ? t('form.before') : html`<${Heading} name=${name} of=${of} />`} backTo=${backTo} backLabel=${leaving} close tight=${false} dock=${dock}
    end=${looking ? null : html`<${Progress} session=${session} at=${n} of=${pages.length} onTap=${() => (view.value = 'pages')} />`}>
    ${!looking && pages.length > 1 && pages.length <= BLOCKS && html`<${Measure} done=${n + 1} of=${pages.length} />`}
    ${notice}
    ${failed.value === 'held' && html`<${Banner} tone="soon" icon="device" title=${t('form.held')} text=${t('form.held.what')} />`}
    ${failed.value === 'full' && html`<${NotSaved} />`}
    ${!moved.value && html`<${Resumed} session=${session} onDrop=${onDrop} />`}
    ${looking ? html`<${Before} interview=${interview} onGo=${lead} />` : html`<${Questions} key=${n} interview=${interview} paths=${page.paths} around=${around.current} bare=${name} goal=${wanted.value} />`}
    ${!looking && onRemove && n === pages.length - 1 && html`<${Button} kind="text" icon="erase" onTap=${onRemove}>${t('form.remove')}<//>`}
    ${view.value === 'pages' && html`<${PageSheet} interview=${interview} pages=${pages} present=${n} onGo=${turn} onClose=${() => (view.value = 'page')} />`}
    ${opened.value.map((entry, depth) => html`<${EntryPage} key=${entry.id} interview=${interview} ...${entry} around=${around.current}
      goal=${wanted.value} onClose=${() => (opened.value = opened.peek().slice(0, depth))} />`)}
  <//>`;
}

/** Each button keeps its side in every form: on, or on the last page saving, stands filled at the right. @param {{at: number, of: number, onTurn: (to: number) => void, onSave: () => void}} props */
function Dock({ at, of, onTurn, onSave }) {
  const last = at >= of - 1;
  return html`${at > 0 && html`<${Button} key="previous" onTap=${() => onTurn(at - 1)}>${t('form.previous')}<//>`}
    <${Button} key="save" kind=${last ? 'main' : 'plain'} grow=${last ? 15 : 10} onTap=${onSave}>${t('form.save')}<//>
    ${!last && html`<${Button} key="next" kind="main" grow=${15} onTap=${() => onTurn(at + 1)}>${t('form.next')}<//>`}`;
}

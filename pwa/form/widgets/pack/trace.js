/**
 * A way or a piece of ground, point by point: by walking it, by the cross of the drawing, or every few seconds by itself.
 * Promises: each point is an answer the moment it is there; the last one can be taken back; an area closes by itself.
 */
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../../../i18n.js';
import { count } from '../../../ui/format.js';
import { html } from '../../../ui/html.js';
import { Button, Chips, List, More, Row, Tap } from '../../../ui/parts.js';
import { plain } from '../../markdown.js';
import { named } from '../choose.js';
import { leaving, useDialog } from '../dialog.js';
import { styled } from './address.js';
import { ByHand } from './byhand.js';
import { areaOf, between, lengthOf, lineOf, lineText, muOf, viewOf } from './ground.js';
import { knownPlaces, remember } from './known.js';
import { Silent, Waiting, told } from './point.js';
import { usePosition } from './position.js';
import { Sketch, far } from './terrain.js';
import './words.js';

/** @typedef {import('./ground.js').Point} Point */

const EVERY = ['5', '10', '30', '60'];
/** Nearer than this to the last point is standing still. */
const STILL = 2;
/** By itself nothing is added that may be farther off than this. */
const ROUGH = 50;
const LEAST = 3;

/** What has been drawn, in one line. @param {Point[]} points @param {boolean} closed @returns {string} */
function summed(points, closed) {
  const n = t('form.trace.points', { n: points.length });
  if (points.length < 2) return n;
  const length = t(closed ? 'form.trace.round' : 'form.trace.long', { m: far(lengthOf(points, closed)) });
  if (!closed || points.length < LEAST) return `${n} · ${length}`;
  const square = areaOf(points);
  return `${n} · ${length} · ${t('form.trace.area', { mu: muOf(square), m: count(Math.round(square)) })}`;
}

/** @param {{points: Point[], closed: boolean, onDrop: (at: number) => void}} props */
function Points({ points, closed, onDrop }) {
  return html`<${More} title=${t('form.trace.list')} meta=${summed(points, closed)}><${List}>${points.map((point, at) => html`
    <div key=${`${at} ${point.lat} ${point.lon}`} class="row slim"><span class="text"><b>${t('form.trace.nth', { n: at + 1 })}</b><span class="meta">${told(point)} · ${point.lat.toFixed(5)}, ${point.lon.toFixed(5)}</span></span>
      <${Tap} icon="erase" label=${t('form.trace.drop', { n: at + 1 })} onTap=${() => onDrop(at)} /></div>`)}<//><//>`;
}

/** Adds a point every few seconds while the screen is on, unless one stands still. @param {string} every seconds, '' for never @param {() => void} add */
function useEvery(every, add) {
  const act = useRef(add);
  act.current = add;
  useEffect(() => {
    if (!every) return undefined;
    const timer = setInterval(() => act.current(), Number(every) * 1000);
    return () => clearInterval(timer);
  }, [every]);
}

/** The page on which it is drawn. @param {import('../index.js').Props & {closed: boolean, onClose: () => void}} props */
function Drawing({ interview, state, closed, onClose }) {
  const dialog = useDialog();
  const id = useId();
  const { path } = state.question;
  const points = lineOf(state.value, closed);
  const now = useRef(points);
  now.current = points;
  const [every, setEvery] = useState('');
  const [wanting, want] = useState(false);
  const known = useMemo(() => knownPlaces(interview), []);
  const [view, setView] = useState(() => viewOf(points.length ? points : known, 320));
  const [cross, showCross] = useState(false);
  const [typing, type] = useState(false);
  const body = useRef(/** @type {HTMLElement | null} */ (null));
  const set = (/** @type {Point[]} */ all) => interview.set(path, lineText(all, closed), state.place);
  const add = (/** @type {Point} */ point) => {
    set((now.current = [...now.current, { lat: point.lat, lon: point.lon, ...(point.alt ? { alt: point.alt } : {}), ...(point.acc ? { acc: point.acc } : {}) }]));
    setView((before) => viewOf(now.current.length > 1 ? now.current : [point], 320) ?? before);
  };
  const { standing, fix, late, start, stop } = usePosition((found) => {
    remember(found);
    if (!view) setView(viewOf([found], 320));
    if (wanting) {
      want(false);
      add(found);
    }
  }, true);
  const addHere = () => {
    showCross(false);
    if (standing === 'seeking' && fix) add(fix);
    else {
      want(true);
      if (standing !== 'seeking') start();
    }
  };
  const walk = (/** @type {string | null} */ seconds) => {
    setEvery(seconds ?? '');
    if (seconds && standing !== 'seeking') start();
  };
  useEvery(standing === 'seeking' ? every : '', () => {
    const last = now.current.at(-1);
    if (fix && (fix.acc ?? 0) <= ROUGH && (!last || between(last, fix) > STILL)) add(fix);
  });
  // Without anything to draw around, the first point is written as two numbers.
  const byHand = () => {
    if (!view) return type(true);
    showCross(!cross);
    if (!cross) setView({ ...view, at: points.at(-1) ?? view.at });
    body.current?.scrollTo({ top: 0 });
  };
  const undo = () => set(points.slice(0, -1));
  const missing = closed && points.length > 0 && points.length < LEAST ? LEAST - points.length : 0;
  return html`<dialog class="page" ref=${dialog} aria-labelledby=${id} onCancel=${leaving(onClose)}><div class="screen">
    <header class="head inner"><${Tap} icon="back" label=${t('form.back')} onTap=${onClose} /><h2 class="title" id=${id} tabindex="-1" autofocus>${plain(state.label)}</h2></header>
    <div class="scroll tight" ref=${body}>
      ${view ? html`<${Sketch} view=${view} onView=${setView} spots=${cross || !points.length ? known : []} line=${points} closed=${closed} cross=${cross} here=${standing === 'seeking' ? fix : null} label=${t('form.place.sketch')} />` : html`<p class="quiet">${t('form.trace.begin')}</p>`}
      <p role="status" class="summed"><b>${points.length ? summed(points, closed) : t('form.trace.none')}</b>${missing > 0 && html`<span>${t('form.trace.more', { n: missing })}</span>`}</p>
      ${standing === 'seeking' && html`<${Waiting} fix=${fix} late=${late} />`}
      ${(standing === 'refused' || standing === 'absent') && html`<${Silent} standing=${standing} />`}
      <div class="place-more">${points.length > 0 && html`<${Button} kind="text" low icon="return" onTap=${undo}>${t('form.trace.undo')}<//>`}
        <${Button} kind="text" low onTap=${byHand}>${t(cross ? 'form.trace.walk' : 'form.trace.byhand')}<//>
        ${standing === 'seeking' && html`<${Button} kind="text" low onTap=${() => { setEvery(''); want(false); stop(); }}>${t('form.place.stop')}<//>`}</div>
      <section class="group"><h2 id=${`${id}-every`}>${t('form.trace.every')}</h2><${Chips} options=${EVERY.map((n) => ({ value: n, label: t('form.trace.seconds', { n }) }))} value=${every} clear onChange=${walk} labelledby=${`${id}-every`} />
        ${every && html`<p class="small">${t('form.trace.screen')}</p>`}</section>
      ${points.length > 0 && html`<${Points} points=${points} closed=${closed} onDrop=${(/** @type {number} */ at) => set(points.filter((_, one) => one !== at))} />`}
    </div>
    <footer><div class="dock"><${Button} onTap=${onClose}>${t('form.entry.done')}<//>${cross && view
      ? html`<${Button} key="cross" kind="main" grow=${15} onTap=${() => add(view.at)}>${t('form.trace.cross')}<//>`
      : html`<${Button} key="here" kind="main" grow=${15} icon="pin" busy=${wanting} onTap=${addHere}>${t(wanting ? 'form.trace.wait' : 'form.trace.here')}<//>`}</div></footer>
    ${typing && html`<${ByHand} title=${t('form.trace.first')} value=${null} known=${[]} onClose=${() => type(false)} onPut=${(/** @type {Point} */ point) => { type(false); add(point); showCross(true); }} />`}
  </div></dialog>`;
}

/** @param {import('../index.js').Props} props */
function Trace(props) {
  const { interview, state, id } = props;
  const [open, setOpen] = useState(false);
  const closed = state.question.type === 'geoshape';
  const points = lineOf(state.value, closed);
  const view = useMemo(() => viewOf(points, 180), [state.value]);
  const drawn = view && html`<${Sketch} view=${view} line=${points} closed=${closed} height=${180} label=${summed(points, closed)} />`;
  if (state.readOnly) return html`${drawn}<p class="input still">${points.length ? summed(points, closed) : '—'}</p>`;
  const erase = () => interview.set(state.question.path, null, state.place);
  return html`<div class="place">${drawn}
    <${List}><${Row} slim id=${id} icon="pin" title=${named(state.label, points.length ? summed(points, closed) : t(closed ? 'form.trace.start.area' : 'form.trace.start'))} end=${points.length ? t('form.trace.on') : ''} next=${!points.length} onTap=${() => setOpen(true)} /><//>
    ${points.length > 0 && html`<div class="place-more"><${Button} kind="text" low icon="erase" onTap=${erase}>${t('form.erase')}<//></div>`}
    ${open && html`<${Drawing} ...${props} closed=${closed} onClose=${() => setOpen(false)} />`}</div>`;
}

export const load = () => styled('form/widgets/pack/place.css').then(() => Trace);

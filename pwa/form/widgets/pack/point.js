/**
 * Where something is: taken from the phone when it is asked, better and better until it is taken, or put by hand.
 * Promises: any accuracy is taken at once if one wants; nothing waits for a signal; what is stored says how far it may be off;
 * who turns the page or saves while it still gets better keeps the best there was.
 */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../../../i18n.js';
import { html } from '../../../ui/html.js';
import { Button, Icon } from '../../../ui/parts.js';
import { offerUndo } from '../../../ui/undo.js';
import { plain } from '../../markdown.js';
import { hold } from '../../unfinished.js';
import { styled } from './address.js';
import { ByHand } from './byhand.js';
import { pointOf, textOf } from './ground.js';
import { knownPlaces, remember } from './known.js';
import { usePosition } from './position.js';
import { far } from './terrain.js';
import './words.js';

/** @typedef {import('./ground.js').Point} Point */

/** Good enough to be taken without a tap, and so bad that it is worth another try; a form may say other numbers. */
const GOOD = 5;
const POOR = 100;

/** A form's own number, under either of its names; `0` for the first means never by itself. @param {{[name: string]: string} | undefined} parameters @param {string[]} names @param {number} otherwise */
function limit(parameters, names, otherwise) {
  const told = names.map((name) => parameters?.[name]).find((text) => text !== undefined && text !== '');
  return told !== undefined && Number(told) >= 0 ? Number(told) : otherwise;
}

/** How good a place is, in plain words. @param {Point} point @param {number} [poor] @returns {string} */
export const told = ({ acc }, poor = POOR) => (acc === undefined ? t('form.place.hand') : t(acc > poor ? 'form.place.rough' : 'form.place.within', { m: far(Math.max(1, acc)) }));

/** Why the phone does not tell, and that it does not matter. @param {{standing: import('./position.js').Standing}} props */
export const Silent = ({ standing }) => html`<div class="place-why" role="status"><b>${t(`form.place.${standing}`)}</b><span>${t(`form.place.${standing}.what`)}</span></div>`;

/** What is known while one waits. @param {{fix: Point | null, late: boolean, poor?: number}} props */
export const Waiting = ({ fix, late, poor }) =>
  html`<div class="place-now" role="status"><${Icon} name="pin" /><span>${fix ? told(fix, poor) : t(late ? 'form.place.late' : 'form.place.seeking')}<small>${t(fix ? 'form.place.better' : late ? 'form.place.late.what' : 'form.place.outside')}</small></span></div>`;

/** @param {{point: Point, poor?: number}} props */
function Taken({ point, poor }) {
  return html`<div class="place-now taken"><${Icon} name="pin" /><span>${told(point, poor)}<small class="num">${point.lat.toFixed(5)}, ${point.lon.toFixed(5)}</small>${point.alt !== undefined && html`<small>${t('form.place.height', { m: Math.round(point.alt) })}</small>`}</span></div>`;
}

/** The best fix so far is the answer when the page is left or the form is saved before anyone took or stopped it.
 * @param {import('../../interview.js').Interview} interview @param {(now: Point) => void} set @param {(now: Point) => boolean} fit */
function useBest(interview, set, fit) {
  const best = useRef(/** @type {Point | null} */ (null));
  const letGo = useRef(() => {});
  const keep = useRef(() => {});
  const forget = () => {
    best.current = null;
    letGo.current();
  };
  keep.current = () => {
    const now = best.current;
    forget();
    if (now && fit(now)) set(now);
  };
  const seen = (/** @type {Point} */ now) => {
    if (!best.current) letGo.current = hold(interview, async () => keep.current());
    best.current = now;
  };
  useEffect(() => () => keep.current(), []);
  return { seen, forget };
}

/** @param {import('../index.js').Props} props */
function Place({ interview, state, id }) {
  const { path, parameters } = state.question;
  const [hand, openHand] = useState(false);
  const point = pointOf(state.value);
  const good = limit(parameters, ['accuracyThreshold', 'capture-accuracy'], GOOD);
  const poor = limit(parameters, ['unacceptableAccuracyThreshold', 'warning-accuracy'], POOR);
  const set = (/** @type {Point | null} */ now) => interview.set(path, now && textOf(now), state.place);
  const taking = useRef(false);
  // A rough one nobody tapped does not take the place of an answer.
  const best = useBest(interview, set, ({ acc }) => !point || (acc ?? Infinity) <= poor);
  const { standing, fix, late, start, stop: end } = usePosition((now) => {
    remember(now);
    best.seen(now);
    if (taking.current && (now.acc ?? Infinity) <= good) take(now);
  });
  const stop = () => {
    best.forget();
    end();
  };
  const take = (/** @type {Point} */ now) => {
    taking.current = false;
    stop();
    set(now);
  };
  const seek = () => {
    taking.current = true;
    start();
  };
  const erase = () => {
    const before = state.value;
    set(null);
    offerUndo(t('form.place.erased'), () => interview.set(path, before, state.place));
  };
  // The button that was tapped is gone: the one in its place takes the focus.
  const body = useRef(/** @type {HTMLElement | null} */ (null));
  const step = `${standing} ${point ? 'taken' : ''}`;
  const first = useRef(step);
  useEffect(() => {
    if (first.current !== step && (document.activeElement === document.body || !document.activeElement)) body.current?.querySelector('button')?.focus({ preventScroll: true });
    first.current = step;
  }, [step]);
  const known = useMemo(() => (hand ? knownPlaces(interview, path) : []), [hand]);
  const byHand = html`<${Button} kind="text" low onTap=${() => openHand(true)}>${t(point ? 'form.place.edit' : 'form.place.byhand')}<//>`;
  if (state.readOnly) return point ? html`<${Taken} point=${point} />` : html`<p class="input still">—</p>`;
  return html`<div class="place" ref=${body} id=${id}>
    ${standing === 'seeking' && html`<${Waiting} fix=${fix} late=${late} poor=${poor} /><div class="pair">${fix && html`<${Button} kind="tone" onTap=${() => take(fix)}>${t('form.place.take')}<//>`}<${Button} onTap=${stop}>${t('form.place.stop')}<//></div>`}
    ${(standing === 'refused' || standing === 'absent') && html`<${Silent} standing=${standing} />`}
    ${standing !== 'seeking' && point && html`<${Taken} point=${point} poor=${poor} />`}
    ${standing !== 'seeking' && html`<div class="pair"><${Button} kind=${point ? 'plain' : 'line'} icon="pin" onTap=${seek}>${t(point ? 'form.place.again' : standing === 'idle' ? 'form.place.here' : 'act.again')}<//></div>`}
    <div class="place-more">${byHand}${point && standing !== 'seeking' && html`<${Button} kind="text" low icon="erase" onTap=${erase}>${t('form.erase')}<//>`}</div>
    ${hand && html`<${ByHand} title=${plain(state.label)} value=${point ?? fix} known=${known} onClose=${() => openHand(false)} onPut=${(/** @type {Point} */ now) => { stop(); set(now); openHand(false); }} />`}
  </div>`;
}

export const load = () => styled('form/widgets/pack/place.css').then(() => Place);

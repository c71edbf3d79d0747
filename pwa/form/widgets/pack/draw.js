/**
 * The page one draws on: over a photo, on white paper, or a name signed or typed.
 * Promises: leaving keeps what is drawn, and so does the phone putting the app away; every line can be taken back.
 */
import { useEffect, useId, useReducer, useRef, useState } from 'preact/hooks';
import { t } from '../../../i18n.js';
import { html } from '../../../ui/html.js';
import { Button, Chips, Field, Tap, TextInput } from '../../../ui/parts.js';
import { leaving, useDialog } from '../dialog.js';
import { blobOf, canvasOf, pressed } from './scaler.js';
import { Sketch, drawLine } from './sketch.js';

/**
 * @typedef {import('./scaler.js').Limits} Limits
 * @typedef {import('./sketch.js').Line} Line
 * @typedef {HTMLCanvasElement} Paper
 *
 * @typedef {object} Props
 * @property {string} title
 * @property {'annotate' | 'draw' | 'signature'} mode
 * @property {() => Promise<Blob | null>} base  what is drawn on; null: white paper
 * @property {Limits} limits
 * @property {(make: () => Promise<Blob | null>) => void} onDone
 * @property {() => void} onClose
 */

/** Told apart on paper and on photos, also by those who see few colours: dark, middle, bright. */
const COLOURS = { black: '#16211d', red: '#c8281e', yellow: '#f7c600', blue: '#1d5fd0' };
/** @type {Record<Props['mode'], (keyof typeof COLOURS)[]>} */
const PENS = { annotate: ['red', 'yellow', 'blue'], draw: ['black', 'red', 'blue'], signature: ['black'] };
/** A line's width in parts of the paper's shorter side. */
const WIDTHS = { annotate: 64, draw: 100, signature: 80 };
const MARGIN = 24;
const NAME_FONT = '600 96px KaiTi, STKaiti, "Noto Serif CJK SC", cursive, serif';

/** @param {import('./scaler.js').Canvas} canvas */
const penOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));

/** White paper as large as its place, or the picture to draw on. @param {Paper} paper @param {Props} props */
async function laid(paper, { base }) {
  const blob = await base();
  const picture = blob ? await createImageBitmap(blob) : null;
  const place = /** @type {HTMLElement} */ (paper.parentElement).getBoundingClientRect();
  const sharp = Math.min(2, Math.max(1, devicePixelRatio));
  paper.width = picture?.width ?? Math.round(place.width * sharp);
  paper.height = picture?.height ?? Math.round(place.height * sharp);
  return picture;
}

/** @param {Paper} paper @param {ImageBitmap | null} picture @param {Line[]} lines */
function draw(paper, picture, lines) {
  const pen = penOf(paper);
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, paper.width, paper.height);
  if (picture) pen.drawImage(picture, 0, 0);
  for (const line of lines) drawLine(pen, line);
}

/** A signature is kept without the empty paper around it. @param {Paper} paper @param {Sketch} sketch */
function cut(paper, sketch) {
  const found = sketch.bounds();
  if (!found) return null;
  const left = Math.max(0, Math.floor(found.left - MARGIN));
  const top = Math.max(0, Math.floor(found.top - MARGIN));
  const right = Math.min(paper.width, Math.ceil(found.right + MARGIN));
  const bottom = Math.min(paper.height, Math.ceil(found.bottom + MARGIN));
  const canvas = canvasOf(right - left, bottom - top);
  penOf(canvas).drawImage(paper, -left, -top);
  return canvas;
}

/** For those who cannot draw: the name as a picture. @param {string} name */
function written(name) {
  const canvas = canvasOf(1, 1);
  const pen = penOf(canvas);
  pen.font = NAME_FONT;
  canvas.width = Math.ceil(pen.measureText(name).width) + MARGIN * 2;
  canvas.height = 96 + MARGIN * 3;
  pen.font = NAME_FONT;
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = COLOURS.black;
  pen.textBaseline = 'middle';
  pen.fillText(name, MARGIN, canvas.height / 2);
  return canvas;
}

/** The hand on the paper. @param {{current: Paper | null}} paper @param {Sketch} sketch @param {() => Omit<Line, 'points'>} pen @param {() => void} onLine */
function useHand(paper, sketch, pen, onLine) {
  const line = useRef(/** @type {Line | null} */ (null));
  const place = (/** @type {PointerEvent} */ event) => {
    const sheet = /** @type {Paper} */ (paper.current);
    const box = sheet.getBoundingClientRect();
    return { x: ((event.clientX - box.left) * sheet.width) / box.width, y: ((event.clientY - box.top) * sheet.height) / box.height };
  };
  const show = (/** @type {number} */ from) => line.current && paper.current && drawLine(penOf(paper.current), line.current, from);
  const end = () => {
    if (!line.current) return;
    sketch.add(line.current);
    line.current = null;
    onLine();
  };
  return {
    onPointerDown: (/** @type {PointerEvent} */ event) => {
      if (line.current || event.button > 0) return;
      event.preventDefault();
      paper.current?.setPointerCapture(event.pointerId);
      line.current = { ...pen(), points: [place(event)] };
      show(0);
    },
    onPointerMove: (/** @type {PointerEvent} */ event) => {
      const { points } = line.current ?? {};
      if (!points) return;
      const all = event.getCoalescedEvents?.() ?? [];
      points.push(...(all.length ? all : [event]).map(place));
      show(Math.max(0, points.length - all.length - 3));
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}

/** @param {Props} props */
export function DrawPage(props) {
  const { title, mode, limits, onDone, onClose } = props;
  const dialog = useDialog();
  const heading = useId();
  const paper = useRef(/** @type {Paper | null} */ (null));
  const picture = useRef(/** @type {ImageBitmap | null} */ (null));
  const sketch = useRef(new Sketch()).current;
  const kept = useRef(/** @type {unknown} */ (sketch.lines));
  const [colour, dip] = useState(/** @type {keyof typeof COLOURS} */ (PENS[mode][0]));
  const [name, type] = useState(/** @type {string | null} */ (null));
  const [, redraw] = useReducer((/** @type {number} */ n) => n + 1, 0);
  const show = () => {
    if (paper.current) draw(paper.current, picture.current, sketch.lines);
    redraw(undefined);
  };
  const pen = () => ({ colour: COLOURS[colour], width: Math.min(paper.current?.width ?? 0, paper.current?.height ?? 0) / WIDTHS[mode] });
  const hand = useHand(paper, sketch, pen, show);
  const act = (/** @type {() => void} */ change) => () => {
    change();
    show();
  };

  const make = async () => {
    const sheet = /** @type {Paper} */ (paper.current);
    if (name?.trim()) return blobOf(written(name.trim()), 'image/png');
    if (mode === 'annotate') return pressed(sheet, limits);
    const canvas = mode === 'signature' ? cut(sheet, sketch) : sheet;
    return canvas && blobOf(canvas, 'image/png');
  };
  const keep = () => {
    const now = name?.trim() || sketch.lines;
    if (now === kept.current || (typeof now !== 'string' && !now.length)) return;
    kept.current = now;
    onDone(make);
  };
  const leave = () => {
    keep();
    onClose();
  };
  const latest = useRef(keep);
  latest.current = keep;
  useEffect(() => {
    if (paper.current) void laid(paper.current, props).then((found) => ((picture.current = found), show()), (error) => {
      console.warn('nothing to draw on', error);
      onClose();
    });
    const hide = () => document.visibilityState === 'hidden' && latest.current();
    document.addEventListener('visibilitychange', hide);
    return () => {
      document.removeEventListener('visibilitychange', hide);
      picture.current?.close();
    };
  }, []);
  const pens = PENS[mode].map((one) => ({ value: one, label: html`<span class=${`ink ${one}`}></span>${t(`device.ink.${one}`)}` }));
  return html`<dialog class="page drawing" ref=${dialog} aria-labelledby=${heading} onCancel=${leaving(leave)}><div class="screen">
    <header class="head inner"><${Tap} icon="back" label=${t('form.back')} onTap=${leave} /><h2 class="title" id=${heading} tabindex="-1" autofocus>${title}</h2></header>
    ${pens.length > 1 && html`<div class="inks"><${Chips} options=${pens} value=${colour} label=${t('device.inks')} onChange=${dip} /></div>`}
    <div class="stage">${name === null ? html`<canvas class="paper" ref=${paper} role="img" aria-label=${t(`device.paper.${mode}`, { n: sketch.lines.length })} ...${hand}></canvas>`
      : html`<canvas hidden ref=${paper}></canvas><div class="typed"><${Field} id=${`${heading}-name`} label=${t('device.name')} help=${t('device.name.what')}><${TextInput} value=${name} onInput=${type} /><//></div>`}</div>
    ${mode === 'signature' && html`<${Button} kind="text" low onTap=${() => swap(name, type, show)}>${t(name === null ? 'device.sign.type' : 'device.sign.draw')}<//>`}
    <footer><div class="dock">${name === null && html`<${Button} onTap=${act(() => sketch.clear())}>${t('device.clear')}<//><${Button} onTap=${act(() => sketch.undo())}>${t('device.undo')}<//>`}
      <${Button} kind="main" onTap=${leave}>${t(mode === 'signature' ? 'device.sign.done' : 'device.done')}<//></div></footer>
  </div></dialog>`;
}

/** Between drawing one's name and typing it. @param {string | null} name @param {(name: string | null) => void} type @param {() => void} show */
function swap(name, type, show) {
  type(name === null ? '' : null);
  requestAnimationFrame(show);
}

/**
 * A small drawing of the ground around a place, over no map or over pictures of one: known places, a line or an area, a scale, a cross in the middle.
 * Promises: works without a network; moved by finger, wheel, arrow keys and buttons; draws a frame at a time.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../../i18n.js';
import { count } from '../../../ui/format.js';
import { html } from '../../../ui/html.js';
import { Tap, cls } from '../../../ui/parts.js';
import { between, moved, offset, roundLength } from './ground.js';
import './words.js';

/**
 * @typedef {import('./ground.js').Point} Point
 * @typedef {{at: Point, scale: number}} View  the middle, and metres a pixel
 * @typedef {Point & {name?: string, on?: boolean, key?: string, look?: string}} Spot  `look`: a class of its own; one that is `bare` is a name alone, over its place
 * @typedef {{key: string, url: string, ground: {west: number, south: number, east: number, north: number}}} Tile  a picture and what of the ground it shows
 */

const HEIGHT = 260;
const NAMED = 4;
const [NEAR, FAR] = [0.05, 2_000];
const STEP = 24;

const clamp = (/** @type {number} */ scale) => Math.min(FAR, Math.max(NEAR, scale));

/** @param {number} metres */
export const far = (metres) => (metres < 1000 ? t('form.place.metres', { n: Math.round(metres) }) : t('form.place.kilometres', { n: metres < 10_000 ? (metres / 1000).toFixed(1) : count(Math.round(metres / 1000)) }));

/** What a finger, two fingers, a wheel and keys do to the view. @param {View} view @param {(view: View) => void} onView */
function useHands(view, onView) {
  const present = useRef(view);
  present.current = view;
  /** @type {import('preact').RefObject<Map<number, [number, number]>>} */
  const fingers = useRef(new Map());
  const shift = (/** @type {number} */ x, /** @type {number} */ y, by = 1) => {
    const { at, scale } = present.current;
    onView((present.current = { at: moved(at, -x * scale, y * scale), scale: clamp(scale * by) }));
  };
  const spread = () => {
    const [a, b] = [...fingers.current.values()];
    return a && b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0;
  };
  const down = (/** @type {any} */ event) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    fingers.current.set(event.pointerId, [event.clientX, event.clientY]);
  };
  const move = (/** @type {any} */ event) => {
    const before = fingers.current.get(event.pointerId);
    if (!before) return;
    const apart = spread();
    fingers.current.set(event.pointerId, [event.clientX, event.clientY]);
    const n = fingers.current.size;
    shift((event.clientX - before[0]) / n, (event.clientY - before[1]) / n, apart ? apart / Math.max(1, spread()) : 1);
  };
  const up = (/** @type {any} */ event) => void fingers.current.delete(event.pointerId);
  const keys = (/** @type {any} */ event) => {
    const way = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] })[event.key];
    const by = /** @type {Record<string, number>} */ ({ '+': 0.5, '=': 0.5, '-': 2 })[event.key];
    if (!way && !by) return;
    event.preventDefault();
    shift(...(way ?? [0, 0]), by);
  };
  return { shift, hands: { onPointerDown: down, onPointerMove: move, onPointerUp: up, onPointerCancel: up, onKeyDown: keys } };
}

/** @returns {[any, number]} */
function useWidth() {
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const [width, setWidth] = useState(Math.min(innerWidth, 560) - 32);
  useEffect(() => {
    // A dialog is shown only after what is in it was drawn: until then there is no width to see.
    const watching = new ResizeObserver(() => frame.current?.clientWidth && setWidth(frame.current.clientWidth));
    if (frame.current) watching.observe(frame.current);
    return () => watching.disconnect();
  }, []);
  return [frame, width];
}

/** Lines every round number of metres, so that a move is seen on empty ground. @param {{view: View, width: number, height: number, step: number}} props */
function Grid({ view, width, height, step }) {
  const zero = { lat: Math.round(view.at.lat * 10) / 10, lon: Math.round(view.at.lon * 10) / 10 };
  const [east, north] = offset(zero, view.at);
  const lines = (/** @type {number} */ middle, /** @type {number} */ half) => {
    const from = Math.ceil((middle - half) / step);
    return Array.from({ length: Math.max(0, Math.floor((middle + half) / step) - from + 1) }, (_, at) => ((from + at) * step - middle) / view.scale);
  };
  return html`<path class="grid" d=${[
    ...lines(east, (width / 2) * view.scale).map((x) => `M${(width / 2 + x).toFixed(1)} 0V${height}`),
    ...lines(north, (height / 2) * view.scale).map((y) => `M0 ${(height / 2 - y).toFixed(1)}H${width}`),
  ].join('')} />`;
}

const LETTER = 17;
const LINE = 20;

/** Pictures of the ground, each stretched over its own; a hair wider, so that no seam shows.
 * @param {{tiles: Tile[], place: (point: Point) => [number, number], width: number, height: number}} props */
function Tiles({ tiles, place, width, height }) {
  const drawn = tiles.map(({ key, url, ground }) => {
    const [[x, y], [right, bottom]] = [place({ lat: ground.north, lon: ground.west }), place({ lat: ground.south, lon: ground.east })];
    const isSeen = right > 0 && x < width && bottom > 0 && y < height;
    return isSeen && html`<image key=${key} class="tile" href=${url} x=${x} y=${y} width=${right - x + 0.5} height=${bottom - y + 0.5} preserveAspectRatio="none" aria-hidden="true" />`;
  });
  // A group of its own: pictures that come later stay below what is drawn already.
  return html`<g>${drawn}</g>`;
}

/** Whose names are written: the first ones that leave each other room. @param {{spot: Spot, spotted: [number, number]}[]} spots @param {number} most @param {number} width */
function namedOf(spots, most, width) {
  /** @type {{spot: Spot, left: number, right: number, y: number}[]} */
  const found = [];
  for (const { spot, spotted: [x, y] } of spots) {
    const long = [...(spot.name ?? '')].reduce((sum, letter) => sum + (letter < '\u2e80' ? LETTER * 0.55 : LETTER), 12);
    const box = spot.look === 'bare' ? { spot, left: x - long / 2, right: x + long / 2, y } : x > width * 0.6 ? { spot, left: x - long, right: x, y } : { spot, left: x, right: x + long, y };
    const free = found.every((other) => Math.abs(other.y - y) >= LINE || other.right < box.left || other.left > box.right);
    if (found.length < most && free) found.push(box);
  }
  return new Set(found.map(({ spot }) => spot));
}

/**
 * @param {{view: View, onView?: (view: View) => void, spots?: Spot[], tiles?: Tile[], line?: Point[], closed?: boolean, cross?: boolean, here?: Point | null, label: string,
 *   height?: number, named?: number, onSpot?: (spot: Spot) => void}} props  without `onView` it only shows
 */
export function Sketch({ view, onView, spots = [], tiles = [], line = [], closed, cross, here, label, height = HEIGHT, named: most = NAMED, onSpot }) {
  const [frame, width] = useWidth();
  const { shift, hands } = useHands(view, (now) => onView?.(now));
  const place = (/** @type {Point} */ point) => {
    const [east, north] = offset(view.at, point);
    return /** @type {[number, number]} */ ([width / 2 + east / view.scale, height / 2 - north / view.scale]);
  };
  const inside = ([x, y] = [0, 0]) => x > -40 && y > -40 && x < width + 40 && y < height + 40;
  const seen = spots.map((spot) => ({ spot, spotted: place(spot) })).filter(({ spotted }) => inside(spotted));
  const named = namedOf([...seen].filter(({ spot }) => spot.name).sort((a, b) => Number(Boolean(b.spot.on)) - Number(Boolean(a.spot.on)) || between(view.at, a.spot) - between(view.at, b.spot)), most, width);
  const bar = roundLength(width * 0.35 * view.scale);
  const path = line.map((point, at) => `${at ? 'L' : 'M'}${place(point).map((n) => n.toFixed(1)).join(' ')}`).join('') + (closed && line.length > 2 ? 'Z' : '');
  const tap = (/** @type {Spot} */ spot) => onSpot && ((/** @type {Event} */ event) => (event.stopPropagation(), onSpot(spot)));
  return html`<div class="sketch" ref=${frame}>
    <svg width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role=${onView ? 'application' : 'img'} tabindex=${onView ? 0 : undefined} aria-label=${label} class=${onView ? 'moving' : undefined} ...${onView ? hands : {}}>
      <${Tiles} tiles=${tiles} place=${place} width=${width} height=${height} />
      <${Grid} view=${view} width=${width} height=${height} step=${roundLength(80 * view.scale)} />
      ${path && html`<path class=${closed && line.length > 2 ? 'drawn area' : 'drawn'} d=${path} />`}
      ${line.map((point, at) => { const [x, y] = place(point); return html`<circle key=${`l${at}`} class=${at === line.length - 1 ? 'corner last' : 'corner'} cx=${x} cy=${y} r=${at === line.length - 1 ? 7 : 5} />`; })}
      ${seen.map(({ spot, spotted: [x, y] }, at) => html`<g key=${spot.key ?? at} class=${cls('spot', spot.on && 'on', spot.look)} onClick=${tap(spot)}>${spot.look !== 'bare' && html`<circle cx=${x} cy=${y} r=${spot.on ? 9 : 6} />`}
        ${named.has(spot) && html`<text x=${spot.look === 'bare' ? x : x > width * 0.6 ? x - 12 : x + 12} y=${y + 5} text-anchor=${spot.look === 'bare' ? 'middle' : x > width * 0.6 ? 'end' : 'start'}>${spot.name}</text>`}</g>`)}
      ${here && html`<g class="here"><circle cx=${place(here)[0]} cy=${place(here)[1]} r=${Math.max(10, Math.min(width, (here.acc ?? 0) / view.scale))} /><circle class="dot" cx=${place(here)[0]} cy=${place(here)[1]} r="7" /></g>`}
      ${cross && html`<path class="cross" d=${`M${width / 2} ${height / 2 - 22}v44M${width / 2 - 22} ${height / 2}h44`} />`}
    </svg>
    <div class="legend"><span class="bar-of" style=${{ inlineSize: `${Math.round(bar / view.scale)}px` }}>${far(bar)}</span><span class="north" aria-hidden="true">${t('form.place.north')} ↑</span>
      ${onView && html`<${Tap} icon="minus" label=${t('form.place.farther')} onTap=${() => shift(0, 0, 2)} /><${Tap} icon="plus" label=${t('form.place.nearer')} onTap=${() => shift(0, 0, 0.5)} />`}</div>
  </div>`;
}

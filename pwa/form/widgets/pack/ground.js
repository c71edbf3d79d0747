/**
 * Owns places as ODK writes them, and a small flat piece of ground around one: metres, scale bars, what is typed.
 * Promises: pure; what it writes it reads back; WGS-84 throughout; a place put by hand claims no accuracy.
 */
import { area, distance } from '../../expression-places.js';

/**
 * @typedef {object} Point
 * @property {number} lat
 * @property {number} lon
 * @property {number} [alt]  metres above the sea
 * @property {number} [acc]  metres it may be off; absent: put by hand, nobody knows
 */

const METRES = 111_320;
const NUMBER = /^-?(?:\d+(?:\.\d*)?|\.\d+)$/;
const MU = 10_000 / 15;

/** @param {number} value @param {number} digits */
const short = (value, digits) => String(Number(value.toFixed(digits)));

/** @param {any} text @returns {Point | null} */
export function pointOf(text) {
  const parts = String(text ?? '').trim().split(/\s+/);
  if (parts.length < 2 || parts.length > 4 || !parts.every((part) => NUMBER.test(part))) return null;
  const [lat = NaN, lon = NaN, alt, acc] = parts.map(Number);
  if (Math.abs(lat) > 90 || Math.abs(lon) > 180) return null;
  return { lat, lon, ...(alt ? { alt } : {}), ...(acc ? { acc } : {}) };
}

/** @param {Point} point @returns {string} two numbers where more is not known, else four */
export function textOf({ lat, lon, alt, acc }) {
  const where = `${short(lat, 7)} ${short(lon, 7)}`;
  return alt || acc ? `${where} ${short(alt ?? 0, 1)} ${short(acc ?? 0, 1)}` : where;
}

/** @param {any} text @param {boolean} closed the last point of a shape is its first again @returns {Point[]} */
export function lineOf(text, closed) {
  const texts = String(text ?? '').split(';').filter((piece) => piece.trim());
  const points = texts.flatMap((piece) => pointOf(piece) ?? []);
  const [first, last] = [points[0], points.at(-1)];
  if (closed && first && last && points.length > 1 && first.lat === last.lat && first.lon === last.lon) points.pop();
  return points;
}

/** @param {Point[]} points @param {boolean} closed @returns {string | null} */
export function lineText(points, closed) {
  const all = closed && points.length ? [...points, /** @type {Point} */ (points[0])] : points;
  return all.length ? all.map(textOf).join(';') : null;
}

/** Metres along the points, and back to the first where they are closed. @param {Point[]} points @param {boolean} closed */
export const lengthOf = (points, closed) => distance([(points.length > 1 && lineText(points, closed)) || '']) || 0;

/** Square metres. @param {Point[]} points */
export const areaOf = (points) => (points.length > 2 && area([lineText(points, false) ?? ''])) || 0;

/** @param {number} squareMetres @returns {string} in mu, as fields are spoken of */
export const muOf = (squareMetres) => short(squareMetres / MU, squareMetres < MU * 10 ? 2 : 1);

/** @param {Point} a @param {Point} b @returns {number} metres */
export const between = (a, b) => distance([`${textOf({ lat: a.lat, lon: a.lon })};${textOf({ lat: b.lat, lon: b.lon })}`]) || 0;

/** Metres east and north of a place, as flat as a village is. @param {Point} from @param {Point} to @returns {[number, number]} */
export function offset(from, to) {
  const east = ((to.lon - from.lon + 540) % 360) - 180;
  return [east * METRES * Math.cos(from.lat * (Math.PI / 180)), (to.lat - from.lat) * METRES];
}

/** @param {Point} from @param {number} east @param {number} north metres @returns {Point} */
export function moved(from, east, north) {
  const lat = Math.min(89.9, Math.max(-89.9, from.lat + north / METRES));
  const lon = from.lon + east / (METRES * Math.cos(from.lat * (Math.PI / 180)));
  return { lat, lon: ((lon + 540) % 360) - 180 };
}

/** The longest round length that fits. @param {number} most metres @returns {number} */
export function roundLength(most) {
  const ten = 10 ** Math.floor(Math.log10(most));
  return ten * (most >= 5 * ten ? 5 : most >= 2 * ten ? 2 : 1);
}

/** Middle and metres a pixel for all of these to be seen. @param {Point[]} points @param {number} pixels the shorter side @returns {{at: Point, scale: number} | null} */
export function viewOf(points, pixels) {
  const first = points[0];
  if (!first) return null;
  const all = points.map((point) => offset(first, point));
  const [easts, norths] = [all.map(([east]) => east), all.map(([, north]) => north)];
  const span = (/** @type {number[]} */ values) => [Math.min(...values), Math.max(...values)];
  const [[west = 0, east = 0], [south = 0, north = 0]] = [span(easts), span(norths)];
  return { at: moved(first, (west + east) / 2, (south + north) / 2), scale: Math.min(500, Math.max(0.25, (Math.max(east - west, north - south) * 1.3) / pixels, 60 / pixels)) };
}

/** A latitude or longitude as people write them: 27.8512, 27°51′4″N, 北纬27度51分, E 104.7. @param {string} text @param {'lat' | 'lon'} which @returns {number | null} */
export function degreesOf(text, which) {
  const plain = text.normalize('NFKC').toUpperCase();
  const numbers = (plain.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number);
  const rest = plain.replace(/-?\d+(?:\.\d+)?/g, '').replace(/[\s°度分秒'′’"″”,;]|[NSEW]|[东西南北][经纬]/g, '');
  const [degrees, minutes = 0, seconds = 0] = numbers;
  if (degrees === undefined || numbers.length > 3 || rest || Math.abs(minutes) >= 60 || Math.abs(seconds) >= 60 || minutes < 0 || seconds < 0) return null;
  const negative = degrees < 0 || /[SW]|南纬|西经/.test(plain);
  const value = (Math.abs(degrees) + minutes / 60 + seconds / 3600) * (negative ? -1 : 1);
  return Math.abs(value) <= (which === 'lat' ? 90 : 180) ? value : null;
}

/** Both at once, as they are copied from elsewhere: "27.85, 104.72". @param {string} text @returns {Point | null} */
export function pairOf(text) {
  const parts = text.normalize('NFKC').trim().split(/[,;、\s]+/).filter(Boolean);
  if (parts.length !== 2) return null;
  // Maps here say the longitude first; where it can be no latitude that is plain.
  if (degreesOf(/** @type {string} */ (parts[0]), 'lat') === null) return swappedOf(/** @type {string} */ (parts[0]), /** @type {string} */ (parts[1]));
  const [lat, lon] = [degreesOf(/** @type {string} */ (parts[0]), 'lat'), degreesOf(/** @type {string} */ (parts[1]), 'lon')];
  return lat === null || lon === null ? null : { lat, lon };
}

/** Within China's bounds, roughly. @param {number} lat @param {number} lon */
const inChina = (lat, lon) => lat > 3 && lat < 54 && lon > 73 && lon < 136;

/** The place meant where the two numbers were written in each other's field: out of the country as they stand, in it the
 * other way round. @param {string} latitude @param {string} longitude @returns {Point | null} */
export function swappedOf(latitude, longitude) {
  const [lon, lat] = [degreesOf(latitude, 'lon'), degreesOf(longitude, 'lon')];
  return lon !== null && lat !== null && !inChina(lon, lat) && inChina(lat, lon) ? { lat, lon } : null;
}

/**
 * Owns which pictures of a tiled map (Web Mercator, WGS-84) cover a village, and where each of them lies on the ground.
 * Promises: pure; few tiles, whatever the map holds; a box, its tiles and their corners agree to the metre.
 */

/**
 * @typedef {{lat: number, lon: number}} Point
 * @typedef {{west: number, south: number, east: number, north: number}} Box  degrees
 * @typedef {{z: number, x: number, y: number}} Tile
 */

/** Ground around the outermost places, in degrees: some 400 metres, or a sixth of the village. */
const MARGIN = 0.004;
const SHARE = 1 / 6;
/** Farther north or south no such map reaches. */
const EDGE = 85.05;
/** A picture of the whole first, then one in which houses can be told apart. */
const [FEW, MANY] = [6, 36];

/** What all of these lie in, with some ground around. @param {Point[]} points @returns {Box | null} */
export function boxOf(points) {
  if (!points.length) return null;
  const [lats, lons] = [points.map(({ lat }) => lat), points.map(({ lon }) => lon)];
  const least = (/** @type {number[]} */ all) => all.reduce((found, one) => Math.min(found, one), Infinity);
  const most = (/** @type {number[]} */ all) => all.reduce((found, one) => Math.max(found, one), -Infinity);
  const [south, north, west, east] = [least(lats), most(lats), least(lons), most(lons)];
  const [up, aside] = [Math.max(MARGIN, (north - south) * SHARE), Math.max(MARGIN, (east - west) * SHARE)];
  return { west: west - aside, south: Math.max(-EDGE, south - up), east: east + aside, north: Math.min(EDGE, north + up) };
}

/** Whether the one lies in the other whole. @param {Box} outer @param {Box} inner */
export const covers = (outer, inner) => outer.west <= inner.west && outer.south <= inner.south && outer.east >= inner.east && outer.north >= inner.north;

/** @param {Box} one @param {Box} other */
export const meets = (one, other) => one.west < other.east && one.east > other.west && one.south < other.north && one.north > other.south;

/** Where a place lies in the square of all tiles of a zoom. @param {Point} point @param {number} z @returns {[number, number]} */
function onSquare({ lat, lon }, z) {
  const turn = (Math.max(-EDGE, Math.min(EDGE, lat)) * Math.PI) / 180;
  return [((lon + 180) / 360) * 2 ** z, ((1 - Math.asinh(Math.tan(turn)) / Math.PI) / 2) * 2 ** z];
}

/** @param {Box} box @param {number} z @returns {{from: [number, number], to: [number, number], n: number}} */
function rangeOf(box, z) {
  const last = 2 ** z - 1;
  const within = (/** @type {number} */ at) => Math.min(last, Math.max(0, Math.floor(at)));
  const [left, top] = onSquare({ lat: box.north, lon: box.west }, z).map(within);
  const [right, bottom] = onSquare({ lat: box.south, lon: box.east }, z).map(within);
  const [x = 0, y = 0, toX = 0, toY = 0] = [left, top, right, bottom];
  return { from: [x, y], to: [toX, toY], n: (toX - x + 1) * (toY - y + 1) };
}

/** The tiles of a box at one zoom, those at its middle first. @param {Box} box @param {number} z @returns {Tile[]} */
export function tilesOf(box, z) {
  const { from, to } = rangeOf(box, z);
  /** @type {Tile[]} */
  const tiles = [];
  for (let x = from[0]; x <= to[0]; x += 1) for (let y = from[1]; y <= to[1]; y += 1) tiles.push({ z, x, y });
  const far = (/** @type {Tile} */ { x, y }) => Math.hypot(x - (from[0] + to[0]) / 2, y - (from[1] + to[1]) / 2);
  return tiles.sort((a, b) => far(a) - far(b));
}

/** One or two zooms for a box, the farther first: what a map has, as near as few tiles allow. @param {Box} box
 * @param {{minZoom: number, maxZoom: number}} map @returns {number[]} */
export function zoomsFor(box, { minZoom, maxZoom }) {
  const nearest = (/** @type {number} */ most) => {
    let z = maxZoom;
    while (z >= minZoom && rangeOf(box, z).n > most) z -= 1;
    return z;
  };
  const [far, near] = [nearest(FEW), nearest(MANY)];
  return [...new Set([far, near])].filter((z) => z >= minZoom);
}

/** The ground under a tile. @param {Tile} tile @returns {Box} */
export function groundOf({ z, x, y }) {
  const lat = (/** @type {number} */ row) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / 2 ** z))) * 180) / Math.PI;
  const lon = (/** @type {number} */ column) => (column / 2 ** z) * 360 - 180;
  return { west: lon(x), south: lat(y + 1), east: lon(x + 1), north: lat(y) };
}

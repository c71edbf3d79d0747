// Geographic functions over ODK's texts. Twin of server/surveys/expression/places.py, which says what they promise. Pure.

/** @typedef {[number, number]} Point */

const RADIUS = 6_378_100;
const NUMBER = /^-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/;

/** @param {number} degrees */
const radians = (degrees) => degrees * (Math.PI / 180);

/** To the centimetre, but no more than ten digits: the rest differs between maths libraries. @param {number} value */
const rounded = (value) => Math.floor(Number(Math.abs(value).toExponential(9)) * 100 + 0.5) / 100;

/** @param {string} text @returns {Point | null} */
function pointOf(text) {
  const parts = text.split(/[ \t\r\n]+/);
  if (parts.length < 2 || parts.length > 4 || !parts.every((part) => NUMBER.test(part))) return null;
  const latitude = Number(parts[0]);
  const longitude = Number(parts[1]);
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? [latitude, longitude] : null;
}

/** All points of these texts in order; null when one of them is none. @param {string[]} texts @returns {Point[] | null} */
function points(texts) {
  /** @type {Point[]} */
  const found = [];
  for (const text of texts) {
    const pieces = text.split(';').map((piece) => piece.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''));
    if (pieces.length > 1 && pieces.at(-1) === '') pieces.pop();
    for (const piece of pieces) {
      const point = pointOf(piece);
      if (!point) return null;
      found.push(point);
    }
  }
  return found;
}

/** Each point with the next. @param {Point[]} found @returns {[Point, Point][]} */
const pairs = (found) => found.slice(1).map((end, i) => [/** @type {Point} */ (found[i]), end]);

/** @param {Point} start @param {Point} end */
function between(start, end) {
  const latitude = radians(start[0]);
  const other = radians(end[0]);
  const up = Math.sin((other - latitude) / 2);
  const along = Math.sin(radians(end[1] - start[1]) / 2);
  return 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(up * up + Math.cos(latitude) * Math.cos(other) * along * along)));
}

/** Metres along the points. @param {string[]} texts */
export function distance(texts) {
  const found = points(texts);
  if (!found || found.length < 2) return NaN;
  return rounded(pairs(found).reduce((total, [start, end]) => total + between(start, end), 0));
}

/** Square metres inside the points; fewer than three have nothing inside. @param {string[]} texts */
export function area(texts) {
  const found = texts.every((text) => /^[ \t\r\n]*$/.test(text)) ? [] : points(texts);
  if (!found) return NaN;
  if (found.length < 3) return 0;
  let total = 0;
  for (const [start, end] of pairs([...found, /** @type {Point} */ (found[0])])) {
    total += radians(end[1] - start[1]) * (2 + Math.sin(radians(end[0])) + Math.sin(radians(start[0])));
  }
  return rounded((total * RADIUS * RADIUS) / 2);
}

/** Is the point inside the closed shape? On its border the answer is JavaRosa's. @param {string} place @param {string} shape */
export function geofence(place, shape) {
  const point = points([place]);
  const corners = points([shape]);
  const first = corners?.[0];
  const last = corners?.at(-1);
  if (point?.length !== 1 || !corners || corners.length < 4 || first?.[0] !== last?.[0] || first?.[1] !== last?.[1]) return false;
  const [latitude, longitude] = /** @type {Point} */ (point[0]);
  let inside = false;
  for (const [[a, b], [c, d]] of pairs(corners)) {
    if (c > latitude !== a > latitude && longitude < ((b - d) * (latitude - c)) / (a - c) + d) inside = !inside;
  }
  return inside;
}

/** @typedef {[Point, Point]} Line */

/** Does a line or the border of a shape cross or touch itself? @param {string} shape */
export function intersects(shape) {
  const lines = pairs(points([shape]) ?? []).filter(([start, end]) => start[0] !== end[0] || start[1] !== end[1]);
  const [first] = lines;
  const last = lines.at(-1);
  const closed = lines.length > 2 && first?.[0][0] === last?.[1][0] && first?.[0][1] === last?.[1][1];
  for (const [i, one] of lines.entries()) {
    for (let j = i + 1; j < lines.length; j++) {
      const other = /** @type {Line} */ (lines[j]);
      if (j === i + 1) {
        if (folds(one, other)) return true;
      } else if (!(closed && i === 0 && j === lines.length - 1) && meet(one, other)) return true;
    }
  }
  return Boolean(closed && first && last && folds(last, first));
}

/** @param {Point} a @param {Point} b @param {Point} c */
const turn = (a, b, c) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** @param {Line} line @param {Point} point */
const within = ([[a, b], [c, d]], point) =>
  Math.min(a, c) <= point[0] && point[0] <= Math.max(a, c) && Math.min(b, d) <= point[1] && point[1] <= Math.max(b, d);

/** Two lines with a common corner: does the second lead back along the first? @param {Line} first @param {Line} second */
function folds(first, second) {
  let along = (first[0][0] - first[1][0]) * (second[1][0] - second[0][0]);
  along += (first[0][1] - first[1][1]) * (second[1][1] - second[0][1]);
  return turn(first[0], first[1], second[1]) === 0 && along > 0;
}

/** @param {Line} first @param {Line} second */
function meet(first, second) {
  const [one, two] = [turn(first[0], first[1], second[0]), turn(first[0], first[1], second[1])];
  const [three, four] = [turn(second[0], second[1], first[0]), turn(second[0], second[1], first[1])];
  if (one > 0 !== two > 0 && three > 0 !== four > 0 && ![one, two, three, four].includes(0)) return true;
  return (
    (one === 0 && within(first, second[0])) || (two === 0 && within(first, second[1])) ||
    (three === 0 && within(second, first[0])) || (four === 0 && within(second, first[1]))
  );
}

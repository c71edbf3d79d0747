/**
 * Lines drawn with a finger, in the pixels of the picture they are on. Knows nothing of the page.
 * Promises: lines are smooth; every act, clearing too, can be taken back in order.
 */

/**
 * @typedef {{x: number, y: number}} Point
 * @typedef {{colour: string, width: number, points: Point[]}} Line
 * @typedef {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Pen
 */

export class Sketch {
  constructor() {
    /** @type {Line[]} */
    this.lines = [];
    /** @type {Line[][]} */
    this.before = [];
  }

  /** @param {Line} line */
  add(line) {
    this.before.push(this.lines);
    this.lines = [...this.lines, line];
  }

  clear() {
    if (!this.lines.length) return;
    this.before.push(this.lines);
    this.lines = [];
  }

  undo() {
    this.lines = this.before.pop() ?? [];
  }

  /** What the lines cover. @returns {{left: number, top: number, right: number, bottom: number} | null} */
  bounds() {
    const all = this.lines.flatMap(({ points, width }) => points.flatMap(({ x, y }) => [{ x: x - width, y: y - width }, { x: x + width, y: y + width }]));
    if (!all.length) return null;
    const least = (/** @type {'x' | 'y'} */ way) => all.reduce((found, point) => Math.min(found, point[way]), Infinity);
    const most = (/** @type {'x' | 'y'} */ way) => all.reduce((found, point) => Math.max(found, point[way]), -Infinity);
    return { left: least('x'), top: least('y'), right: most('x'), bottom: most('y') };
  }
}

/** Curves through the middles between points, so that no corner shows. @param {Pen} pen @param {Line} line @param {number} [from] point to go on from */
export function drawLine(pen, { colour, width, points }, from = 0) {
  const first = points[from];
  if (!first) return;
  pen.strokeStyle = colour;
  pen.fillStyle = colour;
  pen.lineWidth = width;
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  pen.beginPath();
  if (points.length === 1) {
    pen.arc(first.x, first.y, width / 2, 0, Math.PI * 2);
    pen.fill();
    return;
  }
  pen.moveTo(first.x, first.y);
  for (let at = from + 1; at < points.length - 1; at += 1) {
    const here = /** @type {Point} */ (points[at]);
    const next = /** @type {Point} */ (points[at + 1]);
    pen.quadraticCurveTo(here.x, here.y, (here.x + next.x) / 2, (here.y + next.y) / 2);
  }
  const last = /** @type {Point} */ (points[points.length - 1]);
  pen.lineTo(last.x, last.y);
  pen.stroke();
}

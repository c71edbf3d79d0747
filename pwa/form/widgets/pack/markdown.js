/**
 * Owns ODK's Markdown in labels and hints: bold, emphasis, headings, lists, line breaks, links, `<span style="color:…">`.
 * Promises: text in, parts of the page out; nothing of the text becomes markup or an attribute unless it is named here;
 * reads every text once, whatever is in it; links lead only to http(s) and tel and say where.
 */
import { h } from 'preact';

/** @typedef {string | {tag: string, children: Piece[], href?: string, host?: string, tone?: string}} Piece */

const PLAIN = /[^\\*_[<&\n]+/y;
const LINK = /\[([^[\]\n]{1,500})\]\(\s*([^()\s]{1,2000})\s*\)/y;
const TAG = /<(\/?)(span|font|strong|b|em|i|u|sup|sub|p|div|br)(\s[^<>]{0,300})?\/?>/iy;
const ENTITY = /&(lt|gt|amp|quot|apos|nbsp|#\d{1,7}|#x[\da-f]{1,6});/iy;
const ESCAPED = /[\\\x60*_{}[\]()#+\-.!<>~&]/;
const DEEP = 12;
const SAME = /** @type {Record<string, string>} */ ({ b: 'strong', i: 'em', font: 'span', p: 'span', div: 'span' });
const NAMED = /** @type {Record<string, string>} */ ({ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: '\u00a0' });
/** The colours forms are written with, as the few that can be read in the sun. Others are dropped. */
const TONES = /** @type {[RegExp, string][]} */ ([
  [/^(dark|light|medium|pale)?-?(red|crimson|maroon|firebrick|tomato|indianred|salmon)$/, 'rust'],
  [/^(dark|light)?-?(orange|orangered|yellow|gold|goldenrod|brown|chocolate|coral)$/, 'ochre'],
  [/^(dark|light|sea|forest|lime|pale|spring)?-?(green|lime|teal|olive|seagreen|limegreen)$/, 'pine'],
  [/^(dark|light|sky|royal|steel|navy|medium|deep)?-?(blue|navy|skyblue|purple|indigo|violet|magenta|cyan)$/, 'slate'],
  [/^(dark|light|dim|slate)?-?gr[ae]y$/, 'quiet'],
]);

/** @param {string} style or a bare colour @returns {string | undefined} */
export function toneOf(style) {
  const told = /(?:^|[\s;"'])color\s*[:=]\s*["']?\s*([^;"'>]{1,40})/i.exec(style)?.[1]?.trim().toLowerCase() ?? '';
  const named = TONES.find(([colour]) => colour.test(told))?.[1];
  if (named) return named;
  const short = /^#([\da-f])([\da-f])([\da-f])$/.exec(told);
  const hex = /^#?([\da-f]{2})([\da-f]{2})([\da-f]{2})$/.exec(short ? short.slice(1).map((digit) => digit + digit).join('') : told);
  const parts = hex ? hex.slice(1).map((pair) => parseInt(pair, 16)) : /^rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})/.exec(told)?.slice(1).map(Number);
  return parts && byHue(/** @type {[number, number, number]} */ (parts));
}

/** @param {[number, number, number]} colour @returns {string | undefined} */
function byHue([red, green, blue]) {
  const most = Math.max(red, green, blue);
  const span = most - Math.min(red, green, blue);
  if (span < 40) return most > 60 && most < 200 ? 'quiet' : undefined;
  const hue = most === red ? ((green - blue) / span + 6) % 6 : most === green ? (blue - red) / span + 2 : (red - green) / span + 4;
  return hue < 0.35 || hue > 5.4 ? 'rust' : hue < 1.15 ? 'ochre' : hue < 3 ? 'pine' : 'slate';
}

/** Where a link may lead; null: it stays text. @param {string} written @returns {{href: string, host: string} | null} */
function leading(written) {
  if (/^tel:\+?[\d\s()-]{3,30}$/i.test(written)) return { href: `tel:${written.slice(4).replace(/[^\d+]/g, '')}`, host: written.slice(4) };
  if (!/^https?:\/\//i.test(written)) return null;
  try {
    const url = new URL(written);
    return url.username || url.password ? null : { href: url.href, host: url.host };
  } catch {
    return null;
  }
}

/** One run of text being read: what is open, innermost last. */
class Reading {
  constructor() {
    /** @type {{mark: string, tag: string, tone?: string, children: Piece[]}[]} */
    this.open = [{ mark: '', tag: '', children: [] }];
  }

  get inner() {
    return /** @type {{mark: string, tag: string, tone?: string, children: Piece[]}} */ (this.open.at(-1));
  }

  /** @param {Piece} piece */
  put(piece) {
    const { children } = this.inner;
    if (typeof piece === 'string' && typeof children.at(-1) === 'string') children[children.length - 1] += piece;
    else children.push(piece);
  }

  /** @param {string} mark @param {string} tag @param {string} [tone] @returns {boolean} false when it is too deep */
  begin(mark, tag, tone) {
    if (this.open.length > DEEP) return false;
    this.open.push({ mark, tag, children: [], ...(tone ? { tone } : {}) });
    return true;
  }

  /** @param {string} mark */
  holds(mark) {
    return this.open.some((frame, at) => at > 0 && frame.mark === mark);
  }

  /** Ends the innermost of this mark; what was begun inside it and not ended is text. @param {string} mark */
  end(mark) {
    while (this.inner.mark !== mark) this.giveUp();
    const { tag, tone, children } = /** @type {any} */ (this.open.pop());
    if (!children.length && /^[*_]/.test(mark)) this.put(mark + mark);
    else if (tag) this.put({ tag, children, ...(tone ? { tone } : {}) });
    else for (const child of children) this.put(child);
  }

  giveUp() {
    const { mark, children } = /** @type {any} */ (this.open.pop());
    if (/^[*_]/.test(mark)) this.put(mark);
    for (const child of children) this.put(child);
  }

  /** @returns {Piece[]} */
  all() {
    while (this.open.length > 1) this.giveUp();
    return this.inner.children;
  }
}

/** @param {RegExp} pattern sticky @param {string} text @param {number} at */
function matchAt(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Bold and emphasis. @param {Reading} reading @param {string} text @param {number} at @returns {number} characters taken */
function emphasis(reading, text, at) {
  const sign = /** @type {string} */ (text[at]);
  const before = text[at - 1] ?? ' ';
  const innermost = [...reading.open].reverse().find((frame) => frame.mark[0] === sign)?.mark;
  const twice = text[at + 1] === sign && !(innermost === sign && text[at + 2] === sign);
  const mark = twice ? sign + sign : sign;
  const after = text[at + mark.length] ?? ' ';
  const inWord = sign === '_' && /\w/.test(before) && /\w/.test(after);
  if (!inWord && reading.holds(mark) && !/\s/.test(before)) reading.end(mark);
  else if (inWord || /\s/.test(after) || !reading.begin(mark, twice ? 'strong' : 'em')) reading.put(mark);
  return mark.length;
}

/** @param {Reading} reading @param {RegExpExecArray} found */
function tag(reading, found) {
  const name = /** @type {string} */ (found[2]).toLowerCase();
  const mark = `<${name}`;
  if (name === 'br') reading.put({ tag: 'br', children: [] });
  else if (found[1]) reading.holds(mark) && reading.end(mark);
  else {
    const tone = toneOf(found[3] ?? '');
    const same = SAME[name] ?? name;
    reading.begin(mark, same === 'span' && !tone ? '' : same, tone);
  }
}

/** @param {string} name @returns {string} */
function entity(name) {
  if (name[0] !== '#') return NAMED[name.toLowerCase()] ?? '';
  const code = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 31 && code < 0x110000 && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : '';
}

/** One run of text. @param {string} text @param {boolean} [links] @returns {Piece[]} */
function inline(text, links = true) {
  const reading = new Reading();
  for (let at = 0; at < text.length;) {
    const sign = /** @type {string} */ (text[at]);
    const run = matchAt(PLAIN, text, at);
    const found = run ?? (sign === '<' ? matchAt(TAG, text, at) : sign === '&' ? matchAt(ENTITY, text, at) : sign === '[' && links ? matchAt(LINK, text, at) : null);
    const goal = sign === '[' && found ? leading(/** @type {string} */ (found[2])) : null;
    at += found?.[0].length ?? 0;
    if (run) reading.put(run[0]);
    else if (sign === '\n') at += 1, reading.put({ tag: 'br', children: [] });
    else if (sign === '*' || sign === '_') at += emphasis(reading, text, at);
    else if (found && sign === '<') tag(reading, found);
    else if (found && sign === '&') reading.put(entity(/** @type {string} */ (found[1])));
    else if (goal && found) reading.put({ tag: 'a', ...goal, children: inline(/** @type {string} */ (found[1]), false) });
    else if (found) reading.put(found[0]);
    else if (sign === '\\' && ESCAPED.test(text[at + 1] ?? '')) reading.put(/** @type {string} */ (text[at + 1])), at += 2;
    else reading.put(sign), at += 1;
  }
  return reading.all();
}

/** @param {string} line @returns {{kind: string, text: string}} */
function lineOf(line) {
  const heading = /^ {0,3}(#{1,6})\s+(\S.*)$/.exec(line);
  if (heading) return { kind: 'h', text: /** @type {string} */ (heading[2]).replace(/\s#+\s*$/, '') };
  const item = /^\s{0,8}(?:([-*+])|\d{1,3}[.)])\s+(\S.*)$/.exec(line);
  if (item) return { kind: item[1] ? 'ul' : 'ol', text: /** @type {string} */ (item[2]) };
  return { kind: line.trim() ? 'p' : '', text: line.trim() };
}

/** Headings, lists and paragraphs of a text. @param {string} text @returns {Piece[]} */
export function parse(text) {
  const lines = text.replace(/\r\n?/g, '\n').trim().split('\n').map(lineOf);
  // "1. Name" alone is a numbered question, not a list.
  const lists = lines.filter((line) => line.kind === 'ul' || line.kind === 'ol').length > 1;
  /** @type {{kind: string, texts: string[]}[]} */
  const blocks = [];
  for (const [at, line] of lines.entries()) {
    const kind = line.kind.endsWith('l') && !lists ? 'p' : line.kind;
    const words = kind === line.kind ? line.text : text.trim().split(/\r\n?|\n/)[at]?.trim() ?? '';
    const last = blocks.at(-1);
    if (last && last.kind === kind && kind !== 'h') last.texts.push(words);
    else blocks.push({ kind, texts: [words] });
  }
  return blocks.filter(({ kind }) => kind).map(({ kind, texts }) => kind === 'ul' || kind === 'ol'
    ? { tag: kind, children: texts.map((words) => ({ tag: 'li', children: inline(words) })) }
    : { tag: kind, children: inline(texts.join('\n')) });
}

/** @param {Piece} piece @param {number} key @returns {any} */
function draw(piece, key) {
  if (typeof piece === 'string') return piece;
  const { tag: name, children, href, host, tone } = piece;
  const inside = children.map(draw);
  if (href) {
    const said = plainOf(children);
    const web = href.startsWith('http');
    return h('a', { key, class: 'linked', href, ...(web ? { target: '_blank', rel: 'noopener noreferrer' } : {}) }, inside, host && !said.includes(host) && ` (${host})`);
  }
  if (name === 'p' || name === 'h') return h(name === 'h' ? 'strong' : 'p', { key, class: name === 'h' ? 'heading' : undefined }, inside);
  return h(name, { key, class: tone ? `tone ${tone}` : undefined }, inside);
}

/** @param {Piece[]} pieces @returns {string} */
const plainOf = (pieces) => pieces.map((piece) => (typeof piece === 'string' ? piece : piece.tag === 'br' ? ' ' : plainOf(piece.children))).join('');

/** The same words on one line that may stand inside a label or a button: lists become lines. @param {Piece[]} blocks @returns {Piece[]} */
function flat(blocks) {
  /** @type {Piece[]} */
  const lines = blocks.flatMap((block) => (typeof block === 'string' ? [] : block.tag === 'ul' || block.tag === 'ol'
    ? block.children.map((item, at) => ({ tag: 'span', children: [block.tag === 'ul' ? '· ' : `${at + 1}. `, ...(typeof item === 'string' ? [item] : item.children)] }))
    : [{ tag: block.tag === 'h' ? 'strong' : 'span', children: block.children }]));
  return lines.flatMap((line, at) => (at ? [{ tag: 'br', children: [] }, line] : [line]));
}

/** @type {Map<string, Piece[]>} */
const known = new Map();

/** @param {string} text */
function parsed(text) {
  let blocks = known.get(text);
  if (!blocks) {
    if (known.size > 500) known.clear();
    known.set(text, (blocks = parse(text)));
  }
  return blocks;
}

/** A text as the page shows it. @param {string} text @param {boolean} [line] inside a label, a button, a row: no blocks @returns {any} */
export function shown(text, line = false) {
  const blocks = parsed(text);
  const only = blocks[0];
  if (blocks.length === 1 && typeof only === 'object' && only.tag === 'p') return only.children.map(draw);
  return (line ? flat(blocks) : blocks).map(draw);
}

/** The words alone, for names that are heard. @param {string} text */
export const bare = (text) => parsed(text).map((block) => plainOf([block])).join(' ').trim();

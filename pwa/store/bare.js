/**
 * Owns taking off pictures what cameras write into them: where and when, by which phone, small copies, films behind the end.
 * Promises: the picture itself stays to the byte; how it is turned stays too; what is not a picture of its kind is null. Pure.
 */

/** The one note that stays: which side is up. The server takes this block and no other. @param {number} side 2 to 8 */
const turned = (side) => Uint8Array.of(0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8,
  0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, side, 0, 0, 0, 0, 0, 0);

/** @param {ArrayBuffer} bytes @param {string} ext @returns {ArrayBuffer|null} */
export function bare(bytes, ext) {
  const read = { jpg: jpeg, png, webp }[ext];
  if (!read) return bytes;
  try {
    const parts = read(new DataView(bytes));
    return parts && joined(bytes, parts);
  } catch (error) {
    // It ends before it says so.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** @typedef {(Uint8Array | [number, number])[]} Parts  bytes of ours, or from and to in the original */

/** @param {ArrayBuffer} bytes @param {Parts} parts @returns {ArrayBuffer} */
function joined(bytes, parts) {
  const pieces = parts.map((part) => (part instanceof Uint8Array ? part : new Uint8Array(bytes, part[0], part[1] - part[0])));
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole.buffer;
}

/** @param {DataView} view @returns {Parts|null} */
function jpeg(view) {
  if (view.getUint16(0) !== 0xffd8) return null;
  /** @type {Parts} */
  const parts = [[0, 2]];
  let at = 2;
  let side = 1;
  for (;;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (marker === 0xd9) {
      if (side > 1 && side < 9) parts.splice(1, 0, turned(side));
      return [...parts, [at, at + 2]];
    } else {
      let end = at + 2 + view.getUint16(at + 2);
      // E0 and EE: how it is coded; E2: its colours, unless it lists further pictures. E1, Exif and XMP, the others and
      // comments (FE): where, when, by which phone, by which editor.
      const isNote = marker === 0xfe || (marker >= 0xe1 && marker <= 0xef && marker !== 0xee && (marker !== 0xe2 || view.getUint32(at + 4) === 0x4d504600));
      if (marker === 0xe1) side = sideOf(view, at + 4, end) || side;
      if (marker === 0xda) end = scanEnd(view, end);
      if (!isNote) parts.push([at, end]);
      at = end;
    }
  }
}

/** Where the packed pixels end. @param {DataView} view @param {number} at */
function scanEnd(view, at) {
  for (let end = at; ; end += 1) {
    if (view.getUint8(end) !== 0xff) continue;
    const next = view.getUint8(end + 1);
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return end;
  }
}

/** Which side is up, by an Exif block; 0 where it does not say. @param {DataView} view @param {number} from @param {number} to */
function sideOf(view, from, to) {
  if (to - from < 14 || view.getUint32(from) !== 0x45786966) return 0;
  const start = from + 6;
  const little = view.getUint16(start) === 0x4949;
  const table = start + view.getUint32(start + 4, little);
  if (table + 2 > to) return 0;
  for (let at = table + 2, left = view.getUint16(table, little); left > 0 && at + 12 <= to; at += 12, left -= 1) {
    if (view.getUint16(at, little) === 0x0112) return view.getUint16(at + 8, little);
  }
  return 0;
}

/** @param {DataView} view @returns {Parts|null} */
function png(view) {
  if (view.getUint32(0) !== 0x89504e47 || view.getUint32(4) !== 0x0d0a1a0a) return null;
  /** @type {Parts} */
  const parts = [[0, 8]];
  for (let at = 8; ; ) {
    const kind = nameAt(view, at + 4);
    const end = at + 12 + view.getUint32(at);
    view.getUint8(end - 1);
    if (!['eXIf', 'tEXt', 'zTXt', 'iTXt', 'tIME'].includes(kind)) parts.push([at, end]);
    if (kind === 'IEND') return parts;
    at = end;
  }
}

/** @param {DataView} view @returns {Parts|null} */
function webp(view) {
  if (nameAt(view, 0) !== 'RIFF' || nameAt(view, 8) !== 'WEBP') return null;
  const last = 8 + view.getUint32(4, true);
  /** @type {Parts} */
  const parts = [];
  let size = 4;
  for (let at = 12; at < last; ) {
    const kind = nameAt(view, at);
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length + (length & 1);
    view.getUint8(end - 1);
    if (kind !== 'EXIF' && kind !== 'XMP ') {
      size += end - at;
      // Flags of the two that are gone.
      if (kind === 'VP8X') parts.push([at, at + 8], Uint8Array.of(view.getUint8(at + 8) & ~0x0c), [at + 9, end]);
      else parts.push([at, end]);
    }
    at = end;
  }
  const head = new Uint8Array(12);
  head.set(new Uint8Array(view.buffer, view.byteOffset, 12));
  new DataView(head.buffer).setUint32(4, size, true);
  return [head, ...parts];
}

/** @param {DataView} view @param {number} at */
const nameAt = (view, at) => String.fromCharCode(...[0, 1, 2, 3].map((n) => view.getUint8(at + n)));

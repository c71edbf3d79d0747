/**
 * Owns the checksum over a village's living rows: XOR of 64 bits per row, FNV-1a-32 of `id:rev`, then of `rev:id`.
 * Promises: pure; adding and removing a row is the same operation.
 */

const encoder = new TextEncoder();

const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** Over the text's UTF-8. An id is plain letters and digits, which are their own bytes: a first pull asks for thousands.
 * @param {string} text @returns {number} */
export function fnv1a(text) {
  let hash = BASIS;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 127) return ofBytes(encoder.encode(text));
    hash = Math.imul(hash ^ code, PRIME);
  }
  return hash >>> 0;
}

/** @param {Uint8Array} bytes @returns {number} */
function ofBytes(bytes) {
  let hash = BASIS;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, PRIME);
  return hash >>> 0;
}

export class Checksum {
  /** @param {string} [text] 16 hex digits */
  constructor(text = '0'.repeat(16)) {
    this.high = Number.parseInt(text.slice(0, 8), 16) >>> 0;
    this.low = Number.parseInt(text.slice(8), 16) >>> 0;
  }

  /** @param {string} id @param {number} rev */
  toggle(id, rev) {
    this.high = (this.high ^ fnv1a(`${id}:${rev}`)) >>> 0;
    this.low = (this.low ^ fnv1a(`${rev}:${id}`)) >>> 0;
  }

  toString() {
    return this.high.toString(16).padStart(8, '0') + this.low.toString(16).padStart(8, '0');
  }
}

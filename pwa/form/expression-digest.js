// digest(): MD5 and the SHA family, synchronous because calculations are. Pure. Twin: hashlib on the server.

/** Bytes in UTF-8; a lone surrogate becomes "?", as on the server. @param {string} text */
function utf8(text) {
  return new TextEncoder().encode(text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '?'));
}

/** The message with its padding and length. @param {Uint8Array} bytes @param {number} block @param {boolean} little */
function padded(bytes, block, little) {
  const lengthSize = block / 8;
  const size = Math.ceil((bytes.length + 1 + lengthSize) / block) * block;
  const found = new Uint8Array(size);
  found.set(bytes);
  found[bytes.length] = 0x80;
  const view = new DataView(found.buffer);
  const bits = bytes.length * 8;
  if (little) {
    view.setUint32(size - 8, bits >>> 0, true);
    view.setUint32(size - 4, Math.floor(bits / 2 ** 32), true);
  } else {
    view.setUint32(size - 4, bits >>> 0);
    view.setUint32(size - 8, Math.floor(bits / 2 ** 32));
  }
  return view;
}

/** @param {number} value @param {number} by */
const left = (value, by) => (value << by) | (value >>> (32 - by));

const MD5_SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

/** @param {Uint8Array} bytes */
function md5(bytes) {
  const view = padded(bytes, 64, true);
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let start = 0; start < view.byteLength; start += 64) {
    let [a = 0, b = 0, c = 0, d = 0] = state;
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const f = round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
      const g = round === 0 ? i : round === 1 ? (5 * i + 1) % 16 : round === 2 ? (3 * i + 5) % 16 : (7 * i) % 16;
      const k = Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32);
      const sum = (a + f + k + view.getUint32(start + g * 4, true)) | 0;
      [a, d, c, b] = [d, c, b, (b + left(sum, /** @type {number} */ (MD5_SHIFTS[round * 4 + (i % 4)]))) | 0];
    }
    state = added(state, [a, b, c, d]);
  }
  return words(state, true);
}

/** @param {Uint8Array} bytes */
function sha1(bytes) {
  const view = padded(bytes, 64, false);
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  const w = new Int32Array(80);
  for (let start = 0; start < view.byteLength; start += 64) {
    for (let i = 0; i < 80; i++) {
      w[i] = i < 16 ? view.getInt32(start + i * 4) : left(at(w, i - 3) ^ at(w, i - 8) ^ at(w, i - 14) ^ at(w, i - 16), 1);
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    for (let i = 0; i < 80; i++) {
      const f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
      const k = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6][Math.floor(i / 20)] ?? 0;
      [a, b, c, d, e] = [(left(a, 5) + f + e + k + at(w, i)) | 0, a, left(b, 30), c, d];
    }
    state = added(state, [a, b, c, d, e]);
  }
  return words(state, false);
}

/** @param {number[]} state @param {number[]} more */
const added = (state, more) => state.map((word, i) => (word + Number(more[i])) | 0);

/** @param {Int32Array} array @param {number} i */
const at = (array, i) => /** @type {number} */ (array[i]);

/** @param {number[]} state @param {boolean} little */
function words(state, little) {
  const view = new DataView(new ArrayBuffer(state.length * 4));
  state.forEach((word, i) => view.setInt32(i * 4, word, little));
  return new Uint8Array(view.buffer);
}

/** The first `count` primes' fractional roots in 64 bits, which SHA-2's constants are.
 * @param {number} count @param {bigint} power 2 or 3 */
function roots(count, power) {
  const found = [];
  for (let n = 2n; found.length < count; n++) {
    let prime = true;
    for (let d = 2n; d * d <= n; d++) if (n % d === 0n) prime = false;
    if (prime) found.push(root(n << (64n * power), power) & 0xffffffffffffffffn);
  }
  return found;
}

/** Integer root by bisection. @param {bigint} value @param {bigint} power */
function root(value, power) {
  let low = 0n;
  let high = 1n << 72n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** power <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
}

/** @type {bigint[] | null} */
let CUBES = null;

/** One code for both word sizes; forms digest names and ids, so plain BigInt is quick enough.
 * @param {Uint8Array} bytes @param {bigint} size bits of a word @param {bigint[]} start */
function sha2(bytes, size, start) {
  const big = size === 64n;
  const rounds = big ? 80 : 64;
  const mask = (1n << size) - 1n;
  CUBES ??= roots(80, 3n);
  const k = CUBES.map((cube) => (big ? cube : cube >> 32n));
  /** @param {bigint} x @param {number} n */
  const right = (x, n) => ((x >> BigInt(n)) | (x << (size - BigInt(n)))) & mask;
  const [s0, s1, t0, t1] = big
    ? [[1, 8, 7], [19, 61, 6], [28, 34, 39], [14, 18, 41]]
    : [[7, 18, 3], [17, 19, 10], [2, 13, 22], [6, 11, 25]];
  /** @param {bigint} x @param {number[]} by @param {boolean} shift */
  const mix = (x, [a = 0, b = 0, c = 0], shift) => right(x, a) ^ right(x, b) ^ (shift ? x >> BigInt(c) : right(x, c));
  const block = big ? 128 : 64;
  const view = padded(bytes, block, false);
  let state = start;
  for (let at_ = 0; at_ < view.byteLength; at_ += block) {
    /** @type {bigint[]} */
    const w = [];
    for (let i = 0; i < rounds; i++) {
      w.push(
        i < 16
          ? big ? view.getBigUint64(at_ + i * 8) : BigInt(view.getUint32(at_ + i * 4))
          : (mix(big_(w, i - 2), s1 ?? [], true) + big_(w, i - 7) + mix(big_(w, i - 15), s0 ?? [], true) + big_(w, i - 16)) & mask,
      );
    }
    let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = state;
    for (let i = 0; i < rounds; i++) {
      const one = h + mix(e, t1 ?? [], false) + ((e & f) ^ (~e & mask & g)) + big_(k, i) + big_(w, i);
      const two = mix(a, t0 ?? [], false) + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [(one + two) & mask, a, b, c, (d + one) & mask, e, f, g];
    }
    state = [a, b, c, d, e, f, g, h].map((word, i) => (word + big_(state, i)) & mask);
  }
  const hex = state.map((word) => word.toString(16).padStart(Number(size) / 4, '0')).join('');
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** @param {bigint[]} array @param {number} i */
const big_ = (array, i) => /** @type {bigint} */ (array[i]);

/** @param {Uint8Array} bytes @param {string} algorithm */
function digestBytes(bytes, algorithm) {
  switch (algorithm) {
    case 'MD5':
      return md5(bytes);
    case 'SHA-1':
      return sha1(bytes);
    case 'SHA-256':
      return sha2(bytes, 32n, roots(8, 2n).map((n) => n >> 32n));
    case 'SHA-384':
      return sha2(bytes, 64n, roots(16, 2n).slice(8)).slice(0, 48);
    case 'SHA-512':
      return sha2(bytes, 64n, roots(8, 2n));
    default:
      return null;
  }
}

/** @param {string} text @param {string} algorithm @param {string} encoding "hex" or "base64" */
export function digest(text, algorithm, encoding) {
  const found = digestBytes(utf8(text), algorithm.toUpperCase());
  if (!found) return '';
  if (encoding === 'hex') return Array.from(found, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return btoa(String.fromCharCode(...found));
}

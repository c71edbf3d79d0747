/**
 * Owns how lines lie in a file that leaves the phone: a line in the open, then AES-GCM over gzip.
 * Promises: what was altered, cut off or sealed under another passphrase is refused as a whole, each by its own code; lines
 * come one at a time, so that a file is never in memory as text.
 */

/** @typedef {{t: string, proto: number, account: string, device: string, kdf?: {name: string, iterations: number, salt: string}, iv?: string, bytes?: number}} Head */

const ITERATIONS = 600_000;
/** No phone of ours asks for more; a made-up number must not hold this one up for hours. */
const MOST_ITERATIONS = 10_000_000;
const HEAD_BYTES = 4096;
/** A photo of the largest size in letters, and some. */
const MOST_LINE = 48_000_000;

export class NotOurs extends Error {
  /** @param {'other_account'|'not_a_file_of_ours'|'newer'|'cut_off'|'wrong_passphrase'} code */
  constructor(code) {
    super(code);
    this.name = 'NotOurs';
    this.code = code;
  }
}

/** @param {Uint8Array} bytes */
const letters = (bytes) => btoa(String.fromCharCode(...bytes));

/** @param {string} text */
function bytesOf(text) {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    throw new NotOurs('not_a_file_of_ours');
  }
}

/** @param {string} passphrase @param {Uint8Array<ArrayBuffer>} salt @param {number} iterations */
async function keyOf(passphrase, salt, iterations) {
  const words = await crypto.subtle.importKey('raw', new TextEncoder().encode(passphrase), 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, words, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** @param {Record<string, any>} about what stands in the open @param {string} passphrase @param {AsyncGenerator<Uint8Array>} lines
 * @returns {Promise<Blob>} */
export async function sealed(about, passphrase, lines) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const source = new ReadableStream({
    async pull(controller) {
      const { done, value } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  const zipped = await new Response(source.pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
  const body = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await keyOf(passphrase, salt, ITERATIONS), zipped);
  const kdf = { name: 'pbkdf2-sha256', iterations: ITERATIONS, salt: letters(salt) };
  const head = { ...about, kdf, iv: letters(iv), bytes: body.byteLength };
  return new Blob([JSON.stringify(head), '\n', body], { type: 'application/octet-stream' });
}

/** The line in the open, and where what follows it begins. @param {Blob} blob @returns {Promise<{head: Head, start: number}>} */
export async function headOf(blob) {
  const bytes = new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer());
  const end = bytes.indexOf(10);
  const head = end < 0 ? null : parsed(new TextDecoder().decode(bytes.subarray(0, end)));
  if (head?.t !== 'unsent' || !Number.isSafeInteger(head.proto)) throw new NotOurs('not_a_file_of_ours');
  return { head: /** @type {Head} */ (head), start: end + 1 };
}

/** What the passphrase opens, still packed. @param {Blob} blob @param {string} passphrase @returns {Promise<Blob>} */
export async function opened(blob, passphrase) {
  const { head: { kdf, iv = '', bytes }, start } = await headOf(blob);
  if (kdf?.name !== 'pbkdf2-sha256') throw new NotOurs('newer');
  if (!(kdf.iterations > 0 && kdf.iterations <= MOST_ITERATIONS)) throw new NotOurs('not_a_file_of_ours');
  if (blob.size - start !== bytes) throw new NotOurs('cut_off');
  const key = await keyOf(passphrase, bytesOf(kdf.salt), kdf.iterations);
  try {
    return new Blob([await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytesOf(iv) }, key, await blob.slice(start).arrayBuffer())]);
  } catch (error) {
    throw error instanceof NotOurs ? error : new NotOurs('wrong_passphrase');
  }
}

/** Line by line. @param {Blob} blob @param {boolean} packed @returns {AsyncGenerator<Record<string, any>>} */
export async function* slicesOf(blob, packed) {
  const stream = packed ? blob.stream().pipeThrough(new DecompressionStream('gzip')) : blob.stream();
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  /** @type {string[]} */
  let rest = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => Promise.reject(new NotOurs('not_a_file_of_ours')));
      if (done) break;
      const [first = '', ...more] = value.split('\n');
      rest.push(first);
      length += first.length;
      if (length > MOST_LINE) throw new NotOurs('not_a_file_of_ours');
      for (const next of more) {
        yield* lineOf(rest);
        rest = [next];
        length = next.length;
      }
    }
    yield* lineOf(rest);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** @param {string[]} pieces @returns {Generator<Record<string, any>>} */
function* lineOf(pieces) {
  const text = pieces.join('');
  if (!text.trim()) return;
  const line = parsed(text);
  if (typeof line?.t !== 'string') throw new NotOurs('not_a_file_of_ours');
  yield line;
}

/** @param {string} text @returns {Record<string, any>|null} */
function parsed(text) {
  try {
    const line = JSON.parse(text);
    return line !== null && typeof line === 'object' ? line : null;
  } catch {
    return null;
  }
}

/**
 * Owns the lines of the wire: JSON, one a line, both ways.
 * Promises: a line counts only with its line end; what is not ours (a captive portal's page, a cut stream) is told apart
 * from an answer and never taken for one.
 */

/** The far side did not answer in our words, or not to the end. Nothing of it counts as said. */
export class Unreachable extends Error {
  /** @param {'offline'|'portal'|'cut'|'silent'} code @param {unknown} [cause] */
  constructor(code, cause) {
    super(code, { cause });
    this.name = 'Unreachable';
    this.code = code;
  }
}

/** @param {Record<string, any>} hello @param {string[]} changes @returns {string} */
export const requestText = (hello, changes) => [JSON.stringify(hello), ...changes, ''].join('\n');

/** @param {string} text @returns {Record<string, any>} */
export function parseLine(text) {
  let line;
  try {
    line = JSON.parse(text);
  } catch (error) {
    throw new Unreachable('portal', error);
  }
  if (line === null || typeof line !== 'object' || typeof line.t !== 'string') throw new Unreachable('portal');
  return line;
}

/** Cuts a stream of bytes into lines, those of one arrival together. A last line without its end is an error, not a line.
 * @param {ReadableStream<Uint8Array>} body @param {() => void} [heard] called whenever bytes arrive
 * @returns {AsyncGenerator<string[]>} */
export async function* linesOf(body, heard) {
  const reader = body.getReader();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error) => {
        throw new Unreachable('cut', error);
      });
      if (done) break;
      heard?.();
      const parts = (rest + decode(decoder, value)).split('\n');
      rest = /** @type {string} */ (parts.pop());
      yield parts.filter(Boolean);
    }
    if (rest) throw new Unreachable('cut');
  } finally {
    // Leaving early (an error, a restart) must also free the connection.
    await reader.cancel().catch(() => undefined);
  }
}

/** @param {TextDecoder} decoder @param {Uint8Array} bytes */
function decode(decoder, bytes) {
  try {
    return decoder.decode(bytes, { stream: true });
  } catch (error) {
    throw new Unreachable('portal', error);
  }
}

/** @param {string} text @returns {Promise<{body: BodyInit, encoding: Record<string, string>}>} packed where the browser can: deflate is gzip
 * with twelve bytes less around it, and most requests are small */
export async function packed(text) {
  if (typeof CompressionStream === 'undefined') return { body: text, encoding: {} };
  const zipped = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate'));
  return { body: await new Response(zipped).arrayBuffer(), encoding: { 'content-encoding': 'deflate' } };
}

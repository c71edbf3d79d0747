/**
 * The only file that touches the network.
 * Promises: every failure is one of two: `Refused` (the server said no, with its stable code) or `Unreachable` (nobody of
 * ours answered); `navigator.onLine` is not asked.
 */
import { Unreachable, linesOf, packed, parseLine } from './wire.js';

export { Unreachable } from './wire.js';

const SILENCE_MS = 60_000;
const SHORT_MS = 20_000;
const NDJSON = 'application/x-ndjson';

/** The server's no. `code` is of its catalogue; `zh` and `en` are its sentences. */
export class Refused extends Error {
  /** @param {number} status @param {{code?: string, zh?: string, en?: string, detail?: any}} body @param {number} retryAfter seconds, 0 when not said */
  constructor(status, body, retryAfter) {
    super(body.code ?? `status ${status}`);
    this.name = 'Refused';
    this.status = status;
    this.code = body.code ?? 'server';
    this.zh = body.zh ?? '';
    this.en = body.en ?? '';
    this.detail = body.detail;
    this.retryAfter = retryAfter;
  }
}

/** @param {Response} response @returns {number} seconds */
function retryAfterOf(response) {
  const value = response.headers.get('retry-after');
  if (!value) return 0;
  const seconds = Number(value);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : Math.max(0, (Date.parse(value) - Date.now()) / 1000 || 0);
}

/**
 * @typedef {{offset: number, complete: boolean, at: string}} Upload  how much of a file the server has, by its clock
 * @typedef {{id: string, account: string, name: string}} Person
 * @typedef {{person: Person, device: string, scope: {version: number, villages: import('../store/types.js').Place[]}, epoch: string,
 *   lease_days?: number, escrow?: string|null, escrowed?: boolean}} Session  `escrow`: this phone's key, at a sign-in alone; `escrowed`: the server has it
 */

export class Api {
  /** @param {{base?: string, fetch?: typeof fetch}} [far] */
  constructor({ base = '', fetch: fetcher } = {}) {
    this.base = base;
    this.fetch = fetcher ?? ((input, init) => fetch(input, init));
  }

  /** @returns {Promise<Session|null>} null: nobody is signed in */
  async session() {
    try {
      return await this.#json('GET', '/api/session');
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return null;
      throw error;
    }
  }

  /** @param {{account: string, password: string, device: string, label?: string}} who @returns {Promise<Session>} */
  signIn(who) {
    return this.#json('POST', '/api/session', who);
  }

  /** @returns {Promise<void>} */
  signOut() {
    return this.#json('DELETE', '/api/session');
  }

  /** Leaves this phone's key with the server, which gives it back to a fresh sign-in alone. @param {Uint8Array} key @returns {Promise<void>} */
  keepEscrow(key) {
    return this.#json('PUT', '/api/escrow', { key: btoa(String.fromCharCode(...key)) });
  }

  /** @param {string} old @param {string} fresh @returns {Promise<void>} */
  password(old, fresh) {
    return this.#json('POST', '/api/password', { old, new: fresh });
  }

  /** @param {string} hash @returns {Promise<import('../form/definition.js').Definition>} */
  form(hash) {
    return this.#json('GET', `/api/forms/${encodeURIComponent(hash)}`);
  }

  /** Several at once, as far as the server knows them. @param {string[]} hashes @param {boolean} [heads] only what rows are filed by
   * @returns {Promise<import('../form/definition.js').Definition[]>} */
  async forms(hashes, heads = false) {
    if (hashes.length === 1 && !heads) return [await this.form(hashes[0] ?? '')];
    return this.#json('GET', `/api/forms?${heads ? 'heads' : 'hashes'}=${hashes.map(encodeURIComponent).join(',')}`);
  }

  /** A picture or sound that came with a form. @param {string} sha256 @returns {Promise<Blob>} */
  formMedia(sha256) {
    return this.#bytes('GET', `/api/form-media/${encodeURIComponent(sha256)}`, {}, (response) => response.blob());
  }

  /** What the county's administrator asks; county.js knows the addresses. @param {string} method @param {string} path @param {any} [body] @param {number} [ms] */
  county(method, path, body, ms) {
    return this.#json(method, path, body, ms);
  }

  /** A file for the county's desk. @param {string} path @param {Blob} body @param {number} ms */
  countyFile(path, body, ms) {
    const headers = { 'content-type': 'application/octet-stream' };
    return this.#bytes('POST', path, { headers, body }, (response) => response.json(), ms);
  }

  /** @param {string} id @returns {Promise<{changes: any[]}>} */
  history(id) {
    return this.#json('GET', `/api/records/${encodeURIComponent(id)}/history`);
  }

  /** What the server did not take from this person. */
  quarantine() {
    return this.#json('GET', '/api/quarantine');
  }

  /** @param {string} hash @param {string} record one that names the file @returns {Promise<Upload>} */
  upload(hash, record) {
    return this.#bytes('HEAD', fileOf(hash, record), {}, uploadOf);
  }

  /** @param {string} hash @param {string} record @param {ArrayBuffer} file @param {number} from @param {number} to
   * @returns {Promise<Upload>} */
  sendPiece(hash, record, file, from, to) {
    const headers = { 'content-type': 'application/octet-stream', 'upload-offset': String(from), 'upload-length': String(file.byteLength) };
    return this.#bytes('PATCH', fileOf(hash, record), { headers, body: new Uint8Array(file, from, to - from) }, uploadOf);
  }

  /** @param {string} hash @param {string} record @returns {Promise<ArrayBuffer>} what came; the caller compares its hash */
  file(hash, record) {
    return this.#bytes('GET', fileOf(hash, record), {}, (response) => response.arrayBuffer());
  }

  /** A photo's small picture, and how large the photo is. @param {string} hash @param {string} record
   * @returns {Promise<{bytes: ArrayBuffer, original: number}>} */
  small(hash, record) {
    return this.#bytes('GET', `${fileOf(hash, record)}&size=small`, {}, async (response) => {
      const original = Number(response.headers.get('original-length'));
      if (!isType(response, 'image/jpeg') || !original) throw new Unreachable('portal');
      return { bytes: await response.arrayBuffer(), original };
    });
  }

  /** A piece of a township's map. @param {string} township @param {number} from @param {number} length
   * @returns {Promise<{data: ArrayBuffer, etag: string}|null>} null: it has none */
  map(township, from, length) {
    const headers = { range: `bytes=${from}-${from + length - 1}` };
    return this.#bytes('GET', `/api/maps/${encodeURIComponent(township)}`, { headers }, async (response) => {
      if (response.status === 204) return null;
      // A whole file, or a captive portal's page, is not read.
      if (response.status !== 206) throw new Unreachable('portal');
      return { data: await response.arrayBuffer(), etag: response.headers.get('etag') ?? '' };
    });
  }

  /** @template T @param {string} method @param {string} path @param {RequestInit} init
   * @param {(response: Response) => T|Promise<T>} read @param {number} [ms] @returns {Promise<T>} */
  async #bytes(method, path, init, read, ms = SILENCE_MS) {
    const silence = new Silence(ms);
    try {
      const response = await this.#answer(method, path, { ...init, signal: silence.signal });
      return await read(response);
    } catch (error) {
      throw error instanceof Refused || error instanceof Unreachable ? error : new Unreachable('cut', error);
    } finally {
      silence.end();
    }
  }

  /** One round trip: sends the text, hands over each line of the answer in order; returns when the `end` line was heard.
   * @param {string} text @param {(line: Record<string, any>) => Promise<void>|undefined} take what needs no time returns nothing
   * @param {{signal?: AbortSignal, heard?: () => void}} [listening] */
  async sync(text, take, { signal, heard } = {}) {
    const { body, encoding } = await packed(text);
    const silence = new Silence(SILENCE_MS, signal);
    try {
      const response = await this.#answer('POST', '/api/sync', {
        body, signal: silence.signal, headers: { 'content-type': NDJSON, ...encoding },
      });
      if (!isType(response, 'ndjson') || !response.body) throw new Unreachable('portal');
      let ended = false;
      const listen = () => {
        silence.broken();
        heard?.();
      };
      for await (const texts of linesOf(response.body, listen)) {
        for (const text of texts) {
          const line = parseLine(text);
          const work = take(line);
          ended = line.t === 'end';
          if (!work) continue;
          silence.hold();
          await work;
          silence.broken();
        }
      }
      if (!ended) throw new Unreachable('cut');
    } catch (error) {
      throw silence.passed ? new Unreachable('silent', error) : error;
    } finally {
      silence.end();
    }
  }

  /** @param {string} method @param {string} path @param {any} [body] @param {number} [ms] @returns {Promise<any>} */
  async #json(method, path, body, ms = SHORT_MS) {
    const silence = new Silence(ms);
    try {
      const response = await this.#answer(method, path, {
        signal: silence.signal,
        headers: { accept: 'application/json', ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      if (response.status === 204) return undefined;
      if (!isType(response, 'json')) throw new Unreachable('portal');
      return await response.json().catch((/** @type {unknown} */ error) => {
        throw new Unreachable('cut', error);
      });
    } finally {
      silence.end();
    }
  }

  /** @param {string} method @param {string} path @param {RequestInit} init @returns {Promise<Response>} a 2xx answer */
  async #answer(method, path, init) {
    let response;
    // Only a GET could be answered from a cache; on all others the word would just be two headers more.
    const cache = method === 'GET' ? /** @type {const} */ ({ cache: 'no-store' }) : {};
    try {
      response = await this.fetch(this.base + path, { method, credentials: 'same-origin', redirect: 'error', ...cache, ...init });
    } catch (error) {
      throw new Unreachable('offline', error);
    }
    if (response.ok) return response;
    const said = isType(response, 'json') ? await response.json().catch(() => ({})) : {};
    throw new Refused(response.status, said ?? {}, retryAfterOf(response));
  }
}

/** A captive portal says 200 as well, but not how much of a file it has. @param {Response} response @returns {Upload} */
function uploadOf(response) {
  const offset = response.headers.get('upload-offset');
  if (!offset || !/^[0-9]+$/.test(offset)) throw new Unreachable('portal');
  const at = new Date(response.headers.get('date') ?? Date.now());
  return { offset: Number(offset), complete: response.headers.get('upload-complete') === '?1', at: at.toISOString() };
}

/** @param {string} hash @param {string} record one that names the file */
const fileOf = (hash, record) => `/api/files/${hash}?record=${encodeURIComponent(record)}`;

/** @param {Response} response @param {string} type */
const isType = (response, type) => (response.headers.get('content-type') ?? '').split(';')[0]?.includes(type) ?? false;

/** Ends a request on which nothing is heard for too long; our own work on a line does not count as silence. */
class Silence {
  /** @param {number} ms @param {AbortSignal} [outer] */
  constructor(ms, outer) {
    this.ms = ms;
    this.passed = false;
    this.controller = new AbortController();
    this.signal = this.controller.signal;
    this.outer = outer;
    this.stop = () => this.controller.abort();
    outer?.addEventListener('abort', this.stop);
    this.broken();
  }

  broken() {
    this.hold();
    this.timer = setTimeout(() => {
      this.passed = true;
      this.controller.abort();
    }, this.ms);
  }

  hold() {
    clearTimeout(this.timer);
  }

  end() {
    this.hold();
    this.outer?.removeEventListener('abort', this.stop);
  }
}

/** The server this page came from. */
export const api = new Api();
export const session = () => api.session();
export const signIn = (/** @type {Parameters<Api['signIn']>[0]} */ who) => api.signIn(who);
export const signOut = () => api.signOut();
export const password = (/** @type {string} */ old, /** @type {string} */ fresh) => api.password(old, fresh);
export const history = (/** @type {string} */ id) => api.history(id);
export const quarantine = () => api.quarantine();
export const form = (/** @type {string} */ hash) => api.form(hash);

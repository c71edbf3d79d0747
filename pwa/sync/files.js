/**
 * Owns sending the files of answers, one after the other, in pieces, and fetching those of others.
 * Promises: text goes first, also text written meanwhile; nothing is believed but the server's own word on the whole file;
 * what the server never takes is marked and does not stop the rest; large amounts wait for Wi-Fi or a yes.
 */
import { hashOf } from '../store/files.js';
import { digest, typeOf } from '../store/filing.js';
import { awaited } from '../store/smalls.js';
import { count } from '../store/traffic.js';
import { Refused, Unreachable } from './api.js';
import { connection, isFree, isWifiOnly } from './link.js';
import { fetchSmall, sizeOf } from './smalls.js';

/**
 * @typedef {import('./loop.js').Loop} Loop
 * @typedef {import('../store/files.js').Need} Need
 * @typedef {import('../store/store.js').Store} Store
 */

const FEWEST = 64 * 1024;
const MOST = 256 * 1024;
const BRISK_MS = 2000;
const ASK_BYTES = 2_000_000;
const BACKOFF_MS = 5000;
const LONGEST_MS = 15 * 60_000;
const AGAIN_MS = 86_400_000;
/** Another try helps with none of the others: the file itself, or its record, is what the server does not take. */
const PASSING = [401, 408, 409, 425, 429];
const AGREED = 'files/agreed';
const WAITING = 'files/waiting';

/** Text was written meanwhile: it goes first, and the files after it. */
class TextFirst extends Error {}

export class Sender {
  /** @param {Loop} loop */
  constructor(loop) {
    this.loop = loop;
    this.store = loop.store;
    this.api = loop.api;
    this.size = FEWEST;
    this.failures = 0;
    this.notBefore = 0;
    /** @type {Promise<void>|null} */
    this.running = null;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
    this.stopped = false;
    this.linked = () => void this.run();
    connection()?.addEventListener?.('change', this.linked);
  }

  /** Sends what may be sent now. @returns {Promise<void>} */
  run() {
    this.running ??= this.#locked(() => this.#run()).finally(() => (this.running = null));
    return this.running;
  }

  /** The person says: these, now, whatever it costs; also what was refused before. */
  async agree() {
    const last = this.store.files.owed.value.at(-1)?.entry.order ?? 0;
    await this.store.db?.put('meta', last, AGREED);
    this.notBefore = 0;
    for (const { hash, entry } of this.store.files.owed.value) {
      if (this.store.files.delivery(hash, entry.village).code) await this.store.files.delivered(hash, entry.village, {});
    }
    // A run under way may have looked before the yes was written.
    await this.running;
    await this.run();
  }

  /** One page sends; the others hear of it. @param {() => Promise<void>} work @returns {Promise<void>} */
  async #locked(work) {
    const locks = globalThis.navigator?.locks;
    if (!locks) return work();
    return locks.request(`shibu-files-${this.store.account.value?.id}`, { ifAvailable: true }, (lock) => (lock ? work() : undefined));
  }

  async #run() {
    const { store, loop } = this;
    clearTimeout(this.timer);
    const { db } = store;
    if (!db || this.stopped || Date.now() < this.notBefore) return;
    try {
      for (let need = await this.#next(); need; need = await this.#next()) await this.#file(need);
      this.failures = 0;
    } catch (error) {
      if (store.db === db && !(error instanceof TextFirst)) this.#failed(error);
    } finally {
      store.files.sending.value = null;
      if (store.db === db && loop.state.peek().files.why === 'sending') loop.tellFiles('', 0);
    }
  }

  /** The next file that may go now. @returns {Promise<Need|undefined>} */
  async #next() {
    const { store, loop } = this;
    const now = Date.now();
    const ready = store.files.owed.value.filter(({ entry, hash }) => {
      const { code, triedAt } = store.files.delivery(hash, entry.village);
      const isRefused = code && Math.abs(now - Date.parse(triedAt ?? '')) < AGAIN_MS;
      return (entry.state === 'acknowledged' || entry.state === 'checked') && !isRefused;
    });
    const agreed = (await store.db?.get('meta', AGREED)) ?? 0;
    const waiting = (await store.db?.get('meta', WAITING)) ?? 0;
    const asked = ready.filter((need) => need.entry.order > agreed);
    const bytes = asked.reduce((sum, need) => sum + need.bytes, 0);
    const isPutOff = asked.some((need) => need.entry.order <= waiting);
    const why = isFree() ? '' : isWifiOnly() || isPutOff ? 'wifi' : bytes > ASK_BYTES ? 'ask' : '';
    const may = why ? ready.filter((need) => !asked.includes(need)) : ready;
    const total = (may.length ? ready : asked).reduce((sum, need) => sum + need.bytes, 0);
    loop.tellFiles(may.length ? 'sending' : asked.length ? /** @type {any} */ (why) : '', total);
    return may[0];
  }

  /** One file, to its end: the receipt is written when the server, asked again, says that it is whole.
   * @param {Need} need */
  async #file({ entry, hash }) {
    const { files } = this.store;
    const bytes = await files.bytes(hash);
    if (!bytes) return files.delivered(hash, entry.village, { code: 'lost', triedAt: new Date().toISOString() });
    const { village, record } = entry;
    try {
      let there = await this.#ask(() => this.api.upload(hash, record));
      for (let restarts = 0; !there.complete; ) {
        files.sending.value = { hash, sentBytes: there.offset };
        const before = there.offset;
        there = await this.#piece(hash, record, bytes, there.offset);
        if (there.offset <= before && (restarts += 1) > 2) throw new Unreachable('cut');
        if (!there.complete) continue;
        await files.delivered(hash, village, { sentAt: there.at });
        there = await this.#ask(() => this.api.upload(hash, record));
      }
      await files.delivered(hash, village, { sentAt: files.delivery(hash, village).sentAt ?? there.at, checkedAt: there.at });
      this.failures = 0;
    } catch (error) {
      if (!isFinal(error)) throw error;
      const { code, status, zh, en } = /** @type {Refused} */ (error);
      // An answer to HEAD has no words of its own.
      await files.delivered(hash, village, { code: status === 404 ? 'unknown_file' : code, zh, en, triedAt: new Date().toISOString() });
    }
  }

  /** @param {string} hash @param {string} record @param {ArrayBuffer} bytes @param {number} from
   * @returns {Promise<import('./api.js').Upload>} */
  async #piece(hash, record, bytes, from) {
    const began = Date.now();
    try {
      const to = Math.min(bytes.byteLength, from + this.size);
      const there = await this.#ask(() => this.api.sendPiece(hash, record, bytes, from, to));
      await count(this.store, { sent: to - from });
      this.size = Date.now() - began < BRISK_MS ? Math.min(MOST, this.size * 2) : FEWEST;
      return there;
    } catch (error) {
      this.size = FEWEST;
      const isShifted = error instanceof Refused && (error.code === 'file_offset' || error.code === 'file_hash');
      if (!isShifted) throw error;
      // Another page sent on, or what lies there is not this file: the server says where to go on.
      return this.#ask(() => this.api.upload(hash, record));
    }
  }

  /** @template T @param {() => Promise<T>} request @returns {Promise<T>} */
  async #ask(request) {
    const { store, loop } = this;
    const { db } = store;
    if (loop.running) await loop.running;
    if (loop.hasText()) throw new TextFirst();
    if (!loop.isConfirmed() || store.db !== db) throw new Unreachable('cut');
    const answer = await request();
    if (store.db !== db) throw new Unreachable('cut');
    return answer;
  }

  /** @param {unknown} error */
  #failed(error) {
    const { loop } = this;
    const refused = error instanceof Refused ? error : null;
    if (refused && (refused.status === 401 || refused.code === 'device_revoked')) return loop.doubtSession();
    if (!refused && !(error instanceof Unreachable)) console.error(error);
    this.failures += 1;
    const backoff = Math.min(LONGEST_MS, BACKOFF_MS * 2 ** (this.failures - 1)) * (0.5 + Math.random() / 2);
    const wait = Math.max((refused?.retryAfter ?? 0) * 1000, backoff);
    this.notBefore = Date.now() + wait;
    const isFull = refused && [429, 507].includes(refused.status);
    loop.tellFiles(isFull ? 'full' : refused ? 'server' : 'offline', this.store.files.owed.value.reduce((sum, need) => sum + need.bytes, 0));
    if (!this.stopped) this.timer = setTimeout(() => void this.run(), wait);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    connection()?.removeEventListener?.('change', this.linked);
  }
}

/** The person says: these when there is Wi-Fi. @param {Store} store */
export async function waitForWifi(store) {
  await store.db?.put('meta', store.files.owed.value.at(-1)?.entry.order ?? 0, WAITING);
}

/** @param {unknown} error */
const isFinal = (error) =>
  error instanceof Refused && error.status >= 400 && error.status < 500 && !PASSING.includes(error.status) && error.code !== 'device_revoked';

/** @type {Map<string, Promise<Blob|null>>} */
const coming = new Map();
/** @typedef {'whole'|'small'|'size'} Wanted */

/** A file of a record, from the server; null where it is not to be had now. It is kept as a copy. Of a photo also its small
 * picture, and of any how large it is. @param {Loop} loop @param {string} value @param {string} record @param {Wanted} [what] @returns {Promise<any>} */
export async function fetchFile(loop, value, record, what = 'whole') {
  if (what === 'small') return fetchSmall(loop, value, record);
  if (what === 'size') return sizeOf(loop, value, record);
  let one = coming.get(value);
  if (!one) {
    one = fetched(loop, value, record).catch((error) => {
      if (!(error instanceof Refused || error instanceof Unreachable)) console.error(error);
      if (error instanceof Refused && error.detail?.awaited) awaited.set(hashOf(value), error.detail.awaited);
      return null;
    }).finally(() => coming.delete(value));
    coming.set(value, one);
  }
  return one;
}

/** @param {Loop} loop @param {string} value @param {string} record @returns {Promise<Blob|null>} */
async function fetched(loop, value, record) {
  const { store, api } = loop;
  const { db } = store;
  // Right after the start nobody has asked yet whose session this is.
  if (!loop.isConfirmed()) await loop.syncNow();
  const village = store.records.shown.get(record)?.village;
  if (!loop.isConfirmed() || !village || store.db !== db) return null;
  const bytes = await api.file(hashOf(value), record);
  // A captive portal answers 200 as well.
  if ((await digest(bytes)) !== hashOf(value) || store.db !== db) return null;
  awaited.delete(hashOf(value));
  await count(store, { fetched: bytes.byteLength });
  await store.files.take(value, bytes, village).catch(() => undefined);
  return new Blob([bytes], { type: typeOf(value) });
}

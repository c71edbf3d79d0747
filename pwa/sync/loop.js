/**
 * Owns when to sync, and what the person is told about it.
 * Promises: driven by answers alone; one tab at a time where the browser has locks; waits as long as the server asks.
 */
import { batch, computed, effect, signal } from '@preact/signals-core';
import { Damaged } from '../store/blocks.js';
import { Refused, api as ourApi } from './api.js';
import { fetchForms } from './forms.js';
import { Overtaken } from './page.js';
import { atRest, meaning } from './phase.js';
import { Run } from './run.js';
import { restartPulls } from './scope.js';
import { endSession } from './session.js';

/**
 * @typedef {import('../store/store.js').Store} Store
 * @typedef {import('./phase.js').State} State
 */

const SAVE_MS = 250;
const REST_MS = 5 * 60_000;
const BACKOFF_MS = 5000;
const BUSY_MS = 8000;
const LONGEST_MS = 15 * 60_000;

/** Half to whole, so that phones do not come back all at once. @param {number} ms */
const jittered = (ms) => ms * (0.5 + Math.random() / 2);

export class Loop {
  /** @param {Store} store @param {import('./api.js').Api} [api] */
  constructor(store, api = ourApi) {
    this.store = store;
    this.api = api;
    this.state = signal(atRest);
    this.run = new Run(store, api, this.state, (patch) => this.#tell(patch));
    /** Locked, nothing is sent and nothing asked; lapsed, only whether the server still knows this phone. */
    this.may = computed(() => (store.lock.value === 'lapsed' ? 'ask' : store.lock.value === 'open' || (store.lock.value === 'choose' && store.held) ? 'all' : 'no'));
    this.failures = 0;
    /** No request before this time: the server asked for it. */
    this.notBefore = 0;
    /** @type {Promise<void>|null} */
    this.running = null;
    this.again = false;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
    /** @type {(() => void)[]} */
    this.endings = [];
    this.stopping = new AbortController();
    this.stopped = false;
    /** @type {Promise<import('./files.js').Sender>|null} fetched when there is the first file to send */
    this.sender = null;
    /** The sending of files under way, or the last one. */
    this.sending = Promise.resolve();
  }

  /** Syncs now and whenever there is reason to. */
  start() {
    const { store } = this;
    store.hooks = {
      saved: () => this.#plan(SAVE_MS),
      form: (hash) => fetchForms(store, this.api, [hash]).then(() => store.forms.kept(hash)),
      file: (/** @type {string} */ value, /** @type {string} */ record, /** @type {import('./files.js').Wanted} */ what = 'whole') => import('./files.js').then(({ fetchFile }) => fetchFile(this, value, record, what)),
      signOut: async () => {
        this.run.confirmed = null;
        await endSession(this.api);
      },
      heard: (message) => this.#heard(message),
    };
    this.endings.push(
      effect(() => {
        const account = store.account.value;
        const may = this.may.value;
        this.stopping.abort();
        this.stopping = new AbortController();
        this.run.confirmed = null;
        this.notBefore = 0;
        this.#dropSender();
        if (account && may !== 'no') this.#plan(0);
      }),
      effect(() => this.#tell({ waiting: store.unsent.value.length })),
      listen(globalThis, 'online', () => this.#plan(0)),
      listen(globalThis.document, 'visibilitychange', () => {
        if (globalThis.document.visibilityState === 'visible') this.#plan(0);
      }),
    );
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    this.stopping.abort();
    this.#dropSender();
    for (const end of this.endings.splice(0)) end();
    this.store.hooks = {};
  }

  /** The person asks: nothing but a running sync keeps this waiting. @returns {Promise<State>} when it has ended */
  async syncNow() {
    this.notBefore = 0;
    await this.#begin();
    return this.state.value;
  }

  /** Files follow when the text is through. @returns {Promise<void>} */
  async #sendFiles() {
    const { files } = this.store;
    if (!files.owed.value.length) this.tellFiles('', 0);
    if (this.stopped) return;
    if (files.owed.value.length) {
      this.sender ??= import('./files.js').then(({ Sender }) => new Sender(this));
      // Before the packs have come, the next sync tries again.
      await (await this.sender.catch(() => (this.sender = null)))?.run();
    }
    if (files.marks.value.size) await files.collect().catch(() => undefined);
    // Photos of colleagues, small; before the packs have come, the next sync tries again.
    await import('./smalls.js').then(({ bringSmalls }) => bringSmalls(this), () => undefined);
  }

  #dropSender() {
    void this.sender?.then((sender) => sender.stop());
    this.sender = null;
  }

  /** The person lets the files go now, by whatever network. @returns {Promise<void>} */
  async sendFilesNow() {
    await this.syncNow();
    if (this.sender) await (await this.sender).agree();
  }

  /** @param {State['files']['why']} why @param {number} bytes */
  tellFiles(why, bytes) {
    const { files } = this.state.peek();
    if (files.why === why && files.bytes === bytes) return;
    this.state.value = { ...this.state.peek(), files: { why, bytes } };
    this.store.tabs?.tell({ t: 'state', state: this.state.peek() });
  }

  /** Whether there is text that a request would take. */
  hasText() {
    return this.run.batch().length > 0;
  }

  /** Whether the server's session is this account's. */
  isConfirmed() {
    return this.run.isConfirmed();
  }

  /** The server took a request for nobody's. */
  doubtSession() {
    this.run.confirmed = null;
    this.#plan(0);
  }

  /** @param {any} message from another tab */
  #heard(message) {
    if (message.t === 'sync') this.#plan(0);
    else if (message.t === 'state' && !this.running) this.state.value = { ...message.state, waiting: this.store.unsent.value.length };
  }

  /** @param {number} ms */
  #plan(ms) {
    clearTimeout(this.timer);
    if (this.stopped) return;
    const wait = Math.max(ms, this.notBefore - Date.now());
    this.timer = setTimeout(() => void this.#begin(), wait);
  }

  /** @param {Partial<State>} patch */
  #tell(patch) {
    const before = this.state.peek();
    if (Object.entries(patch).every(([key, value]) => before[/** @type {keyof State} */ (key)] === value)) return;
    this.state.value = { ...before, ...patch };
    if (this.running) this.store.tabs?.tell({ t: 'state', state: this.state.peek() });
  }

  /** @returns {Promise<void>} */
  #begin() {
    if (!this.store.account.value || this.may.value === 'no') return Promise.resolve();
    if (this.running) {
      this.again = true;
      return this.running;
    }
    clearTimeout(this.timer);
    this.running = this.#locked(() => this.#once()).finally(() => {
      this.running = null;
      if (this.again && this.state.value.phase === 'idle') this.#plan(0);
      this.again = false;
    });
    return this.running;
  }

  /** @param {() => Promise<void>} work @returns {Promise<void>} */
  async #locked(work) {
    const locks = globalThis.navigator?.locks;
    if (!locks) return work();
    return locks.request(`shibu-sync-${this.store.account.value?.id}`, { ifAvailable: true }, async (lock) => {
      if (lock) return work();
      // Another page is syncing; it is asked to look again when it is done. Should it hang or die, this one takes over.
      this.store.tabs?.tell({ t: 'sync' });
      this.#plan(jittered(BUSY_MS));
    });
  }

  async #once() {
    const { store } = this;
    const { db } = store;
    this.#tell({ phase: 'syncing', error: null, sent: 0, total: store.unsent.value.length, nextTryAt: 0 });
    try {
      await this.run.whole(this.stopping.signal);
      this.failures = 0;
      const lastAt = new Date().toISOString();
      this.#rest(jittered(REST_MS) + REST_MS / 2, { phase: 'idle', lastAt, pull: null });
      this.sending = this.#sendFiles().catch((error) => console.error(error));
    } catch (error) {
      // The account was changed or closed under this run: what went wrong then says nothing.
      if (store.db === db) await this.#failed(error);
      else this.#tell({ phase: 'idle', pull: null });
    }
  }

  /** @param {unknown} error */
  async #failed(error) {
    const { store } = this;
    if (error instanceof Overtaken) {
      await store.reread();
      return this.#rest(SAVE_MS, { phase: 'idle' });
    }
    if (error instanceof Refused && error.code === 'bad_cursor') await restartPulls(store);
    if (error instanceof Damaged) await restartPulls(store, error.village);
    const { phase, code } = meaning(error);
    if (code === 'storage_full') store.trouble.value = { code };
    const said = error instanceof Refused ? { status: error.status, zh: error.zh, en: error.en } : {};
    const told = { phase, error: { code, ...said }, pull: null };
    if (phase === 'sign-in') {
      this.run.confirmed = null;
      return this.#tell(told);
    }
    this.failures += 1;
    const asked = error instanceof Refused ? error.retryAfter * 1000 : 0;
    const wait = Math.max(asked, jittered(Math.min(LONGEST_MS, BACKOFF_MS * 2 ** (this.failures - 1))));
    this.notBefore = asked ? Date.now() + asked : 0;
    this.#rest(wait, told);
  }

  /** @param {number} ms @param {Partial<State>} told */
  #rest(ms, told) {
    this.#plan(ms);
    batch(() => this.#tell({ ...told, nextTryAt: Date.now() + ms }));
  }
}

/** @param {EventTarget|undefined} target @param {string} type @param {() => void} hear @returns {() => void} */
function listen(target, type, hear) {
  target?.addEventListener?.(type, hear);
  return () => target?.removeEventListener?.(type, hear);
}

/** @type {Loop|null} */
let only = null;
/** What is going on, for the whole app. */
export const state = signal(atRest);

/** Starts syncing the app's store. @param {Store} store */
export function start(store) {
  if (only) return;
  only = new Loop(store);
  const loop = only;
  effect(() => {
    state.value = loop.state.value;
  });
  loop.start();
}

/** @returns {Promise<State>} */
export const syncNow = () => only?.syncNow() ?? Promise.resolve(state.value);

/** @returns {Promise<void>} */
export const sendFilesNow = () => only?.sendFilesNow() ?? Promise.resolve();

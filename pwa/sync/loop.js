/**
 * Owns when to sync, how much at once, and what the person is told about it.
 * Promises: driven by answers alone; one tab at a time where the browser has locks; waits as long as the server asks.
 */
import { batch, effect, signal } from '@preact/signals-core';
import { Damaged } from '../store/blocks.js';
import { tidy } from '../store/fold.js';
import { expire, lineOf } from '../store/outbox.js';
import * as registry from '../store/registry.js';
import { Refused, Unreachable, api as ourApi } from './api.js';
import { Applier } from './apply.js';
import { completeForms, fetchForms } from './forms.js';
import { Overtaken, Pages } from './page.js';
import { Slow, atRest, meaning } from './phase.js';
import { Restored, cursorsOf, helloOf, purgeLost, restartPulls } from './scope.js';
import { endSession, newDevice } from './session.js';
import { requestText } from './wire.js';

/**
 * @typedef {import('../store/store.js').Store} Store
 * @typedef {import('../store/types.js').Entry} Entry
 * @typedef {import('./phase.js').State} State
 */

const FEWEST = 1;
const FIRST = 50;
const MOST = 1000;
const MOST_BYTES = 2_000_000;
const SAVE_MS = 250;
const REST_MS = 5 * 60_000;
const BACKOFF_MS = 5000;
const LONGEST_MS = 15 * 60_000;

/** Half to whole, so that phones do not come back all at once. @param {number} ms */
const jittered = (ms) => ms * (0.5 + Math.random() / 2);

export class Loop {
  /** @param {Store} store @param {import('./api.js').Api} [api] */
  constructor(store, api = ourApi) {
    this.store = store;
    this.api = api;
    this.pages = new Pages(store);
    this.state = signal(atRest);
    this.limit = FIRST;
    /** @type {Record<string, string>} the forms the server has in use, by kind */
    this.told = {};
    this.failures = 0;
    /** No request before this time: the server asked for it. */
    this.notBefore = 0;
    /** @type {Promise<void>|null} */
    this.running = null;
    this.again = false;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
    this.stuck = false;
    /** @type {string|null} the account whose session was confirmed */
    this.confirmed = null;
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
      file: (value, record) => import('./files.js').then(({ fetchFile }) => fetchFile(this, value, record)),
      signOut: async () => {
        this.confirmed = null;
        await endSession(this.api);
      },
      heard: (message) => this.#heard(message),
    };
    this.endings.push(
      effect(() => {
        const account = store.account.value;
        this.stopping.abort();
        this.stopping = new AbortController();
        this.confirmed = null;
        this.notBefore = 0;
        this.#dropSender();
        if (account) this.#plan(0);
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
    if (this.stopped || !files.marks.value.size) return;
    if (files.owed.value.length) {
      this.sender ??= import('./files.js').then(({ Sender }) => new Sender(this));
      // Before the packs have come, the next sync tries again.
      await (await this.sender.catch(() => (this.sender = null)))?.run();
    }
    await files.collect().catch(() => undefined);
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
    return this.#batch().length > 0;
  }

  /** Whether the server's session is this account's. */
  isConfirmed() {
    return this.confirmed !== null && this.confirmed === this.store.account.value?.id;
  }

  /** The server took a request for nobody's. */
  doubtSession() {
    this.confirmed = null;
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
    if (!this.store.account.value) return Promise.resolve();
    if (this.running) {
      this.again = true;
      return this.running;
    }
    clearTimeout(this.timer);
    this.running = this.#locked(() => this.#run()).finally(() => {
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
      // Another page is syncing; it is asked to look again when it is done.
      this.store.tabs?.tell({ t: 'sync' });
    });
  }

  async #run() {
    const { store } = this;
    const { db } = store;
    if (this.pages.db !== db) this.pages = new Pages(store);
    this.#tell({ phase: 'syncing', error: null, sent: 0, total: store.unsent.value.length, nextTryAt: 0 });
    try {
      await this.#confirm();
      await this.#heal();
      while (await this.#round());
      await completeForms(store, this.api, this.told);
      await purgeLost(store);
      const done = store.outbox.value.filter((entry) => store.files.isDelivered(entry));
      const dropped = await expire(/** @type {import('../store/db.js').Db} */ (db), done, store.server.now);
      if (dropped.length) store.outbox.value = store.outbox.value.filter((entry) => !dropped.includes(entry));
      await tidy(store);
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

  /** Rows the phone can no longer read are fetched again; what the server has, it still has. */
  async #heal() {
    const { code, detail } = this.store.trouble.value ?? {};
    const pull = this.store.pulls.value.get(code === 'store_broken' ? detail?.village : '');
    if (pull && pull.filling === pull.generation) await restartPulls(this.store, pull.village);
  }

  /** Nothing is sent under another person's session. */
  async #confirm() {
    const { store } = this;
    const me = store.account.value?.id ?? null;
    if (this.confirmed === me) return;
    if (await registry.owesSignOut()) await endSession(this.api);
    const session = await this.api.session();
    if (!session || session.person.id !== me) throw new Refused(401, { code: session ? 'other_account' : 'sign_in' }, 0);
    this.confirmed = me;
  }

  /** One request and its answer. @returns {Promise<boolean>} whether there is reason for another at once */
  async #round() {
    const { store } = this;
    const entries = this.#batch();
    const cursors = cursorsOf(store);
    const applier = new Applier(store, this.api, this.pages, new Set(Object.keys(cursors)), (page) => this.#progress(page));
    const at = new Date().toISOString();
    store.takeEntries(entries.map((entry) => ({ ...entry, state: /** @type {'sent'} */ ('sent'), sentAt: at })));
    const text = requestText(helloOf(store, cursors, entries), entries.map(lineOf));
    const slow = new Slow(() => this.#tell({ phase: 'slow' }), () => this.#tell({ phase: 'syncing' }));
    try {
      await this.api.sync(text, applier.take, { heard: () => slow.heard(), signal: this.stopping.signal });
    } catch (error) {
      if (error instanceof Restored) return true;
      this.#ebb(error, entries.length);
      throw error;
    } finally {
      slow.end();
      if (store.device) this.#unsend(entries);
      this.#tell({ sent: this.state.value.sent + applier.answeredCount });
    }
    if (entries.length) this.limit = Math.min(MOST, this.limit * 2);
    this.told = applier.told;
    if (applier.lacking.size) await fetchForms(store, this.api, applier.lacking);
    return this.#another(applier);
  }

  /** @param {Applier} applier */
  async #another(applier) {
    const { store } = this;
    // A gap this phone cannot fill would come for ever; under a new device id it starts from 1.
    const stuck = applier.gaps.size > 0 && applier.answeredCount === 0 && this.stuck;
    this.stuck = applier.gaps.size > 0 && applier.answeredCount === 0;
    if (applier.newDevice || stuck) {
      await newDevice(store, crypto.randomUUID());
      store.trouble.value = { code: 'new_device' };
      this.stuck = false;
      return true;
    }
    return applier.repull || applier.gaps.size > 0 || applier.asked > 0 || (applier.answeredCount > 0 && store.unsent.value.length > 0);
  }

  /** The next changes, in order. A record that is moving waits in its new village until the move is answered.
   * @returns {Entry[]} */
  #batch() {
    const { store } = this;
    const moving = new Map();
    const held = new Set();
    const entries = [];
    let bytes = 0;
    for (const entry of store.unsent.value) {
      if (entry.device !== store.device) continue;
      if (moving.has(entry.record) && moving.get(entry.record) !== entry.village) held.add(entry.village);
      if (held.has(entry.village)) continue;
      if (typeof entry.set.village === 'string') moving.set(entry.record, entry.village);
      bytes += entry.bytes;
      if (entries.length && (entries.length >= this.limit || bytes > MOST_BYTES)) break;
      entries.push(entry);
    }
    return entries;
  }

  /** What has no answer after all counts as waiting again. @param {Entry[]} entries */
  #unsend(entries) {
    const orders = new Set(entries.map((entry) => entry.order));
    const left = this.store.outbox.value.filter((entry) => entry.state === 'sent' && orders.has(entry.order));
    this.store.takeEntries(left.map((entry) => ({ ...entry, state: 'waiting' })));
  }

  /** @param {unknown} error @param {number} size */
  #ebb(error, size) {
    const cut = error instanceof Unreachable || (error instanceof Refused && error.status === 413);
    if (cut && size) this.limit = Math.max(FEWEST, Math.floor(Math.min(this.limit, size) / 2));
  }

  /** @param {import('./page.js').Page} page */
  #progress({ village, of = 0 }) {
    const pull = this.store.pulls.value.get(village);
    if (!pull || pull.complete) return this.#tell({ pull: null });
    const name = this.store.scope.value.find((place) => place.id === village)?.name ?? '';
    this.#tell({ pull: { village, name, rows: pull.rows, count: of } });
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
      this.confirmed = null;
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

/**
 * Owns one run: the session is this person's, then requests as long as there is reason for another, then tidying up.
 * Promises: nothing is sent under another person's session; a request takes as much as the network has let through; whatever
 * goes wrong is thrown, what was answered before it stays.
 */
import { tidy } from '../store/fold.js';
import { expire, lineOf } from '../store/outbox.js';
import * as registry from '../store/registry.js';
import { Refused, Unreachable } from './api.js';
import { Applier } from './apply.js';
import { completeForms, fetchForms } from './forms.js';
import { Pages } from './page.js';
import { Slow } from './phase.js';
import { Restored, cursorsOf, helloOf, purgeLost, restartPulls } from './scope.js';
import { endSession, leaveKey, newDevice } from './session.js';
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

export class Run {
  /** @param {Store} store @param {import('./api.js').Api} api
   * @param {import('@preact/signals-core').Signal<State>} state @param {(patch: Partial<State>) => void} tell */
  constructor(store, api, state, tell) {
    this.store = store;
    this.api = api;
    this.state = state;
    this.tell = tell;
    this.pages = new Pages(store);
    this.limit = FIRST;
    /** @type {Record<string, string>} the forms the server has in use, by kind */
    this.told = {};
    this.stuck = false;
    /** The forms that follow the first rows. @type {Promise<void>|null} */
    this.rest = null;
    /** This phone was shut out as left. */
    this.revoked = false;
    /** @type {string|null} the account whose session was confirmed */
    this.confirmed = null;
    /** Of the request under way. @type {AbortSignal|undefined} */
    this.signal = undefined;
  }

  /** Whether the server's session is this account's. */
  isConfirmed() {
    return this.confirmed !== null && this.confirmed === this.store.account.value?.id;
  }

  /** @param {AbortSignal} signal aborted when the account is closed @returns {Promise<void>} when all is sent and fetched */
  async whole(signal) {
    this.revoked = false;
    this.rest = null;
    try {
      await this.#whole(signal);
    } catch (error) {
      const isLost = error instanceof Refused && error.code === 'device_revoked' && error.detail?.as === 'lost';
      if (isLost) await (await import('./revoked.js')).obey(this.store, this.api, 'lost');
      throw error;
    }
  }

  /** @param {AbortSignal} signal */
  async #whole(signal) {
    const { store } = this;
    const { db } = store;
    this.signal = signal;
    await this.#confirm();
    // Lapsed: that the server answered has just opened the store, and the next run is its first.
    if (!db) return;
    if (this.pages.db !== db) this.pages = new Pages(store);
    await this.#heal();
    while (await this.#round());
    if (this.revoked) return void (await (await import('./revoked.js')).obey(store, this.api, 'left'));
    await this.rest;
    await completeForms(store, this.api, this.told);
    await purgeLost(store);
    const done = store.outbox.value.filter((entry) => store.files.isDelivered(entry));
    const dropped = await expire(/** @type {import('../store/db.js').Db} */ (db), done, store.server);
    if (dropped.length) store.outbox.value = store.outbox.value.filter((entry) => !dropped.includes(entry));
    await tidy(store);
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
    // Without it a forgotten PIN could not be made good; the sync does not wait for it.
    if (session.escrowed === false) await leaveKey(store, session.device, this.api).catch(() => undefined);
    await store.renew(session.lease_days);
  }

  /** Rows the phone can no longer read are fetched again; what the server has, it still has. */
  async #heal() {
    const { code, detail } = this.store.trouble.value ?? {};
    const pull = this.store.pulls.value.get(code === 'store_broken' ? detail?.village : '');
    if (pull && pull.filling === pull.generation) await restartPulls(this.store, pull.village);
  }

  /** One request and its answer. @returns {Promise<boolean>} whether there is reason for another at once */
  async #round() {
    const { store } = this;
    const entries = this.batch();
    const cursors = cursorsOf(store);
    const applier = new Applier(store, this.api, this.pages, new Set(Object.keys(cursors)), (page) => {
      // From the first stored rows on they come beside the others: the disk leaves the time for it.
      this.rest ??= completeForms(store, this.api, applier.told).catch(() => undefined);
      this.#progress(page);
    });
    const at = new Date().toISOString();
    store.takeEntries(entries.map((entry) => ({ ...entry, state: /** @type {'sent'} */ ('sent'), sentAt: at })));
    const text = requestText(helloOf(store, cursors, entries), entries.map(lineOf));
    const slow = new Slow(() => this.tell({ phase: 'slow' }), () => this.tell({ phase: 'syncing' }));
    try {
      await this.api.sync(text, applier.take, { heard: () => slow.heard(), signal: this.signal });
    } catch (error) {
      if (error instanceof Restored) return true;
      this.#ebb(error, entries.length);
      throw error;
    } finally {
      // What was read whole before a cut is stored: nothing of this request goes on after it.
      await applier.storing.catch(() => undefined);
      slow.end();
      if (store.device) this.#unsend(entries);
      this.tell({ sent: this.state.peek().sent + applier.answeredCount });
    }
    if (entries.length) this.limit = Math.min(MOST, this.limit * 2);
    this.told = applier.told;
    this.revoked ||= applier.revoked;
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
  batch() {
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
    if (!pull || pull.complete) return this.tell({ pull: null });
    const name = this.store.scope.value.find((place) => place.id === village)?.name ?? '';
    this.tell({ pull: { village, name, rows: pull.rows, count: of } });
  }
}

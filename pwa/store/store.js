/**
 * The phone's store: what screens read and write, as one object.
 * Owns the open account: its database, records in memory, outbox, drafts, forms. Promises: reading is synchronous and
 * tells signals; "saved" means the strict transaction with the outbox entry is complete; nothing typed is dropped here.
 * Knows nothing of the network: sync registers itself in `hooks`.
 */
import { computed, signal } from '@preact/signals-core';
import { Damaged, HOT, OLD, RECENT, readRows } from './blocks.js';
import { newDevice, openAccount, readMeta } from './db.js';
import { Drafts } from './drafts.js';
import { Files } from './files.js';
import { Forms } from './forms.js';
import { isUnanswered, readAll, uuid7 } from './outbox.js';
import { Records } from './records.js';
import * as registry from './registry.js';

/**
 * @typedef {import('./types.js').Account} Account
 * @typedef {import('./types.js').Entry} Entry
 * @typedef {import('./types.js').Place} Place
 * @typedef {import('./types.js').Rec} Rec
 * @typedef {import('./types.js').Saved} Saved
 * @typedef {import('./types.js').Saving} Saving
 * @typedef {import('./types.js').Trouble} Trouble
 * @typedef {import('../form/definition.js').Definition} Definition
 */

/** @template T @typedef {import('@preact/signals-core').Signal<T>} Signal */

/** Not needed to draw the first screen; fetched right after it. */
const writing = () => import('./writing.js');

export class Store {
  constructor() {
    /** @type {Signal<Account|null>} who is signed in on this phone */
    this.account = signal(/** @type {Account|null} */ (null));
    /** This account's id of this phone; made with its database. */
    this.device = '';
    /** @type {Signal<Place[]>} all of the scope, the pseudo-village `township:<id>` too */
    this.scope = signal(/** @type {Place[]} */ ([]));
    /** Real villages. */
    this.places = computed(() => this.scope.value.filter((place) => !place.id.startsWith('township:')));
    /** Id of the current village. */
    this.village = signal('');
    /** Role in the current village. */
    this.role = computed(() => this.places.value.find((place) => place.id === this.village.value)?.role ?? this.places.value[0]?.role ?? '');
    /** @type {Signal<Entry[]>} every change kept on this phone, oldest first: unsent, answered, and for 30 days receipts */
    this.outbox = signal(/** @type {Entry[]} */ ([]));
    /** Changes no server has answered yet. */
    this.unsent = computed(() => this.outbox.value.filter(isUnanswered));
    /** @type {Signal<Map<string, import('./types.js').Pull>>} how far each village has been read: `at` is "data as of" */
    this.pulls = signal(new Map());
    /** @type {Signal<Trouble|null>} */
    this.trouble = signal(/** @type {Trouble|null} */ (null));
    /** @type {Signal<import('./persistence.js').Storage|null>} what the browser promises; looked at after sign-in */
    this.storage = signal(/** @type {import('./persistence.js').Storage|null} */ (null));
    this.shelf = new Drafts(() => this.tabs?.tell({ t: 'drafts' }));
    /** @type {Signal<Saving[]>} what did not fit on this phone; kept in memory until `retryUnsaved` */
    this.unsaved = signal(/** @type {Saving[]} */ ([]));
    this.files = new Files(this);
    /** Set by sync: told after a save, asked for a form or file, told to end the server's session, given other tabs' messages.
     * @type {{saved?: () => void, form?: (hash: string) => Promise<Definition|undefined>, signOut?: () => Promise<void>,
     *   file?: (value: string, recordId: string) => Promise<Blob|null>, heard?: (message: import('./tabs.js').Message) => void}} */
    this.hooks = {};
    this.forms = new Forms(null);
    /** @type {Signal<Record<string, {until: string, at: string}>>} what was put aside on Today */
    this.aside = signal({});
    /** @type {Map<string, import('./forms.js').Latest>} of tier 4, by village */
    this.latestOld = new Map();
    /** @type {import('./db.js').Db|null} */
    this.db = null;
    /** @type {{scopeVersion: number, epoch: string|null, now: string, backup?: string|null}} */
    this.server = { scopeVersion: 0, epoch: null, now: '' };
    this.records = new Records('', this.forms);
    this.hot = this.recent = Promise.resolve();
    /** @type {Promise<void>|null} */
    this.old = null;
    /** @type {import('./tabs.js').Tabs|null} */
    this.tabs = null;
    this.turn = Promise.resolve();
  }

  /** Opens the account that was last active, if any. @returns {Promise<Account|null>} */
  async open() {
    const last = await registry.active();
    if (last) await this.#inTurn(() => this.#open(last, last));
    return this.account.value;
  }

  /** Opening and closing take turns. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  #inTurn(work) {
    const done = this.turn.then(work);
    this.turn = done.then(() => undefined, () => undefined);
    return done;
  }

  /** @param {{id: string, login: string, name: string, device?: string}} account `device`: the id the sign-in was made with
   * @returns {Promise<void>} */
  openAccount(account) {
    return this.#inTurn(() => this.#open(account));
  }

  /** @param {{id: string, login: string, name: string, device?: string}} account @param {registry.Known} [active] */
  async #open(account, active) {
    if (this.records.me !== account.id) {
      this.unsaved.value = [];
      this.trouble.value = null;
    }
    await this.#close();
    const known = active ?? (await registry.knownById(account.id));
    const db = await this.#connect(account.id);
    const meta = await readMeta(db);
    this.device = meta.get('device') ?? (await newDevice(db, known?.filled ? undefined : account.device ?? known?.device));
    // The registry says this database once held rows: the browser has emptied it, and its numbers must not be used again.
    if (known?.filled && !meta.has('device')) this.trouble.value = { code: 'store_emptied' };
    const { id, login, name } = account;
    if (active?.device !== this.device) await registry.activate({ filled: false, ...known, unsent: 0, id, login, name, device: this.device });
    this.forms = new Forms(db);
    this.records = new Records(id, this.forms);
    this.#readMeta(meta);
    const [entries] = await Promise.all([readAll(db), this.shelf.read(db), this.files.read(db), this.forms.ready()]);
    this.takeEntries(entries);
    this.account.value = { id, login, name };
    this.hot = this.#load(0, HOT);
    this.recent = this.hot.then(() => this.#load(RECENT, RECENT));
    void this.recent.then(this.forms.often);
    this.old = null;
    void this.hot.then(() => Promise.all([import('./tabs.js'), import('./persistence.js'), writing()])).then(([{ Tabs }, { lookAtStorage }]) => {
      if (this.db !== db) return;
      this.tabs = new Tabs(this);
      void lookAtStorage(this);
    });
  }

  /** @param {string} accountId @returns {Promise<import('./db.js').Db>} */
  async #connect(accountId) {
    try {
      return (this.db = await openAccount(accountId, (trouble) => this.#troubled(accountId, trouble)));
    } catch (error) {
      this.#broken(error);
      throw error;
    }
  }

  /** @param {unknown} error a damaged village is pulled anew by sync */
  #broken(error) {
    this.trouble.value = { code: 'store_broken', detail: error instanceof Damaged ? { village: error.village } : String(error) };
  }

  /** @param {string} accountId @param {Trouble} trouble */
  #troubled(accountId, trouble) {
    const mine = this.account.value?.id === accountId;
    if (mine || !this.account.value) this.trouble.value = trouble;
    // The browser has shut the database, not we: what is in memory stands, only the way to the disk is made anew.
    if (mine && trouble.code === 'store_lost') void this.#inTurn(() => this.#connect(accountId)).then(() => this.reread());
  }

  /** Believes the database about everything, after another tab changed the scope or was ahead of this one. */
  async reread() {
    const { db } = this;
    if (!db) return;
    const meta = await readMeta(db);
    const before = [...this.pulls.value.keys()];
    this.forms.db = db;
    this.#readMeta(meta);
    for (const village of before) if (!this.pulls.value.has(village) || this.pulls.value.get(village)?.lost) this.records.forget(village);
    for (const pull of this.pulls.value.values()) if (!pull.lost) await this.reload(pull.village);
    await Promise.all([this.readOutbox(), this.shelf.read(db), this.files.read(db)]);
    if (this.trouble.value?.code === 'store_lost') this.trouble.value = null;
  }

  /** @param {Map<string, any>} meta */
  #readMeta(meta) {
    const scope = meta.get('scope') ?? { version: 0, villages: [] };
    this.server = { scopeVersion: scope.version, epoch: meta.get('epoch') ?? null, now: meta.get('now') ?? '' };
    this.forms.open(meta);
    this.aside.value = meta.get('aside') ?? {};
    this.scope.value = scope.villages;
    const places = this.places.value.map((place) => place.id);
    this.village.value = [this.village.peek(), meta.get('village'), places[0]].find((id) => places.includes(id)) ?? '';
    this.pulls.value = new Map([...meta].filter(([key]) => key.startsWith('pull/')).map(([, pull]) => [pull.village, pull]));
    this.latestOld = new Map([...meta].filter(([key]) => key.startsWith('old/')).map(([key, latest]) => [key.slice(4), latest]));
  }

  /** Believes the database about the outbox, after another tab wrote to it. `ahead`: its rows may not be in memory yet, so
   * what lies over them stays; but for those of the village `read`. @param {{ahead?: boolean, read?: string}} [how] */
  async readOutbox({ ahead = false, read } = {}) {
    const { db } = this;
    if (!db) return;
    const [entries, device] = await Promise.all([readAll(db), db.get('meta', 'device')]);
    if (this.db !== db) return;
    this.device = device;
    const kept = new Set(entries.map((entry) => entry.order));
    this.outbox.value = this.outbox.value.filter((entry) => kept.has(entry.order));
    const laid = new Set(ahead ? this.outbox.value.filter((entry) => entry.over && entry.village !== read).map((entry) => entry.order) : []);
    this.takeEntries(entries.map((entry) => (laid.has(entry.order) && entry.state !== 'quarantined' ? { ...entry, over: 1 } : entry)));
  }

  /** Reads blocks of the scope's villages into memory, the current village first. @param {number} from @param {number} to */
  async #load(from, to) {
    const { db, records } = this;
    const pulls = [...this.pulls.value.values()].filter((pull) => !pull.lost);
    pulls.sort((a, b) => Number(b.village === this.village.value) - Number(a.village === this.village.value));
    for (const pull of pulls) {
      if (!db || this.db !== db) return;
      await readRows(db, pull, from, to, (row, tier) => records.take(row, tier)).catch((error) => this.#broken(error));
      records.tell();
    }
  }

  /** Puts what the database holds of a village in the place of what memory holds, in one stroke. @param {string} village */
  async reload(village) {
    const { db, records } = this;
    const pull = await db?.get('meta', `pull/${village}`);
    if (!db || !pull) return;
    this.pulls.value = new Map(this.pulls.value).set(village, pull);
    /** @type {[import('./types.js').Row, number|undefined][]} */
    const rows = [];
    await readRows(db, pull, 0, this.old ? OLD : RECENT, (row, tier) => rows.push([row, tier])).catch((error) => this.#broken(error));
    records.forget(village);
    for (const [row, tier] of rows) records.take(row, tier);
    records.tell();
  }

  /** Resolves when the hot tiers are in memory; with 'recent' the last 90 days, with 'all' everything.
   * @param {'hot'|'recent'|'all'} [tier] */
  ready(tier = 'hot') {
    if (tier === 'hot') return this.hot;
    if (tier === 'recent') return this.recent;
    this.old ??= this.recent.then(() => this.#load(OLD, OLD));
    return this.old;
  }

  /** Lets go of the open account; its data stays. @returns {Promise<void>} */
  close() {
    return this.#inTurn(() => this.#close());
  }

  async #close() {
    const { db } = this;
    this.db = null;
    this.tabs?.close();
    this.tabs = null;
    await Promise.allSettled([this.hot, this.recent, this.old]);
    db?.close();
    this.device = '';
    this.forms = new Forms(null);
    this.records = new Records('', this.forms);
    this.account.value = null;
    this.scope.value = [];
    this.village.value = '';
    this.outbox.value = [];
    await Promise.all([this.shelf.read(null), this.files.read(null)]);
    this.pulls.value = new Map();
  }

  /** @param {string} id @returns {Rec|undefined} a living record */
  get(id) {
    return this.records.get(id);
  }

  /** @param {string} kind @param {string} [village] @returns {Rec[]} living records; do not change the array */
  list(kind, village = this.village.value) {
    return this.records.list(kind, village);
  }

  /** @param {string} parentId @param {string} kind @returns {Rec[]} children, newest first; older than 90 days only after ready('all') */
  of(parentId, kind) {
    return this.records.of(parentId, kind);
  }

  /** The latest child of a kind, also among records that are not in memory yet: when a household was last visited.
   * @param {string} parentId @param {string} kind @returns {{id: string, day: string}|undefined} */
  latest(parentId, kind) {
    const first = this.of(parentId, kind)[0];
    const own = first && { id: first.id, day: this.forms.dayOf(first).slice(0, 10) };
    const village = this.records.shown.get(parentId)?.village;
    const old = village ? this.latestOld.get(village)?.[kind]?.[parentId] : undefined;
    if (!old || (own && own.day >= old[0]) || this.records.shown.get(old[1])?.deleted) return own;
    return { day: old[0], id: old[1] };
  }

  /** A person's name, '' when unknown. @param {string} accountId @returns {string} */
  name(accountId) {
    const own = this.account.value;
    return this.get(accountId)?.answers.name ?? (own?.id === accountId ? own.name : '');
  }

  /** Undefined also for the moment until it is read; `loadForm` waits for it. @param {string} kindOrHash @returns {Definition|undefined} */
  form(kindOrHash) {
    return this.forms.get(kindOrHash);
  }

  /** The form from this phone, else from the server. @param {string} kindOrHash @returns {Promise<Definition|undefined>} */
  async loadForm(kindOrHash) {
    return (await this.forms.kept(kindOrHash)) ?? this.hooks.form?.(kindOrHash);
  }

  /** How a record is called in one line. @param {import('./forms.js').Titled} rec @returns {string} */
  titleOf(rec) {
    return this.forms.titleOf(rec, (id) => this.records.shown.get(id));
  }

  /** @param {string} [village] absent: all villages @returns {Rec[]} open conflicts */
  conflicts(village) {
    const villages = village ? [village] : this.scope.value.map((place) => place.id);
    return villages.flatMap((id) => this.list('conflict', id)).filter((rec) => rec.answers.state === 'open');
  }

  /** @param {string} recordId @returns {Rec[]} open conflicts of one record */
  conflictsOf(recordId) {
    return this.of(recordId, 'conflict').filter((rec) => rec.answers.state === 'open');
  }

  newId = uuid7;

  /** @param {Saving} saving @returns {Promise<Saved>} */
  async save(saving) {
    return /** @type {Saved} */ ((await this.saveMany([saving]))[0]);
  }

  /** All of it or nothing, in one strict transaction. @param {Saving[]} savings @returns {Promise<Saved[]>} */
  async saveMany(savings) {
    return (await writing()).saveMany(this, savings);
  }

  /** Tries again what did not fit. @returns {Promise<Saved[]>} */
  async retryUnsaved() {
    return (await writing()).retryUnsaved(this);
  }

  /** @param {string} id @returns {Promise<Saved>} */
  async remove(id) {
    return (await writing()).remove(this, id);
  }

  /** Writes the change that takes each of these back. @param {Saved|Saved[]} saved @returns {Promise<Saved[]>} */
  async undo(saved) {
    return (await writing()).undo(this, [saved].flat());
  }

  /** @param {string} conflictId @param {'mine'|'theirs'|'written'} choice @param {any} [value] @returns {Promise<Saved>} */
  async settle(conflictId, choice, value) {
    return (await writing()).settle(this, conflictId, choice, value);
  }

  /** Lets go of a change the server did not take, when its author no longer needs its text. @param {Entry} entry */
  async discardRefused(entry) {
    return (await writing()).discardRefused(this, entry);
  }

  /** Takes new or changed entries into memory and draws what lies over the rows. @param {Entry[]} entries */
  takeEntries(entries) {
    const byOrder = new Map(this.outbox.value.map((entry) => [entry.order, entry]));
    for (const entry of entries) {
      byOrder.set(entry.order, entry);
      if (entry.over) this.records.lay(entry);
      else this.records.lift(entry);
    }
    this.outbox.value = [...byOrder.values()].sort((a, b) => a.order - b.order);
    this.records.tell();
  }

  /** @param {string} key @returns {any} the draft's value, undefined when there is none */
  draft(key) {
    return this.shelf.get(key);
  }

  drafts = () => this.shelf.all.value;

  /** @param {string} key @param {any} value @returns {Promise<void>} */
  keepDraft(key, value) {
    return this.shelf.keep(key, value);
  }

  /** @param {string} key @returns {Promise<void>} */
  dropDraft(key) {
    return this.shelf.drop(key);
  }

  /** @param {string} id */
  async setVillage(id) {
    this.village.value = id;
    await this.db?.put('meta', id, 'village');
  }

  /** Accounts with a store on this phone, with how many changes each still holds unsent. */
  known = registry.known;

  /** Ends the session here. With `keep` the unsent, refused and answered changes and the drafts stay in the database;
   * without it everything of the account goes, also what is unsent. Returns what is unsent.
   * @param {{keep?: boolean}} [choice] @returns {Promise<Entry[]>} */
  async signOut({ keep = true } = {}) {
    const { leave } = await import('./leaving.js');
    return leave(this, keep);
  }
}

export const store = new Store();

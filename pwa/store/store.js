/**
 * The phone's store: what screens read and write, as one object.
 * Owns the open account: its database, records in memory, outbox, drafts, forms. Promises: reading is synchronous and
 * tells signals; "saved" means the strict transaction with the outbox entry is complete; nothing typed is dropped here.
 * Knows nothing of the network: sync registers itself in `hooks`.
 */
import { computed, signal } from '@preact/signals-core';
import { OLD } from './blocks.js';
import { Drafts } from './drafts.js';
import { Files } from './files.js';
import { Forms } from './forms.js';
import { isUnanswered, uuid7 } from './outbox.js';
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
/** Fetched while a person types what opens the store. */
const opening = () => import('./opening.js');
const locking = () => import('./locking.js');
const noting = () => import('./notes.js');

export class Store {
  constructor() {
    /** @type {Signal<Account|null>} who is signed in on this phone */
    this.account = signal(/** @type {Account|null} */ (null));
    /** Whether what is held can be read. 'choose': a fresh sign-in, or a store from before there were locks, waits for a secret;
     * 'lapsed': too long without the server, reading is closed until it answers; in 'locked' and 'lapsed' notes are taken.
     * @type {Signal<'none'|'locked'|'choose'|'open'|'lapsed'>} */
    this.lock = signal('none');
    /** What a lock screen says. `kind` '': nothing a person can type opens it, signing in does.
     * @type {Signal<{kind: 'pin'|'passphrase'|'', left: number, waitUntil: number}>} */
    this.vault = signal({ kind: '', left: 10, waitUntil: 0 });
    /** The key, while it is here. @type {import('./vault.js').Held|null} */
    this.held = null;
    /** A secret may be chosen: its person has just signed in, or proved to know the present one. */
    this.mayChoose = false;
    /** Told before the store is locked: keep what is on the screen. @type {Set<() => void|Promise<void>>} */
    this.beforeLock = new Set();
    /** What had not fit when the store was locked. @type {{id: string, sealed: ArrayBuffer}|null} */
    this.laid = null;
    /** What is written down while the store is locked. */
    this.notes = {
      add: async (/** @type {string} */ text) => (await noting()).add(this, text),
      count: async () => (await noting()).count(this),
      list: async () => (await noting()).list(this),
      turn: async (/** @type {string} */ id, /** @type {string} */ key, /** @type {any} */ value) => (await noting()).turn(this, id, key, value),
      drop: async (/** @type {string} */ id) => (await noting()).drop(this, id),
    };
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

  /** Finds the account that was last active, if any; its store stays shut. @returns {Promise<Account|null>} */
  async open() {
    await (await locking()).begin(this);
    return this.account.value;
  }

  /** Throws `WrongSecret` {left, waitMs} or `Erased`. @param {string} secret */
  async unlock(secret) {
    return (await locking()).unlock(this, secret);
  }

  /** That it is its person who changes what opens the store; throws as `unlock` does. @param {string} secret */
  async prove(secret) {
    return (await locking()).prove(this, secret);
  }

  /** Makes what opens the store, or changes it after `prove` or a fresh sign-in; throws `TooShort`. @param {string} secret */
  async choose(secret) {
    return (await locking()).choose(this, secret);
  }

  /** @param {{told?: boolean}} [how] `told`: another page has locked it */
  async lockNow(how) {
    return (await locking()).lockNow(this, how);
  }

  /** Another account of this phone, locked. @param {string} id */
  async turnTo(id) {
    await this.close();
    const { login, name } = (await registry.knownById(id)) ?? {};
    if (login !== undefined && name !== undefined) await registry.activate({ id, login, name });
    await (await locking()).begin(this);
  }

  /** The server has answered. @param {number} [days] how long this phone may show what it holds without it */
  async renew(days) {
    return (await locking()).renew(this, days);
  }

  /** Opening and closing take turns. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  inTurn(work) {
    const done = this.turn.then(work);
    this.turn = done.then(() => undefined, () => undefined);
    return done;
  }

  /** Believes the database about everything. */
  async reread() {
    return (await opening()).reread(this);
  }

  /** Believes the database about the outbox. @param {{ahead?: boolean, read?: string}} [how] */
  async readOutbox(how) {
    return (await opening()).readOutbox(this, how);
  }

  /** @param {string} village */
  async reload(village) {
    return (await opening()).reload(this, village);
  }

  /** Lets go of the account; its data stays, sealed. */
  async close() {
    const { closed } = await opening();
    await this.inTurn(() => closed(this));
    this.held = null;
    this.lock.value = 'none';
    this.account.value = null;
  }

  /** Resolves when the hot tiers are in memory; with 'recent' the last 90 days, with 'all' everything.
   * @param {'hot'|'recent'|'all'} [tier] */
  ready(tier = 'hot') {
    if (tier === 'hot') return this.hot;
    if (tier === 'recent') return this.recent;
    this.old ??= this.recent.then(async () => (await opening()).load(this, OLD, OLD));
    return this.old;
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

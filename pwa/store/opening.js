/**
 * Owns the way from a database and its key to what is in memory, and back: opening, reading, reading anew, closing.
 * Promises: the first screen's rows come first; what cannot be read does not stand before the rest; closing leaves nothing
 * of the account in memory, and nothing on the disk undone.
 */
import { Damaged, HOT, OLD, RECENT, readRows } from './blocks.js';
import { nameOf, newDevice, openDatabase, readMeta } from './db.js';
import { Forms } from './forms.js';
import { readAll } from './outbox.js';
import { Records } from './records.js';
import * as registry from './registry.js';
import { arm } from './vault.js';

/**
 * @typedef {import('./store.js').Store} Store
 * @typedef {import('./db.js').Db} Db
 * @typedef {import('./types.js').Account & {device?: string}} Opened  `device`: the id the sign-in was made with
 * @typedef {import('./types.js').Trouble} Trouble
 */

/** Opens a person's database with the key that is held. @param {Store} store @param {Opened} account */
export async function openWith(store, account) {
  const another = store.records.me !== account.id;
  if (another) store.unsaved.value = [];
  // That an account's data went from here is over when it is here again.
  if (another || store.trouble.value?.code === 'cleared') store.trouble.value = null;
  await closed(store);
  const { id, login, name } = account;
  if (store.account.peek()?.id !== id) store.account.value = { id, login, name };
  const known = await registry.knownById(account.id);
  const db = await connect(store, account.id);
  const meta = await readMeta(db);
  store.device = meta.get('device') ?? (await newDevice(db, known?.filled ? undefined : account.device ?? known?.device));
  // The registry says this database once held rows: the browser has emptied it, and its numbers must not be used again.
  if (known?.filled && !meta.has('device')) store.trouble.value = { code: 'store_emptied' };
  // On a full phone what is known already is enough.
  await registry.activate({ unsent: 0, id, login, name, device: store.device }).catch((error) => (known && error?.name === 'QuotaExceededError' ? known : Promise.reject(error)));
  store.forms = new Forms(db);
  store.records = new Records(id, store.forms);
  takeMeta(store, meta);
  const [{ entries, damaged }] = await Promise.all([readAll(db), store.shelf.read(db), store.files.read(db), store.forms.ready()]);
  store.takeEntries(entries);
  if (damaged) broken(store, new Damaged('', 'outbox'));
  store.hot = load(store, 0, HOT);
  store.recent = store.hot.then(() => load(store, RECENT, RECENT));
  void store.recent.then(store.forms.often);
  store.old = null;
  void store.hot.then(() => Promise.all([import('./tabs.js'), import('./persistence.js'), import('./writing.js')])).then(([{ Tabs }, { lookAtStorage }]) => {
    if (store.db !== db) return;
    store.tabs = new Tabs(store);
    void lookAtStorage(store);
  });
}

/** @param {Store} store @param {string} accountId @returns {Promise<Db>} */
async function connect(store, accountId) {
  try {
    const db = await openDatabase((await registry.knownById(accountId))?.database ?? nameOf(accountId), (trouble) => troubled(store, accountId, trouble));
    arm(db, /** @type {import('./vault.js').Held} */ (store.held));
    if (store.trouble.value?.code === 'store_blocked') store.trouble.value = null;
    return (store.db = db);
  } catch (error) {
    broken(store, error);
    throw error;
  }
}

/** @param {Store} store @param {unknown} error a damaged village is pulled anew by sync */
function broken(store, error) {
  store.trouble.value = { code: 'store_broken', detail: error instanceof Damaged ? { village: error.village } : String(error) };
}

/** @param {Store} store @param {string} accountId @param {Trouble} trouble */
function troubled(store, accountId, trouble) {
  const mine = store.account.value?.id === accountId;
  if (mine || !store.account.value) store.trouble.value = trouble;
  // The browser has shut the database, not we: what is in memory stands, only the way to the disk is made anew.
  if (mine && store.held && trouble.code === 'store_lost') void store.inTurn(() => connect(store, accountId)).then(() => reread(store)).catch(() => undefined);
}

/** Believes the database about everything, after another tab changed the scope or was ahead of this one. @param {Store} store */
export async function reread(store) {
  const { db } = store;
  if (!db) return;
  const meta = await readMeta(db);
  const before = [...store.pulls.value.keys()];
  store.forms.db = db;
  takeMeta(store, meta);
  for (const village of before) if (!store.pulls.value.has(village) || store.pulls.value.get(village)?.lost) store.records.forget(village);
  for (const pull of store.pulls.value.values()) if (!pull.lost) await reload(store, pull.village);
  await Promise.all([readOutbox(store), store.shelf.read(db), store.files.read(db)]);
  if (store.trouble.value?.code === 'store_lost') store.trouble.value = null;
}

/** @param {Store} store @param {Map<string, any>} meta */
function takeMeta(store, meta) {
  const scope = meta.get('scope') ?? { version: 0, villages: [] };
  store.server = { scopeVersion: scope.version, epoch: meta.get('epoch') ?? null, now: meta.get('now') ?? '' };
  store.forms.open(meta);
  store.aside.value = meta.get('aside') ?? {};
  store.scope.value = scope.villages;
  const places = store.places.value.map((place) => place.id);
  store.village.value = [store.village.peek(), meta.get('village'), places[0]].find((id) => places.includes(id)) ?? '';
  store.pulls.value = new Map([...meta].filter(([key]) => key.startsWith('pull/')).map(([, pull]) => [pull.village, pull]));
  store.latestOld = new Map([...meta].filter(([key]) => key.startsWith('old/')).map(([key, latest]) => [key.slice(4), latest]));
}

/** Believes the database about the outbox, after another tab wrote to it. `ahead`: its rows may not be in memory yet, so
 * what lies over them stays; but for those of the village `read`. @param {Store} store @param {{ahead?: boolean, read?: string}} [how] */
export async function readOutbox(store, { ahead = false, read } = {}) {
  const { db } = store;
  if (!db) return;
  const device = await db.get('meta', 'device');
  const { entries } = await readAll(db, store.outbox.peek());
  if (store.db !== db) return;
  store.device = device;
  const kept = new Set(entries.map((entry) => entry.order));
  store.outbox.value = store.outbox.value.filter((entry) => kept.has(entry.order));
  const laid = new Set(ahead ? store.outbox.value.filter((entry) => entry.over && entry.village !== read).map((entry) => entry.order) : []);
  store.takeEntries(entries.map((entry) => (laid.has(entry.order) && entry.state !== 'quarantined' ? { ...entry, over: 1 } : entry)));
}

/** Reads blocks of the scope's villages into memory, the current village first. @param {Store} store @param {number} from @param {number} to */
export async function load(store, from, to) {
  const { db, records } = store;
  const pulls = [...store.pulls.value.values()].filter((pull) => !pull.lost);
  pulls.sort((a, b) => Number(b.village === store.village.value) - Number(a.village === store.village.value));
  for (const pull of pulls) {
    if (!db || store.db !== db) return;
    await readRows(db, pull, from, to, (row, tier) => records.take(row, tier)).catch((error) => store.db === db && broken(store, error));
    records.tell();
  }
}

/** Puts what the database holds of a village in the place of what memory holds, in one stroke. @param {Store} store @param {string} village */
export async function reload(store, village) {
  const { db, records } = store;
  const pull = await db?.get('meta', `pull/${village}`);
  if (!db || !pull) return;
  store.pulls.value = new Map(store.pulls.value).set(village, pull);
  /** @type {[import('./types.js').Row, number|undefined][]} */
  const rows = [];
  await readRows(db, pull, 0, store.old ? OLD : RECENT, (row, tier) => rows.push([row, tier])).catch((error) => broken(store, error));
  records.forget(village);
  for (const [row, tier] of rows) records.take(row, tier);
  records.tell();
}

/** Nothing of the account stays in memory but who it is. @param {Store} store */
export async function closed(store) {
  const { db } = store;
  store.db = null;
  store.tabs?.close();
  store.tabs = null;
  await Promise.allSettled([store.hot, store.recent, store.old]);
  await Promise.all([store.shelf.read(null), store.files.read(null)]);
  db?.close();
  store.device = '';
  store.forms = new Forms(null);
  const { me } = store.records;
  store.records = new Records(me, store.forms);
  store.scope.value = [];
  store.village.value = '';
  store.outbox.value = [];
  store.aside.value = {};
  store.latestOld = new Map();
  store.pulls.value = new Map();
}

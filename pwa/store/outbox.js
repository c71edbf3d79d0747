/**
 * Owns the outbox: entries by (device, village, n), their marks, and the numbering.
 * Promises: n counts from 1 without gaps, also across tabs, because it is taken inside the transaction that stores the
 * entry; an entry leaves only after its durable answer, a stored page covering it, thirty days of server time, and a backup newer than
 * its answer where the server makes any.
 */
import { hidden, placeOf, seal, transact, unseal } from './db.js';

/**
 * @typedef {import('./types.js').Entry} Entry
 * @typedef {import('./types.js').Change} Change
 * @typedef {import('./types.js').Notes} Notes
 * @typedef {import('./types.js').Marks} Marks
 * @typedef {import('./db.js').Db} Db
 * @typedef {import('./db.js').Tx} Tx
 * @typedef {{village: string, change: Change, notes: Notes, draft?: string, imported?: string}} Item
 */

const KEPT_DAYS = 30;
const MARKS = /** @type {const} */ (['device', 'village', 'n', 'order', 'over', 'state', 'bytes', 'result', 'rev', 'seq',
  'code', 'detail', 'conflicts', 'sentAt', 'answeredAt', 'checkedAt']);

/** Time first, so that ids sort roughly by when they were made; nothing depends on the clock being right.
 * @param {number} [now] @returns {string} */
export function uuid7(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let time = Math.max(0, Math.floor(now));
  for (let at = 5; at >= 0; at -= 1) {
    bytes[at] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The change's line on the wire, without its line end. Always the same text for the same entry: the server compares it.
 * @param {Pick<Entry, 'village'|'n'|keyof Change>} entry */
export const lineOf = (entry) =>
  JSON.stringify({
    t: 'change', village: entry.village, n: entry.n, record: entry.record, kind: entry.kind, form: entry.form,
    ...(entry.base ? { base: entry.base } : {}), set: entry.set, at: entry.at,
  });

/** @param {string} text */
export const byteLength = (text) => new TextEncoder().encode(text).length;

/** @param {Marks} entry @returns {Marks} */
function marksOf(entry) {
  /** @type {Record<string, any>} */
  const marks = {};
  for (const mark of MARKS) if (entry[mark] !== undefined) marks[mark] = entry[mark];
  return /** @type {Marks} */ (marks);
}

/** Village and order stay what they are for as long as the entry does; its device and number may be given anew.
 * @param {{village: string, order: number}} entry */
export const entryPlace = ({ village, order }) => placeOf('outbox', [village, order]);

/** What an entry says never changes; its marks do. So what was deciphered once is not deciphered again, and the marks are read
 * last: while a cipher takes its time another page may write newer ones. One that cannot be read is marked and left where
 * it lies: it can neither be shown nor sent.
 * @param {Db} db @param {Entry[]} [known] as in memory @returns {Promise<{entries: Entry[], damaged: number}>} in the order they were written */
export async function readAll(db, known = []) {
  /** @type {Map<number, any>} null: damaged */
  const said = new Map(known.map((entry) => [entry.order, contentOf(entry)]));
  for (;;) {
    const kept = /** @type {(Marks & {body: any})[]} */ (await db.getAll('outbox'));
    const fresh = kept.filter(({ order }) => !said.has(order));
    if (!fresh.length) {
      const entries = kept.flatMap(({ body: _body, ...marks }) => (said.get(marks.order) ? [{ ...marks, ...said.get(marks.order) }] : []));
      return { entries: entries.sort((a, b) => a.order - b.order), damaged: kept.length - entries.length };
    }
    await Promise.all(fresh.map(async ({ body, ...marks }) => said.set(marks.order, await unseal(db, entryPlace(marks), body).catch(() => null))));
    const damaged = fresh.filter(({ order, state }) => !said.get(order) && state !== 'damaged').map((marks) => ({ ...marks, state: /** @type {const} */ ('damaged') }));
    if (damaged.length) await transact(db, ['outbox'], (tx) => mark(tx, damaged));
  }
}

/** @param {Entry} entry */
const contentOf = (entry) => Object.fromEntries(Object.entries(entry).filter(([key]) => !MARKS.some((mark) => mark === key)));

/** Stores items in one strict transaction and drops the drafts they came from.
 * @param {Db} db @param {Item[]} items @returns {Promise<Entry[]>} */
export async function append(db, items) {
  for (;;) {
    const entries = await appendAfter(db, items, (await db.get('meta', 'order')) ?? 0);
    // Another tab has written since: what was sealed for the places it took is sealed for the next ones.
    if (entries) return entries;
  }
}

/** @param {Db} db @param {Item[]} items @param {number} last the order of the last entry @returns {Promise<Entry[]|null>} */
async function appendAfter(db, items, last) {
  const [bodies, places] = await Promise.all([
    Promise.all(items.map(({ village, change, notes }, at) => seal(db, entryPlace({ village, order: last + at + 1 }), { ...change, ...notes }))),
    Promise.all(items.map(({ draft }) => (draft ? hidden(db, draft) : ''))),
  ]);
  return transact(db, ['outbox', 'meta', 'drafts'], async (tx) => {
    const meta = tx.objectStore('meta');
    const device = /** @type {string} */ (await meta.get('device'));
    let order = (await meta.get('order')) ?? 0;
    if (order !== last) return null;
    /** @type {Entry[]} */
    const entries = [];
    for (const [at, { village, change, notes, imported }] of items.entries()) {
      const n = ((await meta.get(`n/${village}`)) ?? 0) + 1;
      order += 1;
      const bytes = byteLength(lineOf({ village, n, ...change }));
      /** @type {Marks} */
      const marks = { device, village, n, order, over: 1, state: 'waiting', bytes };
      await tx.objectStore('outbox').add({ ...marks, body: bodies[at] });
      await meta.put(n, `n/${village}`);
      if (imported) await meta.put(true, `imported/${imported}`);
      if (places[at]) await tx.objectStore('drafts').delete(places[at]);
      entries.push({ ...marks, ...change, ...notes });
    }
    await meta.put(order, 'order');
    return entries;
  });
}

/** Writes new marks of entries inside a caller's transaction; an entry gone meanwhile stays gone.
 * @param {Tx} tx @param {Marks[]} entries */
export async function mark(tx, entries) {
  const outbox = tx.objectStore('outbox');
  for (const entry of entries) {
    const present = await outbox.get([entry.device, entry.village, entry.n]);
    if (present) await outbox.put({ ...marksOf(entry), body: present.body });
  }
}

/** Gives what no server has answered a new device and new numbers; what was answered stays under the old device.
 * @param {Db} db @param {string} device @returns {Promise<void>} */
export async function renumber(db, device) {
  await transact(db, ['outbox', 'meta'], async (tx) => {
    const outbox = tx.objectStore('outbox');
    const meta = tx.objectStore('meta');
    const all = /** @type {(Marks & {body: any})[]} */ (await outbox.getAll());
    for (const key of /** @type {string[]} */ (await meta.getAllKeys())) if (key.startsWith('n/')) await meta.delete(key);
    /** @type {Map<string, number>} */
    const last = new Map();
    for (const entry of all.filter(isUnanswered).sort((a, b) => a.order - b.order)) {
      const n = (last.get(entry.village) ?? 0) + 1;
      last.set(entry.village, n);
      await outbox.delete([entry.device, entry.village, entry.n]);
      await outbox.put({ ...entry, device, n, state: 'waiting' });
    }
    for (const [village, n] of last) await meta.put(n, `n/${village}`);
    await meta.put(device, 'device');
  });
}

/** The author is done with a change that the server did not take. @param {Db} db @param {Entry} entry */
export const discard = (db, entry) =>
  transact(db, ['outbox'], (tx) => tx.objectStore('outbox').delete([entry.device, entry.village, entry.n]));

/** @param {Pick<Marks, 'state'>} entry */
export const isUnanswered = (entry) => entry.state === 'waiting' || entry.state === 'sent';

/** By the server's clock only: long ago, and where the server makes backups, in one of them: until then a restore would ask for it.
 * @param {Entry} entry @param {{now: string, backup?: string|null}} server @returns {boolean} */
export const isExpired = (entry, { now, backup }) =>
  (!backup || (entry.answeredAt !== undefined && Date.parse(entry.answeredAt) < Date.parse(backup))) && entry.over === 0 && (entry.state === 'acknowledged' || entry.state === 'checked')
  && entry.answeredAt !== undefined && Date.parse(now) - Date.parse(entry.answeredAt) > KEPT_DAYS * 86_400_000;

/** Drops receipts older than thirty days that the newest backup holds.
 * @param {Db} db @param {Entry[]} entries @param {{now: string, backup?: string|null}} server */
export async function expire(db, entries, server) {
  const old = entries.filter((entry) => isExpired(entry, server));
  if (!old.length) return old;
  await transact(db, ['outbox'], async (tx) => {
    for (const entry of old) await tx.objectStore('outbox').delete([entry.device, entry.village, entry.n]);
  });
  return old;
}

/**
 * Owns the file of what no server has taken: written by one phone, read by another or by the desk.
 * Promises: inside are plain lines of the wire with the photos they name, readable only with the passphrase it was saved
 * under; a file is taken whole or not at all; taking the same file twice is harmless; files of proto 1 were not sealed.
 *
 * A line that says who may read it and how, then AES-GCM over gzip over lines: one `unsent`, any `file`, any `change`.
 */
import { NotOurs, headOf, opened, sealed, slicesOf } from './sealed-file.js';
import { filesIn, hashOf } from './files.js';
import { unsentOf } from './leaving.js';
import { append, lineOf } from './outbox.js';
import { isOperation } from './view.js';

export { NotOurs } from './sealed-file.js';

/**
 * @typedef {import('./store.js').Store} Store
 * @typedef {import('./types.js').Change} Change
 * @typedef {import('./types.js').Entry} Entry
 * @typedef {{taken: number, known: number, left: number, desk?: number}} Taken  `left`: files that did not fit; `desk`: changes only the
 *   desk may take
 */

const PROTO = 2;
/** Photos beyond this go into a file of their own: sealing holds all of one file in memory. */
const MOST_BYTES = 48 * 2 ** 20;
const PIECE = 0x6000;
const encoder = new TextEncoder();

/** Unsent and refused changes, and those whose files no server has. @param {Store} store @returns {Entry[]} */
export function unsentEntries(store) {
  const unsent = new Set(unsentOf(store));
  return store.outbox.value.filter((entry) => unsent.has(entry) || entry.state === 'quarantined');
}

/** @param {Store} store @param {string} passphrase @param {number} [from] how many photos earlier parts held
 * @returns {Promise<{name: string, blob: Blob, count: number, next: number, left: number}>} `left`: photos for another part */
export async function unsentFile(store, passphrase, from = 0) {
  const { values, next, left } = part(store, from);
  const account = store.account.value;
  const at = new Date().toISOString();
  const entries = unsentEntries(store);
  const about = { t: 'unsent', proto: PROTO, account: account?.id, login: account?.login, device: store.device, at };
  const blob = await sealed(about, passphrase, linesOf(store, { ...about, proto: 1 }, entries, values));
  const name = `shibu-unsent-${at.slice(0, 10)}${from || left ? `-${from + 1}` : ''}.shibu`;
  return { name, blob, count: entries.length, next, left };
}

/** The photos of one part. @param {Store} store @param {number} from */
function part(store, from) {
  const all = [...new Map(store.files.owed.value.map((need) => [need.value, need.bytes]))];
  let bytes = 0;
  let next = from;
  while (next < all.length && (next === from || bytes + (all[next]?.[1] ?? 0) <= MOST_BYTES)) bytes += all[next++]?.[1] ?? 0;
  return { values: all.slice(from, next).map(([value]) => value), next, left: all.length - next };
}

/** Photos before the changes that name them, so that whoever takes them in has them when it sends the text.
 * @param {Store} store @param {Record<string, any>} head @param {Entry[]} entries @param {string[]} values @returns {AsyncGenerator<Uint8Array>} */
export async function* linesOf(store, head, entries, values) {
  yield encoder.encode(`${JSON.stringify(head)}\n`);
  for (const value of values) yield* fileLine(store, value);
  for (const entry of entries) {
    const line = lineOf(entry);
    // Written under an earlier number of this phone: told apart from what bears the same number now.
    yield encoder.encode(`${entry.device === head.device ? line : `${line.slice(0, -1)},"device":${JSON.stringify(entry.device)}}`}\n`);
  }
}

/** A photo in letters, piece by piece. @param {Store} store @param {string} value @returns {AsyncGenerator<Uint8Array>} */
async function* fileLine({ files }, value) {
  const hash = hashOf(value);
  const held = await files.bytes(hash);
  if (!held) return;
  const bytes = new Uint8Array(held);
  const { name = '', type = '' } = files.marks.peek().get(hash) ?? {};
  yield encoder.encode(`${JSON.stringify({ t: 'file', value, name, type }).slice(0, -1)},"body":"`);
  for (let at = 0; at < bytes.length; at += PIECE) yield encoder.encode(btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE))));
  yield encoder.encode('"}\n');
}

/** Whether a passphrase is needed; refuses what is not for this account or newer than this app.
 * @param {Store} store @param {Blob} blob @returns {Promise<boolean>} */
export async function needsPassphrase(store, blob) {
  const { head } = await headOf(blob);
  if (head.account !== store.account.value?.id) throw new NotOurs('other_account');
  if (head.proto > PROTO) throw new NotOurs('newer');
  return head.proto === PROTO;
}

/** @param {Store} store @param {Blob} blob @param {string} [passphrase] @returns {Promise<Taken>} */
export async function importUnsent(store, blob, passphrase = '') {
  const { db } = store;
  if (!db) throw new Error('no account is open');
  const needed = await needsPassphrase(store, blob);
  const { head } = await headOf(blob);
  const inside = needed ? await opened(blob, passphrase) : blob;
  // All of it is looked at before any of it is kept.
  let first = true;
  for await (const line of slicesOf(inside, needed)) {
    if (first ? line.t !== 'unsent' || line.account !== head.account : !isWhole(line)) throw new NotOurs('not_a_file_of_ours');
    first = false;
  }
  if (first) throw new NotOurs('not_a_file_of_ours');
  /** @type {(Change & {village: string, n: number, device?: string})[]} */
  const changes = [];
  let left = 0;
  for await (const line of slicesOf(inside, needed)) {
    // Without room for a photo its text is taken all the same.
    if (line.t === 'file') await store.files.keep(blobOf(line), line).catch(() => (left += 1));
    else if (line.t === 'change') changes.push(/** @type {any} */ (line));
  }
  // Under a number of this phone an amount would be added once more when the other phone sends it; the desk keeps its number.
  const ours = changes.filter((change) => !counts(change));
  const items = await itemsOf(store, db, head.device, ours);
  const desk = changes.length - ours.length;
  if (items.length) {
    store.takeEntries(await append(db, items));
    store.tabs?.tell({ t: 'outbox' });
    store.hooks.saved?.();
  }
  return { taken: items.length, known: ours.length - items.length, left, ...(desk ? { desk } : {}) };
}

/** @param {Change} change of an amount that is added up */
const counts = ({ set }) => Object.values(set).some((value) => isOperation(value) && 'add' in value);

/** @param {Record<string, any>} line */
const blobOf = ({ body, type }) => new Blob([Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0))], { type });

/** @param {Record<string, any>} line whether a line says all that such a line says; later apps may write others */
function isWhole(line) {
  const { t, village, n, record, kind, form, base = 0, set, at, value, body } = line;
  if (t === 'file') return typeof body === 'string' && body.length % 4 === 0 && Boolean(hashOf(String(value)));
  if (t !== 'change') return t !== 'unsent';
  const texts = [village, record, kind, form, at].every((one) => typeof one === 'string');
  return texts && Number.isSafeInteger(n) && Number.isSafeInteger(base) && set !== null && typeof set === 'object' && !Array.isArray(set);
}

/** What this phone does not have yet. @param {Store} store @param {import('./db.js').Db} db @param {string} from the phone that wrote the file
 * @param {(Change & {village: string, n: number, device?: string})[]} changes @returns {Promise<import('./outbox.js').Item[]>} */
async function itemsOf(store, db, from, changes) {
  const held = new Set(store.outbox.value.map((e) => `${e.device}|${e.village}|${e.n}`));
  const items = [];
  for (const { village, n, device = from, ...rest } of changes) {
    const { record, kind, form, base = 0, set, at } = rest;
    const key = `${device}|${village}|${n}`;
    if (held.has(key) || hasArrived(store, rest) || (await db.get('meta', `imported/${key}`))) continue;
    held.add(key);
    /** @type {Change} */
    const change = { record, kind, form, base, set, at };
    const title = store.titleOf({ kind, form, answers: set });
    items.push({ village, change, notes: { created: base === 0 && !store.records.shown.has(record), title }, imported: key });
  }
  return items;
}

/** The phone it was written on has sent it meanwhile and it still stands. What names photos goes again all the same: they
 * may not have followed. @param {Store} store @param {Change} change */
function hasArrived({ records, account }, { record, set, at }) {
  const row = records.base.get(record);
  if (!row || row.gone || row.by !== account.value?.id || row.client_at !== at || filesIn(set).length) return false;
  return Object.entries(set).every(([path, value]) => isOperation(value) || JSON.stringify(row.answers[path] ?? null) === JSON.stringify(value));
}

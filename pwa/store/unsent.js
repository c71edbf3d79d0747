/**
 * Owns the file of what no server has taken: written by one phone, read by another or by the desk.
 * Promises: plain lines of the wire, readable by a person, with the photos they name; taking the same file twice is harmless.
 */
import { hashOf } from './files.js';
import { unsentOf } from './leaving.js';
import { append, lineOf } from './outbox.js';

/**
 * @typedef {import('./store.js').Store} Store
 * @typedef {import('./types.js').Change} Change
 */

export class NotOurs extends Error {
  /** @param {'other_account'|'not_a_file_of_ours'} code */
  constructor(code) {
    super(code);
    this.name = 'NotOurs';
    this.code = code;
  }
}

/** Unsent and refused changes, and those whose files no server has. @param {Store} store
 * @returns {Promise<{name: string, blob: Blob, count: number}>} */
export async function unsentFile(store) {
  const unsent = new Set(unsentOf(store));
  const entries = store.outbox.value.filter((entry) => unsent.has(entry) || entry.state === 'quarantined');
  const account = store.account.value;
  const at = new Date().toISOString();
  const head = { t: 'unsent', proto: 1, account: account?.id, login: account?.login, device: store.device, at };
  /** @type {BlobPart[]} */
  const parts = [JSON.stringify(head), '\n'];
  for (const value of new Set(store.files.owed.value.map((need) => need.value))) parts.push(...(await fileLine(store, value)));
  for (const entry of entries) parts.push(lineOf(entry), '\n');
  return { name: `shibu-unsent-${at.slice(0, 10)}.ndjson`, blob: new Blob(parts, { type: 'application/x-ndjson' }), count: entries.length };
}

const PIECE = 0x6000;

/** A photo in letters, piece by piece, so that it is in memory only once. @param {Store} store @param {string} value
 * @returns {Promise<string[]>} */
async function fileLine({ files }, value) {
  const hash = hashOf(value);
  const held = await files.bytes(hash);
  if (!held) return [];
  const bytes = new Uint8Array(held);
  const { name = '', type = '' } = files.marks.peek().get(hash) ?? {};
  const parts = [JSON.stringify({ t: 'file', value, name, type }).slice(0, -1), ',"body":"'];
  for (let at = 0; at < bytes.length; at += PIECE) parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE))));
  return [...parts, '"}\n'];
}

/** @param {Store} store @param {string} text @returns {Promise<{taken: number, known: number, left: number}>} `left`: files that did not fit */
export async function importUnsent(store, text) {
  const [head, ...lines] = parsed(text);
  if (head?.t !== 'unsent') throw new NotOurs('not_a_file_of_ours');
  if (head.account !== store.account.value?.id) throw new NotOurs('other_account');
  const { db } = store;
  if (!db) throw new Error('no account is open');
  let left = 0;
  // Before the changes that name them: what is saved is sent at once.
  for (const { type, name, body } of lines.filter((line) => line.t === 'file')) {
    const blob = new Blob([Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0))]);
    // Without room for a photo its text is taken all the same.
    await store.files.keep(blob, { name, type }).catch(() => (left += 1));
  }
  const changes = lines.filter((line) => line.t === 'change');
  const held = new Set(store.outbox.value.map((e) => `${e.device}|${e.village}|${e.n}`));
  const items = [];
  for (const { village, n, record, kind, form, base, set, at } of changes) {
    const key = `${head.device}|${village}|${n}`;
    if (held.has(key) || (await db.get('meta', `imported/${key}`))) continue;
    /** @type {Change} */
    const change = { record, kind, form, base, set, at };
    const title = store.titleOf({ kind, form, answers: set });
    items.push({ village, change, notes: { created: base === 0 && !store.records.shown.has(record), title }, imported: key });
  }
  if (items.length) {
    store.takeEntries(await append(db, items));
    store.tabs?.tell({ t: 'outbox' });
    store.hooks.saved?.();
  }
  return { taken: items.length, known: changes.length - items.length, left };
}

/** @param {string} text @returns {Record<string, any>[]} */
function parsed(text) {
  try {
    return text.split('\n').filter((line) => line.trim()).map((line) => JSON.parse(line));
  } catch {
    throw new NotOurs('not_a_file_of_ours');
  }
}

/**
 * Owns the file of what no server has taken: written by one phone, read by another or by the desk.
 * Promises: plain lines of the wire, readable by a person; taking the same file twice is harmless.
 */
import { append, isUnanswered, lineOf } from './outbox.js';

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

/** @param {Store} store @returns {{name: string, text: string, count: number}} unsent and refused changes */
export function unsentFile(store) {
  const entries = store.outbox.value.filter((entry) => isUnanswered(entry) || entry.state === 'quarantined');
  const account = store.account.value;
  const at = new Date().toISOString();
  const head = { t: 'unsent', proto: 1, account: account?.id, login: account?.login, device: store.device, at };
  const text = [JSON.stringify(head), ...entries.map(lineOf), ''].join('\n');
  return { name: `shibu-unsent-${at.slice(0, 10)}.ndjson`, text, count: entries.length };
}

/** @param {Store} store @param {string} text @returns {Promise<{taken: number, known: number}>} */
export async function importUnsent(store, text) {
  const [head, ...lines] = parsed(text);
  if (head?.t !== 'unsent') throw new NotOurs('not_a_file_of_ours');
  if (head.account !== store.account.value?.id) throw new NotOurs('other_account');
  const { db } = store;
  if (!db) throw new Error('no account is open');
  const held = new Set(store.outbox.value.map((e) => `${e.device}|${e.village}|${e.n}`));
  const items = [];
  for (const { village, n, record, kind, form, base, set, at } of lines.filter((line) => line.t === 'change')) {
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
  return { taken: items.length, known: lines.length - items.length };
}

/** @param {string} text @returns {Record<string, any>[]} */
function parsed(text) {
  try {
    return text.split('\n').filter((line) => line.trim()).map((line) => JSON.parse(line));
  } catch {
    throw new NotOurs('not_a_file_of_ours');
  }
}

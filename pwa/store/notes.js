/**
 * Owns what a person writes down while the store is locked: sealed to a public key, so that nothing has to be opened to write.
 * Promises: a note is on the disk when `add` resolves; it leaves only in the transaction that makes a draft of it, or when
 * its person lets it go; who holds the phone without the key can add notes and read none.
 */
import { getMeta, hidden, openDatabase, placeOf, seal, sealMeta, transact, nameOf } from './db.js';
import { uuid7 } from './outbox.js';
import * as registry from './registry.js';
import { decrypt, encrypt } from './vault.js';

/**
 * @typedef {import('./store.js').Store} Store
 * @typedef {{id: string, at: string, text: string}} Note
 */

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const PEN = 'notes/key';

/** @param {CryptoKey} own @param {CryptoKey} other */
async function shared(own, other) {
  const bits = await crypto.subtle.deriveBits({ name: 'ECDH', public: other }, own, 256);
  const root = await crypto.subtle.importKey('raw', bits, 'HKDF', false, ['deriveKey']);
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: new TextEncoder().encode('shibu/1/note') };
  return crypto.subtle.deriveKey(how, root, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** The public half is where a locked phone finds it, the private one is sealed. @param {Store} store */
export async function keepPen(store) {
  const { db, account: { value: account } } = store;
  if (!db || !account) return;
  let key = await getMeta(db, PEN).catch(() => undefined);
  if (!key) {
    const pair = await crypto.subtle.generateKey(CURVE, true, ['deriveBits']);
    const fresh = await crypto.subtle.exportKey('jwk', pair.privateKey);
    const sealed = await sealMeta(db, PEN, fresh);
    await transact(db, ['meta'], async (tx) => {
      const meta = tx.objectStore('meta');
      if (!(await meta.getKey(PEN))) await meta.put(sealed, PEN);
    });
    // Another page may have been first.
    key = await getMeta(db, PEN);
  }
  const { d: _secret, key_ops: _ops, ...pen } = key;
  const known = await registry.knownById(account.id);
  if (known && known.pen?.x !== pen.x) await registry.note(account.id, { pen });
}

/** @template T @param {Store} store @param {import('./registry.js').Known} known @param {(db: import('./db.js').Db) => Promise<T>} work */
async function using(store, known, work) {
  if (store.db) return work(store.db);
  const db = await openDatabase(known.database ?? nameOf(known.id));
  try {
    return await work(db);
  } finally {
    db.close();
  }
}

/** @param {Store} store @param {string} text @returns {Promise<string>} its id */
export async function add(store, text) {
  const known = store.account.value && (await registry.knownById(store.account.value.id));
  if (!known?.pen) throw new Error('no store to write notes into');
  const pen = await crypto.subtle.importKey('jwk', known.pen, CURVE, false, []);
  const once = await crypto.subtle.generateKey(CURVE, true, ['deriveBits']);
  const id = uuid7();
  const body = await encrypt(await shared(once.privateKey, pen), placeOf('notes', id), new TextEncoder().encode(JSON.stringify({ text })));
  const from = await crypto.subtle.exportKey('raw', once.publicKey);
  await using(store, known, (db) => transact(db, ['notes'], (tx) => tx.objectStore('notes').put({ id, at: new Date().toISOString(), from, body })));
  return id;
}

/** How many wait, also while nobody can read them. @param {Store} store @returns {Promise<number>} */
export async function count(store) {
  const known = store.account.value && (await registry.knownById(store.account.value.id));
  return known?.vault ? using(store, known, (db) => db.count('notes')) : 0;
}

/** Once the store is open; one that was damaged stays where it is. @param {Store} store @returns {Promise<Note[]>} the oldest first */
export async function list(store) {
  const { db } = store;
  const secret = db && (await getMeta(db, PEN));
  if (!db || !secret) return [];
  const own = await crypto.subtle.importKey('jwk', { ...secret, key_ops: ['deriveBits'] }, CURVE, false, ['deriveBits']);
  const read = (await db.getAll('notes')).map(async ({ id, at, from, body }) => {
    try {
      const other = await crypto.subtle.importKey('raw', from, CURVE, false, []);
      const bytes = await decrypt(await shared(own, other), placeOf('notes', id), body);
      return [{ id, at, text: JSON.parse(new TextDecoder().decode(bytes)).text }];
    } catch (error) {
      console.error(error);
      return [];
    }
  });
  return (await Promise.all(read)).flat();
}

/** The note becomes a draft: both or neither. @param {Store} store @param {string} id @param {string} key of the draft @param {any} value */
export async function turn(store, id, key, value) {
  const { db } = store;
  if (!db) throw new Error('no account is open');
  const place = await hidden(db, key);
  const [name, body] = await Promise.all([seal(db, placeOf('drafts', [place, 'name']), key), seal(db, placeOf('drafts', place), value)]);
  await transact(db, ['drafts', 'notes'], async (tx) => {
    await tx.objectStore('drafts').put({ at: new Date().toISOString(), name, body }, place);
    await tx.objectStore('notes').delete(id);
  });
  await store.shelf.read(db);
  store.tabs?.tell({ t: 'drafts' });
}

/** @param {Store} store @param {string} id */
export async function drop({ db }, id) {
  if (db) await transact(db, ['notes'], (tx) => tx.objectStore('notes').delete(id));
}

/**
 * Owns moving a store that lay open on the disk, from before stores were sealed, into a sealed one.
 * Promises: what a person wrote comes along whole: outbox with its numbers, marks and receipts, drafts, files, private notes;
 * downloaded rows are pulled again; the old database goes only when the new one is complete; begun again after any end, it
 * ends the same.
 */
import { deleteDB, openDB } from 'idb';
import { entryPlace } from './outbox.js';
import { hidden, nameOf, openDatabase, placeOf, seal, sealBytes, sealMeta, transact } from './db.js';
import * as registry from './registry.js';
import { arm } from './vault.js';

/**
 * @typedef {import('./db.js').Db} Db
 * @typedef {import('./types.js').Trouble} Trouble
 * @typedef {[store: string, value: any, key?: any]} Put
 */

/** One more than any app that wrote them: whoever still has it open lets go, and nobody opens it to write again. */
const LAST = 4;
/** What tells of people; every other value of `meta` is a counter, a mark or a name of a form. */
const TELLING = /^(scope|aside|(looks|review|day|summary|old)\b)/;
const LEFT = /^(pull|old|day|summary)\//;
const MOVED = 'moved';

/** @param {string} id */
const plainName = (id) => `shibu-${id}`;

/** @param {any} sealed as it lay: text of JSON */
const plain = (sealed) => (sealed === undefined ? undefined : JSON.parse(sealed));

/** @param {string} id @param {(trouble: Trouble|null) => void} tell @returns {Promise<Db|null>} null: there is none */
async function openPlain(id, tell) {
  let isNew = false;
  const db = await openDB(plainName(id), LAST, {
    // A page of an earlier app that does not let go, as a frozen one cannot.
    blocked: () => tell({ code: 'store_blocked' }),
    upgrade: (_db, old, _wanted, tx) => {
      isNew = old === 0;
      if (!isNew) return;
      tx.done.catch(() => undefined);
      tx.abort();
    },
    blocking: (_current, _wanted, event) => /** @type {IDBDatabase} */ (event.target).close(),
  }).catch((error) => {
    if (isNew) return null;
    throw error;
  });
  tell(null);
  return db;
}

/** @param {import('./registry.js').Known} known @param {import('./vault.js').Held} held
 * @param {(trouble: Trouble|null) => void} [tell] what it waits for; null: no more */
export async function move(known, held, tell = () => undefined) {
  const old = await openPlain(known.id, tell);
  if (old) {
    const fresh = await openDatabase(known.database ?? nameOf(known.id));
    arm(fresh, held);
    try {
      if (!(await fresh.get('meta', MOVED))) await moveAll(old, fresh);
    } finally {
      old.close();
      fresh.close();
    }
    await deleteDB(plainName(known.id));
  }
  await registry.note(known.id, { sealed: true });
}

/** @param {Db} old @param {Db} fresh */
async function moveAll(old, fresh) {
  const held = [...old.objectStoreNames];
  // Photos are large: one at a time, before the rest, which goes as one.
  if (held.includes('files')) await moveFiles(old, fresh);
  /** @type {Put[]} */
  const puts = [...(await outbox(old, fresh)), ...(await drafts(old, fresh)), ...(await meta(old, fresh)), ...(await forms(old, fresh))];
  if (held.includes('private')) puts.push(...(await notes(old, fresh)));
  await transact(fresh, ['outbox', 'drafts', 'meta', 'forms', 'private'], async (tx) => {
    for (const [store, value, key] of puts) await tx.objectStore(store).put(value, key);
    await tx.objectStore('meta').put(true, MOVED);
  });
}

/** @param {Db} old @param {Db} fresh */
async function moveFiles(old, fresh) {
  for (const { body, ...marks } of await old.getAll('files')) {
    const { hash } = marks;
    const bytes = await old.get('bytes', hash);
    if (!bytes) continue;
    const [name, sealed] = await Promise.all([seal(fresh, placeOf('files', hash), plain(body)), sealBytes(fresh, placeOf('bytes', hash), bytes)]);
    await transact(fresh, ['files', 'bytes'], async (tx) => {
      await tx.objectStore('files').put({ ...marks, body: name });
      await tx.objectStore('bytes').put(sealed, hash);
    });
  }
}

/** @param {Db} old @param {Db} fresh @returns {Promise<Put[]>} */
const outbox = async (old, fresh) =>
  Promise.all((await old.getAll('outbox')).map(async ({ body, ...marks }) =>
    /** @type {Put} */ (['outbox', { ...marks, body: await seal(fresh, entryPlace(marks), plain(body)) }])));

/** @param {Db} old @param {Db} fresh @returns {Promise<Put[]>} */
async function drafts(old, fresh) {
  const [keys, kept] = await Promise.all([old.getAllKeys('drafts'), old.getAll('drafts')]);
  return Promise.all(kept.map(async ({ at, name, body }, n) => {
    const key = name === undefined ? String(keys[n]) : plain(name);
    const place = await hidden(fresh, key);
    const [sealedName, sealed] = await Promise.all([seal(fresh, placeOf('drafts', [place, 'name']), key), seal(fresh, placeOf('drafts', place), plain(body))]);
    return /** @type {Put} */ (['drafts', { at, name: sealedName, body: sealed }, place]);
  }));
}

/** @param {Db} old @param {Db} fresh @returns {Promise<Put[]>} */
async function meta(old, fresh) {
  const [keys, values] = await Promise.all([old.getAllKeys('meta'), old.getAll('meta')]);
  const kept = keys.map((key, n) => /** @type {[string, any]} */ ([String(key), values[n]])).filter(([key]) => !LEFT.test(key));
  return Promise.all(kept.map(async ([key, value]) => {
    const said = value?.sealed === undefined ? value : plain(value.sealed);
    return /** @type {Put} */ (['meta', TELLING.test(key) ? await sealMeta(fresh, key, said) : said, key]);
  }));
}

/** Definitions, so that a phone without a network can go on writing; their pictures come again.
 * @param {Db} old @param {Db} fresh @returns {Promise<Put[]>} */
async function forms(old, fresh) {
  const [keys, values] = await Promise.all([old.getAllKeys('forms'), old.getAll('forms')]);
  const texts = keys.map((key, n) => /** @type {[string, any]} */ ([String(key), values[n]])).filter(([, value]) => typeof value === 'string');
  return Promise.all(texts.map(async ([key, value]) => /** @type {Put} */ (['forms', await seal(fresh, placeOf('forms', key), plain(value)), key])));
}

/** @param {Db} old @param {Db} fresh @returns {Promise<Put[]>} */
async function notes(old, fresh) {
  const [keys, values] = await Promise.all([old.getAllKeys('private'), old.getAll('private')]);
  return Promise.all(keys.map(async (key, n) => /** @type {Put} */ (['private', await seal(fresh, placeOf('private', key), plain(values[n])), key])));
}

/**
 * Owns drafts: what is being filled in and not yet saved, by a key its screen chooses.
 * Promises: a draft is on the disk when `keep` resolves; reading is synchronous and tells signals.
 */
import { signal } from '@preact/signals-core';
import { hidden, placeOf, seal, unseal } from './db.js';

/** @typedef {import('./types.js').Draft} Draft @typedef {import('./db.js').Db} Db */

export class Drafts {
  /** @param {() => void} tell  told when the disk has changed */
  constructor(tell) {
    this.tell = tell;
    this.all = signal(/** @type {Draft[]} */ ([]));
    /** @type {Db|null} */
    this.db = null;
    /** @type {Promise<unknown>} */
    this.turn = Promise.resolve();
  }

  /** Writing and reading take turns, so that the last word typed is the last one written. @param {() => Promise<void>} work */
  #inTurn(work) {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  /** Reads what this database holds; with null nothing is open. @param {Db|null} db */
  read(db) {
    this.db = db;
    return this.#inTurn(() => this.#read(db));
  }

  /** @param {Db|null} db */
  async #read(db) {
    const [keys, kept] = db ? await Promise.all([db.getAllKeys('drafts'), db.getAll('drafts')]) : [[], []];
    // One that was damaged stays where it is and is not shown.
    const all = db ? (await Promise.all(keys.map((place, at) => drafted(db, String(place), kept[at]).catch(() => [])))).flat() : [];
    if (this.db === db) this.all.value = all;
  }

  /** @param {string} key @returns {any} */
  get(key) {
    return this.all.value.find((draft) => draft.key === key)?.value;
  }

  /** @param {string} key @param {any} value */
  keep(key, value) {
    const at = new Date().toISOString();
    this.all.value = [...this.all.peek().filter((draft) => draft.key !== key), { key, value, at }];
    const { db } = this;
    return this.#inTurn(async () => {
      if (db) {
        const place = await hidden(db, key);
        const [name, body] = await Promise.all([seal(db, placeOf('drafts', [place, 'name']), key), seal(db, placeOf('drafts', place), value)]);
        await db.put('drafts', { at, name, body }, place);
      }
      this.tell();
    });
  }

  /** @param {string} key */
  drop(key) {
    this.dropped([key]);
    const { db } = this;
    return this.#inTurn(async () => {
      if (db) await db.delete('drafts', await hidden(db, key));
      this.tell();
    });
  }

  /** They were dropped on the disk by the transaction that saved what came of them. @param {(string|undefined)[]} keys */
  dropped(keys) {
    const gone = this.all.peek().filter((draft) => keys.includes(draft.key));
    if (gone.length) this.all.value = this.all.peek().filter((draft) => !gone.includes(draft));
  }
}

/** @param {Db} db @param {string} place @param {{at: string, name?: any, body: any}} kept @returns {Promise<Draft>} */
async function drafted(db, place, { at, name, body }) {
  const key = name === undefined ? place : await unseal(db, placeOf('drafts', [place, 'name']), name);
  return { key, at, value: await unseal(db, placeOf('drafts', place), body) };
}

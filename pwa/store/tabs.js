/**
 * Owns the talk between tabs of one account: who changed what.
 * Promises: a message only says where to look; the database is what is believed.
 */
import { placeOf, unseal } from './db.js';

/**
 * @typedef {[string, number, number, number]} BlockKey
 * @typedef {{t: 'outbox'} | {t: 'drafts'} | {t: 'files'} | {t: 'scope'} | {t: 'left'} | {t: 'lock'} | {t: 'sync'} | {t: 'state', state: any}
 *   | {t: 'page', village: string, step: number, rows: string[], blocks: BlockKey[], reload: boolean}} Message
 */

export class Tabs {
  /** @param {import('./store.js').Store} store */
  constructor(store) {
    this.store = store;
    this.channel = new BroadcastChannel(`shibu-${store.account.value?.id}`);
    /** Messages are taken one after another. */
    this.turn = Promise.resolve();
    this.channel.onmessage = (event) => {
      this.turn = this.turn.then(() => this.hear(event.data)).catch(() => undefined);
    };
  }

  /** @param {Message} message */
  tell(message) {
    this.channel.postMessage(message);
  }

  /** @param {Message} message */
  async hear(message) {
    const { store } = this;
    if (!store.db || store.tabs !== this) return;
    if (message.t === 'left') await store.close();
    else if (message.t === 'lock') await store.lockNow({ told: true });
    else if (message.t === 'outbox') await store.readOutbox({ ahead: true });
    else if (message.t === 'drafts') await store.shelf.read(store.db);
    else if (message.t === 'files') await store.files.read(store.db);
    else if (message.t === 'scope') await store.reread();
    else if (message.t === 'page') await this.#page(store.db, message);
    else store.hooks.heard?.(message);
  }

  /** @param {import('./db.js').Db} db @param {Extract<Message, {t: 'page'}>} message */
  async #page(db, { village, step, rows, blocks, reload }) {
    const { records, pulls } = this.store;
    const held = pulls.value.get(village);
    if (held && held.step >= step) return;
    if (!held || reload || held.step + 1 !== step) {
      await this.store.reload(village);
      return this.store.readOutbox({ ahead: true, read: village });
    }
    for (const id of rows) {
      const kept = await db.get('rec', [village, held.generation, id]);
      if (kept) records.take(await unseal(db, placeOf('rec', [village, held.generation, id]), kept.body));
    }
    for (const key of blocks) {
      const sealed = await db.get('blocks', key);
      for (const row of sealed ? await unseal(db, placeOf('blocks', key), sealed) : []) records.take(row, key[2]);
    }
    const pull = await db.get('meta', `pull/${village}`);
    if (pull) pulls.value = new Map(pulls.value).set(village, pull);
    // The other tab may have stored pages of other villages since, which this one has not heard of yet.
    await this.store.readOutbox({ ahead: true, read: village });
  }

  close() {
    this.channel.close();
  }
}

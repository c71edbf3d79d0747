/**
 * Owns the talk between tabs of one account: who changed what.
 * Promises: a message only says where to look; the database is what is believed.
 */
import { pourOverlay } from './blocks.js';
import { unseal } from './db.js';
import { readAll } from './outbox.js';

/**
 * @typedef {{t: 'outbox'} | {t: 'page', village: string, step: number, blocks: [string, number, number, number][], rec: string[]}
 *   | {t: 'reload'} | {t: 'left'}} Message
 */

export class Tabs {
  /** @param {import('./store.js').Store} store */
  constructor(store) {
    this.store = store;
    this.channel = new BroadcastChannel(`shibu-${store.account.value?.id}`);
    this.channel.onmessage = (event) => {
      void this.hear(event.data);
    };
  }

  /** @param {Message} message */
  tell(message) {
    this.channel.postMessage(message);
  }

  /** @param {Message} message */
  async hear(message) {
    const { store } = this;
    const { db } = store;
    if (!db) return;
    if (message.t === 'left') await store.close();
    else if (message.t === 'outbox') await store.readOutbox();
    else if (message.t === 'reload') await store.openAccount(/** @type {import('./types.js').Account} */ (store.account.value));
    else await this.#page(db, message);
  }

  /** @param {import('./db.js').Db} db @param {Extract<Message, {t: 'page'}>} message */
  async #page(db, { village, step, blocks, rec }) {
    const { store } = this;
    const pull = await db.get('meta', `pull/${village}`);
    if (!pull || (store.pulls.value.get(village)?.step ?? 0) >= step) return;
  }

  close() {
    this.channel.close();
  }
}

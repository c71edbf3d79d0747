/**
 * Owns what is kept of a form while it is being filled, so that a killed app has every answer.
 * Promises: kept at every answer; one write at a time and always the latest; nothing is kept while nothing was touched.
 */
import { signal } from '@preact/signals';
import { store } from '../store/store.js';

/**
 * @typedef {object} Draft  as it lies in the store
 * @property {string} href  where it is taken up again
 * @property {string} kind
 * @property {string} id  of the record, also when it is new
 * @property {string} form  hash
 * @property {string} village
 * @property {number} base
 * @property {Record<string, any>} answers
 * @property {Record<string, any>} original
 * @property {[string, string][]} raw
 * @property {[string, any[]][]} [aside]  entries that a smaller number took away
 * @property {number} page
 * @property {Record<string, any>} [more]  of the screen alone
 */

const PATIENCE_MS = 300;

export class DraftKeeper {
  /** @param {string} key @param {() => Draft} take */
  constructor(key, take) {
    this.key = key;
    this.take = take;
    /** What the head says: nothing yet, being written, kept. */
    this.state = signal(/** @type {'' | 'writing' | 'kept' | 'full'} */ (store.draft(key) ? 'kept' : ''));
    this.busy = false;
    this.again = false;
    this.over = false;
    /** @type {Promise<void>} */
    this.done = Promise.resolve();
  }

  /** Keeps what is there now. */
  keep() {
    if (this.over) return;
    this.again = this.busy;
    if (!this.busy) this.done = this.#write();
  }

  async #write() {
    this.busy = true;
    // A write that takes a moment says nothing; one that takes longer is not called kept.
    const slow = setTimeout(() => (this.state.value = 'writing'), PATIENCE_MS);
    try {
      do {
        this.again = false;
        await store.keepDraft(this.key, this.take());
      } while (this.again && !this.over);
      clearTimeout(slow);
      this.state.value = 'kept';
    } catch {
      // Storage full or closed: the words are still on the screen, and the head says that they are nowhere else.
      clearTimeout(slow);
      this.state.value = 'full';
    }
    this.busy = false;
  }

  /** No more: it was saved, and the draft went with the saving. A write still on its way is waited for. */
  async end() {
    this.over = true;
    await this.done;
  }

  async discard() {
    await this.end();
    await store.dropDraft(this.key);
  }
}

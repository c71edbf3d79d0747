// A phone's disk and the pages over it. A page may die at any of its transactions: then it writes, sends and hears nothing
// more, what it had not finished is rolled back, and what lies on the disk lies there.
import 'fake-indexeddb/auto';
import { AsyncLocalStorage } from 'node:async_hooks';
import { deserialize, serialize } from 'node:v8';
import { IDBDatabase, IDBFactory } from 'fake-indexeddb';

/** Which page is at work: opening a database asks the global factory, which must know for whom. */
export const at = new AsyncLocalStorage();
const Channel = globalThis.BroadcastChannel;
const begin = IDBDatabase.prototype.transaction;

/** One page's life. */
export class Life {
  constructor() {
    this.dead = false;
    this.transactions = new Set();
    this.connections = new Set();
    this.stopping = new AbortController();
    this.died = new Promise((resolve) => (this.tellDeath = resolve));
    this.disarm();
  }

  /** At the k-th writing transaction from now: dies `before` it, in the `middle` or `after` it, or it has no room (`quota`).
   * @param {number} left @param {'before'|'middle'|'after'|'quota'} how */
  arm(left, how) {
    this.left = left;
    this.how = how;
  }

  disarm() {
    this.left = Infinity;
    this.how = '';
  }

  /** Only what the page would have heard after its death is kept from it. */
  die() {
    if (this.dead) return;
    this.dead = true;
    for (const tx of this.transactions) if (tx._state !== 'finished') tx._abort('AbortError');
    for (const connection of this.connections) connection.close();
    this.stopping.abort();
    this.tellDeath('dead');
  }

  /** @param {IDBTransaction} tx a writing one */
  count(tx) {
    if ((this.left -= 1) !== 0) return;
    if (this.how === 'quota') setImmediate(() => tx._state !== 'finished' && tx._abort('QuotaExceededError'));
    else if (this.how === 'before') this.die();
    else if (this.how === 'middle') setImmediate(() => setImmediate(() => this.die()));
    else {
      tx.addEventListener('complete', (event) => {
        event.stopImmediatePropagation();
        this.die();
      });
    }
  }
}

IDBDatabase.prototype.transaction = function transaction(stores, mode, options) {
  const { life } = this;
  if (!life || mode === 'versionchange') return begin.call(this, stores, mode, options);
  if (life.dead) throw new DOMException('this page is dead', 'InvalidStateError');
  const tx = begin.call(this, stores, mode, options);
  life.transactions.add(tx);
  for (const end of ['complete', 'abort']) tx.addEventListener(end, () => life.transactions.delete(tx));
  if (mode === 'readwrite') life.count(tx);
  return tx;
};

export class Disk {
  constructor() {
    this.factory = new IDBFactory();
  }

  /** From now on this process's databases are this disk's, and its channels join this disk's pages. @param {number} number */
  mount(number) {
    const { factory } = this;
    globalThis.indexedDB = {
      open(name, version) {
        const life = at.getStore();
        if (life?.dead) throw new DOMException('this page is dead', 'InvalidStateError');
        const request = factory.open(name, version);
        const own = () => {
          request.result.life = life;
          life?.connections.add(request.result);
        };
        request.addEventListener('upgradeneeded', own);
        request.addEventListener('success', own);
        return request;
      },
      deleteDatabase: (name) => factory.deleteDatabase(name),
      databases: () => factory.databases(),
      cmp: (a, b) => factory.cmp(a, b),
    };
    globalThis.BroadcastChannel = class extends Channel {
      constructor(name) {
        super(`${number}:${name}`);
      }
    };
  }

  /** All of it, as a text. @returns {Promise<string>} */
  async copy() {
    const found = [];
    for (const { name, version } of await this.factory.databases()) {
      const db = await asked(this.factory.open(name));
      const stores = [];
      for (const store of db.objectStoreNames) {
        const objects = begin.call(db, store, 'readonly').objectStore(store);
        const [keys, values] = await Promise.all([asked(objects.getAllKeys()), asked(objects.getAll())]);
        stores.push({ store, keyPath: objects.keyPath, keys, values });
      }
      db.close();
      found.push({ name, version, stores });
    }
    return serialize(found).toString('base64');
  }

  /** @param {string} text what `copy` gave, of another phone's disk */
  async fill(text) {
    for (const { name, version, stores } of deserialize(Buffer.from(text, 'base64'))) {
      const opening = this.factory.open(name, version);
      opening.onupgradeneeded = () => {
        for (const { store, keyPath, keys, values } of stores) {
          const objects = opening.result.createObjectStore(store, keyPath === null ? undefined : { keyPath });
          for (const [index, value] of values.entries()) objects.put(value, keyPath === null ? keys[index] : undefined);
        }
      };
      (await asked(opening)).close();
    }
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const asked = (request) =>
  new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error));
  });

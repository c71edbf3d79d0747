// A phone: its own databases, its own cookies, and the shipped store and sync over them.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { Loop } from '../../pwa/sync/loop.js';
import { Api } from '../../pwa/sync/api.js';
import { signIn } from '../../pwa/sync/session.js';
import { enter } from '../../pwa/store/locking.js';
import { Store } from '../../pwa/store/store.js';

const Channel = globalThis.BroadcastChannel;
const phones = new WeakMap();
let made = 0;

/** Channels join the pages of one phone, not all phones of this process. */
function channelsOf(disk) {
  if (!phones.has(disk)) phones.set(disk, (made += 1));
  const phone = phones.get(disk);
  return class extends Channel {
    constructor(name) {
      super(`${phone}:${name}`);
    }
  };
}

export const SECRET = '246810';

/** Opens an account's store without a server: made with the secret at first, later unlocked with it. */
export async function openAs(store, account) {
  await enter(store, account, {});
  await (store.lock.value === 'locked' ? store.unlock(SECRET) : store.choose(SECRET));
}

export class Phone {
  /** @param {(input: string, init: RequestInit) => Promise<Response>} far how requests travel @param {string} [base] */
  constructor(far, base = '') {
    this.disk = new IDBFactory();
    this.cookies = new Map();
    this.requests = [];
    this.bodies = [];
    this.api = new Api({
      base,
      fetch: async (input, init) => {
        this.requests.push(`${init.method} ${new URL(input, 'http://far').pathname}`);
        return this.#remember(await far(String(input), { ...init, headers: { ...init.headers, ...this.#cookie() } }));
      },
    });
    this.boot();
  }

  #cookie() {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return cookie ? { cookie } : {};
  }

  #remember(response) {
    for (const line of response.headers.getSetCookie?.() ?? []) {
      const [name, value] = line.split(';')[0].split('=');
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    return response;
  }

  /** A fresh process over the same disk. */
  boot() {
    this.loop?.stop();
    this.store = new Store();
    this.loop = new Loop(this.store, this.api);
  }

  /** Opening databases asks the global factory; phones take turns at it. */
  on() {
    globalThis.indexedDB = this.disk;
    globalThis.BroadcastChannel = channelsOf(this.disk);
    return this;
  }

  /** Started anew, and unlocked where somebody was signed in. */
  async open(secret = SECRET) {
    this.on();
    await this.store.open();
    if (secret && this.store.lock.value === 'locked') await this.store.unlock(secret);
    await this.#settled();
    return this.store;
  }

  async signIn(account, password = 'pass', secret = SECRET) {
    this.on();
    await signIn(this.store, { account, password, label: 'test' }, this.api);
    if (secret && this.store.lock.value === 'choose') await this.store.choose(secret);
    await this.#settled();
  }

  async #settled() {
    await this.store.ready('recent');
    while (this.store.db && !this.store.tabs) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  async sync() {
    this.on();
    const state = await this.loop.syncNow();
    clearTimeout(this.loop.timer);
    return state;
  }

  /** The process dies: nothing more is written; what lies on the disk lies there. */
  async kill() {
    this.loop.stop();
    await this.store.close();
    this.boot();
  }

  async off() {
    this.loop.stop();
    await this.store.close();
  }
}

// One phone as a process of its own: the shipped store, sync and domain code over an IndexedDB in memory. Commands come as
// lines of JSON on standard input, answers go out on standard output. Started once, reset for every example.
import { createInterface } from 'node:readline';
import { Disk, Life, at } from './disk.mjs';
import { Watch } from './watch.mjs';
import { Loop } from '../../../pwa/sync/loop.js';
import { Api } from '../../../pwa/sync/api.js';
import { signIn } from '../../../pwa/sync/session.js';
import { Store } from '../../../pwa/store/store.js';

const PIN = '246810';
const RealDate = Date;
let skew = 0;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length ? given : [RealDate.now() + skew]));
  }

  static now() {
    return RealDate.now() + skew;
  }
};

/** What the sync itself holds to be broken is told as a finding, not printed. */
const noises = [];
console.error = (...said) => {
  // What a page says after its death nobody hears.
  if (!at.getStore()?.dead) noises.push(said.map((one) => one?.stack ?? String(one)).join(' '));
};

/** A page holds its locks until it is done or dead. */
class Locks {
  constructor() {
    this.held = new Map();
  }

  async request(name, _options, work) {
    const life = at.getStore();
    if (this.held.has(name) && !this.held.get(name).dead) return work(null);
    this.held.set(name, life);
    try {
      return await work({});
    } finally {
      if (this.held.get(name) === life) this.held.delete(name);
    }
  }
}

class Page {
  /** @param {Phone} phone */
  constructor(phone) {
    this.phone = phone;
    this.life = new Life();
    this.store = new Store();
    this.watch = new Watch(this.store, phone.takesTurns);
    this.loop = new Loop(this.store, new Api({ base: phone.base, fetch: (input, init) => phone.fetch(this.life, input, init) }));
  }

  /** Runs as this page; a dead page never ends what it began. @template T @param {() => Promise<T>} work @returns {Promise<T|'dead'>} */
  as(work) {
    return Promise.race([at.run(this.life, work), this.life.died]);
  }

  /** The one place that knows of the PIN. */
  async enter() {
    const { store } = this;
    if (store.lock.value === 'choose') await store.choose(PIN);
    if (store.lock.value === 'locked') await store.unlock(PIN);
    // Its clock jumped: reading opens again once the server has answered.
    if (store.lock.value === 'lapsed') await this.sync();
    await store.ready('recent');
    while (store.db && !store.tabs) await new Promise((resolve) => setTimeout(resolve, 1));
    this.watch.attach();
  }

  async sync() {
    if (this.watch.store.records) this.watch.attach();
    const state = await this.loop.syncNow();
    await this.loop.sending;
    clearTimeout(this.loop.timer);
    const sender = await this.loop.sender;
    if (sender) {
      clearTimeout(sender.timer);
      // The person tries again at once.
      sender.notBefore = 0;
    }
    return { phase: state.phase, code: state.error?.code ?? '', trouble: this.store.trouble.value?.code ?? '', detail: String(this.store.trouble.value?.detail ?? '') };
  }

  die() {
    this.loop.stop();
    this.store.tabs?.close();
    this.life.die();
  }
}

class Phone {
  constructor() {
    this.resets = 0;
    this.pages = [];
    this.cookies = new Map();
  }

  async fetch(life, input, init) {
    if (life.dead) throw new TypeError('this page is dead');
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...init.headers, ...(cookie ? { cookie } : {}), 'x-phone': this.name };
    const signal = AbortSignal.any([life.stopping.signal, ...(init.signal ? [init.signal] : [])]);
    const response = await fetch(String(input), { ...init, headers, signal });
    for (const line of response.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split('=');
      if (value) this.cookies.set(name, value);
      else this.cookies.delete(name);
    }
    return response;
  }

  /** A new disk, nobody signed in. */
  async reset({ base, name, pages = 1, locks = true, clock = 0, disk, cookies = [] }) {
    for (const page of this.pages) page.die();
    skew = clock;
    noises.length = 0;
    this.takesTurns = locks || pages === 1;
    this.base = base;
    this.name = name;
    this.cookies = new Map(cookies);
    this.disk = new Disk();
    if (disk) await this.disk.fill(disk);
    this.disk.mount((this.resets += 1));
    Object.defineProperty(globalThis, 'navigator', { value: locks ? { locks: new Locks() } : {}, configurable: true });
    this.pages = Array.from({ length: pages }, () => new Page(this));
    if (disk) await this.open({});
  }

  /** Every page dies and a new one takes its place, over the same disk. */
  async restart() {
    const { length } = this.pages;
    for (const page of this.pages) page.die();
    this.pages = Array.from({ length }, () => new Page(this));
    await this.open({});
  }

  async open() {
    for (const page of this.pages) {
      await page.as(async () => {
        await page.store.open();
        await page.enter();
      });
    }
  }

  /** The others hear of a sign-in only when they are opened again. */
  async signIn({ account, password }) {
    const [first, ...others] = this.pages;
    const done = await first.as(async () => {
      await signIn(first.store, { account, password, label: 'simulated' }, first.loop.api);
      await first.enter();
    });
    if (done === 'dead') return done;
    for (const page of others) await page.as(() => page.store.open().then(() => page.enter()));
    return this.#who();
  }

  #who() {
    const { store } = this.pages[0];
    return { account: store.account.value?.login ?? '', device: store.device };
  }

  signOut({ keep = true }) {
    const [page] = this.pages;
    return page.as(async () => {
      page.store.hooks.signOut = () => page.loop.api.signOut();
      const unsent = await page.store.signOut({ keep });
      return unsent.length;
    });
  }

  save({ page = 0, savings }) {
    const { store, as } = this.pages[page];
    return as.call(this.pages[page], async () => ({ saved: await store.saveMany(savings) }));
  }

  /** A file of the given words, and the record that names it. */
  attach({ page = 0, saving, question, words }) {
    const one = this.pages[page];
    return one.as(async () => {
      const value = await one.store.files.keep(new Blob([words], { type: 'text/plain' }), { name: 'words.txt', type: 'text/plain' });
      const saved = await one.store.saveMany([{ ...saving, set: { ...saving.set, [question]: value } }]);
      return { saved, value };
    });
  }

  history({ id }) {
    const [page] = this.pages;
    return page.as(() => page.loop.api.history(id));
  }

  settle({ id, choice, value }) {
    const [page] = this.pages;
    return page.as(async () => ({ saved: [await page.store.settle(id, choice, value)] }));
  }

  draft({ key, value }) {
    const [page] = this.pages;
    return page.as(() => page.store.keepDraft(key, value));
  }

  retry() {
    const [page] = this.pages;
    return page.as(async () => ({ saved: await page.store.retryUnsaved() }));
  }

  /** @returns {Promise<any[]>} one state for each page that synced */
  sync({ pages = [0] }) {
    return Promise.all(pages.map((number) => this.pages[number].as(() => this.pages[number].sync())));
  }

  /** @returns {boolean} whether what was armed before has come to pass */
  arm({ left, how, page = 0 }) {
    const { life } = this.pages[page];
    const passed = life.left <= 0;
    if (how) life.arm(left, how);
    else life.disarm();
    return passed;
  }

  clock({ clock }) {
    skew = clock;
  }

  async copy() {
    return { disk: await this.disk.copy(), cookies: [...this.cookies] };
  }

  /** The browser throws the account's database away (`account`) or all of this address's (`all`). */
  async wipe({ all }) {
    for (const page of this.pages) page.die();
    for (const { name } of await this.disk.factory.databases()) {
      if (all || name.startsWith('shibu-')) await new Promise((resolve) => (this.disk.factory.deleteDatabase(name).onsuccess = resolve));
    }
    if (all) this.cookies = new Map();
    await this.restart();
  }

  async see({ page = 0 }) {
    const { store, as } = this.pages[page];
    return as.call(this.pages[page], async () => {
      if (store.db) await store.ready('all');
      const { records } = store;
      return {
        account: store.account.value?.login ?? '', lock: store.lock.value, device: store.device, trouble: store.trouble.value?.code ?? '',
        scope: store.scope.value, pulls: [...store.pulls.value.values()],
        rows: [...records.base.values()].filter((row) => !row.gone).map(({ pending, ...row }) => row),
        shown: [...records.shown.values()].map(({ id, village, kind, answers, deleted, pending }) => ({ id, village, kind, answers, deleted, pending })),
        outbox: store.outbox.value, unsaved: store.unsaved.value, drafts: store.drafts(),
        files: [...store.files.marks.value.values()], owed: store.files.owed.value.map(({ value }) => value),
      };
    });
  }

  /** What was found at any moment since the last question. */
  found() {
    const all = [...this.pages.flatMap(({ life, watch }) => (life.dead ? [] : watch.findings.splice(0))), ...noises.splice(0)];
    return all;
  }

  isDead() {
    return this.pages.map(({ life }) => life.dead);
  }
}

const phone = new Phone();
/** What a dead page had begun, and a clock it had set, end nowhere. @param {string} how @param {any} error */
const unheard = (how, error) => {
  if (!['AbortError', 'InvalidStateError'].includes(error?.name)) noises.push(`${how}: ${error?.stack ?? error}`);
};
process.on('unhandledRejection', (error) => unheard('unhandled', error));
process.on('uncaughtException', (error) => unheard('uncaught', error));

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...given } = JSON.parse(line);
  let answer;
  try {
    answer = { value: (await phone[command](given)) ?? null };
  } catch (error) {
    answer = { error: error?.name ?? 'Error', code: error?.code ?? '', text: String(error?.stack ?? error) };
  }
  answer.dead = phone.isDead();
  if (command !== 'reset') answer.found = phone.found();
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

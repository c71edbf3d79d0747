/**
 * A phone whose browser is Firefox, driven over WebDriver BiDi: acts as a finger would, waits for what the screen says.
 * Whoever starts this program stops and starts the server for it: `ask` writes one line and waits for one.
 */
import { createInterface } from 'node:readline';
import puppeteer from '../../node_modules/puppeteer-core/lib/esm/puppeteer/puppeteer-core.js';

const PATIENCE_MS = 30_000;
const PIN = '246810';
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** @param {string} wanted 'stop' or 'start' the server */
export async function ask(wanted) {
  console.log(`ask ${wanted}`);
  const { value } = await lines.next();
  if (value !== 'done') throw new Error(`asked to ${wanted}, told ${value}`);
}

export class Phone {
  /** @param {string} url @param {string} executablePath @param {string} profile */
  constructor(url, executablePath, profile) {
    Object.assign(this, { url, executablePath, profile });
    this.complaints = [];
  }

  async open() {
    this.browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: this.executablePath,
      headless: true,
      userDataDir: this.profile,
      timeout: 90_000,
      extraPrefsFirefox: { 'intl.accept_languages': 'zh-CN,zh', 'browser.shell.checkDefaultBrowser': false },
    });
    [this.page] = await this.browser.pages();
    this.page ??= await this.browser.newPage();
    this.page.setDefaultTimeout(PATIENCE_MS);
    this.page.on('pageerror', (error) => this.complaints.push(String(error)));
    await this.page.setViewport({ width: 360, height: 740, deviceScaleFactor: 2, hasTouch: true });
    await this.page.goto(this.url, { waitUntil: 'domcontentloaded' });
  }

  async close() {
    await this.browser?.close();
    this.browser = undefined;
  }

  /** @param {string} address */
  go(address) {
    return this.page.evaluate((to) => void (location.hash = `#${to}`), address);
  }

  /** Until a visible element of `css` holds the words, or some of those between bars; `absent`: until none does. @param {string} css @param {string} [words] */
  async sees(css, words = '', { absent = false } = {}) {
    const found = (selector, text, gone) =>
      [...document.querySelectorAll(selector)].some((one) => one.checkVisibility() && text.split('|').some((word) => `${one.ariaLabel ?? ''} ${one.textContent}`.includes(word))) !== gone;
    await this.page.waitForFunction(found, {}, css, words, absent).catch(async () => {
      const text = await this.page.evaluate(() => document.body.innerText);
      throw new Error(`${absent ? 'still' : 'no'} ${css} with “${words}” at ${this.page.url()}:\n${text}`);
    });
  }

  /** Taps the last visible element of `css` that holds the words. @param {string} css @param {string} [words] */
  async tap(css, words = '') {
    await this.sees(css, words);
    const pick = (selector, text) =>
      [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility() && text.split('|').some((word) => `${one.ariaLabel ?? ''} ${one.textContent}`.includes(word))).at(-1);
    const element = (await this.page.evaluateHandle(pick, css, words)).asElement();
    await element.scrollIntoView();
    await element.tap();
  }

  /** Writes into the field that is called so, by its label or to those who listen, in the place of what stood there.
   * @param {string} name @param {string} text */
  async fill(name, text) {
    const named = (wanted) =>
      [...document.querySelectorAll('input, textarea')].find((one) => {
        const by = (one.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent);
        return one.checkVisibility() && [one.name, one.ariaLabel, ...by, ...[...(one.labels ?? [])].map((label) => label.textContent)].some((word) => word?.includes(wanted));
      });
    const field = (await this.page.waitForFunction(named, {}, name)).asElement();
    await field.evaluate((one) => one.select());
    await field.type(text);
  }

  /** No network as far as the browser knows. @param {boolean} cut */
  offline(cut) {
    return this.page.setOfflineMode(cut);
  }

  async signIn(account, password) {
    await this.fill('username', account);
    await this.fill('password', password);
    await this.tap('button[type=submit]');
    // Chosen, then typed again.
    await this.unlock();
    await this.unlock();
    await this.sees('nav');
  }

  /** Types the PIN where the lock shows. */
  async unlock() {
    await this.sees('nav, .keys');
    if (!(await this.page.$('.keys'))) return;
    const heading = await this.page.$eval('h1', (one) => one.textContent);
    for (const digit of PIN) await this.tap('.keys button', digit);
    await this.page.waitForFunction((before) => !document.querySelector('.keys') || document.querySelector('h1')?.textContent !== before, {}, heading);
  }

  async allChecked() {
    await this.go('/today');
    await this.sees('.sync', '都已核对');
  }

  async syncNow() {
    await this.go('/me');
    // Not the button beside it, which locks at once.
    await this.tap('button', '现在就送|现在核对');
  }

  /** Until the code and the packs of the first sync lie on the phone. */
  async packsKept() {
    const kept = async () => {
      const wanted = JSON.parse(/^const PACKS = (.*);$/m.exec(await (await fetch('/sw.js')).text())[1]);
      const names = new Set((await (await caches.open('packs')).keys()).map(({ url }) => new URL(url).pathname));
      return wanted.every((url) => names.has(url)) && navigator.serviceWorker.controller !== null;
    };
    const end = Date.now() + PATIENCE_MS;
    while (!(await this.page.evaluate(kept))) {
      if (Date.now() > end) throw new Error('the packs did not come');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

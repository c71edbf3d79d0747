/**
 * Owns the reading of one sync answer, line by line, in order.
 * Promises: a line takes effect only as a whole; answers are stored before rows; what follows a cut is simply not there; pages
 * are stored in their order, each while the next one is read.
 */
import { transact } from '../store/db.js';
import { mark } from '../store/outbox.js';
import { inTime } from '../store/persistence.js';
import { adoptForms } from './forms.js';
import { answered, askedAgain } from './receipts.js';
import { takeHello, takeScope } from './scope.js';
import { Unreachable } from './wire.js';

/**
 * @typedef {import('../store/store.js').Store} Store
 * @typedef {import('../store/types.js').Row} Row
 * @typedef {import('./receipts.js').Answer} Answer
 */

const PROTO = 1;
const FORMS_MS = 20_000;

export class Applier {
  /** @param {Store} store @param {import('./api.js').Api} api @param {import('./page.js').Pages} pages
   * @param {Set<string>} resumed villages whose cursor was sent @param {(page: import('./page.js').Page) => void} [stored] */
  constructor(store, api, pages, resumed, stored) {
    this.store = store;
    this.db = store.db;
    this.api = api;
    this.pages = pages;
    this.resumed = resumed;
    this.stored = stored;
    this.greeted = false;
    /** @type {Answer[]} */
    this.answers = [];
    /** @type {Map<string, Row[]>} */
    this.rows = new Map();
    /** @type {Set<string>} forms of rows that this phone lacks */
    this.lacking = new Set();
    /** @type {Promise<unknown>|null} */
    this.forms = null;
    /** Ends when the last page that was read is stored; what went wrong with it is told to the line that waits for it.
     * @type {Promise<void>} */
    this.storing = Promise.resolve();
    /** @type {Record<string, string>} the forms in use, as hello told */
    this.told = {};
    /** What the loop should know when the stream has ended. */
    this.newDevice = false;
    /** @type {Set<string>} */
    this.gaps = new Set();
    this.repull = false;
    /** The administrator has shut this phone out: what it holds is taken, and it is told nothing more. */
    this.revoked = false;
    /** Changes the server's hello asked for again. */
    this.asked = 0;
    this.answeredCount = 0;
  }

  /** @param {Record<string, any>} line @returns {Promise<void>|undefined} */
  take = (line) => {
    // The account was changed or closed meanwhile: what still arrives is not this one's.
    if (this.store.db !== this.db) throw new Unreachable('cut');
    if (!this.greeted && line.t !== 'hello') throw new Unreachable('portal');
    if (line.t === 'answer') this.answers.push(/** @type {any} */ (line));
    // A first pull brings thousands of these: they are put aside at once and stored with their page.
    else if (line.t === 'record' && !this.answers.length) this.#row(/** @type {any} */ (line));
    else return this.#other(line);
    return undefined;
  };

  /** @param {Record<string, any>} line */
  async #other(line) {
    if (this.answers.length || line.t === 'hello' || line.t === 'end') await this.storing;
    if (this.answers.length) await this.#storeAnswers();
    if (line.t === 'hello') await this.#hello(line);
    else if (line.t === 'record') this.#row(/** @type {any} */ (line));
    else if (line.t === 'gone') this.#row(goneRow(line));
    else if (line.t === 'page') await this.#page(/** @type {any} */ (line));
  }

  /** @param {Record<string, any>} line */
  async #hello(line) {
    if (line.proto !== PROTO) throw new Unreachable('portal');
    this.greeted = true;
    this.asked = await takeHello(this.store, /** @type {any} */ (line));
    this.revoked = line.revoked === 'left';
    if (this.revoked) return;
    await takeScope(this.store, line.scope, this.resumed);
    // Rows are filed by what their forms say, so the forms come first; but a form that does not come must not stop them.
    this.told = line.forms ?? {};
    this.forms = adoptForms(this.store, this.api, this.told);
  }

  /** @param {Row & {t?: string}} row */
  #row(row) {
    const rows = this.rows.get(row.village);
    if (rows) rows.push(row);
    else this.rows.set(row.village, [row]);
    delete row.t;
    if (row.form && !this.store.forms.has(row.form)) this.lacking.add(row.form);
  }

  /** Waits for the page before: one is stored while the next is read, more would only fill the memory.
   * @param {import('./page.js').Page} page */
  #page(page) {
    const rows = this.rows.get(page.village) ?? [];
    this.rows.delete(page.village);
    const before = this.storing;
    this.storing = before.then(() => this.#store(page, rows));
    this.storing.catch(() => undefined);
    return before;
  }

  /** @param {import('./page.js').Page} page @param {Row[]} rows */
  async #store(page, rows) {
    if (this.forms) await inTime(this.forms, FORMS_MS);
    this.forms = null;
    const result = await this.pages.take(page, rows);
    if (result === 'repull') this.repull = true;
    this.stored?.(page);
  }

  async #storeAnswers() {
    const { store } = this;
    const answers = this.answers;
    this.answers = [];
    const times = { server: store.server.now, device: new Date().toISOString() };
    const byNumber = new Map(store.outbox.value.filter((e) => e.device === store.device).map((e) => [`${e.village}|${e.n}`, e]));
    /** @type {import('../store/types.js').Entry[]} */
    const changed = [];
    for (const answer of answers) {
      const entry = byNumber.get(`${answer.village}|${answer.n}`);
      if (answer.result === 'new_device') this.newDevice = true;
      else if (answer.result === 'gap') {
        this.gaps.add(answer.village);
        changed.push(...askedAgain(store.outbox.value, answer, store.device));
      } else if (entry) {
        changed.push(answered(entry, answer, times));
        this.answeredCount += 1;
      }
    }
    if (!changed.length) return;
    await transact(/** @type {import('../store/db.js').Db} */ (this.db), ['outbox'], (tx) => mark(tx, changed));
    if (store.db !== this.db) throw new Unreachable('cut');
    store.takeEntries(changed);
    store.tabs?.tell({ t: 'outbox' });
  }
}

/** @param {Record<string, any>} line @returns {Row} */
const goneRow = (line) => /** @type {Row} */ (/** @type {unknown} */ ({ village: line.village, id: line.id, rev: line.rev, seq: line.seq, answers: {}, gone: true }));

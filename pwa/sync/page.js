/**
 * Owns the storing of one page: rows, cursor, running checksum and what it says about sent changes, in one transaction.
 * Promises: no cursor without its rows and no rows without their cursor; rows that replace a whole village stay out of
 * sight until the last page; a tab that was overtaken by another writes nothing.
 */
import { OLD, cut, pour, recentFrom, tierOf } from '../store/blocks.js';
import { placeOf, rangeOf, seal, sealMeta, transact } from '../store/db.js';
import { mark } from '../store/outbox.js';
import { isNews } from '../store/records.js';
import * as registry from '../store/registry.js';
import { Checksum } from './check.js';
import { covered, relaid } from './receipts.js';
import { startedPull } from './scope.js';

/**
 * @typedef {import('../store/store.js').Store} Store
 * @typedef {import('../store/db.js').Db} Db
 * @typedef {import('../store/types.js').Row} Row
 * @typedef {import('../store/types.js').Pull} Pull
 * @typedef {import('../store/types.js').Entry} Entry
 * @typedef {{village: string, next: string, seq: number, more: boolean, start?: boolean, of?: number, count?: number, check?: string}} Page
 * @typedef {{rev: number, living: boolean, tier: number|undefined}} Held
 * @typedef {import('../store/forms.js').Latest} Latest
 * @typedef {{generation: number, held: Map<string, Held>, latest: Latest}} Staged  rows of a replacing pull, not yet on screen
 * @typedef {{row: Row, tier: number, old: Held|undefined}} News
 */

/** Another tab has written pages of this village since this one looked. */
export class Overtaken extends Error {}

export class Pages {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.db = store.db;
    /** @type {Map<string, Staged>} */
    this.staged = new Map();
    /** Villages pulled anew for a wrong checksum; once a session, so that a standing fault does not download for ever.
     * @type {Set<string>} */
    this.repulled = new Set();
    this.noted = false;
  }

  /** @param {Page} page @param {Row[]} rows @returns {Promise<'ok'|'repull'>} */
  async take(page, rows) {
    const { store } = this;
    const held = store.pulls.value.get(page.village);
    if (!held || held.lost) return 'ok';
    // The server may begin anew although a cursor was sent; then this is not the continuation of what is here.
    const pull = page.start && held.cursor !== null ? { ...startedPull(held.village, held.view, held), step: held.step } : held;
    const staged = pull.filling === pull.generation ? undefined : await this.#stage(pull);
    await store.ready(!staged && this.#needsAll(pull, rows) ? 'all' : 'recent');
    const news = this.#news(pull, rows, staged);
    const { next, moved } = this.#counted(pull, page, news, !staged);
    const matched = !page.more && page.count === next.count && page.check === next.check;
    const wrong = !page.more && page.check !== undefined && !matched;
    const repull = wrong && !this.repulled.has(page.village);
    await this.#write({ page, pull, next, moved, news, rows, staged, matched, repull });
    if (wrong) this.#report(page, next);
    else if (matched && store.trouble.value?.detail?.village === page.village) store.trouble.value = null;
    return repull ? 'repull' : 'ok';
  }

  /** Counting needs the row each change replaces; those of the coldest tier may not be in memory yet.
   * @param {Pull} pull @param {Row[]} rows */
  #needsAll(pull, rows) {
    if (!pull.complete) return true;
    const base = this.store.records.base;
    return rows.some((row) => row.rev !== 1 && !base.has(row.id) && !(pull.at && row.created_at > pull.at));
  }

  /** @param {Pull} pull @returns {Promise<Staged>} */
  async #stage(pull) {
    let staged = this.staged.get(pull.village);
    if (staged?.generation === pull.filling) return staged;
    staged = { generation: pull.filling, held: new Map(), latest: {} };
    const { held, latest } = staged;
    await pour(/** @type {Db} */ (this.db), pull.village, pull.filling, 0, OLD, (row, tier) => {
      const old = held.get(row.id);
      if (old && old.rev >= row.rev) return;
      held.set(row.id, { rev: row.rev, living: !row.gone && !row.deleted, tier });
      if (tier === OLD) this.store.forms.note(latest, row);
    });
    this.staged.set(pull.village, staged);
    return staged;
  }

  /** @param {Pull} pull @param {Row[]} rows @param {Staged|undefined} staged @returns {News[]} */
  #news(pull, rows, staged) {
    const { records } = this.store;
    const recent = recentFrom(Date.now());
    /** @type {Map<string, News>} */
    const news = new Map();
    for (const row of rows) {
      const base = records.base.get(row.id);
      const here = base?.village === pull.village;
      const old = staged ? staged.held.get(row.id)
        : here ? { rev: base.rev, living: !base.gone && !base.deleted, tier: records.tiers.get(row.id) } : undefined;
      const isNew = staged ? !old || row.rev > old.rev : isNews(base, row) || (!here && row.gone);
      if (!isNew || (!base && !staged && row.gone) || (news.get(row.id)?.row.rev ?? 0) >= row.rev) continue;
      // Never colder than the copy it replaces: hot tiers alone must not show the older one.
      const tier = Math.min(tierOf(row, this.store.forms.shapeOf(row), recent), old?.tier ?? OLD);
      news.set(row.id, { row, tier, old });
    }
    return [...news.values()];
  }

  /** The pull as it will stand, and those of villages whose record moved here.
   * @param {Pull} pull @param {Page} page @param {News[]} news @param {boolean} visible */
  #counted(pull, page, news, visible) {
    const sum = new Checksum(pull.check);
    const next = { ...pull, cursor: page.next, step: pull.step + 1, rows: pull.rows + news.length };
    /** @type {Map<string, Pull>} */
    const moved = new Map();
    for (const { row, old } of news) {
      if (old) next.dead += 1;
      if (old?.living) count(next, sum, row.id, old.rev, -1);
      if (!row.gone && !row.deleted) count(next, sum, row.id, row.rev, 1);
      const base = visible ? this.store.records.base.get(row.id) : undefined;
      if (base && base.village !== row.village && !row.gone && !base.gone && !base.deleted) this.#movedFrom(base, moved);
    }
    next.check = sum.toString();
    if (!page.more) {
      next.complete = true;
      next.generation = next.filling;
      next.seq = page.seq;
      next.at = this.store.server.now;
    }
    return { next, moved };
  }

  /** @param {Row} base @param {Map<string, Pull>} moved */
  #movedFrom(base, moved) {
    const from = moved.get(base.village) ?? this.store.pulls.value.get(base.village);
    if (!from || from.generation !== from.filling) return;
    const sum = new Checksum(from.check);
    const next = { ...from };
    count(next, sum, base.id, base.rev, -1);
    moved.set(base.village, { ...next, check: sum.toString() });
  }

  /** @param {{page: Page, pull: Pull, next: Pull, moved: Map<string, Pull>, news: News[], rows: Row[], staged: Staged|undefined, matched: boolean, repull: boolean}} it */
  async #write({ page, pull, next, moved, news, rows, staged, matched, repull }) {
    const { store } = this;
    const { village } = page;
    const activates = Boolean(staged) && !page.more;
    const entries = this.#entries({ page, rows, staged, activates, matched });
    const latest = this.#latest(village, news, staged, pull.complete);
    const db = /** @type {Db} */ (this.db);
    const blocks = pull.complete ? [] : await sealedBlocks(db, pull, news);
    const overlay = pull.complete ? await sealedRows(db, pull, news) : [];
    const old = latest && (!staged || activates) ? await sealMeta(db, `old/${village}`, latest) : undefined;
    const stored = repull ? startedPull(village, next.view, next) : { ...next, next: next.next + blocks.length };
    await transact(db, ['blocks', 'rec', 'meta', 'outbox'], async (tx) => {
      const meta = tx.objectStore('meta');
      if ((await meta.get(`pull/${village}`))?.step !== pull.step) throw new Overtaken();
      // All asked at once: an answer waited for each time would be most of a first pull.
      const asked = [
        ...(activates ? ['blocks', 'rec'].map((name) => tx.objectStore(name).delete(rangeOf(village, pull.generation))) : []),
        ...blocks.map((block) => tx.objectStore('blocks').put(block.body, block.key)),
        ...overlay.map(({ rev, key, body }) => tx.objectStore('rec').put({ rev, body }, key)),
        ...(old ? [meta.put(old, `old/${village}`)] : []),
        ...[...moved.values(), stored].map((pulled) => meta.put(pulled, `pull/${pulled.village}`)),
      ];
      await Promise.all(asked);
      await mark(tx, entries);
    }, 'relaxed');
    if (store.db !== this.db) throw new Overtaken();
    for (const { row, tier } of staged ? news : []) staged?.held.set(row.id, { rev: row.rev, living: !row.gone && !row.deleted, tier });
    // What has to lie over the new rows is there before them, what need not goes after them.
    const laid = entries.filter((entry) => entry.over);
    if (laid.length) store.takeEntries(laid);
    store.pulls.value = new Map([...store.pulls.value, ...moved, [village, stored]]);
    if (latest && (!staged || activates)) store.latestOld.set(village, latest);
    await this.#show({ village, news, staged, activates, inBlocks: !pull.complete });
    if (entries.length) store.takeEntries(entries);
    store.records.tell();
    if (repull) this.repulled.add(village);
    if (!this.noted) await registry.note(/** @type {string} */ (store.account.value?.id), { filled: true });
    this.noted = true;
    /** @type {import('../store/tabs.js').BlockKey[]} */
    const written = staged ? [] : blocks.map((block) => block.key);
    store.tabs?.tell({ t: 'page', village, step: stored.step, rows: overlay.map(({ key }) => key[2]), blocks: written, reload: activates });
  }

  /** @param {{village: string, news: News[], staged: Staged|undefined, activates: boolean, inBlocks: boolean}} it */
  async #show({ village, news, staged, activates, inBlocks }) {
    if (activates) {
      this.staged.delete(village);
      await this.store.reload(village);
    } else if (!staged) {
      for (const { row, tier } of news) this.store.records.take(row, inBlocks ? tier : undefined);
    }
  }

  /** @param {{page: Page, rows: Row[], staged: Staged|undefined, activates: boolean, matched: boolean}} it @returns {Entry[]} */
  #entries({ page, rows, staged, activates, matched }) {
    if (staged && !activates) return [];
    const all = this.store.outbox.value;
    const again = activates ? relaid(all, page.village, page.seq) : [];
    const seen = {
      village: page.village, revs: new Map(rows.map((row) => [row.id, row.rev])), whole: !page.more, seq: page.seq, matched,
      at: this.store.server.now,
    };
    const byOrder = new Map(again.map((entry) => [entry.order, entry]));
    for (const entry of covered(all.map((one) => byOrder.get(one.order) ?? one), seen)) byOrder.set(entry.order, entry);
    return [...byOrder.values()];
  }

  /** @param {string} village @param {News[]} news @param {Staged|undefined} staged @param {boolean} complete */
  #latest(village, news, staged, complete) {
    const old = complete ? [] : news.filter(({ tier, row }) => tier === OLD && !row.gone && !row.deleted);
    const latest = staged ? staged.latest : this.store.latestOld.get(village) ?? {};
    for (const { row } of old) this.store.forms.note(latest, row);
    return old.length || staged ? latest : undefined;
  }

  /** @param {Page} page @param {Pull} next */
  #report(page, next) {
    const detail = { village: page.village, expected: [page.count, page.check], found: [next.count, next.check] };
    this.store.trouble.value = { code: 'check_failed', detail };
  }
}

/** @param {Pull} pull @param {Checksum} sum @param {string} id @param {number} rev @param {1|-1} by */
function count(pull, sum, id, rev, by) {
  pull.count += by;
  sum.toggle(id, rev);
}

/** Whole blocks, all at once: one by one the ciphers would cost more than the disk. @param {Db} db @param {Pull} pull @param {News[]} news */
async function sealedBlocks(db, { village, filling, next }, news) {
  /** @type {Map<number, Row[]>} */
  const byTier = new Map();
  for (const { row, tier } of news) {
    const rows = byTier.get(tier);
    if (rows) rows.push(row);
    else byTier.set(tier, [row]);
  }
  return Promise.all(cut(byTier).map(async ({ tier, rows }, at) => {
    /** @type {import('../store/tabs.js').BlockKey} */
    const key = [village, filling, tier, next + at];
    return { key, body: await seal(db, placeOf('blocks', key), rows) };
  }));
}

/** @param {Db} db @param {Pull} pull @param {News[]} news */
const sealedRows = (db, { village, filling }, news) =>
  Promise.all(news.map(async ({ row }) => {
    /** @type {[string, number, string]} */
    const key = [village, filling, row.id];
    return { key, rev: row.rev, body: await seal(db, placeOf('rec', key), row) };
  }));


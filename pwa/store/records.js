/**
 * Owns the records in memory: downloaded rows, the unsent changes over them, and the indexes by kind and by parent.
 * Promises: reading is synchronous and tells signals; a row whose revision is not newer than the present one is ignored.
 */
import { batch, signal } from '@preact/signals-core';
import { viewOf } from './view.js';

/**
 * @typedef {import('./types.js').Row} Row
 * @typedef {import('./types.js').Rec} Rec
 * @typedef {import('./types.js').Entry} Entry
 */

const ANY = '*';

export class Records {
  /** @param {string} me account id @param {{parentOf: (row: Row) => string|undefined, dayOf: (row: Row) => string}} forms */
  constructor(me, forms) {
    this.me = me;
    this.forms = forms;
    /** @type {Map<string, Row>} downloaded rows, deleted and gone ones too: their revision still counts */
    this.base = new Map();
    /** @type {Map<string, number>} the hottest tier of blocks a row lies in */
    this.tiers = new Map();
    /** @type {Map<string, Entry[]>} */
    this.over = new Map();
    /** @type {Map<string, Rec>} */
    this.shown = new Map();
    /** @type {Map<string, Set<string>>} ids by village|kind and by parent|kind */
    this.index = new Map();
    /** @type {Map<string, string[]>} the index keys an id lies under */
    this.keys = new Map();
    /** @type {Map<string, Rec[]>} */
    this.lists = new Map();
    /** @type {Map<string, import('@preact/signals-core').Signal<number>>} */
    this.versions = new Map();
    /** @type {Set<string>} */
    this.touched = new Set();
  }

  /** @param {string} key makes the caller rerun when anything under `village|kind` changes */
  watch(key) {
    let version = this.versions.get(key);
    if (!version) this.versions.set(key, (version = signal(0)));
    return version.value;
  }

  /** @param {string} id @returns {Rec|undefined} */
  get(id) {
    const rec = this.shown.get(id);
    this.watch(rec ? `${rec.village}|${rec.kind}` : ANY);
    return rec && !rec.deleted ? rec : undefined;
  }

  /** @param {string} kind @param {string} village @returns {Rec[]} */
  list(kind, village) {
    const key = `${village}|${kind}`;
    this.watch(key);
    return this.#listed(key, () => 0);
  }

  /** @param {string} parent @param {string} kind @returns {Rec[]} newest first */
  of(parent, kind) {
    this.watch(`${ANY}|${kind}`);
    return this.#listed(`>${parent}|${kind}`, (a, b) => compare(this.forms.dayOf(b), this.forms.dayOf(a)) || compare(b.id, a.id));
  }

  /** @param {string} key @param {(a: Rec, b: Rec) => number} order */
  #listed(key, order) {
    let list = this.lists.get(key);
    if (!list) {
      const found = [...(this.index.get(key) ?? [])].map((id) => /** @type {Rec} */ (this.shown.get(id)));
      this.lists.set(key, (list = found.sort(order)));
    }
    return list;
  }

  /** @param {string} id @returns {number} the revision of the downloaded row, 0 when there is none */
  rev(id) {
    return this.base.get(id)?.rev ?? 0;
  }

  /** Takes a downloaded row. A row of another village that merely left there does not hide the record that moved here.
   * @param {Row} row @param {number} [tier] @returns {boolean} whether it was news */
  take(row, tier) {
    const old = this.base.get(row.id);
    if (tier !== undefined) this.tiers.set(row.id, Math.min(tier, this.tiers.get(row.id) ?? tier));
    if (!isNews(old, row)) return false;
    this.base.set(row.id, row);
    this.#show(row.id);
    return true;
  }

  /** @param {Entry} entry */
  lay(entry) {
    for (const id of this.#ids(entry)) {
      const list = (this.over.get(id) ?? []).filter((e) => e.order !== entry.order);
      this.over.set(id, [...list, entry].sort((a, b) => a.order - b.order));
      this.#show(id);
    }
  }

  /** @param {Entry} entry */
  lift(entry) {
    for (const id of this.#ids(entry)) {
      const list = (this.over.get(id) ?? []).filter((e) => e.order !== entry.order);
      if (list.length) this.over.set(id, list);
      else this.over.delete(id);
      this.#show(id);
    }
  }

  /** Every record this village has in memory goes; unsent changes stay in the outbox.
   * @param {string} village @param {(id: string) => boolean} [keep] */
  forget(village, keep = () => false) {
    for (const [id, row] of this.base) {
      if (row.village !== village || keep(id)) continue;
      this.base.delete(id);
      this.tiers.delete(id);
      this.#show(id);
    }
  }

  /** Tells everyone who reads what was touched since the last call. */
  tell() {
    if (!this.touched.size) return;
    const keys = new Set([ANY]);
    for (const key of this.touched) keys.add(key).add(`${ANY}|${key.slice(key.indexOf('|') + 1)}`);
    this.touched.clear();
    batch(() => {
      for (const key of keys) {
        const version = this.versions.get(key);
        if (version) version.value = version.peek() + 1;
      }
    });
  }

  /** Puts all rows of a kind under their parents anew, after its form became known. @param {string} kind */
  reindex(kind) {
    for (const [id, rec] of this.shown) if (rec.kind === kind) this.#file(id, rec);
  }

  /** @param {Entry} entry */
  #ids(entry) {
    return entry.also ? [entry.record, entry.also.record] : [entry.record];
  }

  /** @param {string} id */
  #show(id) {
    const entries = this.over.get(id);
    const row = this.base.get(id);
    if (!entries) {
      if (row) /** @type {Rec} */ (row).pending = false;
      this.#file(id, row && !row.gone ? /** @type {Rec} */ (row) : undefined);
    } else this.#file(id, viewOf(row, entries, id, this.me));
  }

  /** @param {string} id @param {Rec|undefined} rec */
  #file(id, rec) {
    for (const key of this.keys.get(id) ?? []) this.#unfile(id, key);
    if (!rec) {
      this.shown.delete(id);
      this.keys.delete(id);
      return;
    }
    this.shown.set(id, rec);
    const parent = rec.deleted ? undefined : this.forms.parentOf(rec);
    const keys = rec.deleted ? [] : [`${rec.village}|${rec.kind}`];
    if (parent) keys.push(`>${parent}|${rec.kind}`);
    this.keys.set(id, keys);
    for (const key of keys) {
      const ids = this.index.get(key);
      if (ids) ids.add(id);
      else this.index.set(key, new Set([id]));
      this.lists.delete(key);
    }
    this.touched.add(`${rec.village}|${rec.kind}`);
  }

  /** @param {string} id @param {string} key */
  #unfile(id, key) {
    this.index.get(key)?.delete(id);
    this.lists.delete(key);
    if (!key.startsWith('>')) this.touched.add(key);
  }
}

/** Whether a row says more than the one held. After a move the new village's row and the old one's farewell bear one revision.
 * @param {Row|undefined} old @param {Row} row */
export function isNews(old, row) {
  if (!old) return true;
  if (old.village !== row.village) return row.gone ? false : old.gone || row.rev > old.rev;
  return row.rev > old.rev;
}

/** @param {string} a @param {string} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

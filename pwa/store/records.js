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
 * @typedef {Map<string, Map<string, Set<string>>>} Index
 */

const ANY = '*';
/** Where a household or person names those that were merged into it. */
const MERGED = 'roll/merged';
/** @type {Rec[]} */
const NONE = [];

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
    /** @type {Index} living ids by village and kind */
    this.byVillage = new Map();
    /** @type {Index} living ids by kind and parent */
    this.byParent = new Map();
    /** @type {Map<string, string>} ids of records that were merged, and the record that has taken their place */
    this.merged = new Map();
    /** @type {Map<Set<string>, Rec[]>} lists already asked for, until their set changes */
    this.lists = new Map();
    /** @type {Map<string, import('@preact/signals-core').Signal<number>>} */
    this.versions = new Map();
    /** @type {Map<string, Set<string>>} kinds by village */
    this.touched = new Map();
  }

  /** @param {string} key makes the caller rerun when anything under `village|kind` changes */
  watch(key) {
    let version = this.versions.get(key);
    if (!version) this.versions.set(key, (version = signal(0)));
    return version.value;
  }

  /** An id that was merged leads to the record it was merged into. @param {string} id @returns {Rec|undefined} */
  get(id) {
    const rec = this.shown.get(id);
    this.watch(rec ? `${rec.village}|${rec.kind}` : ANY);
    if (rec && !rec.deleted) return rec;
    const into = this.merged.get(id);
    return into && into !== id ? this.get(into) : undefined;
  }

  /** @param {string} kind @param {string} village @returns {Rec[]} */
  list(kind, village) {
    this.watch(`${village}|${kind}`);
    return this.#listed(this.byVillage.get(village)?.get(kind), () => 0);
  }

  /** @param {string} parent @param {string} kind @returns {Rec[]} newest first */
  of(parent, kind) {
    this.watch(`${ANY}|${kind}`);
    const { forms } = this;
    const order = (/** @type {Rec} */ a, /** @type {Rec} */ b) => compare(forms.dayOf(b), forms.dayOf(a)) || compare(b.id, a.id);
    const under = (/** @type {string} */ id) => this.#listed(this.byParent.get(kind)?.get(id), order);
    // A colleague may have written to a merged record without knowing of it.
    const merged = (this.shown.get(parent)?.answers[MERGED] ?? []).flatMap((/** @type {any} */ { record }) => (this.merged.get(record) === parent && this.get(record)?.id === parent ? under(record) : []));
    return merged.length ? [...under(parent), ...merged].sort(order) : under(parent);
  }

  /** @param {Set<string>|undefined} ids @param {(a: Rec, b: Rec) => number} order */
  #listed(ids, order) {
    if (!ids?.size) return NONE;
    let list = this.lists.get(ids);
    if (!list) this.lists.set(ids, (list = Array.from(ids, (id) => /** @type {Rec} */ (this.shown.get(id))).sort(order)));
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
    if (tier !== undefined && tier < (this.tiers.get(row.id) ?? Infinity)) this.tiers.set(row.id, tier);
    if (!isNews(old, row)) return false;
    this.base.set(row.id, row);
    this.#show(row.id);
    return true;
  }

  /** @param {Entry} entry */
  lay(entry) {
    for (const id of this.#ids(entry)) {
      const list = this.over.get(id) ?? [];
      const at = list.findIndex((e) => e.order === entry.order);
      // Its marks may change, what it says never does: nothing new to show.
      if (at >= 0) list[at] = entry;
      else {
        this.over.set(id, [...list, entry].sort((a, b) => a.order - b.order));
        this.#show(id);
      }
    }
  }

  /** @param {Entry} entry */
  lift(entry) {
    for (const id of this.#ids(entry)) {
      const laid = this.over.get(id);
      if (!laid?.some((e) => e.order === entry.order)) continue;
      const list = laid.filter((e) => e.order !== entry.order);
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
    for (const [village, kinds] of this.touched) for (const kind of kinds) keys.add(`${village}|${kind}`).add(`${ANY}|${kind}`);
    this.touched.clear();
    batch(() => {
      for (const key of keys) {
        const version = this.versions.get(key);
        if (version) version.value = version.peek() + 1;
      }
    });
  }

  /** Puts all rows of some kinds under their parents anew, after their forms became known. @param {Set<string>} kinds */
  reindex(kinds) {
    for (const kind of kinds) {
      for (const ids of this.byParent.get(kind)?.values() ?? []) this.lists.delete(ids);
      this.byParent.delete(kind);
    }
    for (const [id, rec] of this.shown) {
      if (!kinds.has(rec.kind) || rec.deleted) continue;
      this.#place(this.byParent, rec.kind, this.forms.parentOf(rec), id);
      this.#touch(rec);
    }
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
    const old = this.shown.get(id);
    if (old) {
      if (!old.deleted) this.#take(old);
      this.#touch(old);
      for (const { record } of old.answers?.[MERGED] ?? []) this.merged.delete(record);
    }
    if (!rec) {
      this.shown.delete(id);
      return;
    }
    this.shown.set(id, rec);
    this.#touch(rec);
    if (rec.deleted) return;
    for (const { record } of rec.answers[MERGED] ?? []) this.merged.set(record, id);
    this.#place(this.byVillage, rec.village, rec.kind, id);
    this.#place(this.byParent, rec.kind, this.forms.parentOf(rec), id);
  }

  /** @param {Rec} rec */
  #take(rec) {
    const parent = this.forms.parentOf(rec);
    for (const ids of [this.byVillage.get(rec.village)?.get(rec.kind), parent && this.byParent.get(rec.kind)?.get(parent)]) {
      if (ids && ids.delete(rec.id)) this.lists.delete(ids);
    }
  }

  /** @param {Index} index @param {string} first @param {string|undefined} second @param {string} id */
  #place(index, first, second, id) {
    if (!second) return;
    let inner = index.get(first);
    if (!inner) index.set(first, (inner = new Map()));
    const ids = inner.get(second);
    if (!ids) inner.set(second, new Set([id]));
    else {
      ids.add(id);
      this.lists.delete(ids);
    }
  }

  /** @param {Rec} rec */
  #touch({ village, kind }) {
    const kinds = this.touched.get(village);
    if (kinds) kinds.add(kind);
    else this.touched.set(village, new Set([kind]));
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

// What must hold on a phone at every moment, looked at whenever its screens are told of something new.
import { Records } from '../../../pwa/store/records.js';

const tell = Records.prototype.tell;
/** @type {WeakMap<Records, (records: Records) => void>} */
const watchers = new WeakMap();
Records.prototype.tell = function told() {
  tell.call(this);
  watchers.get(this)?.(this);
};

/** Watches one page's store; what it finds is in `findings`. */
export class Watch {
  /** @param {import('../../../pwa/store/store.js').Store} store @param {boolean} alone  no other page syncs beside this one */
  constructor(store, alone) {
    this.store = store;
    this.alone = alone;
    /** @type {string[]} */
    this.findings = [];
    /** @type {Map<string, number>} */
    this.revs = new Map();
    /** Changes this page has shown over their row. @type {Set<number>} */
    this.laid = new Set();
    // Invariant 42, on the phone: what it counts is what the server counted.
    store.trouble.subscribe((trouble) => trouble?.code === 'check_failed' && this.#found('phoneCountsAsTheServerDoes', trouble.detail));
  }

  /** The store makes new records when it opens. */
  attach() {
    watchers.set(this.store.records, (records) => {
      if (this.store.records !== records || !this.store.db) return;
      this.#ownUnsentEditsAreShown(records);
      this.#revisionsOnlyRise(records);
      // Two that sync at once, in a browser without locks, are for a moment behind one another; exactly once holds there too.
      if (this.alone) this.#nothingIsLiftedBeforeItsRow(records);
    });
  }

  /** @param {string} name @param {any} detail */
  #found(name, detail) {
    if (this.findings.length < 5) this.findings.push(`${name}: ${JSON.stringify(detail)}`);
  }

  /** Invariant 19: the screen never shows an older value of one's own unsent edit. */
  #ownUnsentEditsAreShown(records) {
    /** @type {Map<string, Map<string, any>>} */
    const wanted = new Map();
    for (const entry of this.store.outbox.value) {
      if (!entry.over) continue;
      const { deleted, village: _village, ...set } = entry.set;
      const of = wanted.get(entry.record) ?? new Map();
      for (const [question, value] of Object.entries(set)) if (typeof value === 'string') of.set(question, value);
        else of.delete(question);
      if (deleted !== undefined || Object.keys(set).length) of.set('deleted', Boolean(deleted));
      wanted.set(entry.record, of);
      for (const question of Object.keys(entry.also?.set ?? {})) wanted.get(entry.also.record)?.delete(question);
    }
    for (const [id, of] of wanted) {
      const shown = records.shown.get(id);
      for (const [question, value] of of) {
        const there = question === 'deleted' ? shown?.deleted : shown?.answers[question];
        if (there !== value) this.#found('ownUnsentEditsAreShown', { id, question, value, there });
      }
    }
  }

  /** Invariant 20: a row never gives way to one of a lower revision, but where a restored server's take the place of all. */
  #revisionsOnlyRise(records) {
    for (const [id, row] of records.base) {
      const key = `${row.village}|${this.store.pulls.value.get(row.village)?.generation}|${id}`;
      const before = this.revs.get(key) ?? 0;
      if (row.rev < before) this.#found('revisionsOnlyRise', { id, rev: row.rev, before });
      this.revs.set(key, Math.max(before, row.rev));
    }
  }

  /** An answered change lies over the row until a row is here that holds it. What another page wrote and sent before this one
   * heard of it was never shown here without its row. */
  #nothingIsLiftedBeforeItsRow(records) {
    const { store } = this;
    const seen = (village) => store.scope.value.find((place) => place.id === village)?.view === 'team.1';
    for (const entry of store.outbox.value) {
      if (entry.over) this.laid.add(entry.order);
      if (!this.laid.has(entry.order)) continue;
      if (entry.over || entry.state === 'quarantined' || entry.rev === undefined || !seen(entry.village)) continue;
      if (entry.kind === 'conflict' || typeof entry.set.village === 'string' || entry.device !== store.device) continue;
      const pull = store.pulls.value.get(entry.village);
      const row = records.base.get(entry.record);
      // A village that is read anew, or was lost and came back, has no rows for a while.
      if (!pull || pull.lost || pull.generation !== pull.filling || !pull.complete || (row && row.village !== entry.village)) continue;
      // Without a row it has moved, or its village is being read again; that all is there is compared at the end.
      // A row of before a restore holds what was taken again under a revision of after it.
      const since = (rev) => Math.floor(rev / 1e9);
      if (row && row.rev < entry.rev && since(row.rev) === since(entry.rev)) this.#found('nothingIsLiftedBeforeItsRow', { entry, rev: row?.rev ?? null });
    }
  }
}

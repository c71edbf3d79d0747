/**
 * Owns the form definitions on this phone and what they say about rows: parent, day, title.
 * Promises: a form is stored before it is used for new records, so that it is there without a network.
 */
import { signal } from '@preact/signals-core';
import { dayOf } from './blocks.js';
import { seal, unseal } from './db.js';

/**
 * @typedef {import('./types.js').Row} Row
 * @typedef {import('./db.js').Db} Db
 * @typedef {import('../form/definition.js').Definition} Definition
 * @typedef {{kind: string, form: string, answers: Record<string, any>}} Titled
 * @typedef {Record<string, Record<string, [string, string]>>} Latest  per kind and parent: day and id
 */

export class Forms {
  /** @param {Db|null} db */
  constructor(db) {
    this.db = db;
    /** @type {Map<string, Definition>} by hash, as far as read into memory */
    this.read = new Map();
    /** Hash of the form in use, by kind. */
    this.current = signal(/** @type {Record<string, string>} */ ({}));
  }

  /** @param {string} kindOrHash @returns {Definition|undefined} */
  get(kindOrHash) {
    return this.read.get(kindOrHash) ?? this.read.get(this.current.value[kindOrHash] ?? '');
  }

  /** @param {string} hash */
  has(hash) {
    return this.read.has(hash);
  }

  /** A form of this phone, brought into memory. @param {string} hash @returns {Promise<Definition|undefined>} */
  async kept(hash) {
    const sealed = this.read.has(hash) ? undefined : await this.db?.get('forms', hash);
    if (sealed) this.read.set(hash, await unseal(sealed));
    return this.read.get(hash);
  }

  /** @param {Definition} definition stored for good: its hash names its content */
  async keep(definition) {
    const sealed = await seal(definition);
    await this.db?.put('forms', sealed, definition.hash);
    this.read.set(definition.hash, definition);
  }

  /** @param {Record<string, string>} hashes forms that are kept here, by kind */
  async use(hashes) {
    await this.db?.put('meta', hashes, 'forms');
    this.current.value = hashes;
  }

  /** What a row's form says of it; the kind's form in use where its own is not here.
   * @param {{kind: string, form: string}} row @returns {import('./blocks.js').Shape|undefined} */
  shapeOf(row) {
    return this.read.get(row.form) ?? this.read.get(this.current.peek()[row.kind] ?? '');
  }

  /** @param {Row} row @returns {string|undefined} id of the record it belongs to */
  parentOf(row) {
    if (row.kind === 'conflict') return row.answers.record;
    return row.answers[this.shapeOf(row)?.envelope.parent ?? 'household'];
  }

  /** @param {Row} row */
  dayOf(row) {
    return dayOf(row, this.shapeOf(row));
  }

  /** How a record is called in one line: its form's title answer, else its parent's.
   * @param {Titled} rec @param {(id: string) => Titled|undefined} find @returns {string} */
  titleOf(rec, find) {
    const shape = this.shapeOf(rec);
    const own = rec.answers[shape?.envelope.title ?? ''];
    if (typeof own === 'string' && own) return own;
    const parent = find(rec.answers[shape?.envelope.parent ?? 'household']);
    return parent && parent.kind !== rec.kind ? this.titleOf(parent, find) : '';
  }

  /** Notes a row of the coldest tier, so that "when was the last one" needs no reading of it.
   * @param {Latest} latest @param {Row} row */
  note(latest, row) {
    const parent = this.parentOf(row);
    if (!parent || row.gone || row.deleted) return;
    const day = this.dayOf(row).slice(0, 10);
    const ofKind = (latest[row.kind] ??= {});
    const known = ofKind[parent];
    if (!known || known[0] < day) ofKind[parent] = [day, row.id];
  }
}

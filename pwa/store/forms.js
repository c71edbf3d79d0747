/**
 * Owns the form definitions on this phone and what they say about rows: parent, day, title.
 * Promises: a form is stored before it is used for new records, so that it is there without a network; what lists and rows
 * need of every form (its shape) is in memory from the start, the definition itself from when it is first asked for.
 */
import { signal } from '@preact/signals-core';
import { dayOf } from './blocks.js';
import { placeOf, seal, transact, unseal } from './db.js';

/**
 * @typedef {import('./types.js').Row} Row
 * @typedef {import('./db.js').Db} Db
 * @typedef {import('../form/definition.js').Definition} Definition
 * @typedef {{kind: string, form: string, answers: Record<string, any>}} Titled
 * @typedef {Record<string, Record<string, [string, string]>>} Latest  per kind and parent: day and id
 *
 * @typedef {import('./blocks.js').Shape & {kind: string, hash: string, title: Record<string, string>, points: string[], files: boolean, here: boolean, local: boolean, consent: string}} Shape
 *   `points`: answers that say where; `files`: pictures come with it; `here`: the definition is on this phone; `local`: its records
 *   never leave this phone; `consent`: they do while this answer is yes
 */

/** What the first screens draw with: there before anything is drawn. */
const AT_ONCE = ['household', 'problem', 'conflict'];
/** What is filled in all day: in memory soon after the start. */
export const OFTEN = [...AT_ONCE, 'visit', 'person', 'colleague'];

/** @param {Definition} definition or only its head, as GET /api/forms?heads= gives it @param {boolean} here @returns {Shape} */
export const shapeIn = ({ kind, hash, title, envelope = {}, moves = [], questions = [], files, local, consent }, here) => ({
  kind, hash, title, envelope, moves, here, local: local === true, consent: consent ?? '', files: Boolean(files && Object.keys(files).length),
  points: questions.filter((question) => question.type === 'geopoint' && !question.repeat).map((question) => question.path),
});

export class Forms {
  /** @param {Db|null} db */
  constructor(db) {
    this.db = db;
    /** @type {Map<string, Definition>} by hash, as far as read into memory */
    this.read = new Map();
    /** @type {Map<string, Shape>} by hash */
    this.shapes = new Map();
    /** Hash of the form in use, by kind. */
    this.current = signal(/** @type {Record<string, string>} */ ({}));
    /** Grows when one more was read: who got none from `get` looks again. */
    this.more = signal(0);
    /** @type {Map<string, Promise<Definition|undefined>>} */
    this.reading = new Map();
  }

  /** Believes what the database said. @param {Map<string, any>} meta */
  open(meta) {
    for (const [key, shape] of meta) if (key.startsWith('shape/')) this.shapes.set(shape.hash, shape);
    this.current.value = meta.get('forms') ?? {};
  }

  /** What is needed before anything is drawn; a phone that was filled before there were shapes reads all, once. */
  async ready() {
    const { value } = this.current;
    const old = Object.values(value).filter((hash) => !this.shapes.has(hash));
    await Promise.all(AT_ONCE.map((kind) => this.kept(value[kind] ?? '')));
    if (old.length) await this.keep(...(await Promise.all(old.map((hash) => this.kept(hash)))).filter((form) => form !== undefined));
  }

  /** What is soon filled in, brought into memory. */
  often = () => Promise.all(OFTEN.map((kind) => this.kept(kind))).catch(() => []);

  /** @param {string} kindOrHash */
  #hash(kindOrHash) {
    return this.shapes.has(kindOrHash) ? kindOrHash : this.current.value[kindOrHash] ?? kindOrHash;
  }

  /** What is known of a form without reading it. @param {string} kindOrHash @returns {Shape|undefined} */
  shape(kindOrHash) {
    return this.shapes.get(this.#hash(kindOrHash));
  }

  /** Undefined also while it is read from the disk: whoever draws with it draws again when it is there.
   * @param {string} kindOrHash @returns {Definition|undefined} */
  get(kindOrHash) {
    const hash = this.#hash(kindOrHash);
    const found = this.read.get(hash);
    if (!found && this.more.value >= 0 && this.has(hash)) void this.kept(hash).catch(() => undefined);
    return found;
  }

  /** Is it on this phone? @param {string} hash */
  has(hash) {
    return this.read.has(hash) || Boolean(this.shapes.get(hash)?.here);
  }

  /** A form of this phone, brought into memory. @param {string} kindOrHash @returns {Promise<Definition|undefined>} */
  async kept(kindOrHash) {
    const hash = this.#hash(kindOrHash);
    if (this.read.has(hash)) return this.read.get(hash);
    const reading = this.reading.get(hash) ?? this.#fromDisk(hash).finally(() => this.reading.delete(hash));
    this.reading.set(hash, reading);
    return reading;
  }

  /** @param {string} hash @returns {Promise<Definition|undefined>} */
  async #fromDisk(hash) {
    const { db } = this;
    const sealed = hash ? await db?.get('forms', hash) : undefined;
    if (!db || !sealed) return undefined;
    try {
      this.read.set(hash, await unseal(db, placeOf('forms', hash), sealed));
    } catch {
      // Damaged: fetched again.
      const shape = this.shapes.get(hash);
      if (shape) this.shapes.set(hash, { ...shape, here: false });
      return undefined;
    }
    this.more.value += 1;
    return this.read.get(hash);
  }

  /** @param {...Definition} definitions stored for good: a hash names its content */
  async keep(...definitions) {
    const { db } = this;
    const made = definitions.map((form) => ({ form, shape: shapeIn(form, true) }));
    if (db && made.length) {
      const sealed = await Promise.all(made.map(async (one) => ({ ...one, body: await seal(db, placeOf('forms', one.form.hash), one.form) })));
      await transact(db, ['forms', 'meta'], (tx) => Promise.all(sealed.flatMap(({ form, body, shape }) =>
        [tx.objectStore('forms').put(body, form.hash), tx.objectStore('meta').put(shape, `shape/${form.hash}`)])), 'relaxed');
    }
    for (const { form, shape } of made) {
      this.shapes.set(form.hash, shape);
      if (OFTEN.includes(form.kind)) this.read.set(form.hash, form);
    }
    this.more.value += 1;
  }

  /** What rows are filed by until the definitions are here. @param {Definition[]} heads */
  async keepHeads(heads) {
    const shapes = heads.filter(({ hash }) => !this.has(hash)).map((head) => shapeIn(head, false));
    for (const shape of shapes) this.shapes.set(shape.hash, shape);
    // One transaction: dozens of them would stand before the first page of rows.
    if (this.db && shapes.length) await transact(this.db, ['meta'], (tx) => Promise.all(shapes.map((shape) => tx.objectStore('meta').put(shape, `shape/${shape.hash}`))), 'relaxed');
  }

  /** @param {Record<string, string>} hashes forms that are kept here, by kind */
  async use(hashes) {
    const { value } = this.current;
    // What is drawn with now must not be missing for a moment.
    await Promise.all(Object.entries(hashes).filter(([kind]) => this.read.has(value[kind] ?? '')).map(([, hash]) => this.kept(hash)));
    await this.db?.put('meta', hashes, 'forms');
    this.current.value = hashes;
  }

  /** What a row's form says of it; the kind's form in use where its own is not here.
   * @param {{kind: string, form: string}} row @returns {import('./blocks.js').Shape|undefined} */
  shapeOf(row) {
    return this.shapes.get(row.form) ?? this.shapes.get(this.current.peek()[row.kind] ?? '');
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

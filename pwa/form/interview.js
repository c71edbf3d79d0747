/**
 * Owns one form being filled: answers, what is relevant, calculated, required and wrong, and what has changed.
 * Promises: no I/O; after an answer only what reads it is worked out again, and only those who show it are told;
 * an answer that cannot be right is kept and said, one that cannot be stored is kept as the text that was typed.
 *
 * Screens name a question by `path` and `place` (see answers.js).
 */
import { Answers } from './answers.js';
import { changesOf } from './changes.js';
import { isEmpty, read, same, shown } from './entry.js';
import { evaluate, FormIndex, isTrue } from './expression.js';
import { graphOf } from './graph.js';
import { propose } from './propose.js';
import { Settling, stored } from './settle.js';
import { rowsOf, wordsOf } from './words.js';

/**
 * @typedef {import('./answers.js').At} At
 * @typedef {import('./definition.js').Definition} Definition
 * @typedef {import('./definition.js').Question} Question
 * @typedef {import('./definition.js').Choice} Choice
 *
 * @typedef {object} Setting
 * @property {string} now  device time with its offset
 * @property {string} today
 * @property {string} [lang]
 * @property {boolean} [fresh]  a new record: defaults and metadata are filled in
 * @property {Record<string, any>} [original]  what the answers were before; absent: the answers given
 * @property {[string, string][]} [raw]  typed texts that could not be stored, of a draft
 * @property {Iterable<string>} [locked]  paths that may be read here and not written
 * @property {Record<string, string>} [properties]  of the person and device: username, deviceid …
 *
 * @typedef {object} Wrong
 * @property {'required' | 'constraint' | 'number' | 'whole' | 'date' | 'time' | 'long'} code
 * @property {string} words  the form's own sentence, '' when it has none
 * @property {any} [offer]  an answer that would be right
 *
 * @typedef {object} State  what a screen shows of a question; a new object whenever something of it changed
 * @property {Question} question
 * @property {string} place
 * @property {boolean} relevant
 * @property {any} value
 * @property {string} text  as typed
 * @property {boolean} required
 * @property {boolean} readOnly
 * @property {Wrong | null} wrong
 * @property {string} label
 * @property {string} hint
 * @property {string[]} entries  ids, of a repeat
 */

const PRELOADED = /** @type {Record<string, (interview: Interview) => string>} */ ({
  start: (interview) => interview.now, end: (interview) => interview.now, today: (interview) => interview.today,
});

export class Interview {
  /** @param {Definition} definition @param {Record<string, any>} answers @param {Setting} setting */
  constructor(definition, answers, setting) {
    this.definition = definition;
    this.graph = graphOf(definition);
    this.index = indexOf(definition);
    this.tree = new Answers(this.graph, answers);
    this.now = setting.now;
    this.today = setting.today;
    this.lang = setting.lang ?? 'zh';
    this.offset = offsetOf(setting.now);
    this.properties = setting.properties ?? {};
    this.locked = new Set(setting.locked);
    /** @type {Record<string, any>} */
    this.original = structuredClone(setting.original ?? (setting.fresh ? {} : answers));
    /** @type {Map<string, string>} by key of path and place */
    this.raw = new Map(setting.raw ?? []);
    /** @type {Map<string, boolean>} by path and at */
    this.relevance = new Map();
    /** @type {Map<string, State>} by path and place */
    this.states = new Map();
    /** @type {Map<string, Set<() => void>>} */
    this.listeners = new Map();
    /** Told after every answer. @type {Set<() => void>} */
    this.watchers = new Set();
    if (setting.fresh) this.#begin();
  }

  // — what expressions read (a Context of expression.js) —

  /** @param {string} path @param {At} at */
  value(path, at) {
    const value = this.tree.get(path, at);
    return isEmpty(value) || !this.relevant(path, at) ? null : value;
  }

  /** @param {string} path @param {At} at */
  count(path, at) {
    return this.relevant(path, at) ? this.tree.entries(path, at).length : 0;
  }

  random() {
    return Math.random();
  }

  uuid() {
    return crypto.randomUUID();
  }

  /** @param {string} name */
  property(name) {
    return this.properties[name] ?? '';
  }

  // — reading —

  /** @param {string} path @param {At} at */
  key(path, at) {
    return `${path}@${at.join()}`;
  }

  /** Its own condition and those of everything around it. @param {string} path @param {At} at @returns {boolean} */
  relevant(path, at) {
    if (path === '') return true;
    const key = this.key(path, at);
    let known = this.relevance.get(key);
    if (known === undefined) {
      const { parent, relevant } = this.graph.question(path);
      known = this.relevant(parent, at.slice(0, this.graph.chain(parent).length)) && (!relevant || isTrue(relevant, this, at));
      this.relevance.set(key, known);
    }
    return known;
  }

  /** @param {string} path @param {string} [place] @returns {State} */
  state(path, place = '') {
    const key = `${path}@${place}`;
    let state = this.states.get(key);
    if (!state) {
      const at = this.tree.atOf(path, place);
      state = at ? this.#stateAt(this.graph.question(path), place, at) : gone(this.graph.question(path), place);
      this.states.set(key, state);
    }
    return state;
  }

  /** @param {Question} question @param {string} place @param {At} at @returns {State} */
  #stateAt(question, place, at) {
    const { path } = question;
    const relevant = this.relevant(path, at);
    const value = this.tree.get(path, at);
    const raw = this.raw.get(`${path}@${place}`);
    return {
      question, place, relevant, value, text: raw ?? shown(question.holds === 'entries' ? '' : value),
      required: relevant && isTrue(question.required, this, at),
      readOnly: Boolean(question.calculate) || this.locked.has(path) || isTrue(question.read_only, this, at),
      wrong: relevant ? this.wrong(question, at, value, raw) : null,
      label: this.words(question.label, at), hint: this.words(question.hint, at),
      entries: question.holds === 'entries' ? this.tree.entries(path, at).map((entry) => entry.id) : [],
    };
  }

  /** What is wrong with an answer that is there; a missing one is `missing`'s.
   * @param {Question} question @param {At} at @param {any} value @param {string | undefined} raw @returns {Wrong | null} */
  wrong(question, at, value, raw) {
    if (raw !== undefined) {
      const found = read(question, raw);
      return 'cannot' in found ? { code: found.cannot, words: '' } : null;
    }
    if (!question.constraint || isEmpty(value) || isTrue(question.constraint, this, at)) return null;
    const offer = propose(question, value, (candidate) => this.#accepts(question, at, candidate));
    return { code: 'constraint', words: this.words(question.constraint_message, at), ...(offer === undefined ? {} : { offer }) };
  }

  /** Would the constraint hold for another value? @param {Question} question @param {At} at @param {any} candidate */
  #accepts({ path, constraint }, at, candidate) {
    const present = this.tree.get(path, at);
    this.tree.put(path, at, candidate);
    const holds = isTrue(constraint, this, at);
    this.tree.put(path, at, present);
    return holds;
  }

  /** Choices that may be chosen now. @param {string} path @param {At} at @returns {Choice[]} */
  choices(path, at) {
    return rowsOf(this.graph.question(path), this, at);
  }

  /** @param {string} path @param {string} place */
  choicesAt(path, place) {
    const at = this.tree.atOf(path, place);
    return at ? this.choices(path, at) : [];
  }

  /** @param {import('./definition.js').Words} words @param {At} at */
  words(words, at) {
    return wordsOf(words, this, at);
  }

  // — writing —

  /** @param {string} path @param {any} value as it is stored; null erases @param {string} [place] */
  set(path, value, place = '') {
    const at = this.tree.atOf(path, place);
    if (!at) return;
    this.raw.delete(`${path}@${place}`);
    this.#settle((settling) => {
      if (same(value, this.tree.get(path, at))) settling.touch(path, at);
      else {
        this.tree.put(path, at, isEmpty(value) ? null : value);
        settling.changed(path, at);
      }
    });
  }

  /** Takes typed text. What cannot be stored stays as text beside the last answer that could.
   * @param {string} path @param {string} text @param {string} [place] */
  write(path, text, place = '') {
    const found = read(this.graph.question(path), text);
    if ('value' in found) {
      this.set(path, found.value, place);
      return;
    }
    const at = this.tree.atOf(path, place);
    if (!at) return;
    this.raw.set(`${path}@${place}`, text);
    this.#settle((settling) => settling.touch(path, at));
  }

  /** Adds an entry to a repeat. @param {string} repeat @param {string} [place] @param {Record<string, any>} [answers] @returns {string} its id */
  add(repeat, place = '', answers = {}) {
    let id = '';
    const at = this.tree.atOf(repeat, place);
    if (at) this.#settle((settling) => (id = this.insert(repeat, at, settling, answers)));
    return id;
  }

  /** @param {string} repeat @param {string} id @param {string} [place] @returns {{entry: any, index: number} | null} what `restore` takes */
  drop(repeat, id, place = '') {
    const at = this.tree.atOf(repeat, place);
    const index = at ? this.tree.entries(repeat, at).findIndex((entry) => entry.id === id) : -1;
    if (!at || index < 0) return null;
    const entry = this.tree.entries(repeat, at)[index];
    this.#settle((settling) => this.take(repeat, at, index, settling));
    return { entry, index };
  }

  /** Puts a dropped entry back where it was. @param {string} repeat @param {{entry: any, index: number}} dropped @param {string} [place] */
  restore(repeat, { entry, index }, place = '') {
    const at = this.tree.atOf(repeat, place);
    if (at) this.#settle((settling) => this.insert(repeat, at, settling, entry, index));
  }

  /** @param {string} repeat @param {At} at @param {Settling} settling @param {Record<string, any>} [answers] @param {number} [index] @returns {string} */
  insert(repeat, at, settling, answers = {}, index = Infinity) {
    const entry = { id: crypto.randomUUID(), ...answers };
    const entries = [...this.tree.entries(repeat, at)];
    const there = Math.min(index, entries.length);
    this.#unknow(repeat, at, there);
    entries.splice(there, 0, entry);
    this.tree.put(repeat, at, entries);
    this.#moved(repeat, at, there, settling);
    if (!('id' in answers)) this.#defaults(this.graph.inside(repeat), [...at, there], settling);
    return entry.id;
  }

  /** @param {string} repeat @param {At} at @param {number} index @param {Settling} settling */
  take(repeat, at, index, settling) {
    this.#unknow(repeat, at, index);
    const entries = this.tree.entries(repeat, at).filter((_, n) => n !== index);
    this.tree.put(repeat, at, entries.length ? entries : null);
    this.#moved(repeat, at, index, settling);
  }

  /** Entries from `index` on will have other numbers: what is known of them by number goes. @param {string} repeat @param {At} at @param {number} index */
  #unknow(repeat, at, index) {
    for (const path of this.graph.inside(repeat)) {
      for (const place of this.#placesFrom(path, at, index)) this.relevance.delete(this.key(path, place));
    }
  }

  /** Entries from `index` on came, moved or went. @param {string} repeat @param {At} at @param {number} index @param {Settling} settling */
  #moved(repeat, at, index, settling) {
    settling.changed(repeat, at);
    for (const path of this.graph.inside(repeat)) {
      const places = this.#placesFrom(path, at, index);
      for (const place of places) settling.touch(path, place);
      settling.stir(path, at);
      if (this.graph.rank.has(path)) settling.askAt(path, places);
    }
  }

  /** @param {string} path @param {At} at @param {number} index */
  #placesFrom(path, at, index) {
    const entries = this.tree.entries(this.graph.chain(path)[at.length] ?? '', at).length;
    return Array.from({ length: Math.max(0, entries - index) }, (_, n) => this.tree.places(path, [...at, index + n])).flat();
  }

  /** Works out what follows and tells whoever shows it. @param {(settling: Settling) => void} start */
  #settle(start) {
    const settling = new Settling(this);
    start(settling);
    for (const key of settling.run()) for (const listener of this.listeners.get(key) ?? []) listener();
    for (const watcher of this.watchers) watcher();
  }

  /** @param {string} path @param {At} at @returns {string} the key listeners know it by */
  forget(path, at) {
    const key = `${path}@${this.tree.placeOf(path, at)}`;
    this.states.delete(key);
    return key;
  }

  // — a new record —

  #begin() {
    const settling = new Settling(this);
    const paths = this.definition.questions.filter((question) => !this.graph.chain(question.path).length).map((question) => question.path);
    this.#defaults(paths, [], settling);
    for (const path of this.definition.order) settling.ask(path, []);
    settling.run();
  }

  /** @param {string[]} paths @param {At} at @param {Settling} settling */
  #defaults(paths, at, settling) {
    for (const path of paths) {
      const question = this.graph.question(path);
      if (this.graph.chain(path).length !== at.length || !isEmpty(this.tree.get(path, at))) continue;
      const preload = question.preload && (PRELOADED[question.preload]?.(this) ?? this.property(question.preload));
      const value = preload || (!question.default ? null : stored(question, evaluate(question.default, this, at), this.offset));
      if (isEmpty(value)) continue;
      this.tree.put(path, at, value);
      settling.changed(path, at);
    }
  }

  // — the whole —

  /** What saving has to write: only what differs from the record. @returns {Record<string, any>} */
  changes() {
    return changesOf(this.definition, this.original, this.tree.all);
  }

  /** Everything needed to go on later. */
  draft() {
    return { answers: structuredClone(this.tree.all), original: this.original, raw: [...this.raw] };
  }

  /** @param {string} path @param {string} place @param {() => void} listener @returns {() => void} ends it */
  subscribe(path, place, listener) {
    const key = `${path}@${place}`;
    const listeners = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** @param {() => void} watcher told after every answer @returns {() => void} ends it */
  watch(watcher) {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }

  /** Labels in another language, at once. @param {string} lang */
  speak(lang) {
    if (lang === this.lang) return;
    this.lang = lang;
    this.states.clear();
    for (const listeners of this.listeners.values()) for (const listener of listeners) listener();
  }
}

/** @type {WeakMap<Definition, any>} */
const indexes = new WeakMap();

/** @param {Definition} definition */
function indexOf(definition) {
  let index = indexes.get(definition);
  if (!index) indexes.set(definition, (index = new FormIndex(definition)));
  return index;
}

/** @param {string} now @returns {number} minutes east of UTC */
function offsetOf(now) {
  const match = /([-+])(\d{2}):(\d{2})$/.exec(now);
  return match ? (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) : 480;
}

/** @param {Question} question @param {string} place @returns {State} */
const gone = (question, place) =>
  ({ question, place, relevant: false, value: undefined, text: '', required: false, readOnly: true, wrong: null, label: '', hint: '', entries: [] });

/** @param {Definition} definition @param {Record<string, any>} answers @param {Setting} setting */
export const open = (definition, answers, setting) => new Interview(definition, answers, setting);

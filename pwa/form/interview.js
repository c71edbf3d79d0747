/**
 * Owns one form being filled: answers, what is relevant, calculated, required and wrong, and what has changed.
 * Promises: no I/O; after an answer only what reads it is worked out again, and only those who show it are told;
 * an answer that cannot be right is kept and said, one that cannot be stored is kept as the text that was typed;
 * answers of whatever shape open without an error.
 *
 * Screens name a question by `path` and `place` (see answers.js).
 */
import { Answers } from './answers.js';
import { begin, ended, opened } from './beginning.js';
import { changesOf } from './changes.js';
import { rowsOf } from './choices.js';
import { isEmpty, read, same } from './entry.js';
import { evaluate, FormIndex, isTrue } from './expression.js';
import { dateText, moment, offsetText, timeText, toText } from './expression-values.js';
import { graphOf } from './graph.js';
import { mended } from './mended.js';
import { storable } from './remarks.js';
import { insert, take } from './repeats.js';
import { Settling } from './settle.js';
import { stateOf } from './standing.js';
import { wordsOf } from './words.js';

/**
 * @typedef {import('./answers.js').At} At
 * @typedef {import('./definition.js').Definition} Definition
 * @typedef {import('./definition.js').Question} Question
 * @typedef {import('./definition.js').Choice} Choice
 * @typedef {import('./standing.js').State} State
 * @typedef {import('./standing.js').Wrong} Wrong
 *
 * @typedef {object} Setting
 * @property {string} now  device time with its offset
 * @property {string} [today]  only where `now` cannot be read
 * @property {number} [offset]  minutes east of UTC of the calendar the form means its days in
 * @property {string} [lang]
 * @property {string} [id]  of the record: the order of shuffled choices stays the same for it
 * @property {boolean} [fresh]  a new record: defaults and metadata are filled in
 * @property {boolean} [still]  only looked at: the form writes nothing of itself
 * @property {Record<string, any>} [original]  what the answers were before; absent: the answers given
 * @property {[string, string][]} [raw]  typed texts that could not be stored, of a draft
 * @property {[string, any[]][]} [aside]  entries that a smaller number took away, of a draft
 * @property {Iterable<string>} [locked]  paths that may be read here and not written
 * @property {Record<string, string>} [properties]  of the person and device: username, deviceid …
 * @property {Record<string, any>} [last]  answers of the record of this kind that was last saved on this phone
 */

/** China has one zone: forms mean their days in it whatever the phone's clock is set to, as on the server. */
const OFFSET = 480;

export class Interview {
  /** @param {Definition} definition @param {Record<string, any>} answers @param {Setting} setting */
  constructor(definition, answers, setting) {
    this.definition = definition;
    this.graph = graphOf(definition);
    this.index = indexOf(definition);
    this.tree = new Answers(this.graph, answers);
    this.id = setting.id ?? '';
    this.offset = setting.offset ?? OFFSET;
    const [today, now] = momentOf(setting, this.offset);
    this.today = today;
    this.now = now;
    this.lang = setting.lang ?? 'zh';
    this.properties = setting.properties ?? {};
    this.lastSaved = setting.last ?? {};
    this.locked = new Set(setting.locked);
    /** @type {Record<string, any>} */
    this.original = mended(this.graph, setting.original ?? (setting.fresh ? {} : answers));
    /** @type {Map<string, string>} by key of path and place */
    this.raw = new Map(setting.raw ?? []);
    /** Entries that a smaller number took away, by repeat and place. @type {Map<string, any[]>} */
    this.aside = new Map(setting.aside ?? []);
    /** @type {Map<string, boolean>} by path and at */
    this.relevance = new Map();
    /** @type {Map<string, State>} by path and place */
    this.states = new Map();
    /** @type {Map<string, Set<() => void>>} */
    this.listeners = new Map();
    /** Told after every answer. @type {Set<() => void>} */
    this.watchers = new Set();
    /** Answers that wait for where the phone is, until a screen asks for them. @type {[string, string][]} */
    this.sought = [];
    /** @type {((path: string, place: string) => void) | null} */
    this.seeker = null;
    if (!setting.still) this.#settle((settling) => {
      if (setting.fresh) begin(settling);
      opened(settling);
    });
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

  /** @param {string} path */
  last(path) {
    return this.lastSaved[path] ?? null;
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
    if (!this.graph.conditional.has(path)) return true;
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
    if (!state) this.states.set(key, (state = stateOf(this, path, place)));
    return state;
  }

  /** Choices that may be chosen now. @param {string} path @param {At} at @returns {Choice[]} */
  choices(path, at) {
    return rowsOf(this.graph.question(path), this, at, this.id);
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

  /** What the form calls this record, '' when it says nothing. @returns {string} */
  name() {
    return this.definition.instance_name ? toText(evaluate(this.definition.instance_name, this)) : '';
  }

  // — writing —

  /** @param {string} path @param {any} value as it is stored; null erases @param {string} [place] */
  set(path, value, place = '') {
    const at = this.tree.atOf(path, place);
    if (!at) return;
    this.raw.delete(`${path}@${place}`);
    this.#settle((settling) => {
      if (same(value, this.tree.get(path, at))) this.#tell(settling, path, at);
      else settling.put(path, at, value);
      // A calculation that only sometimes keeps what a person gave says so at once, not when the server works it out again.
      if (this.graph.question(path).kept && !isEmpty(value)) settling.askAt(path, [at]);
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
    this.#settle((settling) => this.#tell(settling, path, at));
  }

  /** Something but the answer is another now; the rows of a repeat tell that too. @param {Settling} settling @param {string} path @param {At} at */
  #tell(settling, path, at) {
    settling.touch(path, at);
    for (const [depth, repeat] of this.graph.chain(path).entries()) settling.touch(repeat, at.slice(0, depth));
  }

  /** Adds an entry to a repeat. @param {string} repeat @param {string} [place] @param {Record<string, any>} [answers] @returns {string} its id */
  add(repeat, place = '', answers = {}) {
    let id = '';
    const at = this.tree.atOf(repeat, place);
    if (at) this.#settle((settling) => (id = insert(settling, repeat, at, answers)));
    return id;
  }

  /** @param {string} repeat @param {string} id @param {string} [place] @returns {{entry: any, index: number} | null} what `restore` takes */
  drop(repeat, id, place = '') {
    const at = this.tree.atOf(repeat, place);
    const index = at ? this.tree.entries(repeat, at).findIndex((entry) => entry.id === id) : -1;
    if (!at || index < 0) return null;
    const entry = this.tree.entries(repeat, at)[index];
    this.#settle((settling) => void take(settling, repeat, at, index));
    return { entry, index };
  }

  /** Puts a dropped entry back where it was. @param {string} repeat @param {{entry: any, index: number}} dropped @param {string} [place] */
  restore(repeat, { entry, index }, place = '') {
    const at = this.tree.atOf(repeat, place);
    if (at) this.#settle((settling) => void insert(settling, repeat, at, entry, index));
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

  // — beside the answers —

  /** @param {string} path @param {string} [place] @returns {string} */
  remark(path, place = '') {
    return this.state(path, place).remark;
  }

  /** @param {string} path @param {string} text '' takes it away @param {string} [place] */
  setRemark(path, text, place = '') {
    this.#mark(path, place, 'remark', storable(text));
  }

  /** @param {string} path @param {string} [place] @returns {boolean} */
  later(path, place = '') {
    return this.state(path, place).later;
  }

  /** @param {string} path @param {boolean} on @param {string} [place] */
  setLater(path, on, place = '') {
    this.#mark(path, place, 'later', on ? 'yes' : '');
  }

  /** @param {string} path @param {string} place @param {'remark' | 'later'} mark @param {string} text */
  #mark(path, place, mark, text) {
    const at = this.tree.atOf(path, place);
    if (!at || this.graph.question(path).holds === 'nothing' || this.tree.mark(path, at, mark) === text) return;
    this.tree.putMark(path, at, mark, text);
    this.#settle((settling) => this.#tell(settling, path, at));
  }

  // — where the phone is —

  /** The form wants it as this answer. @param {string} path @param {string} place */
  seek(path, place) {
    if (this.seeker) this.seeker(path, place);
    else this.sought.push([path, place]);
  }

  /** Whoever can ask for it does, now for what waits and whenever the form wants it, and sets the answer when it is known.
   * @param {(path: string, place: string) => void} seeker */
  seeks(seeker) {
    this.seeker = seeker;
    for (const [path, place] of this.sought.splice(0)) seeker(path, place);
  }

  // — the whole —

  /** What saving has to write: only what differs from the record. @returns {Record<string, any>} */
  changes() {
    return changesOf(this.definition, this.original, this.tree.all);
  }

  /** To be called when a record that has changes is saved: writes down when. @param {string} now */
  finish(now) {
    this.now = momentOf({ now, today: this.today }, this.offset)[1];
    this.#settle(ended);
  }

  /** Everything needed to go on later. */
  draft() {
    return { answers: structuredClone(this.tree.all), original: this.original, raw: [...this.raw], aside: structuredClone([...this.aside]) };
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

  /** Labels in another language, at once, and what is worked out of labels. @param {string} lang */
  speak(lang) {
    if (lang === this.lang) return;
    this.lang = lang;
    this.states.clear();
    if (this.graph.speaking.length) this.#settle((settling) => this.graph.speaking.forEach((path) => settling.ask(path, [])));
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

/** Today and now as forms mean them. @param {{now: string, today?: string}} setting @param {number} offset @returns {[string, string]} */
function momentOf({ now, today }, offset) {
  const found = moment(now, offset);
  if (!found) return [today ?? now.slice(0, 10), now];
  return [dateText(found[0]), `${dateText(found[0])}T${timeText(found[1])}${offsetText(offset)}`];
}

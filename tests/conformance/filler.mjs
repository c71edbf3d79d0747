/**
 * Fills any form at random: the same seed gives the same steps everywhere.
 * Promises: pure; a step names its question by path and by the numbers of the entries around it, so that it can be done
 * to another engine too; values are of the question's type, now and then empty or odd, and often one the form asks about.
 *
 * A step: {do: 'set', path, at, value} (value as answers store it, null erases) · {do: 'add', path, at} ·
 * {do: 'drop', path, at, index} · {do: 'speak', lang}
 */

/** Mulberry32. @param {number} seed */
export function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const ENTRIES = 6;
const TEXTS = ['谷', 'a', 'yes', 'no', '1', '0', 'two words', '  spaced  ', "O'Neil", '<b>&', '3.50', 'NaN', '2024-02-29', '𠮷 🙂'];
const WHOLE = [0, 1, 2, 3, 5, 7, 10, 18, 35, 60, 99, 100, 150, 1000, -1, -20, 2147483647];
const DECIMAL = [0, 0.5, 1, 2.5, 3, 10.51, 18.39, 12.345, 99.99, 700, -0.25, 1000000, 0.1];
const DATES = ['2026-11-22', '2026-11-23', '2026-11-24', '2024-02-29', '2000-01-01', '1969-12-31', '2010-06-15', '1930-05-05'];
const TIMES = ['00:00:00.000+08:00', '08:30:00.000+08:00', '12:00:00.000+08:00', '23:59:59.999+08:00'];
const POINTS = ['31.2 121.4 0 0', '31.21 121.41 12.5 4', '-33.9 18.4 0 10', '0.5 0 0 0', '31.25 121.4 0 0', '89.9 -179.9 0 0'];

/** Every literal of the form's expressions: what it asks about is what may change something. @param {any} definition */
function literals(definition) {
  const texts = new Set();
  const numbers = new Set();
  const walk = (tree) => {
    if (!Array.isArray(tree)) return;
    if (tree[0] === 'str' && typeof tree[1] === 'string' && tree[1].length < 60) texts.add(tree[1]);
    else if (tree[0] === 'num' && Number.isSafeInteger(tree[1])) for (const near of [-1, 0, 1]) numbers.add(tree[1] + near);
    else tree.forEach(walk);
  };
  for (const { relevant, constraint, required, calculate, choice_filter: filter, read_only: readOnly, count } of definition.questions) {
    [relevant, constraint, required, calculate, filter, readOnly, count].forEach(walk);
  }
  return { texts: [...texts].filter(Boolean), numbers: [...numbers].filter((number) => Math.abs(number) < 2 ** 31) };
}

/** Questions that say how many entries a repeat has: a thousand entries would show no more than a few. @param {any} definition */
function counting(definition) {
  const found = new Set();
  const walk = (tree) => {
    if (!Array.isArray(tree)) return;
    if (tree[0] === 'path' || tree[0] === 'current') found.add(tree[1]);
    else tree.forEach(walk);
  };
  for (const { count } of definition.questions) walk(count);
  return found;
}

export class Filler {
  /** @param {any} definition @param {number} seed */
  constructor(definition, seed) {
    this.definition = definition;
    this.next = random(seed);
    this.literals = literals(definition);
    this.counting = counting(definition);
    /** @type {Map<string, any>} what each question was answered with last, in whatever entry */
    this.given = new Map();
    this.askable = definition.questions.filter((question) => question.type === 'repeat' || isAsked(question));
  }

  /** @param {number} n */
  pick(n) {
    return Math.floor(this.next() * n);
  }

  /** @template T @param {T[]} values @returns {T} */
  one(values) {
    return values[this.pick(values.length)];
  }

  /** The next step, null when chance found nothing that can be done now. @param {any} interview */
  step(interview) {
    if (this.definition.languages.length > 1 && this.pick(25) === 0) return { do: 'speak', lang: this.one(this.definition.languages) };
    for (let tries = 0; tries < 12 && this.askable.length; tries += 1) {
      const question = this.one(this.askable);
      const places = interview.tree.places(question.path);
      if (!places.length) continue;
      const at = this.one(places);
      const state = interview.state(question.path, interview.tree.placeOf(question.path, at));
      if (!state.relevant || state.readOnly) continue;
      if (question.type === 'repeat') {
        if (question.count || question.fixed) continue;
        return this.entry(question.path, at, state.entries.length);
      }
      const value = this.value(interview, question, at);
      this.given.set(question.path, value);
      return { do: 'set', path: question.path, at, value };
    }
    return null;
  }

  /** @param {string} path @param {number[]} at @param {number} present */
  entry(path, at, present) {
    const add = present === 0 || (present < ENTRIES && this.pick(3) > 0);
    return add ? { do: 'add', path, at } : { do: 'drop', path, at, index: this.pick(present) };
  }

  /** @param {any} interview @param {any} question @param {number[]} at */
  value(interview, question, at) {
    const { type, holds } = question;
    if (this.pick(7) === 0 && !this.counting.has(question.path)) return null;
    if (['select_one', 'select_multiple', 'rank'].includes(type)) return this.chosen(interview, question, at);
    if (this.counting.has(question.path)) return holds === 'number' ? this.pick(ENTRIES) : String(this.pick(ENTRIES));
    if (type === 'range') return this.ranged(question.parameters ?? {}, holds);
    if (holds === 'number') return this.number(type === 'decimal' || question.parameters?.type === 'decimal');
    if (type === 'date') return this.one(DATES);
    if (type === 'time') return this.one(TIMES);
    if (type === 'dateTime') return `${this.one(DATES)}T${this.one(TIMES)}`;
    if (type === 'acknowledge') return 'OK';
    if (type === 'geopoint') return this.one(POINTS);
    if (type === 'geotrace') return [0, 1, 2].map((n) => POINTS[n]).slice(0, 2 + this.pick(2)).join('; ');
    if (type === 'geoshape') return [0, 1, 4, 0].map((n) => POINTS[n]).join('; ');
    if (['image', 'audio', 'video', 'file'].includes(type)) return `${'0123456789abcdef'.repeat(4)}.bin`;
    // The same text in another entry: forms ask whether an entry is there twice.
    if (at.length && this.given.get(question.path) && this.pick(3) === 0) return this.given.get(question.path);
    if (this.literals.texts.length && this.pick(2)) return this.one(this.literals.texts);
    return this.one(TEXTS);
  }

  /** @param {boolean} decimal */
  number(decimal) {
    if (this.literals.numbers.length && this.pick(2)) return this.one(this.literals.numbers);
    return this.one(decimal ? DECIMAL : WHOLE);
  }

  /** @param {any} parameters @param {string} holds */
  ranged({ start = '0', end = '10', step = '1' }, holds) {
    const [low, high, by] = [Number(start), Number(end), Math.abs(Number(step))];
    const steps = Math.max(1, Math.floor((Math.abs(high - low) + 1e-9) / by));
    const value = Number((Math.min(low, high) + by * this.pick(steps + 1)).toFixed(6));
    return holds === 'number' ? value : String(value);
  }

  /** @param {any} interview @param {any} question @param {number[]} at */
  chosen(interview, question, at) {
    const names = interview.choicesAt(question.path, interview.tree.placeOf(question.path, at)).map((choice) => choice.name);
    if (!names.length) return null;
    if (question.type === 'select_one') return this.one(names);
    if (question.type === 'rank') return this.shuffled(names);
    const found = [...new Set(names)].filter(() => this.pick(3) === 0);
    return found.length ? found : [names[0]];
  }

  /** @template T @param {T[]} values @returns {T[]} */
  shuffled(values) {
    const found = [...values];
    for (let n = found.length - 1; n > 0; n -= 1) {
      const other = this.pick(n + 1);
      [found[n], found[other]] = [found[other], found[n]];
    }
    return found;
  }
}

/** Does a person answer it? @param {any} question */
export function isAsked({ type, holds }) {
  return holds !== 'nothing' && !['calculate', 'hidden', 'meta', 'group', 'repeat', 'note'].includes(type);
}

/** Does a step to our interview. @param {any} interview @param {any} step */
export function take(interview, step) {
  if (step.do === 'speak') {
    interview.speak(step.lang);
    return;
  }
  const place = interview.tree.placeOf(step.path, step.at);
  if (step.do === 'set') interview.set(step.path, step.value, place);
  else if (step.do === 'add') interview.add(step.path, place);
  else interview.drop(step.path, interview.state(step.path, place).entries[step.index], place);
}

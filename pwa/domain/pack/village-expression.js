/**
 * What the guide says of a village: the state of the ten steps' items, its numbers, when each mechanism last took place.
 * Twin of server/surveys/guide_reading.py; the guide's shape stands in server/surveys/guide.py. Pure.
 *
 *   import { evaluateGuide, settleGuide, villageRecords, guideOf } from '../../domain/pack/village-expression.js';
 *
 *   guideOf(store)                      the reading of the current village, kept until a record it looks at changes; undefined
 *                                       before the guide is on this phone. `guideOf(store, {on: '2026-06-30'})`: as of that day.
 *                                       Reading it inside a component follows the records; wait for store.ready('all') first.
 *   evaluateGuide(guide, records, {today})   the same over any records: {list(kind)} → [{id, answers, by, at, created_at}]
 *   await settleGuide(reading, pause)   works everything out in short slices, so that a screen never waits; `pause` lets others
 *                                       go first: () => new Promise((go) => setTimeout(go))
 *
 * A reading's parts are worked out when they are asked for, and once:
 *   reading.items['s3.people.population']  {state, by, n, evidence(), na_reason?, note?, record?, title?, step}
 *   reading.steps.s3            {done, all, na, isDone, open: [must items not done], items: [ids, a village's own last]}
 *   reading.indicators['population.people']  {value, asOf, n, from, counted, written, year, evidence()}
 *   reading.mechanisms['m.three_meetings']   {n, last, covered, due, kinds: [{last, covered, due}], figures: {id: value}, evidence()}
 * state: todo, doing, done, na. by: evidence, hand, ''. `evidence()` gives ids of records, the latest first. value: a number, text,
 * true/false or null (missing); from: records (counted), written (in the village profile of `year`), ''. asOf: the day a counted record
 * last changed, or the year. due: the day until which the next record is due, '' without a cadence; where each kind of a mechanism has
 * its own (`kinds`, in the guide's order), the whole is covered when all are, and due when the first is.
 */
import { toBoolean } from '../../form/expression-values.js';
import { dueBy } from './periods.js';
import { Village } from './village-compile.js';
import { Tables } from './village-rows.js';

/** @typedef {import('../../form/definition.js').AST} AST */
/** @typedef {import('./village-rows.js').VillageRecords} VillageRecords */
/** @typedef {import('./village-rows.js').Row} Row */
/** @typedef {{zh: string, en: string}} Words */
/** @typedef {{kind: string, where: AST|null, prefill?: Record<string, string>}} Evidence */
/** @typedef {{id: string, group: string, title: Words, hint: Partial<Words>, make: {kind: string, prefill: Record<string, string>, screen: string}|null,
 *   rule: AST|null, evidence: Evidence[], must: boolean}} GuideItem */
/** @typedef {{id: string, number: number, phase: string, title: Words, purpose: Partial<Words>, tips: Words[], reference: boolean,
 *   items: GuideItem[]}} GuideStep */
/** @typedef {{id: string, section: string, title: Words, unit: string, value: AST|null, evidence: Evidence[], question: string|null,
 *   ledger: string}} GuideIndicator */
/** @typedef {{id: string, title: Words, unit: string, value: AST|null}} GuideFigure */
/** @typedef {Evidence & {cadence: string, title: Partial<Words>}} GuidePart  cadence: '' where it has none of its own */
/** @typedef {{id: string, area: string, title: Words, kinds: GuidePart[], cadence: string, screen: string, figures: GuideFigure[],
 *   tips: Partial<Words>[]}} GuideMechanism */
/** @typedef {{kind: 'guide', hash: string, steps: GuideStep[], indicators: GuideIndicator[], mechanisms: GuideMechanism[],
 *   thresholds: Record<string, number>, threshold_words: Record<string, Words>, kinds: Record<string, {day: string|null, title: string|null}>,
 *   reads: Record<string, string[]>}} Guide */
/** @typedef {number|string|boolean|null} Shown */
/** @typedef {{state: 'todo'|'doing'|'done'|'na', by: 'evidence'|'hand'|'', n: number, step: string, evidence: () => string[],
 *   title?: string, na_reason?: string, note?: string, record?: string}} ItemState `record` is the step_item_state that was written by hand */
/** @typedef {{done: number, all: number, na: number, isDone: boolean, open: string[], items: string[]}} StepState */
/** @typedef {{value: Shown, asOf: string, n: number, from: 'records'|'written'|'', counted: Shown, written: Shown, year: number|null,
 *   evidence: () => string[]}} IndicatorValue */
/** @typedef {{last: string, covered: boolean|null, due: string}} Standing */
/** @typedef {Standing & {n: number, kinds: Standing[], figures: Record<string, Shown>, evidence: () => string[]}} MechanismState */
/** @typedef {{items: Record<string, ItemState>, steps: Record<string, StepState>, indicators: Record<string, IndicatorValue>,
 *   mechanisms: Record<string, MechanismState>, today: string, guide: Guide}} Reading */

const PROFILE = 'village_profile';
const STATES = 'step_item_state';
const BY_HAND = ['done', 'doing', 'na'];
const SLICE_MS = 12;

/** An object whose parts are made when they are asked for. @template T @param {string[]} names @param {(name: string) => T} make @returns {Record<string, T>} */
function lazily(names, make) {
  /** @type {Record<string, T>} */
  const found = {};
  for (const name of names) {
    Object.defineProperty(found, name, {
      enumerable: true,
      configurable: true,
      get() {
        const value = make(name);
        Object.defineProperty(found, name, { value, enumerable: true });
        return value;
      },
    });
  }
  return found;
}

/** @template {{id: string}} T @param {T[]} list @returns {Map<string, T>} */
const byId = (list) => new Map(list.map((one) => [one.id, one]));

/** A value as it is shown: nothing where there is none. @param {any} value @returns {Shown} */
export function shown(value) {
  const single = Array.isArray(value) ? (value[0]?.text ?? '') : value;
  if (typeof single === 'boolean') return single;
  if (typeof single === 'number') return Number.isFinite(single) ? (single === 0 ? 0 : single) : null;
  return typeof single === 'string' && single !== '' ? single : null;
}

/** @param {Guide} guide @param {VillageRecords} records @param {{today: string, on?: string}} day `on`: as of that day @returns {Reading} */
export function evaluateGuide(guide, records, { today, on = '' }) {
  const reader = new Reader(guide, records, on || today, on);
  const steps = byId(guide.steps);
  /** @type {Map<string, GuideItem & {step: string}>} */
  const items = new Map(guide.steps.flatMap((step) => step.items.map((item) => [item.id, { ...item, step: step.id }])));
  const indicators = byId(guide.indicators);
  const mechanisms = byId(guide.mechanisms);
  const hand = reader.byHand();
  const local = [...hand.keys()].filter((name) => name.split('.')[1] === 'local' && steps.has(name.split('.')[0] ?? '')).sort();
  /** @type {Reading} */
  const reading = {
    guide,
    today: on || today,
    items: lazily([...items.keys(), ...local], (name) => reader.item(name, items.get(name), hand.get(name))),
    steps: lazily([...steps.keys()], (name) => {
      const own = local.filter((item) => item.split('.')[0] === name);
      return stepOf(/** @type {GuideStep} */ (steps.get(name)), own, reading.items, guide.thresholds);
    }),
    indicators: lazily([...indicators.keys()], (name) => reader.indicator(/** @type {GuideIndicator} */ (indicators.get(name)))),
    mechanisms: lazily([...mechanisms.keys()], (name) => reader.mechanism(/** @type {GuideMechanism} */ (mechanisms.get(name)))),
  };
  return reading;
}

/** @param {GuideStep} step @param {string[]} local @param {Record<string, ItemState>} items @param {Record<string, number>} thresholds @returns {StepState} */
function stepOf(step, local, items, thresholds) {
  const names = [...step.items.map((item) => item.id), ...local];
  const states = names.map((name) => items[name]?.state);
  const done = states.filter((state) => state === 'done').length;
  const na = states.filter((state) => state === 'na').length;
  const open = step.items.filter((item) => item.must && !['done', 'na'].includes(items[item.id]?.state ?? '')).map((item) => item.id);
  const asked = names.length - na;
  const isDone = asked > 0 && done / asked >= (thresholds['step_done_share'] ?? 0.8) && !open.length;
  return { done, all: names.length, na, isDone, open, items: names };
}

/** Works out single parts. */
class Reader {
  /** @param {Guide} guide @param {VillageRecords} records @param {string} today @param {string} on */
  constructor(guide, records, today, on) {
    this.tables = new Tables(records, on, guide.kinds);
    this.village = new Village(this.tables, guide.thresholds, today);
    this.today = today;
  }

  /** What somebody said of an item last, by the item's id. @returns {Map<string, Row>} */
  byHand() {
    /** @type {Map<string, Row>} */
    const found = new Map();
    for (const row of this.tables.table(STATES).rows) {
      const name = row.textOf('item_id');
      const before = found.get(name);
      if (!before || said(row) >= said(before)) found.set(name, row);
    }
    return found;
  }

  /** @param {Evidence[]} evidence @returns {Row[]} each record once */
  rows(evidence) {
    const [first, ...more] = evidence;
    if (first && !more.length) return this.village.where(first.kind, first.where);
    return [...new Set(evidence.flatMap(({ kind, where }) => this.village.where(kind, where)))];
  }

  /** @param {string} name @param {(GuideItem & {step: string})|undefined} item @param {Row|undefined} hand @returns {ItemState} */
  item(name, item, hand) {
    const word = hand?.textOf('state') ?? '';
    const own = BY_HAND.includes(word) ? /** @type {'done'|'doing'|'na'} */ (word) : undefined;
    const rows = item ? this.rows(item.evidence) : [];
    const n = rows.length;
    const notes = hand ? { na_reason: hand.textOf('na_reason'), note: hand.textOf('note'), record: hand.record.id } : {};
    /** @type {Pick<ItemState, 'state'|'by'>} */
    let told = n ? { state: 'doing', by: 'evidence' } : { state: 'todo', by: '' };
    if (own) told = { state: own, by: 'hand' };
    if (own !== 'na' && item?.rule && toBoolean(/** @type {any} */ (this.village.value(item.rule)))) told = { state: 'done', by: 'evidence' };
    const title = item ? {} : { title: hand?.textOf('title') ?? '' };
    return { ...told, n, step: item?.step ?? name.split('.')[0] ?? '', evidence: () => latest(rows), ...notes, ...title };
  }

  /** @param {GuideIndicator} one @returns {IndicatorValue} */
  indicator(one) {
    const rows = this.rows(one.evidence);
    const there = one.evidence.map(({ kind }) => this.tables.table(kind).rows);
    const counted = one.value && there.some((found) => found.length) ? shown(this.village.value(one.value)) : null;
    const { written, year } = one.question ? this.written(one.question) : { written: null, year: null };
    const more = { counted, written, year, n: rows.length, evidence: () => latest(rows) };
    if (counted !== null) return { value: counted, asOf: lastChange(rows.length ? rows : there.flat()), from: 'records', ...more };
    return { value: written, asOf: year === null ? '' : String(year), from: written === null ? '' : 'written', ...more };
  }

  /** The answer of the latest year's profile that has one; of a repeat how many entries. @param {string} question @returns {{written: Shown, year: number|null}} */
  written(question) {
    for (const row of this.#profiles()) {
      let answer = row.answers[question];
      if (answer === undefined || answer === null || answer === '' || (Array.isArray(answer) && !answer.length)) continue;
      if (Array.isArray(answer)) answer = typeof answer[0] === 'object' ? answer.length : row.textOf(question);
      const { year } = row.answers;
      return { written: shown(answer), year: typeof year === 'number' ? Math.trunc(year) : null };
    }
    return { written: null, year: null };
  }

  /** The latest year first. */
  #profiles() {
    const year = (/** @type {Row} */ row) => (typeof row.answers.year === 'number' ? row.answers.year : 0);
    return [...this.tables.table(PROFILE).rows].reverse().sort((a, b) => year(b) - year(a));
  }

  /** @param {GuideMechanism} one @returns {MechanismState} */
  mechanism(one) {
    /** @type {Row[]} */
    const rows = [];
    const kinds = one.kinds.map(({ kind, where, cadence }) => {
      let last = '';
      for (const row of this.village.where(kind, where)) {
        rows.push(row);
        const day = this.tables.dayOf(kind, row);
        if (day <= this.today && day > last) last = day;
      }
      return { last, ...dueBy(cadence, this.today, last) };
    });
    const last = kinds.reduce((latest, kind) => (kind.last > latest ? kind.last : latest), '');
    const own = kinds.filter(({ due }) => due);
    const term = own.length ? { covered: own.every(({ covered }) => covered), due: own.map(({ due }) => due).sort()[0] ?? '' } : dueBy(one.cadence, this.today, last);
    const figures = one.figures.filter((figure) => figure.value);
    const told = lazily(figures.map((figure) => figure.id), (name) => shown(this.village.value(/** @type {AST} */ (figures.find((one) => one.id === name)?.value))));
    return { n: rows.length, last, ...term, kinds, figures: told, evidence: () => latest(rows) };
  }
}

/** @param {Row} row */
const said = (row) => `${row.textOf('updated_on')}|${row.textOf('_changed_on')}|${row.record.id}`;

/** @param {Row[]} rows */
const latest = (rows) => rows.map((row) => row.record.id).sort().reverse();

/** @param {Row[]} rows */
function lastChange(rows) {
  let day = '';
  for (const row of rows) {
    const own = row.changedOn();
    if (own > day) day = own;
  }
  return day;
}

/** Works every part of a reading out, in slices of about 12 ms. @param {Reading} reading
 * @param {() => Promise<unknown>} pause @param {() => number} [clock] @returns {Promise<Reading>} */
export async function settleGuide(reading, pause, clock = () => performance.now()) {
  let begun = clock();
  for (const part of [reading.steps, reading.items, reading.indicators, reading.mechanisms]) {
    for (const name of Object.keys(part)) {
      const found = /** @type {any} */ (part)[name];
      for (const figure of Object.keys(found.figures ?? {})) void found.figures[figure];
      if (clock() - begun < SLICE_MS) continue;
      await pause();
      begun = clock();
    }
  }
  return reading;
}

/** @typedef {{list: (kind: string, village?: string) => any[], village: {value: string}, form: (kind: string) => any}} GuideStore  what it needs of the phone's store */

/** A village's records as the guide reads them. @param {GuideStore} store @param {string} [village] @returns {VillageRecords} */
export const villageRecords = (store, village = store.village.value) => ({ list: (kind) => store.list(kind, village) });

/** @type {Map<string, {lists: Map<string, any[]>, reading: Reading}>} */
const kept = new Map();

/** Today where the villages are. @param {Date} [now] */
export const todayInChina = (now = new Date()) => new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);

/** The reading of a village, kept until a list it looks at changes. @param {GuideStore} store
 * @param {{village?: string, today?: string, on?: string}} [of] @returns {Reading|undefined} undefined: the guide is not on this phone yet */
export function guideOf(store, { village = store.village.value, today = todayInChina(), on = '' } = {}) {
  /** @type {Guide|undefined} */
  const guide = store.form('guide');
  if (!guide) return undefined;
  const key = `${guide.hash}|${village}|${today}|${on}`;
  const lists = new Map([...Object.keys(guide.reads), STATES, PROFILE].map((kind) => [kind, store.list(kind, village)]));
  const known = kept.get(key);
  if (known && [...lists].every(([kind, list]) => known.lists.get(kind) === list)) return known.reading;
  const reading = evaluateGuide(guide, { list: (kind) => lists.get(kind) ?? store.list(kind, village) }, { today, on });
  if (kept.size > 4) kept.clear();
  kept.set(key, { lists, reading });
  return reading;
}

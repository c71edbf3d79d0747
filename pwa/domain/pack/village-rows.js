// A village's records as expressions read them: rows in the order of their ids, answers as text, found by what they say.
// Twin of server/surveys/expression/village_rows.py. Pure. Promises: what was read of a kind is kept as long as its list is
// the same array, so that a change of one kind costs that kind alone; a record of a later day than asked about is left out.

import { storedText } from '../../form/expression.js';

/** A record of the village: what pwa/store/types.js calls Rec, and no more of it than this.
 * @typedef {{id: string, answers: Record<string, any>, by: string, at: string, created_at: string}} Recorded */
/** All living records of one village by kind. The same array means nothing of the kind has changed.
 * @typedef {{list: (kind: string) => Recorded[]}} VillageRecords */
/** An answer somebody gave. @typedef {{row: Row|null, text: string, leaf: true}} Leaf */

const HOUR_MS = 3_600_000;
/** @type {Map<string, string>} */
const days = new Map();

/** The calendar day of a moment where the villages are; '' when it is none. @param {string} moment */
export function dayOfMoment(moment) {
  let day = days.get(moment);
  if (day === undefined) {
    const ms = Date.parse(moment);
    day = Number.isNaN(ms) ? '' : new Date(ms + 8 * HOUR_MS).toISOString().slice(0, 10);
    if (days.size > 50_000) days.clear();
    days.set(moment, day);
  }
  return day;
}

/** @param {Recorded} record @param {string} name */
function ofRecord(record, name) {
  if (name === '_id') return record.id;
  if (name === '_by') return record.by ?? '';
  return dayOfMoment((name === '_created_on' ? record.created_at : record.at) ?? '');
}

/** One record, or one entry of a repeat in it. */
export class Row {
  /** @param {Record<string, any>} answers @param {Recorded} record @param {Row|null} [up] what an entry stands in */
  constructor(answers, record, up = null) {
    this.answers = answers;
    this.record = record;
    this.up = up;
    this.text = '';
    this.leaf = false;
    /** The day it is about, once somebody asked; Tables.day knows. @type {string|undefined} */
    this.day = undefined;
    /** @type {string|undefined} */
    this.changed = undefined;
  }

  /** The day it was last written to. */
  changedOn() {
    return (this.changed ??= ofRecord(this.record, '_changed_on'));
  }

  /** @param {string} path */
  textOf(path) {
    if (path.charCodeAt(0) === 95 && !this.up) return ofRecord(this.record, path);
    const value = this.answers[path];
    return typeof value === 'string' ? value : storedText(value);
  }

  /** @param {string} path @returns {Row[]} */
  entries(path) {
    const found = this.answers[path];
    if (!Array.isArray(found)) return [];
    return found.filter((entry) => entry !== null && typeof entry === 'object').map((entry) => new Row(entry, this.record, this));
  }
}

/** @type {Row[]} */
const NONE = [];

/** The records of one kind. */
class Table {
  /** @param {Row[]} rows */
  constructor(rows) {
    this.rows = rows;
    /** @type {Map<string, Map<string, Row[]>>} */
    this.indexes = new Map();
  }

  /** Rows whose answer is this text, or (`words`) has it among several chosen. @param {string} path @param {string} text @param {boolean} words */
  having(path, text, words) {
    const key = words ? ` ${path}` : path;
    let index = this.indexes.get(key);
    if (!index) {
      this.indexes.set(key, (index = new Map()));
      for (const row of this.rows) {
        const own = row.textOf(path);
        for (const word of words ? new Set(own.split(/[ \t\r\n]+/)) : [own]) {
          const rows = index.get(word);
          if (rows) rows.push(row);
          else index.set(word, [row]);
        }
      }
    }
    return index.get(text) ?? NONE;
  }
}

/** @type {WeakMap<Recorded[], Map<string, Table>>} */
const known = new WeakMap();

/** All kinds, each read when it is first asked for. */
export class Tables {
  /** @param {VillageRecords} records @param {string} on '' for all, else the day asked about
   * @param {Record<string, {day: string|null}>} kinds the answer that says when a record of a kind happened */
  constructor(records, on, kinds) {
    this.records = records;
    this.on = on;
    this.kinds = kinds;
    /** @type {Map<string, Table>} */
    this.tables = new Map();
  }

  /** @param {string} kind @returns {Table} */
  table(kind) {
    let table = this.tables.get(kind);
    if (table) return table;
    const list = this.records.list(kind);
    let kept = known.get(list);
    // The empty list of all kinds is one array: nothing is kept of it.
    if (!kept && list.length) known.set(list, (kept = new Map()));
    const key = `${this.on}|${this.kinds[kind]?.day ?? ''}`;
    table = kept?.get(key);
    if (!table) {
      const there = this.on ? list.filter((record) => this.wasThere(kind, record)) : Array.from(list);
      there.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
      table = new Table(there.map((record) => new Row(record.answers, record)));
      if (kept && kept.size > 3) kept.clear();
      kept?.set(key, table);
    }
    this.tables.set(kind, table);
    return table;
  }

  /** The day a record is about: what it says of itself, else when it was written. @param {string} kind @param {Recorded} record */
  day(kind, record) {
    const path = this.kinds[kind]?.day;
    const told = path ? record.answers[path] : undefined;
    return typeof told === 'string' && told ? told.slice(0, 10) : ofRecord(record, '_created_on');
  }

  /** The same of a row of a kind, remembered: rows live as long as their records are the same. @param {string} kind @param {Row} row */
  dayOf(kind, row) {
    return (row.day ??= this.day(kind, row.record));
  }

  /** On the day asked about; what was written down later about an earlier day was. @param {string} kind @param {Recorded} record */
  wasThere(kind, record) {
    return ofRecord(record, '_created_on') <= this.on || this.day(kind, record) <= this.on;
  }
}

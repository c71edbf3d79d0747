/**
 * Owns what goes into a handover pack, part by part, out of a village's records.
 * Promises: pure; every part names its records, so that the successor opens them; a kind that is not in this table is never
 * looked at, and private notes are not.
 */
import { openPromises } from '../tasks.js';
import { isGone } from '../household.js';
import { isOpen } from '../problem.js';

/** @typedef {{id: string, kind?: string, answers: Record<string, any>, by?: string, created_by?: string}} Rec */
/** @typedef {{id: string, text: string, meta: string}} Item  `id` of the record, '' for a figure */
/** @typedef {{part: string, items: Item[], more: number, note: string}} Part */
/**
 * @typedef {object} Ground
 * @property {(kind: string) => readonly Rec[]} list
 * @property {string} today
 * @property {(id: string) => string} nameOf  how a record is called
 * @property {(kind: string, path: string, value: any) => string} labelOf
 * @property {(day: string|undefined) => string} dayOf  how a day is written
 * @property {{text: string, meta: string}[]} figures  of the village profile
 * @property {{text: string, meta: string}[]} steps
 * @property {{id: string, text: string, meta: string}[]} due  what else is due
 */

/** A part holds so many; the rest is counted. */
const MOST = 120;
const LONGEST = 160;

/** @param {any} text */
const short = (text) => {
  const line = String(text ?? '').replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
};
/** @param {(string | undefined)[]} parts */
const said = (...parts) => parts.filter(Boolean).join(' · ');

/** @type {[string, (ground: Ground) => Item[]][]} */
const PARTS = [
  ['promises', ({ list, nameOf, dayOf }) => openPromises(list('visit')).map(({ id, answers }) => ({ id, text: answers.promise || nameOf(answers.household), meta: said(answers.promise && nameOf(answers.household), dayOf(answers.follow_up_on)) }))],
  ['problems', ({ list, labelOf, dayOf }) => list('problem').filter((rec) => isOpen(/** @type {any} */ (rec))).map(({ id, answers }) => ({ id, text: answers.title || answers.content, meta: said(labelOf('problem', 'status', answers.status), dayOf(answers.due_on)) }))],
  ['asks', ({ list, nameOf, labelOf, dayOf }) => list('consultation').flatMap(({ id, answers }) => (answers.asks ?? []).filter((/** @type {any} */ ask) => ['asked', 'promised'].includes(ask.state ?? 'asked'))
    .map((/** @type {any} */ ask) => ({ id, text: ask.text, meta: said(answers.counterpart_name || nameOf(answers.counterpart), labelOf('consultation', 'asks/state', ask.state ?? 'asked'), dayOf(ask.due)) })))],
  ['agreed', ({ list, nameOf, dayOf }) => list('consensus_item').filter(({ answers }) => !['done', 'dropped'].includes(answers.state)).map(({ id, answers }) => ({ id, text: answers.title, meta: said(answers.owner_name || nameOf(answers.owner), dayOf(answers.due)) }))],
  ['due', ({ due }) => due],
  ['projects', ({ list, labelOf }) => list('project_plan').map(({ id, answers }) => ({ id, text: answers.name, meta: said(labelOf('project_plan', 'stage', answers.stage), answers.is_key === 'yes' ? '★' : '') }))],
  ['contacts', ({ list, today }) => [...list('contact')].filter(({ answers }) => !answers.valid_until || answers.valid_until >= today).sort((a, b) => Number(b.answers.is_key_node === 'yes') - Number(a.answers.is_key_node === 'yes'))
    .map(({ id, answers }) => ({ id, text: answers.name, meta: said(answers.is_key_node === 'yes' ? '★' : '', answers.post, answers.in_charge_of) }))],
  ['monitored', ({ list, labelOf }) => list('household').filter((rec) => rec.answers.types?.includes('monitored') && !isGone(/** @type {any} */ (rec))).map(({ id, answers }) => ({ id, text: answers.head_name, meta: labelOf('household', 'monitor/status', answers['monitor/status']) }))],
  ['steps', ({ steps }) => steps.map((one) => ({ id: '', ...one }))],
  ['profile', ({ figures }) => figures.map((one) => ({ id: '', ...one }))],
];

/** @param {Ground} ground @returns {Part[]} parts that hold something */
export function handoverParts(ground) {
  return PARTS.map(([part, find]) => {
    const items = find(ground).map(({ id, text, meta }) => ({ id, text: short(text), meta: short(meta) })).filter(({ text }) => text);
    return { part, items: items.slice(0, MOST), more: Math.max(0, items.length - MOST), note: '' };
  }).filter(({ items }) => items.length);
}

/** One part a line. @param {Part[]} parts */
export const written = (parts) => parts.map((part) => JSON.stringify(part)).join('\n');

/** What cannot be read is left out, never guessed. @param {string|undefined} text @returns {Part[]} */
export function read(text) {
  return (text ?? '').split('\n').flatMap((line) => {
    try {
      const { part, items = [], more = 0, note = '' } = JSON.parse(line);
      return part && Array.isArray(items) ? [{ part, items, more, note }] : [];
    } catch {
      return [];
    }
  });
}

/** How a successor remembers having gone through one. @param {string} pack @param {string} part @param {number} at */
export const tickKey = (pack, part, at) => `handover:${pack}:${part}:${at}`;

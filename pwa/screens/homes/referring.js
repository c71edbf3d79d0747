/**
 * What other records say of a household, a person or a contact: monitoring, policy checks, pairs, unions and whatever else
 * names it. Promises: reads this phone only; finds every kind whose form points there, also in an entry of a list.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { store } from '../../store/store.js';
import { joined } from '../parts/labels.js';
import { aboutOf } from '../parts/named.js';
import { inEnvelope, whoIs } from '../work/line.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {import('../../form/definition.js').Question} Question
 */

/** Told in their own way, or about nobody. */
const APART = new Set(['person', 'visit', 'problem', 'household', 'conflict', 'guide', 'person_note']);
/** What matters at the door comes first. */
const FIRST = ['monitor_case', 'policy_check', 'aid_pair', 'household_union', 'model_case', 'agency_case', 'practical_deed'];

/** @param {string} kind */
const rank = (kind) => (FIRST.indexOf(kind) + FIRST.length + 1) % (FIRST.length + 1);

/** Are the forms here of every kind that has records in this village? Others name nobody.
 * @param {string} village @param {boolean} [rows] are all the rows here that count? @returns {boolean} */
export function useForms(village, rows = true) {
  const ready = useSignal(false);
  useEffect(() => {
    let here = true;
    if (!rows) return undefined;
    const kinds = Object.keys(store.forms.current.peek()).filter((kind) => store.list(kind, village).length);
    void Promise.all(kinds.map((kind) => store.loadForm(kind).catch(() => undefined))).then(() => here && (ready.value = true));
    return () => {
      here = false;
    };
  }, [village, rows]);
  return ready.value;
}

/** @param {Rec} rec @param {Question[]} pointers @param {string} id */
const names = (rec, pointers, id) => pointers.some(({ path, name, repeat }) => {
  if (!repeat) return rec.answers[path] !== undefined && store.get(rec.answers[path])?.id === id;
  const entries = rec.answers[repeat];
  return Array.isArray(entries) && entries.some((/** @type {any} */ entry) => entry?.[name] !== undefined && store.get(entry[name])?.id === id);
});

/** By kind, the newest first; those that matter at the door come first.
 * @param {Rec} about @returns {{kind: string, records: Rec[]}[]} */
export function referring(about) {
  const found = [];
  for (const kind of Object.keys(store.forms.current.value)) {
    const all = APART.has(kind) ? [] : store.list(kind, about.village);
    const pointers = all.length ? store.form(kind)?.questions.filter(({ refers }) => refers === about.kind) ?? [] : [];
    if (!pointers.length) continue;
    const records = all.filter((rec) => names(rec, pointers, about.id));
    if (records.length) found.push({ kind, records: records.sort((a, b) => (dayOf(a) < dayOf(b) ? 1 : -1)) });
  }
  return found.sort((a, b) => rank(a.kind) - rank(b.kind));
}

/** @param {Rec} rec */
export const dayOf = (rec) => store.forms.dayOf(rec).slice(0, 10);

/** What a record says where it is known whom it is about: its kind within its kind, its own title, who sees to it. @param {Rec} rec */
export function saidIn(rec) {
  const envelope = /** @type {Record<string, string | undefined>} */ (/** @type {any} */ (store.forms.shapeOf(rec)?.envelope) ?? {});
  const who = (/** @type {string} */ column) => (envelope[column] ? whoIs(rec, String(envelope[column])) : '');
  const title = inEnvelope(rec, 'title');
  return joined([...new Set([who('category'), typeof title === 'string' ? title : '', who('owner')])], ' · ') || aboutOf(rec);
}

/** Visits on which a person was met, or a contact or an organisation was called on; the newest first. @param {Rec} about @returns {Rec[]} */
export function visitsTo(about) {
  const pointers = store.form('visit')?.questions.filter(({ refers }) => refers === about.kind) ?? [];
  return store.list('visit', about.village).filter((rec) => names(rec, pointers, about.id)).sort((a, b) => (dayOf(a) < dayOf(b) ? 1 : -1));
}

/**
 * Owns the rule by which a change turns a record into what the screen shows.
 * Promises: pure; no clock, no I/O; the same order of changes gives the same record.
 *
 * @typedef {import('./types.js').Row} Row
 * @typedef {import('./types.js').Rec} Rec
 * @typedef {import('./types.js').Entry} Entry
 */

const OPERATIONS = ['add', 'put', 'drop', 'append'];

/** @param {any} value @returns {value is Record<string, any>} */
export function isOperation(value) {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    && OPERATIONS.some((word) => word in value);
}

/** What makes two entries of a set the same: their id, or for plain values the value.
 * @param {any} entry */
export const keyOf = (entry) =>
  entry !== null && typeof entry === 'object' ? String(entry.id) : JSON.stringify(entry);

/** @param {any} entry a `drop` names an entry by its id, or is the plain value @param {any} dropped */
const isDropped = (entry, dropped) =>
  entry !== null && typeof entry === 'object' ? entry.id === (dropped?.id ?? dropped) : keyOf(entry) === keyOf(dropped);

/** @param {any} present @param {any} value @returns {any} the new answer, undefined when empty */
export function applyValue(present, value) {
  if (value === null || value === undefined) return undefined;
  if (!isOperation(value)) return value;
  if ('add' in value) return (typeof present === 'number' ? present : 0) + value.add;
  const list = Array.isArray(present) ? [...present] : [];
  if ('append' in value) {
    const known = new Set(list.map(keyOf));
    return emptied([...list, ...value.append.filter((/** @type {any} */ e) => !known.has(keyOf(e)))]);
  }
  const kept = list.filter((entry) => !(value.drop ?? []).some((/** @type {any} */ d) => isDropped(entry, d)));
  for (const entry of value.put ?? []) {
    const at = kept.findIndex((old) => keyOf(old) === keyOf(entry));
    if (at < 0) kept.push(entry);
    else kept[at] = entry;
  }
  return emptied(kept);
}

/** @param {any[]} list */
const emptied = (list) => (list.length ? list : undefined);

/** @param {Record<string, any>} answers @param {Record<string, any>} set */
export function applySet(answers, set) {
  const next = { ...answers };
  for (const [question, value] of Object.entries(set)) {
    const answer = applyValue(next[question], value);
    if (answer === undefined) delete next[question];
    else next[question] = answer;
  }
  return next;
}

/** @param {Rec|undefined} rec @param {Entry} entry @param {string} me @returns {Rec} */
export function applyEntry(rec, entry, me) {
  const { deleted, village, ...set } = entry.set;
  const before = rec ?? newRecord(entry, me);
  return {
    ...before,
    form: entry.form || before.form,
    answers: applySet(before.answers, set),
    // As on the server: an edit revives what was deleted.
    deleted: deleted === undefined ? before.deleted && !Object.keys(set).length : Boolean(deleted),
    village: typeof village === 'string' ? village : before.village,
    by: me,
    client_at: entry.at,
    pending: true,
  };
}

/** @param {Entry} entry @param {string} me @returns {Rec} */
const newRecord = (entry, me) => ({
  id: entry.record, village: entry.village, kind: entry.kind, form: entry.form, rev: 0, seq: 0,
  answers: entry.shadow ?? {}, flags: [], deleted: false, by: me, at: entry.at, client_at: entry.at,
  created_by: me, created_at: entry.at, pending: true,
});

/** The record on screen: the downloaded row with the changes that lie over it, in order.
 * @param {Row|undefined} base @param {Entry[]} entries @param {string} id @param {string} me
 * @returns {Rec|undefined} */
export function viewOf(base, entries, id, me) {
  /** @type {Rec|undefined} */
  let rec = base && !base.gone ? { ...base, pending: false } : undefined;
  for (const entry of entries) {
    if (entry.record === id) rec = applyEntry(rec, entry, me);
    else if (rec && entry.also?.record === id) rec = settled(rec, entry.also.set);
  }
  return rec;
}

/** @param {Rec} rec @param {Record<string, any>} also @returns {Rec} */
function settled(rec, { deleted = rec.deleted, ...set }) {
  return { ...rec, answers: applySet(rec.answers, set), deleted, pending: true };
}

/** The change that takes a change back.
 * @param {Entry} entry @returns {Record<string, any>} */
export function compensation(entry) {
  if (entry.created) return { deleted: true };
  /** @type {Record<string, any>} */
  const set = {};
  for (const [question, value] of Object.entries(entry.set)) {
    const old = entry.before?.[question];
    if (question === 'deleted') set.deleted = Boolean(old);
    else if (!isOperation(value)) set[question] = old ?? null;
    else if ('add' in value) set[question] = { add: -value.add };
    else set[question] = reversed('append' in value ? { put: value.append } : value, Array.isArray(old) ? old : []);
  }
  return set;
}

/** @param {Record<string, any>} value @param {any[]} old */
function reversed(value, old) {
  const before = new Set(old.map(keyOf));
  const touched = [...(value.put ?? []), ...(value.drop ?? [])];
  const put = old.filter((entry) => touched.some((t) => keyOf(t) === keyOf(entry) || isDropped(entry, t)));
  const drop = (value.put ?? []).filter((/** @type {any} */ e) => !before.has(keyOf(e)))
    .map((/** @type {any} */ e) => (e !== null && typeof e === 'object' ? e.id : e));
  return { ...(put.length ? { put } : {}), ...(drop.length ? { drop } : {}) };
}

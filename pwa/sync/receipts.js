/**
 * Owns what becomes of an outbox entry: waiting → sent → acknowledged (on the server) → checked, or quarantined.
 * Promises: pure; an entry counts as answered only by an answer line, as covered only by a stored page, as checked only by
 * a page whose checksum matched.
 *
 * @typedef {import('../store/types.js').Entry} Entry
 * @typedef {{village: string, n: number, result: string, rev?: number, seq?: number, code?: string, question?: string,
 *   conflicts?: string[], expected?: number}} Answer
 */

/** @param {Entry} entry @param {Answer} answer @param {{server: string, device: string}} times @returns {Entry} */
export function answered(entry, answer, times) {
  const { code: _code, detail: _detail, conflicts: _conflicts, ...rest } = entry;
  const told = { ...rest, result: answer.result, answeredAt: times.server, sentAt: entry.sentAt ?? times.device };
  if (answer.result === 'quarantined') {
    // What the server did not take must not look as if it stood: it is read under "not taken" instead.
    return { ...told, state: 'quarantined', over: 0, code: answer.code ?? '', ...(answer.question ? { detail: { question: answer.question } } : {}) };
  }
  return {
    ...told,
    state: entry.state === 'checked' ? 'checked' : 'acknowledged',
    ...(answer.rev === undefined ? {} : { rev: answer.rev }),
    ...(answer.seq === undefined ? {} : { seq: answer.seq }),
    ...(answer.conflicts?.length ? { conflicts: answer.conflicts } : {}),
  };
}

/** Entries that a `gap` asks for again: everything from the expected number on that this phone still holds.
 * @param {Entry[]} entries @param {Answer} answer @param {string} device @returns {Entry[]} */
export const askedAgain = (entries, answer, device) =>
  entries.filter((e) => e.device === device && e.village === answer.village && e.n >= (answer.expected ?? Infinity)
    && e.state !== 'waiting' && e.state !== 'sent')
    .map((e) => ({ ...e, state: 'waiting' }));

/**
 * @typedef {object} Seen  what one stored page says about entries
 * @property {string} village
 * @property {Map<string, number>} revs  revisions of the rows it held
 * @property {boolean} whole  the village was read to its end, up to `seq`
 * @property {number} seq
 * @property {boolean} matched  count and checksum agree
 * @property {string} at  server time
 */

/** Entries that need not lie over the row any more, or that are now checked.
 * @param {Entry[]} entries @param {Seen} seen @returns {Entry[]} only those that changed */
export function covered(entries, seen) {
  const changed = [];
  for (const entry of entries) {
    // Of a page that heard of another page's receipt first, a checked one may still lie over its row.
    if (entry.village !== seen.village || !(entry.state === 'acknowledged' || (entry.state === 'checked' && entry.over))) continue;
    const row = (seen.revs.get(entry.record) ?? -1) >= (entry.rev ?? Infinity);
    const past = seen.whole && entry.seq !== undefined && entry.seq <= seen.seq;
    const under = entry.over === 0 || row || past;
    const checked = under && past && seen.matched;
    if (checked) changed.push({ ...entry, over: /** @type {0} */ (0), state: /** @type {'checked'} */ ('checked'), checkedAt: seen.at });
    else if (under && entry.over) changed.push({ ...entry, over: /** @type {0} */ (0) });
  }
  return changed;
}

/** After another set of rows took the place of the old one: what has to lie over it.
 * @param {Entry[]} entries @param {string} village @param {number} seq @returns {Entry[]} only those that changed */
export function relaid(entries, village, seq) {
  const changed = [];
  for (const entry of entries) {
    if (entry.village !== village || entry.state === 'quarantined') continue;
    const isIn = entry.state !== 'waiting' && entry.state !== 'sent' && (entry.seq ?? Infinity) <= seq;
    const over = isIn ? 0 : 1;
    if (over !== entry.over) changed.push({ ...entry, over: /** @type {0|1} */ (over) });
  }
  return changed;
}

/**
 * Owns making one record of two that are the same household or the same person.
 * Promises: pure; nothing is lost: what only one of them says is kept, what they say differently is asked for, entries are
 * united; everything that pointed to the one that goes points to the one that stays, which remembers the other's id for ever.
 */

/**
 * @typedef {import('../../form/definition.js').Definition} Definition
 * @typedef {import('../../form/definition.js').Question} Question
 * @typedef {{id: string, kind: string, form: string, answers: Record<string, any>}} Rec
 * @typedef {{kind: string, id: string, set: Record<string, any>, title?: string}} Saving
 * @typedef {{question: Question, mine: any, theirs: any}} Clash
 * @typedef {{fill: Record<string, any>, clashes: Clash[]}} Compared  `fill`: what the one that stays takes over without asking
 */

/** What a merged record says of itself, and of those merged into it. */
const INTO = 'roll/merged_into';
export const MERGED = 'roll/merged';

const empty = (/** @type {any} */ value) => value === undefined || value === null || value === '' || (Array.isArray(value) && !value.length);
const same = (/** @type {any} */ a, /** @type {any} */ b) => JSON.stringify(a) === JSON.stringify(b);
const bare = (/** @type {any} */ { id: _id, ...entry }) => entry;

/** Entries of the other that say something new; two of the same policy are one. @param {any[]} mine @param {any[]} theirs */
const news = (mine, theirs) => theirs.filter((entry) => !mine.some((own) => own.id === entry.id || same(bare(own), bare(entry)) || (own.policy && own.policy === entry.policy)));

/** @param {Definition} definition @param {Rec} keeper @param {Rec} gone @returns {Compared} */
export function compared({ questions }, keeper, gone) {
  /** @type {Compared} */
  const found = { fill: {}, clashes: [] };
  for (const question of questions) {
    const { path, repeat, holds, calculate } = question;
    if (repeat || holds === 'nothing' || calculate || path.startsWith(MERGED)) continue;
    const [mine, theirs] = [keeper.answers[path], gone.answers[path]];
    if (empty(theirs) || same(mine, theirs)) continue;
    if (Array.isArray(theirs)) {
      const own = mine ?? [];
      const put = holds === 'entries' ? news(own, theirs) : theirs.filter((/** @type {any} */ one) => !own.includes(one));
      if (put.length) found.fill[path] = { put };
    } else if (empty(mine)) found.fill[path] = theirs;
    else if (question.refers !== 'household') found.clashes.push({ question, mine, theirs });
  }
  return found;
}

/** What has to change where a record names the one that goes, at its top or in an entry.
 * @param {Definition} definition @param {Rec} rec @param {string} gone @param {string} keeper @returns {Record<string, any> | null} */
export function pointed({ questions }, rec, gone, keeper) {
  /** @type {Record<string, any>} */
  const set = {};
  for (const { path, name, repeat, refers } of questions) {
    if (!refers) continue;
    if (!repeat) {
      if (rec.answers[path] === gone) set[path] = keeper;
      continue;
    }
    const entries = rec.answers[repeat];
    if (!Array.isArray(entries)) continue;
    const put = entries.filter((/** @type {any} */ entry) => entry?.[name] === gone).map((/** @type {any} */ entry) => ({ ...entry, [name]: keeper }));
    if (put.length) set[repeat] = { put: [...(set[repeat]?.put ?? []), ...put] };
  }
  return Object.keys(set).length ? set : null;
}

/** Everything that is to be saved together. `records`: all that may name the one that goes; `set`: its answers that were chosen.
 * @param {{keeper: Rec, gone: Rec, set: Record<string, any>, on: string, entry: string, name: string,
 *   records: Iterable<Rec>, definitionOf: (rec: {kind: string, form: string}) => Definition | undefined, except?: ReadonlySet<string>}} what
 * `entry`: id of the line that remembers it; `except`: records merged in the same saving @returns {Saving[]} */
export function merging({ keeper, gone, set, on, entry, name, records, definitionOf, except }) {
  const earlier = gone.answers[MERGED] ?? [];
  const stays = { ...set, [MERGED]: { put: [{ id: entry, record: gone.id, name, on }, ...earlier] } };
  /** @type {Saving[]} */
  const others = [];
  for (const rec of records) {
    if (rec.id === keeper.id || rec.id === gone.id || except?.has(rec.id)) continue;
    const definition = definitionOf(rec);
    const change = definition && pointed(definition, rec, gone.id, keeper.id);
    if (change) others.push({ kind: rec.kind, id: rec.id, set: change });
  }
  return [{ kind: keeper.kind, id: keeper.id, set: stays }, ...others, { kind: gone.kind, id: gone.id, set: { [INTO]: keeper.id, deleted: true }, title: name }];
}

/** Savings of one record become one, in the order they came. @param {Saving[]} savings @returns {Saving[]} */
export function joinedUp(savings) {
  /** @type {Map<string, Saving>} */
  const byId = new Map();
  for (const one of savings) {
    const before = byId.get(one.id);
    if (!before) byId.set(one.id, { ...one, set: { ...one.set } });
    else {
      for (const [path, value] of Object.entries(one.set)) {
        const old = before.set[path];
        before.set[path] = old?.put && value?.put ? { put: [...old.put.filter((/** @type {any} */ a) => !value.put.some((/** @type {any} */ b) => a.id !== undefined && a.id === b.id)), ...value.put] } : value;
      }
    }
  }
  return [...byId.values()];
}

/** Members of two households that are plainly the same: one name, and no birth that says otherwise.
 * @template {{id: string, answers: Record<string, any>}} R
 * @param {readonly R[]} kept @param {readonly R[]} leaving @returns {[R, R][]} [who stays, who is merged into them] */
export function pairs(kept, leaving) {
  const used = new Set();
  /** @type {[R, R][]} */
  const found = [];
  for (const other of leaving) {
    const match = kept.find((one) => !used.has(one.id) && one.answers.name === other.answers.name && !contradict(one.answers, other.answers));
    if (match) {
      used.add(match.id);
      found.push([match, other]);
    }
  }
  return found;
}

/** @param {Record<string, any>} a @param {Record<string, any>} b */
function contradict(a, b) {
  const year = (/** @type {Record<string, any>} */ one) => String(one.birth_date ?? one.birth_year ?? '').slice(0, 4);
  if (a.id_no && b.id_no && a.id_no !== b.id_no) return true;
  if (a.birth_date && b.birth_date && a.birth_date !== b.birth_date) return true;
  return Boolean(year(a) && year(b) && year(a) !== year(b)) || Boolean(a.gender && b.gender && a.gender !== b.gender);
}

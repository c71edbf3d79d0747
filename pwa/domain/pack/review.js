/**
 * Owns the first secretary's look over the village: what others changed since the last look, and which homes lack an answer.
 * Promises: pure; changes are grouped by person to say who to ask, never counted against each other; one's own are left out.
 */

/**
 * @typedef {{id: string, kind: string, rev: number, answers: Record<string, any>, by: string, at: string, created_at: string, pending?: boolean}} Held
 * @typedef {{by: string, kinds: {kind: string, records: Held[]}[], latest: string}} ByPerson
 */

/** Kinds that are about the work with the app itself. */
const OWN = new Set(['conflict', 'field_question', 'step_item_state', 'guide', 'account']);

/**
 * @param {readonly Held[]} records @param {string} since an instant of the server @param {string} me
 * @returns {ByPerson[]} whoever changed something last stands first
 */
export function changedBy(records, since, me) {
  /** @type {Map<string, Held[]>} */
  const people = new Map();
  for (const rec of records) {
    if (OWN.has(rec.kind) || rec.by === me || !(instant(rec.at) > instant(since))) continue;
    people.set(rec.by, [...(people.get(rec.by) ?? []), rec]);
  }
  return [...people].map(([by, held]) => {
    const sorted = held.sort((a, b) => (a.at < b.at ? 1 : -1));
    const kinds = [...new Set(sorted.map(({ kind }) => kind))].map((kind) => ({ kind, records: sorted.filter((rec) => rec.kind === kind) }));
    return { by, kinds, latest: sorted[0]?.at ?? '' };
  }).sort((a, b) => (a.latest < b.latest ? 1 : -1));
}

const instant = (/** @type {string} */ at) => Date.parse(at) || 0;

/** Whether it is new since then, or an older one that was changed. @param {Held} rec @param {string} since */
export const isNew = (rec, since) => instant(rec.created_at) > instant(since);

/** What one wants to know of every home before a visit: question → whether it is missing. @type {[string, (home: Held, people: readonly Held[]) => boolean][]} */
const WANTED = [
  ['phone', ({ answers }) => !answers.phone && answers.no_phone !== 'yes'],
  ['group_no', ({ answers }) => answers.group_no === undefined],
  ['presence', ({ answers }) => !answers.presence],
  ['types', ({ answers }) => !answers.types?.length],
  ['house/water', ({ answers }) => !answers['house/water']],
  ['house/grade', ({ answers }) => !answers['house/grade']],
  ['people', (_home, people) => !people.length],
  ['birth', (_home, people) => people.some(({ answers }) => !answers.birth_date && !answers.birth_year)],
];
const GONE = new Set(['moved_out', 'died_out']);

/**
 * Homes that lack something, by what they lack; `people` and `birth` are about the people who belong to them.
 * @template {Held} T @param {readonly T[]} households @param {(id: string) => readonly Held[]} peopleOf
 * @returns {{what: string, homes: T[]}[]} the gap of the most homes first; empty ones left out
 */
export function gapsOf(households, peopleOf) {
  const here = households.filter(({ answers }) => !GONE.has(answers.presence) && !answers['roll/merged_into']);
  return WANTED.map(([what, misses]) => ({ what, homes: here.filter((home) => misses(home, peopleOf(home.id))) }))
    .filter(({ homes }) => homes.length).sort((a, b) => b.homes.length - a.homes.length);
}

/** Where such a gap of one home is filled. @param {{id: string}} home @param {string} what @param {readonly Held[]} people @returns {string} */
export function gapHref({ id }, what, people) {
  if (what === 'people') return `/record/new/edit?new=person&household=${id}`;
  if (what !== 'birth') return `/household/${id}/edit?at=${encodeURIComponent(what)}`;
  const person = people.find(({ answers }) => !answers.birth_date && !answers.birth_year);
  return person ? `/record/${person.id}/edit?at=birth_date` : `/household/${id}`;
}

/** From when to look: the last look, else a week before now. @param {string | null} looked @param {number} now in ms @returns {string} */
export const sinceOf = (looked, now) => looked ?? new Date(now - 7 * 86_400_000).toISOString();

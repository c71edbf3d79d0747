/**
 * Owns looking at the village as of a day: from the records as they are now, those that were there then.
 * Promises: pure; nothing is guessed: an answer that has a day of its own is taken back, every other stands as it is now.
 */

/**
 * @typedef {{id: string, kind: string, answers: Record<string, any>, created_at?: string}} Held
 * @typedef {{list: (kind: string) => readonly Held[]}} Source
 */

const day = (/** @type {any} */ value) => String(value ?? '').slice(0, 10);
/** @param {any} value @param {string} on */
const after = (value, on) => Boolean(value) && day(value) > on;

/** @template {Held} T @param {T} rec @param {string[]} paths @returns {T} */
function without(rec, paths) {
  const answers = { ...rec.answers };
  for (const path of paths) delete answers[path];
  return { ...rec, answers };
}

/** A household: not here before it came, still here before it left, not monitored before it was taken up. @param {Held} rec @param {string} on */
function household(rec, on) {
  const { answers } = rec;
  if (after(answers['roll/in_on'], on)) return null;
  let found = rec;
  if (after(answers['roll/on'], on)) found = without(found, ['presence', 'roll/on', 'roll/to', 'roll/merged_into']);
  if (!after(answers['monitor/since'], on)) return found;
  const types = (answers.types ?? []).filter((/** @type {string} */ type) => type !== 'monitored');
  found = without(found, Object.keys(answers).filter((path) => path.startsWith('monitor/')));
  return { ...found, answers: { ...found.answers, types } };
}

/** @param {Held} rec @param {string} on */
function person(rec, on) {
  const { answers } = rec;
  const born = answers.birth_date ?? (answers.birth_year ? `${answers.birth_year}-01-01` : '');
  if (after(born, on)) return null;
  return after(answers['roll/on'], on) ? without(rec, ['at_home', 'roll/on', 'roll/to', 'roll/merged_into']) : rec;
}

/**
 * @param {Source} source @param {string} on a day @param {(rec: any) => string} dayOf when what a record tells of happened
 * @returns {Source}
 */
export function asOf(source, on, dayOf) {
  /** @type {Map<string, readonly Held[]>} */
  const lists = new Map();
  const then = (/** @type {Held} */ rec) => {
    if (rec.kind === 'household') return household(rec, on);
    if (rec.kind === 'person') return person(rec, on);
    if (rec.kind === 'village_profile') return Number(rec.answers.year) > Number(on.slice(0, 4)) ? null : rec;
    return after(dayOf(rec), on) ? null : rec;
  };
  return {
    list(kind) {
      const held = lists.get(kind) ?? source.list(kind).flatMap((rec) => then(rec) ?? []);
      lists.set(kind, held);
      return held;
    },
  };
}

/** The same day a year or some months before; the last of a shorter month. @param {string} on @param {number} months @returns {string} */
export function monthsBefore(on, months) {
  const [year = 0, month = 1, date = 1] = on.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 - months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(date, last));
  return first.toISOString().slice(0, 10);
}

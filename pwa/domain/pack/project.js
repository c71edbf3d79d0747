/**
 * Owns what a project's page works out: its money by where it stands, its line of time, which questions are still open.
 * Promises: pure; money that is not told is not there, never 0.
 */

/** @typedef {Record<string, any>} Answers */
/** @typedef {{amount: number, sources: string[]}} Sum */
/** @typedef {{total: number|null, arrived: Sum, granted: Sum, missing: Sum}} Money */
/** @typedef {{key: string, kind: 'approval'|'milestone'|'progress'|'acceptance'|'handover', entry: Answers, on: string, state: 'done'|'now'|'next'}} Event */

/** @param {any[]} list @param {string[]} states @returns {Sum} */
function sum(list, states) {
  const some = list.filter(({ state = 'intended' }) => states.includes(state));
  return { amount: some.reduce((all, { amount = 0 }) => all + Number(amount), 0), sources: [...new Set(some.map(({ source }) => source).filter(Boolean))] };
}

/** What has arrived, what is granted, what is missing of the budget and where it is hoped for. @param {Answers} answers @returns {Money} */
export function moneyOf(answers) {
  const funding = Array.isArray(answers.funding) ? answers.funding : [];
  const all = sum(funding, ['intended', 'applying', 'granted', 'arrived']).amount;
  const budget = answers['budget/total'];
  const total = typeof budget === 'number' && budget > 0 ? budget : all > 0 ? all : null;
  const arrived = sum(funding, ['arrived']);
  const granted = sum(funding, ['granted']);
  return { total, arrived, granted, missing: { ...sum(funding, ['intended', 'applying']), amount: Math.max(0, (total ?? 0) - arrived.amount - granted.amount) } };
}

const dated = (/** @type {any} */ list, /** @type {string} */ day) => (Array.isArray(list) ? list : []).filter((entry) => entry?.[day]);

/** What has happened by day, where it is now, what is to come. @param {Answers} answers @returns {Event[]} */
export function timelineOf(answers) {
  const past = [
    ...dated(answers.approvals, 'on').map((entry) => ({ key: entry.id, kind: /** @type {const} */ ('approval'), entry, on: entry.on })),
    ...dated(answers.milestones, 'done_on').map((entry) => ({ key: entry.id, kind: /** @type {const} */ ('milestone'), entry, on: entry.done_on })),
    ...dated(answers.progress, 'date').map((entry) => ({ key: entry.id, kind: /** @type {const} */ ('progress'), entry, on: entry.date })),
    ...(answers['acceptance/on'] ? [{ key: 'acceptance', kind: /** @type {const} */ ('acceptance'), entry: {}, on: answers['acceptance/on'] }] : []),
  ].sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
  const over = ['handover', 'operating', 'performance', 'cancelled'].includes(answers.stage);
  /** @type {Event[]} */
  const events = past.map((event, n) => ({ ...event, state: !over && n === past.length - 1 ? 'now' : 'done' }));
  const waiting = (Array.isArray(answers.milestones) ? answers.milestones : []).filter((entry) => entry?.name && !entry.done_on).sort((a, b) => ((a.plan_on ?? '9') < (b.plan_on ?? '9') ? -1 : 1));
  events.push(...waiting.map((entry) => ({ key: entry.id, kind: /** @type {const} */ ('milestone'), entry, on: String(entry.plan_on ?? ''), state: /** @type {const} */ ('next') })));
  if (!over && !answers['acceptance/on']) events.push({ key: 'acceptance', kind: 'acceptance', entry: {}, on: String(answers.finish_on ?? ''), state: 'next' });
  if (!over) events.push({ key: 'handover', kind: 'handover', entry: {}, on: '', state: 'next' });
  return events;
}

/** How much is built, as last told. @param {Answers} answers @returns {number|null} */
export function builtOf(answers) {
  const told = dated(answers.progress, 'date').filter(({ physical_pct: pct }) => typeof pct === 'number').sort((a, b) => (a.date < b.date ? -1 : 1));
  return told.at(-1)?.physical_pct ?? null;
}

/** Days a publicity lasts, both counted; null when one end is not told. @param {Answers} entry */
export const publicity = ({ publicity_from: from, publicity_to: to }) => (from && to ? { from, to } : null);

/** The nine questions of step 9, and what else a plan must have thought of. @param {Answers} answers @param {string[]} nine their paths */
export function openQuestions(answers, nine) {
  const open = nine.filter((path) => !answers[path] || answers[path] === 'unknown');
  const risks = answers.market_risks?.length > 0;
  const selling = answers.selling?.length > 0;
  return { answered: nine.length - open.length, open: [...open, ...(selling ? [] : ['selling']), ...(risks ? [] : ['market_risks']), ...(answers['asset/manager'] ? [] : ['asset/manager'])] };
}

/**
 * Owns the course of a problem: its log of actions, and the days in its answers that the log does not tell.
 * Promises: pure; by days, and on one day in the order of the log.
 */

/** @typedef {{id: string, on?: string, by?: string, kind?: string, text?: string}} Action */

/** The usual order of what has no entry in the log, for what fell on one day. */
const COURSE = ['report', 'return', 'assign', 'reply', 'progress', 'extend', 'done', 'feedback', 'close'];
/** What can only follow a report. */
const AFTER_REPORT = new Set(['return', 'assign', 'reply', 'report']);

/** Days that stand in the answers and have no entry in the log. @param {Record<string, any>} answers @param {Action[]} actions @returns {Action[]} */
function unlogged(answers, actions) {
  const has = (/** @type {string} */ kind) => actions.some((action) => action.kind === kind);
  /** @type {Action[]} */
  const found = [];
  const add = (/** @type {string} */ kind, /** @type {string | undefined} */ on, /** @type {string} */ text = '') => {
    if (on && !has(kind)) found.push({ id: `answer-${kind}`, kind, on, text });
  };
  // A problem reported as it was written down has no entry for it; a later entry is of another report.
  const firstUp = actions.find((action) => AFTER_REPORT.has(action.kind ?? ''));
  if (answers.reported_on && firstUp?.kind !== 'report') found.push({ id: 'answer-report', kind: 'report', on: answers.reported_on });
  add('assign', answers.assigned_on);
  add('done', answers.done_on, answers.result);
  add('feedback', answers.feedback_on, answers.comment);
  add('close', answers.closed_on, answers.close_evidence);
  return found;
}

/** The log in its order by days, what has no entry at its usual place of the day. @param {Action[]} logged @param {Action[]} others @returns {Action[]} */
function inOrder(logged, others) {
  const order = logged.map((action, at) => ({ action, at })).sort((a, b) => (a.action.on ?? '').localeCompare(b.action.on ?? '') || a.at - b.at).map(({ action }) => action);
  const rank = (/** @type {Action} */ action) => COURSE.indexOf(action.kind ?? '');
  for (const other of others) {
    const there = order.findIndex((action) => (action.on ?? '') > (other.on ?? '') || (action.on === other.on && rank(action) >= rank(other)));
    order.splice(there < 0 ? order.length : there, 0, other);
  }
  return order;
}

/** What happened, from the first to the last. @param {Record<string, any>} answers of the problem @returns {Action[]} */
export function courseOf(answers) {
  const logged = /** @type {Action[]} */ (answers.actions ?? []);
  return inOrder(logged, unlogged(answers, logged));
}

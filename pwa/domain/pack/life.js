/**
 * Owns the lives of records that go through states: which state may follow which, the day and the answers one tap writes.
 * Promises: pure; an act only writes what the record's form asks; any state can still be written by hand in the form.
 */

/**
 * @typedef {object} Move  what one tap does
 * @property {string} to  the new state, and the name of the act
 * @property {string} [day]  the question that takes today, where it is still empty
 * @property {boolean} [side]  not the way forward: under "more"
 * @property {string} [log]  repeat that takes an entry with the day
 * @property {string} [name]  of the act, where the state stays as it is
 *
 * @typedef {object} Life
 * @property {string} path  of the state
 * @property {string} first  the state of a record that names none
 * @property {string[]} way  the states of a usual life, in order, for its line
 * @property {Record<string, string>} days  state → question that holds when it was reached
 * @property {Record<string, string>} [within]  a state beside the way → the one on it that it is part of
 * @property {Record<string, Move[]>} moves
 */

const REJECT = { to: 'rejected', side: true };
const PARK = { to: 'parked', side: true };

/** @type {Record<string, Life>} */
export const LIVES = {
  agency_case: {
    path: 'state', first: 'entrusted',
    way: ['entrusted', 'accepted', 'done', 'delivered', 'archived', 'reported', 'visited'],
    within: { submitted: 'done', processing: 'done', supplement: 'done' },
    days: { entrusted: 'entrusted_on', accepted: 'accepted_on', submitted: 'submitted_on', done: 'done_on', delivered: 'delivered_on', archived: 'archived_on', reported: 'reported_on', visited: 'visited_on' },
    moves: {
      entrusted: [{ to: 'accepted', day: 'accepted_on' }, REJECT],
      accepted: [{ to: 'submitted', day: 'submitted_on' }, { to: 'done', day: 'done_on', side: true }, REJECT],
      submitted: [{ to: 'done', day: 'done_on' }, { to: 'supplement', side: true }, { to: 'processing', side: true }, REJECT],
      processing: [{ to: 'done', day: 'done_on' }, { to: 'supplement', side: true }, REJECT],
      supplement: [{ to: 'submitted', day: 'submitted_on' }, { to: 'done', day: 'done_on', side: true }, REJECT],
      done: [{ to: 'delivered', day: 'delivered_on' }, { to: 'visited', day: 'visited_on', side: true }],
      delivered: [{ to: 'archived', day: 'archived_on' }, { to: 'visited', day: 'visited_on', side: true }],
      archived: [{ to: 'archived', name: 'reported', day: 'reported_on' }, { to: 'visited', day: 'visited_on' }],
    },
  },
  consensus_item: {
    path: 'state', first: 'agreed', way: ['proposed', 'agreed', 'started', 'done'], days: { agreed: 'agreed_on' },
    moves: {
      proposed: [{ to: 'agreed', day: 'agreed_on' }, { to: 'dropped', side: true }],
      agreed: [{ to: 'started', log: 'progress' }, { to: 'done', log: 'progress', side: true }, PARK, { to: 'dropped', side: true }],
      started: [{ to: 'done', log: 'progress' }, PARK, { to: 'dropped', side: true }],
      parked: [{ to: 'started', log: 'progress' }, { to: 'dropped', side: true }],
    },
  },
  task: {
    path: 'state', first: 'todo', way: ['todo', 'doing', 'done'], days: { done: 'done_on' },
    moves: {
      todo: [{ to: 'done', day: 'done_on' }, { to: 'doing', side: true }, { to: 'dropped', side: true }],
      doing: [{ to: 'done', day: 'done_on' }, { to: 'dropped', side: true }],
    },
  },
  pledge: { path: 'kept', first: 'going', way: [], days: {}, moves: { going: [{ to: 'kept' }, { to: 'not_kept', side: true }] } },
  org_item: { path: 'state', first: 'doing', way: ['todo', 'doing', 'done'], days: {}, moves: { todo: [{ to: 'doing' }, { to: 'done', side: true }], doing: [{ to: 'done' }] } },
  aid_pair: { path: 'state', first: 'active', way: [], days: {}, moves: { active: [{ to: 'completed', side: true }] } },
  duty: {
    path: 'state', first: 'planned', way: [], days: {},
    moves: { planned: [{ to: 'done' }, { to: 'missed', side: true }], swapped: [{ to: 'done' }] },
  },
  monitor_case: {
    path: 'status', first: 'clue', way: ['clue', 'checking', 'village_review', 'township_review', 'county_review', 'active', 'eliminated'],
    days: { clue: 'clue_on', checking: 'checked_on', village_review: 'village_review_on', township_review: 'township_on', county_review: 'county_on', eliminated: 'eliminated_on' },
    moves: {
      clue: [{ to: 'checking', day: 'checked_on' }, REJECT],
      checking: [{ to: 'village_review', day: 'village_review_on' }, REJECT],
      village_review: [{ to: 'township_review', day: 'township_on' }, REJECT],
      township_review: [{ to: 'county_review', day: 'county_on' }, REJECT],
      county_review: [{ to: 'active' }, REJECT],
      active: [{ to: 'eliminated', day: 'eliminated_on' }, { to: 'natural', day: 'eliminated_on', side: true }],
    },
  },
  project_plan: {
    path: 'stage', first: 'idea', days: {},
    way: ['idea', 'village_apply', 'township_review', 'county_argue', 'county_approve', 'in_library', 'funded', 'plan', 'bidding', 'building', 'acceptance', 'reimbursed', 'handover', 'operating', 'performance'],
    moves: {},
  },
};

/** Names of states after which nothing is owed, in any form. */
const CLOSED = new Set(['done', 'kept', 'closed', 'verified', 'archived', 'visited', 'eliminated', 'natural', 'arrived', 'completed', 'answered', 'not_needed', 'dropped', 'rejected', 'cancelled', 'missed', 'broken', 'ended', 'failed', 'exited', 'swapped', 'dissolved', 'performance', 'not_kept', 'refused', 'removed']);
const GONE = new Set(['dropped', 'rejected', 'cancelled', 'missed', 'broken', 'failed', 'not_needed', 'na', 'exited', 'dissolved', 'ended', 'not_kept', 'refused']);
const BEGUN = new Set(['started', 'doing', 'handling', 'village_handling', 'processing', 'submitted', 'accepted', 'delivered', 'building', 'active', 'ongoing', 'in_progress', 'promised', 'funded', 'supplement', 'swapped', 'checking', 'operating', 'going', 'handed_on', 'propose', 'consult', 'deliberate', 'resolve', 'publish_resolution', 'implement', 'publish_result']);

/** Nothing has been done yet; any other word is a fact and has no shape. */
const WAITING = new Set(['proposed', 'agreed', 'planned', 'todo', 'entrusted', 'asked', 'intended', 'clue', 'idea', 'registered', 'draft', 'open', 'recommended', 'not_begun']);

/** @param {any} status */
export const isClosed = (status) => CLOSED.has(String(status ?? ''));

/** The shape and colour of a state, the same for all kinds. @param {any} status @returns {{tone: ''|'done'|'doing', icon: string}} */
export function toneOf(status) {
  const name = String(status ?? '');
  if (GONE.has(name)) return { tone: '', icon: 'none' };
  if (name === 'parked') return { tone: '', icon: 'pause' };
  if (CLOSED.has(name)) return { tone: 'done', icon: 'done' };
  if (BEGUN.has(name)) return { tone: 'doing', icon: 'half' };
  return { tone: '', icon: WAITING.has(name) ? 'ring' : '' };
}

/** @param {string} kind @param {Record<string, any>} answers @returns {string} */
export const stateOf = (kind, answers) => String(answers[LIVES[kind]?.path ?? ''] || LIVES[kind]?.first || '');

/** What may be done now. @param {string} kind @param {Record<string, any>} answers @param {(path: string, value: string) => boolean} offers whether the form has this choice
 * @returns {Move[]} */
export function movesOf(kind, answers, offers) {
  const life = LIVES[kind];
  const moves = life?.moves[stateOf(kind, answers)] ?? [];
  // An act that only notes a day is done once the day is there.
  return life ? moves.filter(({ to, name, day }) => offers(life.path, to) && !(name && answers[day ?? ''])) : [];
}

/** The one change of an act. @param {string} kind @param {Record<string, any>} answers @param {Move} move
 * @param {{today: string, has: (path: string) => boolean, entry: (repeat: string, fields: Record<string, any>) => any}} how @returns {Record<string, any>} */
export function setOf(kind, answers, { to, day, log, name }, { today, has, entry }) {
  const { path = '' } = LIVES[kind] ?? {};
  return {
    ...(name ? {} : { [path]: to }),
    ...(day && has(day) && !answers[day] ? { [day]: today } : {}),
    ...(log && has(log) ? { [log]: entry(log, { date: today }) } : {}),
  };
}

/** Where a record is on its usual way. A state off the way stands at the last one whose day is known.
 * @param {string} kind @param {Record<string, any>} answers @returns {{name: string, on: string, state: 'done'|'now'|'next'}[]} */
export function lineOfLife(kind, answers) {
  const life = LIVES[kind];
  if (!life?.way.length) return [];
  const state = stateOf(kind, answers);
  const now = life.within?.[state] ?? state;
  const dayOf = (/** @type {string} */ name) => String(answers[life.days[name] ?? ''] ?? '').slice(0, 10);
  const dated = life.way.reduce((last, name, n) => (dayOf(name) ? n : last), -1);
  let at = life.way.includes(now) ? life.way.indexOf(now) : dated;
  // What is no state of its own, such as reporting up, is passed when its day is there.
  while (life.way.includes(now) && dayOf(life.way[at + 1] ?? '') && !life.moves[life.way[at + 1] ?? '']) at += 1;
  const over = !life.moves[state] && isClosed(state);
  return life.way.map((name, n) => ({ name, on: dayOf(name), state: n < at || (n === at && over) || (n > at && dayOf(name) && over) ? 'done' : n === at && !over ? 'now' : 'next' }));
}

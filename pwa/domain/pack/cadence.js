/**
 * Owns what the records of a village ask for besides promises and problems: asks, agreed items, duties, meetings, cases, pairs,
 * questions, and what its mechanisms do each month or quarter. One row of a table per source; derived, never written down.
 * Promises: pure; a task's key names what it is about and when, so that what was put aside stays aside until that changes.
 */
import { addDays, daysBetween } from '../dates.js';
import { isGone } from '../household.js';
import { firstSentence } from '../tasks.js';
import { questionHref, questionsFor } from './questions.js';

/**
 * @typedef {{id: string, kind?: string, answers: Record<string, any>, created_by: string, by: string, at: string, created_at: string}} Rec
 * @typedef {{id: string, kind: string, set: Record<string, any>}} Done  what one tap writes
 * @typedef {object} Task
 * @property {string} key
 * @property {string} source  a row of SOURCES
 * @property {string} title  the record's own words; '' where `titleKey` says it
 * @property {string} [titleKey]
 * @property {Record<string, string|number>} [values]  of titleKey and of the source's own line
 * @property {string} about  id of whom it is about, '' for none
 * @property {string} on  '' when no day was said
 * @property {string} href  where it is done
 * @property {boolean} promise  somebody gave their word: only these are told in the colour of what has passed
 * @property {Done} [done]
 *
 * @typedef {object} Ground
 * @property {(kind: string) => readonly Rec[]} list
 * @property {string} today
 * @property {string} me  account id
 * @property {string} name  how I am called
 * @property {(household: string) => string | undefined} lastSeen  day of the last visit
 * @property {Record<string, number>} thresholds
 */

/** Days before its term that a thing shows. */
const AHEAD = 7;

/** A day nobody named but the app reckoned: it shows when it has come, not before. */
const RECKONED = { ahead: 0 };

/** @param {Rec} rec @param {string} path @param {Record<string, any>} entry @param {Record<string, any>} more */
const putting = (rec, path, entry, more) => ({ id: rec.id, kind: rec.kind ?? '', set: { [path]: { put: [{ ...entry, ...more }] } } });
/** @param {Rec} rec @param {Record<string, any>} set @returns {Done} */
const setting = (rec, set) => ({ id: rec.id, kind: rec.kind ?? '', set });
/** @param {Rec} rec @param {string} path @returns {Record<string, any>[]} */
const entries = (rec, path) => rec.answers[path] ?? [];
/** @param {Rec} rec */
const viewOf = (rec) => `/record/${rec.id}`;

/** @typedef {Partial<Task> & {id: string, on: string, ahead?: number}} Found */
/** @type {Record<string, (ground: Ground) => Found[]>} */
export const SOURCES = {
  ask: ({ list, today, thresholds }) => list('consultation').flatMap((rec) => entries(rec, 'asks')
    .filter(({ state }) => (state ?? 'asked') === 'asked' || state === 'promised')
    .map((ask) => ({
      id: `${rec.id}/${ask.id}`, title: ask.text, about: rec.answers.counterpart ?? '', values: { who: rec.answers.counterpart_name ?? '' },
      on: ask.due || addDays(rec.answers.met_on ?? '', thresholds.ask_again_days ?? 30), ...(ask.due ? {} : RECKONED), promise: ask.state === 'promised' && Boolean(ask.due), href: viewOf(rec),
      done: putting(rec, 'asks', ask, { state: 'arrived', arrived_on: today }),
    }))),
  agreed: ({ list }) => list('consensus_item').filter(({ answers }) => ['proposed', 'agreed', 'started'].includes(answers.state ?? 'agreed') && answers.due)
    .map((rec) => ({
      id: rec.id, title: rec.answers.title, about: rec.answers.owner ?? '', values: { who: rec.answers.owner_name ?? '' }, on: rec.answers.due, promise: true, href: viewOf(rec),
      // A matter that needs the village's major decision is not done with one tap.
      ...(rec.answers.needs_four_two === 'yes' && !rec.answers.decision ? {} : { done: setting(rec, { state: 'done' }) }),
    })),
  task: ({ list, me, today }) => list('task').filter(({ answers, created_by }) => !['done', 'dropped'].includes(answers.state) && (answers.due || created_by === me))
    .map((rec) => ({ id: rec.id, title: firstSentence(rec.answers.text), values: { who: rec.answers.owner_name ?? '' }, on: rec.answers.due ?? '', promise: true, href: viewOf(rec), done: setting(rec, { state: 'done', done_on: today }) })),
  organise: ({ list }) => list('org_item').filter(({ answers }) => answers.state !== 'done' && answers.due)
    .map((rec) => ({ id: rec.id, title: rec.answers.title, about: rec.answers.owner ?? '', values: { who: rec.answers.owner_name ?? '' }, on: rec.answers.due, href: viewOf(rec), done: setting(rec, { state: 'done' }) })),
  rectify: ({ list }) => list('say_do_evaluate').flatMap((rec) => entries(rec, 'entries').filter((entry) => entry.rectification && entry.due && entry.done !== 'yes')
    .map((entry) => ({ id: `${rec.id}/${entry.id}`, title: firstSentence(entry.rectification), values: { who: entry.speaker ?? '' }, on: entry.due, href: viewOf(rec), done: putting(rec, 'entries', entry, { done: 'yes' }) }))),
  duty: ({ list, today, name, me }) => list('duty').filter(({ answers }) => answers.state === 'planned' && answers.date >= today && daysBetween(today, answers.date) <= 1)
    .filter((rec) => whose(rec, list, me) === name)
    .map((rec) => ({ id: rec.id, titleKey: 'tasks.duty.title', on: rec.answers.date, href: viewOf(rec), done: setting(rec, { state: 'done' }) })),
  meet: ({ list, today }) => list('meeting').filter(({ answers }) => answers.next_on >= today && !list('meeting').some((other) => other.answers.kind === answers.kind && other.answers.held_on > answers.held_on))
    .map((rec) => ({ id: rec.id, titleKey: 'tasks.meet.title', values: { what: rec.answers.title ?? '' }, on: rec.answers.next_on, href: `/record/new/edit?new=meeting&p.kind=${encodeURIComponent(rec.answers.kind ?? '')}` })),
  agency: ({ list, today }) => list('agency_case').filter(({ answers }) => ['entrusted', 'accepted', 'submitted', 'processing', 'supplement'].includes(answers.state ?? 'entrusted') && answers.promised_on)
    .map((rec) => ({ ...caseOf(rec), on: rec.answers.promised_on, promise: true, done: setting(rec, { state: 'done', done_on: today }) })),
  back: ({ list, today, thresholds }) => list('agency_case').filter(({ answers }) => ['done', 'delivered', 'archived'].includes(answers.state) && !answers.visited_on && answers.done_on)
    .map((rec) => ({ ...caseOf(rec), on: addDays(rec.answers.delivered_on || rec.answers.done_on, thresholds.visit_back_days ?? 7), ...RECKONED, done: setting(rec, { state: 'visited', visited_on: today }) })),
  inquiry: ({ list, today, thresholds }) => list('first_inquiry').filter(({ answers }) => !answers.answered_on && ['guided', 'handed_on'].includes(answers.handled))
    .map((rec) => ({ id: rec.id, title: firstSentence(rec.answers.matter), values: { who: rec.answers.asker ?? '' }, on: addDays(String(rec.answers.received_at ?? rec.created_at).slice(0, 10), thresholds.answer_within_days ?? 7), ...RECKONED, href: viewOf(rec), done: setting(rec, { answered_on: today }) })),
  pair: ({ list, thresholds }) => list('aid_pair').filter(({ answers }) => (answers.state ?? 'active') === 'active').map((rec) => {
    const last = entries(rec, 'contacts').reduce((day, { date = '' }) => (date > day ? date : day), rec.answers.start ?? '');
    const { helped, helped_person, helped_talent } = rec.answers;
    return { id: rec.id, titleKey: 'tasks.pair.title', about: helped ?? helped_person ?? helped_talent ?? '', values: { who: rec.answers.helped_name ?? '', helper: rec.answers.helper1_name ?? '' }, on: addDays(last, thresholds.pair_stale_days ?? 45), ...RECKONED, href: `/record/${rec.id}/edit?at=contacts` };
  }),
  pledge: ({ list }) => list('pledge').filter(({ answers }) => (answers.kept ?? 'going') === 'going' && answers.due)
    .map((rec) => ({ id: rec.id, title: firstSentence(rec.answers.promise), about: rec.answers.member ?? '', values: { who: rec.answers.member_name ?? '' }, on: rec.answers.due, href: viewOf(rec), done: setting(rec, { kept: 'kept' }) })),
  decide: ({ list, thresholds }) => list('decision').filter(({ answers }) => answers.started_on && !['done', 'parked'].includes(answers.state))
    .map((rec) => ({ id: rec.id, title: rec.answers.matter, on: addDays(rec.answers.started_on, thresholds.decision_days ?? 20), ...RECKONED, href: viewOf(rec) })),
  milestone: ({ list, today }) => list('project_plan').flatMap((rec) => entries(rec, 'milestones').filter(({ plan_on, done_on }) => plan_on && !done_on)
    .map((entry) => ({ id: `${rec.id}/${entry.id}`, title: entry.name ?? '', values: { who: rec.answers.name ?? '' }, on: entry.plan_on, href: viewOf(rec), done: putting(rec, 'milestones', entry, { done_on: today }) }))),
  check: ({ list }) => list('monitor_case').filter(({ answers }) => answers.next_check_on && !CLOSED_CASE.includes(answers.status))
    .map((rec) => ({ id: rec.id, titleKey: 'tasks.check.title', about: rec.answers.household ?? '', on: rec.answers.next_check_on, href: rec.answers.household ? `/visit?household=${rec.answers.household}` : viewOf(rec) })),
};

const CLOSED_CASE = ['eliminated', 'natural', 'rejected'];

/** @param {Rec} rec @returns {Omit<Found, 'on'>} */
const caseOf = (rec) => ({ id: rec.id, title: firstSentence(rec.answers.content), about: rec.answers.household ?? '', values: { who: rec.answers.applicant_name ?? '' }, href: `/record/${rec.id}` });

/** Whose duty: the name that stands there, else the contact's, else whoever planned it. @param {Rec} rec @param {Ground['list']} list @param {string} me */
function whose({ answers }, list, me) {
  if (answers.person_name) return answers.person_name;
  const contact = list('contact').find(({ id }) => id === answers.person);
  return contact?.answers.name ?? (answers.person === me ? me : '');
}

/** @param {string} source @param {Found} found @returns {Task} */
const task = (source, { id, on, title = '', about = '', href = '', promise = false, ahead: _, ...more }) =>
  ({ key: `${source}:${id}:${on}`, source, on, title, about, href, promise, ...more });

/** Everything that is due or nearly: what a person asked first, then the oldest, what has no day last. @param {Ground} ground @returns {Task[]} */
export function cadenceTasks(ground) {
  const { list, today, me } = ground;
  const dated = Object.entries(SOURCES).flatMap(([source, find]) => find(ground).filter(({ on, ahead = AHEAD }) => !on || daysBetween(today, on) <= ahead).map((found) => task(source, found)));
  const { toAnswer, answered } = questionsFor(/** @type {any} */ (list('field_question')), me);
  const asked = (/** @type {any} */ rec, /** @type {string} */ source) =>
    task(source, { id: `${rec.id}/${rec.answers.messages?.length ?? 0}`, title: firstSentence(rec.answers.asked_text), values: { about: rec.answers.about ?? '' }, about: '', on: '', href: questionHref(rec) });
  const questions = [...toAnswer.map((rec) => asked(rec, 'asked')), ...answered.map((rec) => asked(rec, 'answered'))];
  const byDay = dated.sort((a, b) => compare(a.on || '9999', b.on || '9999') || compare(a.key, b.key));
  return [...questions.sort((a, b) => compare(a.key, b.key)), ...byDay];
}

/** Monitored homes nobody has been to for the set time, those who are away too, whom a telephone reaches: one row for all of them.
 * @param {Ground} ground @returns {Task[]} */
export function monitoredUnseen({ list, today, lastSeen, thresholds }) {
  const days = thresholds.monitored_unseen_days ?? 31;
  const homes = list('household').filter(({ id, answers }) => answers.types?.includes('monitored') && answers.presence !== 'empty' && !isGone({ answers }) && !(daysBetween(lastSeen(id), today) <= days));
  if (!homes.length) return [];
  const [first] = homes;
  const one = homes.length === 1;
  return [task('monitored', {
    id: today.slice(0, 7), about: first?.id ?? '', titleKey: one ? 'tasks.monitored.one' : 'tasks.monitored.many', values: { n: homes.length, days }, on: '',
    href: one ? `/household/${first?.id}` : '/households?filter=monitored',
  })];
}

/** A month is nearly over in its last week; longer stretches a little before. @type {Record<string, number>} */
const NEARLY = { month: 7, quarter: 14, half: 21, year: 30 };

/** What this village does each month or quarter and has not written down yet, while there is still time; of a mechanism whose kinds
 * have cadences of their own, each is told by its name. What was never used here is none of its cadences.
 * @typedef {{last: string, covered: boolean|null, due: string}} Standing
 * @param {{mechanisms: readonly {id: string, title: any, kinds: readonly {kind: string, cadence?: string, title?: any}[], cadence: string}[],
 *   states: Record<string, Standing & {kinds?: readonly Standing[]}>, today: string}} from
 * @returns {{key: string, id: string, part: number|null, title: any, on: string, cadence: string, href: string}[]} */
export function nearlyOver({ mechanisms, states, today }) {
  const parts = mechanisms.flatMap(({ id, title, cadence, kinds }) => [
    { id, part: /** @type {number|null} */ (null), title, cadence, state: states[id] },
    ...kinds.map((one, part) => ({ id, part, title: kinds.filter((other) => other.cadence).length > 1 ? one.title : title, cadence: one.cadence ?? '', state: states[id]?.kinds?.[part] })),
  ]);
  return parts.filter(({ cadence, state }) => {
    const left = daysBetween(today, state?.due ?? '');
    return cadence in NEARLY && state?.last && state.covered === false && left >= 0 && left < (NEARLY[cadence] ?? 0);
  }).map(({ id, part, title, cadence, state }) => ({ key: `mechanism:${id}${part === null ? '' : `/${part}`}:${state?.due}`, id, part, title, cadence, on: state?.due ?? '', href: `/work/m/${id}` }))
    .sort((a, b) => compare(a.on, b.on) || compare(a.key, b.key));
}

/** @param {string} a @param {string} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

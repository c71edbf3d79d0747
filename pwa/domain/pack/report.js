/**
 * Owns what a stretch of time looks like when it is told from what was written anyway: the day's diary, and the report of a
 * month, a quarter, half a year or a year under the four duties.
 * Promises: pure; every line counts records or repeats their words, a line with nothing behind it is not there; private notes
 * are never looked at; a report names no household and no villager, only the cadre's own diary does.
 */
import { isGone } from '../household.js';
import { addDays } from '../dates.js';
import { isOpen } from '../problem.js';
import { openPromises } from '../tasks.js';
import { bounds } from './periods.js';

/**
 * @typedef {{id: string, kind?: string, created_by?: string, answers: Record<string, any>}} Rec
 * @typedef {{id: string, values: Record<string, string|number>, parts: string[]}} Line  `parts`: in what, or which
 * @typedef {{id: string, lines: Line[]}} Section
 * @typedef {object} Ground
 * @property {(kind: string) => readonly Rec[]} list
 * @property {(kind: string, path: string, value: any) => string} labelOf
 * @property {string} me  whose diary it is
 *
 * @typedef {object} Counted  one line of a duty: which records, on which day, told by what
 * @property {string} duty
 * @property {string} id
 * @property {string} kind
 * @property {string[]} days  the answers that may hold the day; the first that does
 * @property {string} [each]  a repeat whose entries are counted
 * @property {(answers: Record<string, any>) => boolean} [where]
 * @property {string} [by]  a choice to tell them apart by
 * @property {string} [quote]  the words of each
 * @property {string} [sum]  an amount to add up
 */

export const PERIODS = ['today', 'month', 'last', 'quarter', 'half', 'year'];
export const DUTIES = ['party', 'prosper', 'govern', 'serve'];

const PARTY_MEETINGS = ['branch_congress', 'branch_committee', 'party_group', 'party_class', 'theme_day', 'central_group'];
const is = (/** @type {string} */ path, /** @type {string[]} */ ...values) => (/** @type {Record<string, any>} */ answers) => values.includes(answers[path]);
const isNot = (/** @type {string} */ path, /** @type {string[]} */ ...values) => (/** @type {Record<string, any>} */ answers) => !values.includes(answers[path]);

/** In the order of a report. The party organisation is what the steps 2, 7 and 10 are about, prosperity 6, 8 and 9, governing
 * 3, 5, 7 and 10, serving 4, 5 and 8: a kind stands under the duty whose steps it is written for. @type {Counted[]} */
export const COUNTED = [
  { duty: 'party', id: 'partyLife', kind: 'meeting', days: ['held_on'], where: is('kind', ...PARTY_MEETINGS), by: 'kind' },
  { duty: 'party', id: 'pledged', kind: 'pledge', days: ['made_on'] },
  { duty: 'party', id: 'posts', kind: 'post_duty', days: ['decided_on'], by: 'post' },
  { duty: 'party', id: 'mobile', kind: 'mobile_report', days: ['received_on'] },
  { duty: 'party', id: 'trained', kind: 'training', days: ['start'], quote: 'title' },
  { duty: 'party', id: 'studied', kind: 'study_note', days: ['on'], by: 'kind' },
  { duty: 'prosper', id: 'consulted', kind: 'consultation', days: ['met_on'], by: 'level' },
  { duty: 'prosper', id: 'arrived', kind: 'consultation', each: 'asks', days: ['arrived_on'], quote: 'text' },
  { duty: 'prosper', id: 'support', kind: 'support_in', days: ['received_on'], quote: 'what', sum: 'amount' },
  { duty: 'prosper', id: 'industries', kind: 'industry_assessment', days: ['assessed_on'], quote: 'industry' },
  { duty: 'govern', id: 'meetings', kind: 'meeting', days: ['held_on'], where: isNot('kind', ...PARTY_MEETINGS), by: 'kind' },
  { duty: 'govern', id: 'sayDo', kind: 'say_do_evaluate', days: ['held_on'] },
  { duty: 'govern', id: 'decisions', kind: 'decision', days: ['started_on'], quote: 'matter' },
  { duty: 'govern', id: 'agreed', kind: 'consensus_item', days: ['agreed_on'], where: isNot('state', 'proposed', 'dropped'), quote: 'title' },
  { duty: 'govern', id: 'published', kind: 'publicity', days: ['published_on'], by: 'kind' },
  { duty: 'govern', id: 'mediated', kind: 'problem', days: ['dispute/agreement_on'] },
  { duty: 'govern', id: 'activities', kind: 'activity', days: ['held_on'], by: 'kind' },
  { duty: 'serve', id: 'found', kind: 'problem', days: ['found_on'], where: isNot('status', 'draft'), by: 'category' },
  { duty: 'serve', id: 'reported', kind: 'problem', days: ['reported_on'], by: 'category' },
  { duty: 'serve', id: 'settled', kind: 'problem', days: ['done_on', 'closed_on'], where: isNot('status', 'rejected', 'reopened'), by: 'category' },
  { duty: 'serve', id: 'deeds', kind: 'practical_deed', days: ['done_on'], quote: 'title' },
  { duty: 'serve', id: 'entrusted', kind: 'agency_case', days: ['entrusted_on'], by: 'item' },
  { duty: 'serve', id: 'agencyDone', kind: 'agency_case', days: ['done_on'], where: isNot('state', 'rejected'), by: 'item' },
  { duty: 'serve', id: 'asked', kind: 'first_inquiry', days: ['received_at'] },
  { duty: 'serve', id: 'checked', kind: 'policy_check', days: ['checked_on'] },
  { duty: 'serve', id: 'clues', kind: 'monitor_case', days: ['clue_on'] },
  { duty: 'serve', id: 'helped', kind: 'aid_pair', each: 'contacts', days: ['date'] },
  { duty: 'serve', id: 'onDuty', kind: 'duty', days: ['date'], where: is('state', 'done', 'swapped') },
];

/** So many are told word for word; all are counted. */
const MOST = 8;
const LONGEST = 40;

/** First and last day; what is to come is in none. @param {string} period @param {string} today @returns {[string, string]} */
export function periodOf(period, today) {
  if (period === 'today') return [today, today];
  const [first] = bounds(period === 'last' ? 'month' : period, today);
  if (period !== 'last') return [first, today];
  const end = addDays(first, -1);
  return [bounds('month', end)[0], end];
}

/** @param {any} text @param {number} [most] */
function short(text, most = LONGEST) {
  const line = String(text ?? '').replace(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** @param {string} id @param {Record<string, string|number>} values @param {string[]} [parts] @returns {Line} */
const line = (id, values, parts = []) => ({ id, values, parts });

/** @param {[string, string]} span @param {any} day */
const within = ([from, to], day) => String(day ?? '').slice(0, 10) >= from && String(day ?? '').slice(0, 10) <= to;

/** Everyone on the village's lists: their names stay out of reports. @param {Ground} ground */
function namesIn({ list }) {
  const names = [...list('household').map(({ answers }) => answers.head_name), ...list('person').map(({ answers }) => answers.name)];
  return [...new Set(names.map((name) => String(name ?? '').trim()).filter((name) => name.length > 1))];
}

/** "a 2、b 1", the most first, what has no choice left out. @param {Ground} ground @param {Counted} row @param {Record<string, any>[]} found */
function apart({ labelOf }, { kind, by = '' }, found) {
  /** @type {Map<string, number>} */
  const numbers = new Map();
  for (const answers of found) if (answers[by]) numbers.set(answers[by], (numbers.get(answers[by]) ?? 0) + 1);
  return [...numbers].sort((a, b) => b[1] - a[1]).map(([value, n]) => `${labelOf(kind, by, value)} ${n}`);
}

/** @param {Ground} ground @param {Counted} row @param {[string, string]} span @returns {Record<string, any>[]} */
function foundOf({ list }, { kind, each, days, where }, span) {
  const all = list(kind).flatMap(({ answers }) => (each ? answers[each] ?? [] : [answers]));
  return all.filter((answers) => within(span, days.map((day) => answers[day]).find(Boolean)) && (!where || where(answers)));
}

/** @param {Ground} ground @param {Counted} row @param {[string, string]} span @param {(words: string) => boolean} tellable @returns {Line[]} */
function counted(ground, row, span, tellable) {
  const found = foundOf(ground, row, span);
  if (!found.length) return [];
  const words = row.quote ? found.map((answers) => short(answers[row.quote ?? ''])).filter((text) => text && tellable(text)) : [];
  const sum = row.sum ? found.reduce((all, answers) => all + (Number(answers[row.sum ?? '']) || 0), 0) : 0;
  const parts = row.by ? apart(ground, row, found) : [...words.slice(0, MOST), ...(words.length > MOST ? ['…'] : [])];
  return [sum ? line(`${row.id}Sum`, { n: found.length, sum }, parts) : line(row.id, { n: found.length }, parts)];
}

/** What each project says of itself in this time: how far, in its own words. @param {Ground} ground @param {[string, string]} span @param {(words: string) => boolean} tellable @returns {Line[]} */
function projects({ list, labelOf }, span, tellable) {
  return list('project_plan').flatMap(({ answers }) => {
    const told = (answers.progress ?? []).filter((/** @type {any} */ one) => within(span, one.date)).sort((/** @type {any} */ a, /** @type {any} */ b) => (a.date < b.date ? 1 : -1));
    if (!told.length || !answers.name || !tellable(answers.name)) return [];
    const [{ physical_pct: share, text }] = told;
    const parts = [answers.stage && labelOf('project_plan', 'stage', answers.stage), share === undefined || share === null ? '' : `${share}%`, text && tellable(text) ? short(text) : ''];
    return [line('project', { name: short(answers.name) }, parts.filter(Boolean))];
  });
}

/** @param {Ground} ground @param {string} duty @param {[string, string]} span @param {(words: string) => boolean} tellable @returns {Line[]} */
function tasksDone({ list }, duty, span, tellable) {
  const done = list('task').filter(({ answers }) => answers.state === 'done' && answers.duty === duty && within(span, answers.done_on));
  const words = done.map(({ answers }) => short(answers.text)).filter((text) => text && tellable(text));
  return done.length ? [line('tasks', { n: done.length }, words.slice(0, MOST))] : [];
}

/** Homes and times, what part of the residents, which policies. @param {Ground} ground @param {[string, string]} span @returns {Line[]} */
function visited({ list, labelOf }, span) {
  const visits = list('visit').filter(({ answers }) => within(span, answers.visited_on));
  const seen = new Set(visits.map(({ answers }) => answers.household).filter(Boolean));
  const homes = list('household').filter((rec) => !isGone(rec));
  const resident = homes.filter(({ answers }) => (answers.presence ?? 'resident') === 'resident');
  const reached = resident.filter(({ id }) => seen.has(id)).length;
  const elsewhere = visits.filter(({ answers }) => !answers.household).length;
  const policies = visits.flatMap(({ answers }) => answers.policy_explained ?? []);
  return [
    ...(seen.size ? [line('visits', { homes: seen.size, n: visits.length - elsewhere })] : []),
    ...(seen.size && resident.length ? [line('coverage', { n: reached, all: resident.length, share: Math.round((reached / resident.length) * 100) })] : []),
    ...(elsewhere ? [line('elsewhere', { n: elsewhere })] : []),
    ...(policies.length ? [line('policies', { n: policies.length }, apart({ list, labelOf, me: '' }, { duty: '', id: '', kind: 'visit', days: [], by: 'policy_explained' }, policies.map((policy) => ({ policy_explained: policy }))))] : []),
  ];
}

/** What stands in the way at the end of the time. @param {Ground} ground @param {string} today @param {[string, string]} span @param {(words: string) => boolean} tellable @returns {Line[]} */
function difficulties(ground, today, span, tellable) {
  const open = ground.list('problem').filter((rec) => isOpen(rec) && rec.answers.status !== 'draft' && String(rec.answers.found_on ?? '') <= span[1]);
  const late = open.filter(({ answers }) => (answers.extend_to ?? answers.due_on ?? '9999') < today && !['done', 'feedback', 'verified'].includes(answers.status));
  const asks = ground.list('consultation').flatMap(({ answers }) => answers.asks ?? []).filter((ask) => ['asked', 'promised'].includes(ask.state ?? 'asked') && ask.text);
  const said = ground.list('meeting').filter(({ answers }) => within(span, answers.held_on)).flatMap(({ answers }) => answers.suggestions ?? []).map(({ text }) => short(text)).filter((text) => text && tellable(text));
  const categories = apart(ground, { duty: '', id: '', kind: 'problem', days: [], by: 'category' }, open.map(({ answers }) => answers));
  const asked = asks.map(({ text }) => short(text)).filter(tellable);
  return [
    ...(open.length ? [line('open', { n: open.length }, categories)] : []),
    ...(late.length ? [line('late', { n: late.length })] : []),
    ...(asks.length ? [line('asks', { n: asks.length }, asked.slice(0, MOST))] : []),
    ...(said.length ? [line('suggestions', { n: said.length }, said.slice(0, MOST))] : []),
  ];
}

/** What was taken on and is not done yet. @param {Ground} ground @param {(words: string) => boolean} tellable @returns {Line[]} */
function ahead({ list }, tellable) {
  const agreed = list('consensus_item').filter(({ answers }) => !['done', 'dropped', 'parked', 'proposed'].includes(answers.state)).map(({ answers }) => answers.title);
  const tasks = list('task').filter(({ answers }) => ['todo', 'doing'].includes(answers.state ?? 'todo')).map(({ answers }) => answers.text);
  const promises = openPromises(list('visit')).length;
  const words = (/** @type {any[]} */ all) => all.map((text) => short(text)).filter((text) => text && tellable(text)).slice(0, MOST);
  return [
    ...(agreed.length ? [line('toAgreed', { n: agreed.length }, words(agreed))] : []),
    ...(tasks.length ? [line('toTasks', { n: tasks.length }, words(tasks))] : []),
    ...(promises ? [line('toPromises', { n: promises })] : []),
  ];
}

/** The day's homes by name, what was learned there and promised. @param {Rec[]} visits @param {Ground} ground @returns {Section[]} */
function homesOf(visits, { list, labelOf }) {
  const heads = new Map(list('household').map(({ id, answers }) => [id, answers.head_name]));
  const who = (/** @type {Record<string, any>} */ answers) => heads.get(answers.household) ?? answers.contact ?? '';
  const whole = (/** @type {any} */ text) => short(text, 2000);
  const lines = visits.map(({ answers }) => line(who(answers) ? 'home' : 'someone', { name: who(answers) }, [
    answers.result && labelOf('visit', 'result', answers.result), whole(answers.facts), whole(answers.done_on_site), whole(answers.opinions),
    ...(answers.wishes ?? []).map((/** @type {any} */ wish) => whole(wish.text)),
  ].filter(Boolean)));
  const promises = visits.filter(({ answers }) => answers.promise).map(({ answers }) => line(answers.follow_up_on ? 'promiseBy' : 'promise', { name: who(answers), text: whole(answers.promise), ...(answers.follow_up_on ? { day: answers.follow_up_on } : {}) }));
  return [{ id: 'homes', lines }, { id: 'promises', lines: promises }];
}

/** @param {Ground} ground @param {string} today @returns {Section[]} */
function diary(ground, today) {
  const own = { ...ground, list: (/** @type {string} */ kind) => ground.list(kind).filter(({ created_by }) => created_by === ground.me) };
  const span = /** @type {[string, string]} */ ([today, today]);
  const visits = own.list('visit').filter(({ answers }) => within(span, answers.visited_on));
  const rows = COUNTED.map((row) => (row.kind === 'problem' && row.id === 'found' ? { ...row, by: '', quote: 'content' } : row));
  const done = [...rows.flatMap((row) => counted(own, row, span, () => true)), ...projects(own, span, () => true), ...[...DUTIES, 'other', undefined].flatMap((duty) => tasksDone(own, /** @type {any} */ (duty), span, () => true))];
  return [...homesOf(visits, { ...own, list: (kind) => (kind === 'household' ? ground.list(kind) : own.list(kind)) }), { id: 'done', lines: done }];
}

/** @param {Ground} ground @param {string} period @param {string} today @returns {{from: string, to: string, sections: Section[]}} sections that hold something */
export function report(ground, period, today) {
  const span = periodOf(period, today);
  const names = period === 'today' ? [] : namesIn(ground);
  const tellable = (/** @type {string} */ words) => !names.some((name) => words.includes(name));
  const duties = () => DUTIES.map((duty) => ({
    id: duty,
    lines: [...COUNTED.filter((row) => row.duty === duty).flatMap((row) => counted(ground, row, span, tellable)), ...(duty === 'prosper' ? projects(ground, span, tellable) : []), ...tasksDone(ground, duty, span, tellable)],
  }));
  const sections = period === 'today'
    ? diary(ground, today)
    : [{ id: 'visited', lines: visited(ground, span) }, ...duties(), { id: 'difficulties', lines: difficulties(ground, today, span, tellable) }, ...(period === 'last' ? [] : [{ id: 'ahead', lines: ahead(ground, tellable) }])];
  return { from: span[0], to: span[1], sections: sections.filter(({ lines }) => lines.length) };
}

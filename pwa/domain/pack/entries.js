/**
 * Owns what one tap does to one entry of a repeat, and what other record an entry can become.
 * Promises: pure; an entry that became a record holds its id, so that it never becomes one twice.
 */

/**
 * @typedef {object} EntryAct
 * @property {string} name
 * @property {Record<string, any>} [set]  answers of the entry
 * @property {string} [day]  the entry's question that takes today
 * @property {string} [copy]  `to=from`: an answer of the entry taken over, where it is still empty
 * @property {'problem'|'agency_case'|'consensus_item'} [make]
 *
 * @typedef {{repeat: string, title: string, meta: string[], state: string, acts: (entry: Record<string, any>) => EntryAct[]}} Acted
 */

const isSaid = (/** @type {any} */ value) => value !== undefined && value !== null && value !== '';

/** By kind. @type {Record<string, Acted>} */
export const ACTED = {
  consultation: {
    repeat: 'asks', title: 'text', meta: ['kind', 'amount', 'due'], state: 'state',
    acts: ({ state = 'asked' }) => [
      ...(state === 'asked' ? [{ name: 'promised', set: { state: 'promised' } }] : []),
      ...(state === 'asked' || state === 'promised' ? [{ name: 'arrived', set: { state: 'arrived' }, day: 'arrived_on', copy: 'amount_arrived=amount' }, { name: 'refused', set: { state: 'refused' } }] : []),
    ],
  },
  say_do_evaluate: {
    repeat: 'entries', title: 'rectification', meta: ['speaker', 'due'], state: 'done',
    acts: ({ rectification, done, problem }) => (!isSaid(rectification) || done === 'yes' ? [] : [{ name: 'mended', set: { done: 'yes' } }, ...(isSaid(problem) ? [] : [{ name: 'to_problem', make: /** @type {const} */ ('problem') }])]),
  },
  duty: {
    repeat: 'matters', title: 'text', meta: ['kind', 'handed_to'], state: 'done',
    acts: ({ text, done, kind }) => (!isSaid(text) || done === 'yes' ? [] : [{ name: 'handled', set: { done: 'yes' } }, { name: kind === 'agency' || kind === 'certificate' ? 'to_case' : 'to_problem', set: { done: 'yes' }, make: kind === 'agency' || kind === 'certificate' ? /** @type {const} */ ('agency_case') : /** @type {const} */ ('problem') }]),
  },
  meeting: {
    repeat: 'resolutions', title: 'text', meta: ['owner', 'owner_name', 'due'], state: '',
    acts: ({ text, consensus }) => (!isSaid(text) || isSaid(consensus) ? [] : [{ name: 'to_item', make: /** @type {const} */ ('consensus_item') }]),
  },
};

/** The entry after an act. @param {Record<string, any>} entry @param {EntryAct} act @param {string} today @returns {Record<string, any>} */
export function entryAfter(entry, { set = {}, day, copy }, today) {
  const [to = '', from = ''] = copy?.split('=') ?? [];
  return { ...entry, ...set, ...(day ? { [day]: today } : {}), ...(to && !isSaid(entry[to]) && isSaid(entry[from]) ? { [to]: entry[from] } : {}) };
}

/** Where the entry, or the record, keeps what it became. @type {Record<string, string>} */
export const LINK = { problem: 'problem', agency_case: 'case', consensus_item: 'consensus' };

const only = (/** @type {Record<string, any>} */ answers) => Object.fromEntries(Object.entries(answers).filter(([, value]) => isSaid(value)));

/** The answers of the record that something becomes. @param {'problem'|'agency_case'|'consensus_item'} kind
 * @param {Record<string, any>} from the entry's answers, or the record's own @param {Record<string, any>} record @param {string} id of that record @param {string} today @returns {Record<string, any>} */
export function become(kind, from, record, id, today) {
  const text = from.rectification ?? from.text ?? from.matter;
  if (kind === 'consensus_item') return only({ title: text, owner: from.owner, owner_name: from.owner_name, due: from.due, agreed_on: record.held_on ?? today, meeting: id, state: 'agreed', decision: record.decision, agreement: 'all', needs_four_two: 'no' });
  if (kind === 'agency_case') {
    return only({ content: text, applicant_name: record.asker, phone: record.phone, household: record.household, agent_name: from.handed_to ?? record.handed_to_name, entrusted_on: today, state: 'entrusted', first_inquiry: record.matter || from.first_inquiry === 'yes' ? 'yes' : undefined, fee_charged: 0 });
  }
  return only({ content: text, status: 'registered', level: 'village', source: record.held_on ? 'meeting' : 'reception', found_on: today, share_reporter: 'no', from_household: record.household, reporter_name: record.asker, due_on: from.due });
}

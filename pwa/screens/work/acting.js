/**
 * What can be done with a record in one tap: the moves of its life, what one of its entries asks for, what it can become.
 * Promises: one saving an act, taken back with one tap; what it becomes is written in the same saving and holds on to it.
 */
import { ACTED, LINK, become, entryAfter } from '../../domain/pack/entries.js';
import { LIVES, movesOf, setOf } from '../../domain/pack/life.js';
import { guess } from '../../domain/category.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { today } from '../../ui/format.js';
import { offerUndo } from '../../ui/undo.js';
import { formOf, questionOf } from '../parts/labels.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {import('../../store/types.js').Saving} Saving
 * @typedef {{name: string, side: boolean, run: () => Promise<void>}} Act
 */

/** Saves and offers to take it back. @param {Saving[]} savings @param {string} said */
export async function write(savings, said) {
  const saved = await store.saveMany(savings);
  offerUndo(said, () => store.undo(saved));
}

/** How entries of a repeat are written. @param {Rec} rec @param {string} repeat @param {Record<string, any>} fields */
export function entryOf(rec, repeat, fields) {
  const entry = { id: store.newId(), ...fields };
  return questionOf(rec, repeat)?.merge === 'log' ? { append: [entry] } : { put: [entry] };
}

/** @param {Rec} rec @param {Record<string, any>} set @returns {Saving} */
const own = (rec, set) => ({ kind: rec.kind, id: rec.id, set });

/** What a record or an entry of it becomes. @param {'problem'|'agency_case'|'consensus_item'} kind @param {Record<string, any>} from @param {Rec} rec @returns {Saving & {id: string}} */
export function made(kind, from, rec) {
  const set = become(kind, from, rec.answers, rec.id, today());
  const form = store.form('problem');
  const kinds = form?.lists[form.questions.find(({ path }) => path === 'category')?.list ?? ''] ?? [];
  const category = kind === 'problem' ? guess(set.content ?? '', kinds) : '';
  return { kind, id: store.newId(), village: rec.village, set: { ...set, ...(category ? { category } : {}) } };
}

/** The forms that acts write with besides the record's own. */
export const loadMade = () => Promise.all(['problem', 'agency_case', 'consensus_item', 'household', 'visit'].map((kind) => store.loadForm(kind).catch(() => undefined)));

/** What its state tells the home it is about. @param {Rec} rec @param {string} to @returns {Saving[]} */
function atHome(rec, to) {
  const home = rec.kind === 'monitor_case' ? store.get(String(rec.answers.household ?? '')) : undefined;
  const form = home && store.form('household');
  const status = form?.questions.find(({ path }) => path === 'monitor/status');
  if (!home || !status || !form?.lists[status.list ?? '']?.some(({ name }) => name === to) || home.answers['monitor/status'] === to) return [];
  return [{ kind: 'household', id: home.id, set: { 'monitor/status': to } }];
}

/** @param {Rec} rec @returns {Act[]} */
function moves(rec) {
  const definition = formOf(rec);
  const has = (/** @type {string} */ path) => Boolean(questionOf(rec, path));
  const offers = (/** @type {string} */ path, /** @type {string} */ value) => Boolean(definition?.lists[questionOf(rec, path)?.list ?? '']?.some(({ name }) => name === value));
  return movesOf(rec.kind, rec.answers, offers).map((move) => {
    const name = move.name ?? move.to;
    const text = t(`work.act.${name}`);
    const entry = (/** @type {string} */ repeat, /** @type {Record<string, any>} */ fields) => entryOf(rec, repeat, { ...fields, text });
    const run = () => write([own(rec, setOf(rec.kind, rec.answers, move, { today: today(), has, entry })), ...atHome(rec, move.to)], t('work.did', { what: text }));
    return { name, side: Boolean(move.side), run };
  });
}

/** @param {Rec} rec @param {'problem'|'agency_case'} kind @param {string} name @returns {Act} */
function turned(rec, kind, name) {
  const run = async () => {
    const other = made(kind, rec.answers, rec);
    await write([own(rec, { [LINK[kind] ?? '']: other.id, ...(rec.answers.answered_on ? {} : { answered_on: today() }) }), other], t('work.did', { what: t(`work.act.${name}`) }));
  };
  return { name, side: false, run };
}

/** What a kind alone can do. @type {Record<string, (rec: Rec) => Act[]>} */
const ALONE = {
  aid_pair: (rec) => (rec.answers.state && rec.answers.state !== 'active' ? [] : [{ name: 'met', side: false, run: () => write([own(rec, { contacts: entryOf(rec, 'contacts', { date: today(), mode: 'visit' }) })], t('work.did', { what: t('work.act.met') })) }]),
  contact: (rec) => [{ name: 'met', side: false, run: () => contacted(rec) }],
  first_inquiry: (rec) => [
    ...(rec.answers.answered_on || rec.answers.handled === 'answered' ? [] : [{ name: 'answered', side: false, run: () => write([own(rec, { answered_on: today() })], t('work.did', { what: t('work.act.answered') })) }]),
    ...(rec.answers.case ? [] : [turned(rec, 'agency_case', 'to_case')]), ...(rec.answers.problem ? [] : [turned(rec, 'problem', 'to_problem')]),
  ],
};

/** A talk with somebody of the network, today: a visit to a contact, by phone. @param {Rec} contact */
export function contacted(contact) {
  const set = { contact: contact.answers.name, contact_ref: contact.id, target: 'contact', mode: 'phone', purpose: 'routine', result: 'met', visited_on: today() };
  const first = contact.answers.first_contacted_on ? [] : [own(contact, { first_contacted_on: today() })];
  return write([{ kind: 'visit', village: contact.village, set }, ...first], t('work.contacted', { name: contact.answers.name ?? '' }));
}

/** Everything one tap can do with it; those who only look at a village write nothing. @param {Rec} rec @returns {Act[]} */
export const actsOf = (rec) => [...(ALONE[rec.kind]?.(rec) ?? []), ...(LIVES[rec.kind] ? moves(rec) : [])];

/** @typedef {{entry: Record<string, any>, acts: {name: string, run: () => Promise<void>}[]}} Handled */

/** Entries that something can be done with. @param {Rec} rec @returns {Handled[]} */
export function entriesOf(rec) {
  const acted = ACTED[rec.kind];
  const entries = /** @type {Record<string, any>[]} */ ((acted && rec.answers[acted.repeat]) ?? []);
  return entries.map((entry) => ({ entry, acts: (acted?.acts(entry) ?? []).map((act) => ({ name: act.name, run: () => entryRun(rec, entry, act) })) })).filter(({ acts }) => acts.length);
}

/** @param {Rec} rec @param {Record<string, any>} entry @param {import('../../domain/pack/entries.js').EntryAct} act */
async function entryRun(rec, entry, act) {
  const acted = /** @type {import('../../domain/pack/entries.js').Acted} */ (ACTED[rec.kind]);
  const other = act.make && made(act.make, entry, rec);
  const link = LINK[act.make ?? ''] ?? '';
  const after = { ...entryAfter(entry, act, today()), ...(other && questionOf(rec, `${acted.repeat}/${link}`) ? { [link]: other.id } : {}) };
  await write([own(rec, { [acted.repeat]: { put: [after] } }), ...(other ? [other] : [])], t('work.did', { what: t(`work.act.${act.name}`) }));
}

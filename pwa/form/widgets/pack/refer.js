/**
 * Choosing records of any kind by what they are called, the recent first, one or several; what is not there yet is made on
 * the spot from its name alone.
 * Promises: what is chosen is an id and always shown by its title; a new one is a real record, saved before it is chosen, and
 * can be taken back; reads this phone only.
 */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { todayOf } from '../../../domain/dates.js';
import { called, place } from '../../../domain/household.js';
import { lang, t, words } from '../../../i18n.js';
import { localTime } from '../../../store/changes.js';
import { store } from '../../../store/store.js';
import { calendarDay } from '../../../ui/format.js';
import { html } from '../../../ui/html.js';
import { Chip, Chips, List, Row } from '../../../ui/parts.js';
import { offerUndo } from '../../../ui/undo.js';
import { Interview } from '../../interview.js';
import { plain } from '../../markdown.js';
import { labelOf } from '../../words.js';
import { named } from '../choose.js';
import { Picker } from '../picker.js';
import { referredIn, titled } from '../referred.js';
import './words.js';

/**
 * @typedef {import('../index.js').Props} Props
 * @typedef {import('../picker.js').Option} Option
 * @typedef {import('../../../store/types.js').Rec} Rec
 */

/** Colleagues are told in every place of the scope, once each. */
const colleagues = () => [...new Map(store.scope.value.flatMap(({ id }) => store.list('colleague', id)).map((rec) => [rec.id, rec])).values()];

/** @param {Rec} rec what stands under its title */
function metaOf(rec) {
  if (rec.kind === 'person') {
    const home = store.get(rec.answers.household);
    return home ? [home.answers.head_name, place(home.answers, t)].filter(Boolean).join(' · ') : '';
  }
  const form = store.form(rec.kind);
  const { category = '', happened_on: on = '' } = form?.envelope ?? {};
  const kind = form && rec.answers[category] ? [rec.answers[category]].flat().map((name) => labelOf(form, category, name, lang.value)).join(t('form.and')) : '';
  return [kind, calendarDay(rec.answers[on])].filter(Boolean).join(' · ');
}

/** @param {string} kind @returns {Option[]} */
function optionsOf(kind) {
  if (kind === 'household') return store.list(kind).map((home) => ({ value: home.id, label: called(home, t) }));
  const list = kind === 'colleague' ? colleagues() : [...store.list(kind)].sort((a, b) => (store.forms.dayOf(a) < store.forms.dayOf(b) ? 1 : -1));
  return list.map((rec) => ({ value: rec.id, label: titled(rec.id), meta: metaOf(rec) }));
}

/** The question that a new record's name goes into; '' where a name alone makes no record of the kind. @param {string} kind */
function nameIn(kind) {
  const form = store.form(kind);
  const asked = form?.questions.filter(({ type, refers, repeat, calculate, read_only: still }) => type === 'text' && !refers && !repeat && !calculate && !still) ?? [];
  const title = asked.find(({ path }) => path === form?.envelope.title) ?? asked.find(({ name }) => name === 'name' || name === 'title');
  // Some are written only when the person has agreed, and a person only with the home: their own forms ask for it.
  return kind === 'person' || store.forms.shape(kind)?.consent ? '' : title?.path ?? '';
}

/** A record with a name and what its form begins with. @param {string} kind @param {string} name @returns {Promise<string>} its id */
async function make(kind, name) {
  const form = await store.loadForm(kind);
  const id = store.newId();
  if (!form) return '';
  const interview = new Interview(form, { [nameIn(kind)]: name }, { id, now: localTime(), today: todayOf(), lang: lang.peek(), fresh: true, original: {}, properties: { username: store.account.peek()?.login ?? '', deviceid: store.device } });
  const saved = await store.save({ kind, id, set: interview.changes(), form: form.hash });
  offerUndo(t('form.refer.made', { name }), () => store.undo(saved));
  return id;
}

/** What is under the list: a new one, by the words typed. @param {{kind: string, typed: string, onMade: (id: string) => void, onName?: (name: string) => void}} props */
export function Fresh({ kind, typed, onMade, onName }) {
  const what = words(store.form(kind)?.title) || kind;
  const can = nameIn(kind) !== '' && kind !== 'colleague';
  if (!typed) return can && html`<p class="quiet small">${t('form.refer.type', { kind: what })}</p>`;
  const begin = () => void make(kind, typed).then((id) => id && onMade(id));
  return html`<${List}>${can && html`<${Row} key="new" slim icon="plus" title=${t('form.refer.new', { name: typed })} meta=${what} next=${false} onTap=${begin} />`}
    ${onName && html`<${Row} key="name" slim icon="pen" title=${t('form.refer.only', { name: typed })} next=${false} onTap=${() => onName(typed)} />`}<//>`;
}

/** All records of the kind, also the old ones, as soon as they are there. @param {string} kind */
function useOptions(kind) {
  const [whole, come] = useState(false);
  useEffect(() => {
    void Promise.all([store.ready('all'), store.loadForm(kind)]).then(() => come(true), () => come(true));
  }, [kind]);
  const list = kind === 'colleague' ? store.scope.value : store.list(kind);
  const form = store.form(kind);
  return useMemo(() => optionsOf(kind), [list, whole, form, lang.value]);
}

/** One record of a kind, on a page of its own. @param {{kind: string, title: string, value?: string, clear?: boolean, onChoose: (id: string | null) => void, onName?: (name: string) => void, onClose: () => void}} props */
export function RecordPicker({ kind, onName, ...props }) {
  const options = useOptions(kind);
  return html`<${Picker} ...${props} options=${options} extra=${(/** @type {string} */ typed) => html`<${Fresh} kind=${kind} typed=${typed} onMade=${props.onChoose} onName=${onName} />`} />`;
}

/** Several records: a repeat in which each entry names one, drawn as what is picked and one list to pick from. @param {Props} props */
export function Several({ interview, state, id }) {
  const { path } = state.question;
  const refer = referredIn(interview, path);
  const [open, show] = useState(false);
  if (!refer) return null;
  const { kind, at, name } = refer;
  const entries = /** @type {Record<string, any>[]} */ (state.value ?? []);
  const textOf = (/** @type {Record<string, any>} */ entry) => (entry[at] ? titled(entry[at]) : String(entry[name] ?? '')) || t('form.entry.empty');
  const drop = (/** @type {string} */ entry) => interview.drop(path, entry, state.place);
  const choose = (/** @type {string[]} */ ids) => {
    for (const entry of entries) if (entry[at] && !ids.includes(entry[at])) drop(entry.id);
    for (const one of ids) if (!entries.some((entry) => entry[at] === one)) interview.add(path, state.place, { [at]: one });
  };
  const chosen = entries.map((entry) => entry[at]).filter(Boolean);
  const add = (/** @type {string} */ one) => void interview.add(path, state.place, { [at]: one });
  const write = name ? (/** @type {string} */ text) => void interview.add(path, state.place, { [name]: text }) : undefined;
  return html`${entries.length > 0 && html`<${Chips} label=${t('form.picked', { n: entries.length })}>${entries.map((entry) => html`
      <${Chip} key=${entry.id} plain icon="close" label=${t('form.unpick', { name: textOf(entry) })} onTap=${() => drop(entry.id)}>${textOf(entry)}<//>`)}<//>`}
    <${List}><${Row} slim id=${id} title=${named(state.label, t(entries.length ? 'form.choose.more' : 'form.choose'))} onTap=${() => show(true)} /><//>
    ${open && html`<${ManyPicker} kind=${kind} title=${plain(state.label)} value=${chosen} onChoose=${choose} onMade=${add} onName=${write} onClose=${() => show(false)} />`}`;
}

/** @param {{kind: string, title: string, value: string[], onChoose: (ids: string[]) => void, onMade: (id: string) => void, onName?: (name: string) => void, onClose: () => void}} props */
export function ManyPicker({ kind, onMade, onName, ...props }) {
  const options = useOptions(kind);
  return html`<${Picker} many ...${props} options=${options} extra=${(/** @type {string} */ typed) => html`<${Fresh} kind=${kind} typed=${typed} onMade=${onMade} onName=${onName} />`} />`;
}

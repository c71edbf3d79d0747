/**
 * Who is on duty today and on the days to come; a month planned in one go, a turn swapped.
 * Promises: the rota itself is the record, nobody checks in; a planned month is one saving, taken back with one tap.
 */
import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { addDays } from '../../domain/dates.js';
import { nextMonth, shares, turns } from '../../domain/pack/rota.js';
import { ManyPicker, RecordPicker } from '../../form/widgets/pack/refer.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { day, fullDay, month as monthWords, today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Blank, Button, Card, Chip, Chips, Field, Group, List, Row } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { Opening, useReady } from '../parts/ready.js';
import { nameOf } from '../parts/labels.js';
import { actsOf, write } from './acting.js';
import { begin } from './kind.js';
import { standingOf } from './line.js';
import './words.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** Days ahead that are listed. */
const AHEAD = 31;

/** Whose turn it is. @param {Rec} rec */
const who = (rec) => {
  const { person, person_name: name, state, swap_with: other, swap_with_name: otherName } = rec.answers;
  const own = name || (person ? nameOf(person) : '');
  const swapped = state === 'swapped' ? otherName || (other ? nameOf(other) : '') : '';
  return swapped ? t('work.rota.swapped', { name: swapped, for: own }) : own;
};

export default function Rota() {
  const ready = useReady('all');
  const planning = useSignal(false);
  const swapping = useSignal(/** @type {Rec | null} */ (null));
  useEffect(() => void Promise.all(['duty', 'contact'].map((kind) => store.loadForm(kind).catch(() => undefined))), []);
  const coming = useComputed(() => store.list('duty').filter(({ answers: { date = '' } }) => date >= today() && date <= addDays(today(), AHEAD)).sort((a, b) => (a.answers.date < b.answers.date ? -1 : 1)));
  const now = coming.value.filter(({ answers }) => answers.date === today());
  const later = coming.value.filter(({ answers }) => answers.date > today());
  const swap = async (/** @type {string | null} */ id) => {
    const rec = swapping.value;
    swapping.value = null;
    if (rec && id) await write([{ kind: 'duty', id: rec.id, set: { state: 'swapped', swap_with: id, swap_with_name: nameOf(id) } }], t('work.did', { what: t('work.act.swapped') }));
  };
  return html`<${Inner} title=${t('work.rota')} backTo="/work/duty" dock=${html`<${Button} onTap=${() => begin('duty', {})}>${t('work.rota.one')}<//><${Button} kind="main" icon="calendar" onTap=${() => (planning.value = true)}>${t('work.rota.plan')}<//>`}>
    <${Group} title=${t('work.rota.today')} count=${fullDay(today())}>${now.length ? now.map((rec) => html`<${Turn} key=${rec.id} rec=${rec} onSwap=${() => (swapping.value = rec)} />`) : html`<p class="quiet">${t('work.rota.nobody')}</p>`}<//>
    ${later.length > 0 && html`<${Group} title=${t('work.rota.later')}><${List}>${later.map((rec) => html`<${Row} key=${rec.id} slim title=${who(rec)} meta=${fullDay(rec.answers.date)} state=${rec.answers.state === 'planned' ? null : standingOf(rec)} next=${rec.answers.state === 'planned'} href=${`/record/${rec.id}`} />`)}<//><//>`}
    ${!ready && html`<${Opening} text=${t('opening')} />`}
    ${ready && !coming.value.length && html`<${Blank} title=${t('work.rota.none')} text=${t('work.rota.none.what')} />`}
    ${planning.value && html`<${Plan} onClose=${() => (planning.value = false)} />`}
    ${swapping.value && html`<${RecordPicker} kind="contact" title=${t('work.rota.with')} onChoose=${(/** @type {string | null} */ id) => void swap(id)} onClose=${() => (swapping.value = null)} />`}
  <//>`;
}

/** One turn, with what can be done with it. @param {{rec: Rec, onSwap: () => void}} props */
function Turn({ rec, onSwap }) {
  const standing = standingOf(rec);
  const acts = actsOf(rec).filter(({ name }) => name === 'done');
  const open = acts.length > 0;
  return html`<${Card} title=${who(rec)} by=${standing?.text}><div class="chips">
    ${acts.map((act) => html`<${Button} key=${act.name} kind="tone" low icon="check" onTap=${() => void act.run()}>${t('work.act.duty_done')}<//>`)}
    ${open && html`<${Button} kind="line" low onTap=${onSwap}>${t('work.act.swapped')}<//>`}
    <${Button} kind="line" low href=${`/record/${rec.id}/edit?at=matters`}>${t('work.rota.matters')}<//></div><//>`;
}

/** Choose people and a month; what comes of it is told before it is written. @param {{onClose: () => void}} props */
function Plan({ onClose }) {
  const next = today().slice(8) > '20' ? nextMonth(today().slice(0, 7)) : today().slice(0, 7);
  const month = useSignal(next);
  const people = useSignal(/** @type {string[]} */ ([]));
  const weekends = useSignal('no');
  const picking = useSignal(false);
  const wrong = useSignal('');
  const this_ = today().slice(0, 7);
  const taken = store.list('duty').map(({ answers }) => String(answers.date ?? ''));
  const list = turns({ month: month.value, people: people.value.map((id) => ({ id, name: nameOf(id) })), weekends: weekends.value === 'yes', from: today(), taken });
  const share = [...shares(list)].map(([name, n]) => t('work.rota.share', { name, n })).join(t('join.list'));
  const save = async () => {
    if (!list.length) return void (wrong.value = t(people.value.length ? 'work.rota.full' : 'work.rota.who'));
    await write(list.map(({ date, person }) => ({ kind: 'duty', set: { date, person: person.id, person_name: person.name, state: 'planned' } })), t('work.rota.planned', { n: list.length }));
    onClose();
  };
  const drop = (/** @type {string} */ id) => (people.value = people.value.filter((one) => one !== id));
  const add = (/** @type {string} */ id) => (people.value = [...people.value, id]);
  return html`<${Sheet} title=${t('work.rota.title')} onClose=${onClose}>
    <${Field} id="rota-month" group label=${t('work.rota.month')}><${Chips} labelledby="rota-month-label" value=${month.value} onChange=${(/** @type {string} */ value) => (month.value = value)}
      options=${[this_, nextMonth(this_)].map((value) => ({ value, label: monthWords(value) }))} /><//>
    <${Field} id="rota-people" group label=${t('work.rota.people')} wrong=${wrong.value}><${Chips} label=${t('work.rota.people')}>
      ${people.value.map((id) => html`<${Chip} key=${id} plain icon="close" label=${t('work.rota.drop', { name: nameOf(id) })} onTap=${() => drop(id)}>${nameOf(id)}<//>`)}
      <${Chip} plain icon="plus" onTap=${() => (picking.value = true)}>${t('work.rota.choose')}<//><//><//>
    <${Field} id="rota-weekends" group label=${t('work.rota.weekends')}><${Chips} labelledby="rota-weekends-label" value=${weekends.value} onChange=${(/** @type {string} */ value) => (weekends.value = value)}
      options=${['no', 'yes'].map((value) => ({ value, label: t(`work.rota.weekends.${value}`) }))} /><//>
    ${list.length > 0 && html`<p role="status">${t('work.rota.comes', { n: list.length, first: day(list[0]?.date), share })}</p>`}
    <div class="acts"><${Button} onTap=${onClose}>${t('act.cancel')}<//><${Button} kind="main" onTap=${() => void save()}>${t('work.rota.write')}<//></div>
    ${picking.value && html`<${ManyPicker} kind="contact" title=${t('work.rota.people')} value=${people.value} onChoose=${(/** @type {string[]} */ ids) => (people.value = ids)} onMade=${add} onClose=${() => (picking.value = false)} />`}
  <//>`;
}

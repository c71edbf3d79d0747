/**
 * The check sheet of one household: everything that is held about it on A4, for the people themselves to look through and
 * correct (their right under the law), and for the cadre to find what is missing.
 * Promises: numbers are masked unless they are asked for; nothing leaves the phone: the browser prints.
 */
import { useSignal } from '@preact/signals';
import { called, groupName } from '../../domain/household.js';
import { styled } from '../../form/widgets/pack/address.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { calendarDay, day, today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner, placeName } from '../../ui/layout.js';
import { Blank, Button, Chip } from '../../ui/parts.js';
import { sections, valueWithUnit } from '../parts/answers.js';
import { answerText, entryText, kindLabel, said } from '../parts/labels.js';
import { isMasked, maskOf } from '../parts/masked.js';
import { peopleOf } from '../parts/people.js';
import { Opening, useReady } from '../parts/ready.js';
import { referring, saidIn, useForms } from './referring.js';
import { standingOf } from '../work/line.js';
import './words.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

await styled('styles/pack/check-sheet.css');

/** @param {{params: Record<string, string>}} props */
export default function CheckSheet({ params }) {
  const rows = useReady('all');
  const forms = useForms(store.village.value);
  const ready = rows && forms;
  const home = store.get(params.id ?? '');
  const open = useSignal(false);
  if (!home || !ready) return html`<${Inner} title=${t('title.check_sheet')} backTo="/households">${ready ? html`<${Blank} scene="homes" title=${t('household.gone')} text=${t('household.goneText')} />` : html`<${Opening} text=${t('opening')} />`}<//>`;
  return html`<${Inner} title=${t('title.check_sheet')} backTo=${`/household/${home.id}`} dock=${html`<${Button} kind="main" icon="file" onTap=${() => print()}>${t('homes.sheet.print')}<//>`}>
    <div class="chips no-print"><${Chip} on=${open.value} icon="eye" onTap=${() => (open.value = !open.value)}>${t('homes.sheet.numbers')}<//></div>
    <article class="check-sheet">
      <header><h2>${t('homes.sheet.title')}</h2><p>${placeName()} · ${called(home, t)}</p><p class="quiet">${t('homes.sheet.asOf', { day: calendarDay(today()) })}</p></header>
      <${Told} rec=${home} open=${open.value} />
      <${People} home=${home} open=${open.value} />
      <${Others} home=${home} />
      <footer><p>${t('homes.sheet.right')}</p><p class="sign"><span>${t('homes.sheet.signed')}</span><span>${t('homes.sheet.date')}</span></p></footer>
    </article>
  <//>`;
}

/** One answer on paper. @param {Rec} rec @param {import('../../form/definition.js').Question} question @param {boolean} open */
function valueOf(rec, question, open) {
  const value = rec.answers[question.path];
  if (question.type === 'repeat') return value.map((/** @type {any} */ entry) => entryText(rec, question.path, entry)).join(t('join.sentence'));
  if (isMasked(question.name)) return open ? String(value) : maskOf(question.name, String(value));
  if (question.path === 'group_no') return groupName(value, t);
  return typeof value === 'number' ? valueWithUnit(rec, question) : answerText(rec, question.path, value);
}

/** @param {import('../../form/definition.js').Question} question */
const inner = (question) => question.path.startsWith('roll/merged') || question.path === 'household';

/** Everything answered, under its headings. @param {{rec: Rec, open: boolean}} props */
const Told = ({ rec, open }) => html`${sections(rec, inner).map(({ title, key, questions }) => html`<section key=${key}>${title && html`<h3>${title}</h3>`}
  <table><tbody>${questions.map((question) => html`<tr key=${question.path}><th scope="row">${said(question.label)}</th><td>${valueOf(rec, question, open)}</td></tr>`)}</tbody></table></section>`)}`;

/** @param {{home: Rec, open: boolean}} props */
const People = ({ home, open }) => html`${peopleOf(home.id).map((person) => html`<section key=${person.id} class="person"><h3>${person.answers.name}</h3>
  <table><tbody>${sections(person, inner).flatMap(({ questions }) => questions).filter(({ path }) => path !== 'name').map((question) => html`<tr key=${question.path}><th scope="row">${said(question.label)}</th><td>${valueOf(person, question, open)}</td></tr>`)}</tbody></table></section>`)}`;

/** Visits, problems and every other record that names the household. @param {{home: Rec}} props */
function Others({ home }) {
  const kinds = [
    ...['visit', 'problem'].map((kind) => ({ kind, records: store.of(home.id, kind) })).filter(({ records }) => records.length),
    ...referring(home),
  ];
  return kinds.map(({ kind, records }) => html`<section key=${kind}><h3>${kindLabel({ kind })}</h3>
    <table><tbody>${records.map((rec) => html`<tr key=${rec.id}><th scope="row">${day(store.forms.dayOf(rec).slice(0, 10))}</th><td>${[saidIn(rec), standingOf(rec)?.text].filter(Boolean).join(' · ')}</td></tr>`)}</tbody></table></section>`);
}

/**
 * Small charts of the village: people by age and where they are, surnames, a figure by year.
 * Promises: every number a chart draws stands beside it as text; nothing is drawn of what is not known.
 */
import { living, pyramidOf, surnamesOf, yearsOf } from '../../domain/pack/charts.js';
import { lang, t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { count } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Group } from '../../ui/parts.js';
import './words.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

const YEARS = 5;
const SURNAMES = 5;

/** @param {number} part @param {number} most @param {number} full in percent */
const share = (part, most, full) => ({ '--of': `${part ? Math.max(1, Math.round((part / most) * full)) : 0}%` });

/** A money figure of the profile by year, in ten thousands (thousands in English). @param {{all: Rec[], path: string, title: string}} props */
export function ByYear({ all, path, title }) {
  const unit = lang.value === 'en' ? 1000 : 10_000;
  const years = yearsOf(all, path, YEARS);
  if (!years.length) return null;
  const most = Math.max(...years.map(({ value }) => value), 1);
  const number = (/** @type {number} */ value) => (value / unit).toFixed(1);
  const label = years.map(({ year, value }) => t('village.incomeOf', { year, amount: number(value) })).join(t('join.list'));
  return html`<${Group} title=${title} count=${t('village.incomeUnit')}>
    <div class="card"><div class="columns" role="img" aria-label=${label}>${years.map(({ year, value }, at) => html`<div key=${year}>
      <b>${number(value)}</b><i class=${at === years.length - 1 && year === new Date().getFullYear() ? 'pale' : undefined} style=${share(value, most, 68)}></i><span>${year}</span></div>`)}</div></div>
  <//>`;
}

/** The oldest on top; those at home to the left of the ages, those elsewhere to the right. @param {{people: Rec[], on: string}} props */
export function Pyramid({ people, on }) {
  const { bands, home, away, unknown, most } = pyramidOf(people, on);
  if (!home && !away) return null;
  const ages = (/** @type {import('../../domain/pack/charts.js').Band} */ { from, to }) => (to === null ? t('village.ageUp', { from }) : `${from}–${to}`);
  return html`<${Group} title=${t('village.ages')} count=${t('count.people', { n: count(home + away) })}>
    <div class="card"><table class="pyramid"><caption class="hidden">${t('village.ages')}</caption>
      <thead><tr><th scope="col">${t('village.isHome', { n: count(home) })}</th><th scope="col">${t('village.age')}</th><th scope="col">${t('village.isAway', { n: count(away) })}</th></tr></thead>
      <tbody>${bands.map((band) => html`<tr key=${band.from}><td class="left"><span>${band.home ? count(band.home) : ''}</span><i style=${share(band.home, most, 62)}></i></td><th scope="row">${ages(band)}</th>
        <td><i class="pale" style=${share(band.away, most, 62)}></i><span>${band.away ? count(band.away) : ''}</span></td></tr>`)}</tbody></table>
      ${unknown > 0 && html`<p class="by">${t('village.agesUnknown', { n: count(unknown) })}</p>`}</div>
  <//>`;
}

/** What people are by kind, as far as it was written: a number for each. @param {{people: Rec[]}} props */
export function Kinds({ people }) {
  const here = living(people);
  const definition = store.form('person');
  const question = definition?.questions.find(({ path }) => path === 'more/special_groups');
  const choices = (question?.list && definition?.lists[question.list]) || [];
  const rows = choices.map(({ name, label }) => ({ name, label, n: here.filter(({ answers }) => answers['more/special_groups']?.includes(name)).length })).filter(({ n }) => n).sort((a, b) => b.n - a.n);
  return html`<${Bars} title=${t('village.kinds')} rows=${rows.map(({ name, label, n }) => ({ key: name, label: /** @type {any} */ (label)[lang.value] ?? /** @type {any} */ (label).zh ?? name, n }))} unit=${t('unit.people')} />`;
}

/** @param {{households: Rec[], written: any}} props */
export function Surnames({ households, written }) {
  const { rows, rest, restNames, counted } = surnamesOf(households, written, SURNAMES);
  const bars = rows.map(({ name, n }) => ({ key: name, label: t('village.surname', { name }), n }));
  if (rest > 0) bars.push({ key: '', label: restNames ? t('village.otherNames', { n: restNames }) : t('village.otherSurnames'), n: rest });
  return html`<${Bars} title=${t('village.surnames')} rows=${bars} unit=${t('unit.homes')} note=${t(counted ? 'village.surnamesCounted' : 'village.written')} />`;
}

/** @param {{title: string, rows: {key: string, label: string, n: number}[], unit: string, note?: string}} props */
function Bars({ title, rows, unit, note }) {
  if (!rows.length) return null;
  const most = Math.max(...rows.map(({ n }) => n), 1);
  return html`<${Group} title=${title} count=${unit}><div class="card"><dl class="bars">${rows.map(({ key, label, n }) => html`<dt key=${key}>${label}</dt>
    <dd><i class=${key ? undefined : 'pale'} style=${share(n, most, 88)}></i><span>${count(n)}</span></dd>`)}</dl>${note && html`<p class="by">${note}</p>`}</div><//>`;
}

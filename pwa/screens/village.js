/**
 * The village on one page: what is missing, figures, incomes, ages, what changed; and one part of the profile at a time.
 * Promises: unknown is 还没记, never 0; each figure says where it comes from.
 */
import { useComputed } from '@preact/signals';
import { lang, t } from '../i18n.js';
import { store } from '../store/store.js';
import { count, today } from '../ui/format.js';
import { html } from '../ui/html.js';
import { Inner, Tab, Where } from '../ui/layout.js';
import { Button, Group, List, Row } from '../ui/parts.js';
import { TopBanner } from './parts/banners.js';
import { joined, kindLabel, said } from './parts/labels.js';
import { Later } from './parts/later.js';
import { when, whenOn } from './parts/moments.js';
import { Opening, useReady } from './parts/ready.js';
import { valueWithUnit, unitOf } from './parts/answers.js';
import { agesOf, countedAnswers, figuresOf } from './parts/village-figures.js';
import { OWN_SCREENS } from './parts/own-screens.js';
import { partsOf } from './parts/village-parts.js';

/**
 * @typedef {import('../store/types.js').Rec} Rec
 * @typedef {import('./parts/village-parts.js').Part} Part
 * @typedef {import('./parts/village-figures.js').Figure} Figure
 */

/** Are there forms that no other screen is for? */
const hasSurveys = () => Object.keys(store.forms.current.value).some((kind) => !OWN_SCREENS.has(kind));

const YEARS = 4;
const CHANGES = 5;
const NAMED = 2;

/** All years' profiles, the latest first. @returns {Rec[]} */
const profiles = () => [...store.list('village_profile')].sort((a, b) => (b.answers.year ?? 0) - (a.answers.year ?? 0));

/** @param {{name: string, figure: Figure, unit: string, small?: string}} props */
function FigureCell({ name, figure, unit, small = '' }) {
  const source = figure.value === undefined ? '' : figure.counted ? t('village.counted') : t('village.written');
  return html`<div><dt>${name}</dt>
    ${figure.value === undefined ? html`<dd class="none">${t('village.unknown')}</dd>` : html`<dd>${count(figure.value)}<small>${unit}</small></dd>`}
    ${(small || source) && html`<dd class="meta">${small || source}</dd>`}</div>`;
}

/** @param {{households: Rec[], people: Rec[], profile: Record<string, any>}} props */
function Figures({ households, people, profile }) {
  const { homes, people: persons, monitored, outOfPoverty } = figuresOf({ households, people, profile });
  return html`<dl class="figures">
    <${FigureCell} name=${t('village.homes')} figure=${homes} unit=${t('unit.homes')} small=${homes.small === undefined ? '' : t('village.residentHomes', { n: count(homes.small) })} />
    <${FigureCell} name=${t('village.people')} figure=${persons} unit=${t('unit.people')} small=${persons.small === undefined ? '' : t('village.residentPeople', { n: count(persons.small) })} />
    <${FigureCell} name=${t('village.monitored')} figure=${monitored} unit=${t('unit.homes')} />
    <${FigureCell} name=${t('village.outOfPoverty')} figure=${outOfPoverty} unit=${t('unit.homes')} />
  </dl>`;
}

/** The village's own income by year, in units of ten thousand yuan (thousands in English). @param {{all: Rec[]}} props */
function Income({ all }) {
  const unit = lang.value === 'en' ? 1000 : 10_000;
  const years = all.filter((rec) => typeof rec.answers['income/total'] === 'number' && rec.answers.year).slice(0, YEARS).reverse();
  if (!years.length) return null;
  const most = Math.max(...years.map((rec) => rec.answers['income/total']), 1);
  const number = (/** @type {number} */ value) => (value / unit).toFixed(1);
  const label = years.map((rec) => t('village.incomeOf', { year: rec.answers.year, amount: number(rec.answers['income/total']) })).join(t('join.list'));
  return html`<${Group} title=${t('village.income')} count=${t('village.incomeUnit')}>
    <div class="card"><div class="columns" role="img" aria-label=${label}>${years.map((rec) => html`<div key=${rec.id}>
      <b>${number(rec.answers['income/total'])}</b><i style=${{ '--of': `${Math.round((rec.answers['income/total'] / most) * 68)}%` }}></i><span>${rec.answers.year}</span></div>`)}</div></div>
  <//>`;
}

/** @param {{people: Rec[]}} props */
function Ages({ people }) {
  const ages = agesOf(people, today());
  if (!ages.all) return null;
  const most = Math.max(ages.old, ages.grown, ages.young, ages.unknown, 1);
  const rows = /** @type {['old' | 'grown' | 'young' | 'unknown', string][]} */ ([['old', 'village.old'], ['grown', 'village.grown'], ['young', 'village.young'], ['unknown', 'village.ageUnknown']]);
  return html`<${Group} title=${t(ages.atHome ? 'village.atHome' : 'village.everyone')} count=${t('count.people', { n: count(ages.all) })}>
    <div class="card"><dl class="bars">${rows.filter(([key]) => ages[key] > 0).map(([key, label]) => html`<dt>${t(label)}</dt>
      <dd><i class=${key === 'unknown' ? 'pale' : undefined} style=${{ '--of': `${Math.round((ages[key] / most) * 88)}%` }}></i><span>${count(ages[key])}</span></dd>`)}</dl></div>
  <//>`;
}

/** The last changes, by whom. */
function Changes() {
  const latest = useComputed(() => ['household', 'person', 'problem', 'village_profile']
    .flatMap((kind) => store.list(kind)).filter((rec) => rec.rev > 1 || rec.pending)
    .sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, CHANGES));
  if (!latest.value.length) return null;
  const href = (/** @type {Rec} */ rec) => (rec.kind === 'village_profile' ? '/village/profile' : `/${rec.kind}/${rec.id}`);
  const by = (/** @type {Rec} */ rec) => (rec.by === store.account.value?.id ? t('people.you') : store.name(rec.by) || t('people.someone'));
  return html`<${Group} title=${t('village.changes')}><${List}>${latest.value.map((rec) => html`<${Row} key=${rec.id} slim
    title=${joined([kindLabel(rec), store.titleOf(rec)], ' · ')} meta=${t('village.changedBy', { name: by(rec), time: whenOn(rec.client_at || rec.at) })} href=${href(rec)} />`)}<//><//>`;
}

/** What is written and what is missing. @param {{parts: Part[]}} props */
function Missing({ parts }) {
  const missing = parts.flatMap((part) => part.missing);
  const all = missing.length + parts.reduce((sum, part) => sum + part.written.length, 0);
  if (!all) return null;
  const names = missing.slice(0, NAMED).map((question) => said(question.label)).join(t('join.list'));
  const meta = !missing.length ? t('village.allWritten') : missing.length > NAMED ? t('village.missingMany', { names, n: missing.length }) : t('village.missing', { names });
  return html`<${List}><${Row} title=${t('village.writtenOf', { all, n: all - missing.length })} meta=${meta} state=${{ tone: 'doing', text: t('village.fill') }} next
    href=${missing[0] ? `/village/profile?at=${encodeURIComponent(missing[0].path)}` : '/village/profile'} /><//>`;
}

/** @param {Part} part */
function partState({ written, missing }) {
  if (!written.length) return t('village.unknown');
  return written.length + missing.length === 1 ? t('village.has') : t('village.partOf', { n: written.length, all: written.length + missing.length });
}

/** @param {{query: Record<string, string>}} props */
export default function Village({ query }) {
  const ready = useReady('hot');
  const households = store.list('household');
  const people = store.list('person');
  const all = useComputed(profiles);
  const definition = store.form('village_profile');
  const profile = all.value[0]?.answers ?? {};
  const counted = useComputed(() => countedAnswers(store.list('household')));
  const parts = useComputed(() => (definition ? partsOf(definition, all.value[0]?.answers ?? {}, counted.value) : []));
  const part = query.part && parts.value.find((one) => one.path === query.part);
  if (part) return html`<${PartPage} part=${part} profile=${all.value[0]} counted=${counted.value} homes=${households.length} />`;
  const at = store.pulls.value.get(store.village.value)?.at;
  const sub = joined([profile.year ? t('village.year', { year: profile.year }) : '', at ? t('leader.asOf', { time: when(at) }) : ''], ' · ');
  return html`<${Tab} title=${html`<${Where} />`} sub=${sub} sync=${false} current="/village">
    <${TopBanner} />
    ${!ready && !households.length && html`<${Opening} text=${t('opening')} />`}
    <${Missing} parts=${parts.value} />
    <${Later} rec=${all.value[0]} />
    <${Figures} households=${households} people=${people} profile=${profile} />
    <${Income} all=${all.value} />
    <${Ages} people=${people} />
    <${Changes} />
    ${hasSurveys() && html`<${Group} title=${t('surveys.title')}><${List}><${Row} icon="file" title=${t('surveys.all')} next href="/surveys" /><//><//>`}
    ${parts.value.length > 0 && html`<${Group} title=${t('village.look')}><${List}>${parts.value.map((one) => html`<${Row} key=${one.path} slim title=${one.title}
      end=${partState(one)} next href=${`/village?part=${encodeURIComponent(one.path)}`} />`)}<//><//>`}
  <//>`;
}

/** @param {{part: Part, profile: Rec | undefined, counted: Record<string, number>, homes: number}} props */
function PartPage({ part, profile, counted, homes }) {
  const all = part.written.length + part.missing.length;
  const [next] = part.missing;
  const edit = (/** @type {string} */ path) => `/village/profile?at=${encodeURIComponent(path)}`;
  const by = profile && (profile.by === store.account.value?.id ? t('people.you') : store.name(profile.by) || t('people.someone'));
  const dock = html`<${Button} kind="main" icon="pen" href=${edit(next?.path ?? part.path)}>${next ? t('village.goOn', { name: said(next.label) }) : t('village.correct')}<//>`;
  return html`<${Inner} title=${part.title} backTo="/village" dock=${dock} tight=${false} end=${html`<span class="state">${t('village.partOf', { n: part.written.length, all })}</span>`}>
    ${part.missing.length > 0 && html`<${Group} title=${t('village.notYet')}><${List}>${part.missing.map((question) => html`<${Row} key=${question.path} slim title=${said(question.label)}
      state=${{ tone: 'doing', icon: 'plus', text: t('village.write') }} href=${edit(question.path)} />`)}<//><//>`}
    ${part.written.length > 0 && html`<${Group} title=${t('village.already')}><${List}>${part.written.map((question) => {
      const n = counted[question.path];
      if (n !== undefined) return html`<${Row} key=${question.path} slim title=${said(question.label)} meta=${t('village.countedFrom', { n: count(homes) })} end=${joined([count(n), unitOf(question)], ' ')} />`;
      const text = profile ? valueWithUnit(profile, question) : '';
      const long = [...text].length > 12;
      return html`<${Row} key=${question.path} slim title=${said(question.label)} meta=${long ? text : ''} end=${long ? '' : text} next=${false} href=${edit(question.path)} />`;
    })}<//><//>`}
    ${profile && html`<p class="quiet small">${t('record.lastChanged', { name: by ?? '', time: whenOn(profile.client_at || profile.at) })}</p>`}
  <//>`;
}

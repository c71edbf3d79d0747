/**
 * The village on one page: what is missing, figures, charts, what changed since last time, and the ways to everything else.
 * Promises: unknown is 还没记, never 0; each figure says where it comes from; no link to a screen that is not there.
 */
import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n.js';
import { routeOf } from '../../routes.js';
import { store } from '../../store/store.js';
import { count, day, today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Tab, Where } from '../../ui/layout.js';
import { Group, List, Row } from '../../ui/parts.js';
import { TopBanner } from '../parts/banners.js';
import { joined, kindLabel } from '../parts/labels.js';
import { Later } from '../parts/later.js';
import { when, whenOn } from '../parts/moments.js';
import { Opening, useReady } from '../parts/ready.js';
import { ByYear, Kinds, Pyramid, Surnames } from './charts.js';
import { useGuide, useWorked } from './evaluation.js';
import { figuresIn, figuresOf } from './figures.js';
import { Indicator, Section } from './section.js';
import { SectionRows } from './section-rows.js';
import { figureNames, useLook } from './look.js';
import { Missing, NewYear, profileParts } from './missing.js';
import { PartPage, partState } from './part-page.js';
import { profiles } from './profiles.js';
import './words.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {import('./figures.js').Figure} Figure
 */

const CHANGES = 5;

/** @param {{query: Record<string, string>}} props */
export default function Village({ query }) {
  const ready = useReady('hot');
  const drawn = useForms();
  const households = store.list('household');
  const people = store.list('person');
  const all = useComputed(profiles);
  const profile = all.value[0]?.answers ?? {};
  if (query.part && drawn) return html`<${PartPage} path=${query.part} />`;
  if (query.section) return html`<${Section} id=${query.section} />`;
  if (query.indicator) return html`<${Indicator} id=${query.indicator} />`;
  const at = store.pulls.value.get(store.village.value)?.at;
  const sub = joined([profile.year ? t('village.year', { year: profile.year }) : '', at ? t('leader.asOf', { time: when(at) }) : ''], ' · ');
  return html`<${Tab} title=${html`<${Where} />`} sub=${sub} sync=${false} current="/village">
    <${TopBanner} />
    ${!ready && !households.length && html`<${Opening} text=${t('opening')} />`}
    ${drawn && html`<${Missing} /><${NewYear} />`}
    <${Later} rec=${all.value[0]} />
    <${Figures} households=${households} people=${people} profile=${profile} />
    ${drawn && html`<${SectionRows} />`}
    <${ByYear} all=${all.value} path="income/total" title=${t('village.income')} />
    <${Pyramid} people=${people} on=${today()} />
    ${drawn && html`<${Kinds} people=${people} />`}
    <${Surnames} households=${households} written=${profile.surnames} />
    <${Changes} />
    <${Ways} />
    ${drawn && html`<${Parts} />`}
  <//>`;
}

/** Forms are read when somebody asks; these are what this page tells by. @returns {boolean} */
function useForms() {
  const here = useSignal(false);
  useEffect(() => {
    void Promise.all(['village_profile', 'person', 'household'].map((kind) => store.loadForm(store.forms.current.peek()[kind] ?? kind))).finally(() => (here.value = true));
  }, [store.forms.current.value]);
  return here.value;
}

/** @param {{name: string, figure: Figure, unit: string, small?: string, than?: string}} props */
function FigureCell({ name, figure, unit, small = '', than = '' }) {
  const source = figure.value === undefined ? '' : figure.counted ? t('village.counted') : t('village.written');
  return html`<div><dt>${name}</dt>
    ${figure.value === undefined ? html`<dd class="none">${t('village.unknown')}</dd>` : html`<dd>${count(figure.value)}<small>${unit}</small></dd>`}
    ${(small || than || source) && html`<dd class="meta">${than || small || source}</dd>`}</div>`;
}

/** @param {{households: Rec[], people: Rec[], profile: Record<string, any>}} props */
function Figures({ households, people, profile }) {
  const guide = useGuide();
  const reading = useWorked(guide);
  const figures = reading && guide?.indicators.length ? figuresIn(reading) : figuresOf({ households, people, profile });
  const { homes, people: persons, monitored, outOfPoverty } = figures;
  const { before, changes } = useLook(figures, Boolean(reading) || guide === null);
  const than = (/** @type {string} */ id) => {
    const change = changes.find((one) => one.id === id);
    if (!before) return '';
    const values = { day: day(before.on), n: count(Math.abs((change?.now ?? 0) - (change?.was ?? 0))) };
    return change ? t(change.now > change.was ? 'village.moreThan' : 'village.fewerThan', values) : t('village.asOn', values);
  };
  const moved = changes.filter(({ id }) => id === 'residentHomes' || id === 'residentPeople' || id === 'homes' || id === 'people');
  return html`<dl class="figures">
    <${FigureCell} name=${t('village.homes')} figure=${homes} unit=${t('unit.homes')} small=${homes.small === undefined ? '' : t('village.residentHomes', { n: count(homes.small) })} />
    <${FigureCell} name=${t('village.people')} figure=${persons} unit=${t('unit.people')} small=${persons.small === undefined ? '' : t('village.residentPeople', { n: count(persons.small) })} />
    <${FigureCell} name=${t('village.monitored')} figure=${monitored} unit=${t('unit.homes')} than=${monitored.value === undefined ? '' : than('monitored')} />
    <${FigureCell} name=${t('village.outOfPoverty')} figure=${outOfPoverty} unit=${t('unit.homes')} than=${outOfPoverty.value === undefined ? '' : than('outOfPoverty')} />
  </dl>
  ${moved.length > 0 && before && html`<${Group} title=${t('village.since', { day: day(before.on) })}><${List}>${moved.map(({ id, was, now }) => html`<${Row} key=${id} slim title=${`${figureNames()[id]} ${count(was)} → ${count(now)}`} href="/review" />`)}<//><//>`}`;
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

/** Everything else of the village. @type {[string, string][]} */
const WAYS = [
  ['/steps', 'village.way.steps'], ['/work', 'village.way.work'], ['/work/network', 'village.way.network'], ['/village/places', 'village.way.places'],
  ['/review', 'village.way.review'], ['/handover', 'village.way.handover'], ['/voice', 'village.way.voice'],
];

function Ways() {
  const there = WAYS.filter(([href]) => routeOf(href));
  return html`<${Group} title=${t('village.more')}><${List}>${there.map(([href, key]) => html`<${Row} key=${href} title=${t(key)} next href=${href} />`)}<//><//>`;
}

/** The profile by the pages of its form. */
function Parts() {
  const parts = profileParts();
  if (!parts.length) return null;
  return html`<${Group} title=${t('village.look')}><${List}>${parts.map((part) => html`<${Row} key=${part.path} slim title=${part.title} end=${partState(part)} next href=${`/village?part=${encodeURIComponent(part.path)}`} />`)}<//><//>`;
}

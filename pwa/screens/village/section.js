/**
 * One section of the village's one page, and one figure of it with the records behind it.
 * Promises: what is missing stands first, each a tap from where it is written; a figure says what it is made of.
 */
import { useSignal } from '@preact/signals';
import { monthsBefore } from '../../domain/pack/as-of.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { count, today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Blank, Button, Group, List, Row } from '../../ui/parts.js';
import { kindLabel } from '../parts/labels.js';
import { aboutOf } from '../parts/named.js';
import { Opening } from '../parts/ready.js';
import { recordHref } from '../review/asking.js';
import { sectionName, sectionsOf, titleOf, useGuide, useWorked } from './evaluation.js';
import { profileOn } from './profiles.js';
import { beforeOf, sourceOf, told, valueOf, writtenBefore, yearOn } from './telling.js';
import './words.js';

/** @typedef {import('./evaluation.js').Indicator} Indicator */
/** @typedef {import('../../store/types.js').Rec} Rec */

const YEAR = 12;
const SHOWN = 60;

const indicatorHref = (/** @type {Indicator} */ { id }) => `/village?indicator=${encodeURIComponent(id)}`;
const questionHref = (/** @type {string} */ path) => `/village/profile?at=${encodeURIComponent(path)}`;

/** Where a missing figure is written: its question, else the first record it would be counted from. @param {Indicator} indicator */
function fillHref({ question, evidence }) {
  const [first] = evidence.filter(({ kind }) => kind !== 'village_profile');
  if (question) return questionHref(question);
  if (!first) return '/village/profile';
  return first.kind === 'household' || first.kind === 'person' ? '/households' : `/record/new/edit?new=${first.kind}`;
}

/** @param {{id: string}} props */
export function Section({ id }) {
  const guide = useGuide();
  const worked = useWorked(guide);
  const before = useWorked(guide, { on: monthsBefore(today(), YEAR) });
  const section = guide && sectionsOf(guide).find((one) => one.id === id);
  if (!worked || !before || !section) return html`<${Inner} title=${sectionName(id)} backTo="/village">${section !== undefined && html`<${Opening} text=${t('village.counting')} />`}<//>`;
  const values = section.indicators.map((indicator) => ({ indicator, value: valueOf(worked, indicator), was: beforeOf(before, indicator) }));
  const missing = values.filter(({ value }) => value === undefined);
  const known = values.filter(({ value }) => value !== undefined);
  const [next] = missing;
  const dock = next && html`<${Button} kind="main" icon="pen" grow=${10} href=${fillHref(next.indicator)}>${t('village.goOn', { name: titleOf(next.indicator) })}<//>`;
  return html`<${Inner} title=${sectionName(id)} backTo="/village" tight=${false} dock=${dock} end=${html`<span class="state">${t('village.partOf', { n: known.length, all: values.length })}</span>`}>
    ${missing.length > 0 && html`<${Group} title=${t('village.notYet')}><${List}>${missing.map(({ indicator }) => html`<${Row} key=${indicator.id} slim title=${titleOf(indicator)}
      state=${{ tone: 'doing', icon: 'plus', text: t('village.write') }} href=${fillHref(indicator)} />`)}<//><//>`}
    ${known.length > 0 && html`<${Group} title=${t('village.already')}><${List}>${known.map(({ indicator, value, was }) => html`<${Figure} key=${indicator.id} indicator=${indicator} text=${told(indicator, value)}
      meta=${[sourceOf(worked, indicator), yearOn(indicator, value, was)].filter(Boolean).join(' · ')} />`)}<//><//>`}
  <//>`;
}

/** A value this wide, in Chinese letters, has a line of its own. */
const LONG = 9;
const widthOf = (/** @type {string} */ text) => [...text].reduce((sum, letter) => sum + (letter < '\u2e80' ? 0.55 : 1), 0);

/** @param {{indicator: Indicator, text: string, meta: string}} props */
function Figure({ indicator, text, meta }) {
  const long = widthOf(text) > LONG;
  return html`<${Row} slim title=${titleOf(indicator)} meta=${long ? html`${text}<br />${meta}` : meta} end=${long ? '' : text} next=${long} href=${indicatorHref(indicator)} />`;
}

/** @param {{id: string}} props */
export function Indicator({ id }) {
  const guide = useGuide();
  const worked = useWorked(guide);
  const before = useWorked(guide, { on: monthsBefore(today(), YEAR) });
  const all = useSignal(SHOWN);
  const indicator = guide?.indicators.find((one) => one.id === id);
  if (guide && !indicator) return html`<${Inner} title=${t('village.onePage')} backTo="/village"><${Blank} title=${t('village.noFigure')} text=${t('village.noGuide')} /><//>`;
  if (!guide || !indicator || !worked || !before) return html`<${Inner} title=${t('village.onePage')} backTo="/village"><${Opening} text=${t('village.counting')} /><//>`;
  const value = valueOf(worked, indicator);
  const was = beforeOf(before, indicator);
  const then = writtenBefore(before, indicator);
  const profile = profileOn(today());
  const records = /** @type {Rec[]} */ ([...new Set(worked.indicators[id]?.evidence() ?? [])].map((one) => store.get(one)).filter((rec) => rec && rec.kind !== 'village_profile'));
  const written = worked.indicators[id]?.from === 'written';
  const dock = indicator.question && html`<${Button} kind="main" icon="pen" grow=${10} href=${questionHref(indicator.question)}>${t(profile?.answers[indicator.question] === undefined ? 'village.writeIt' : 'village.correctIt')}<//>`;
  return html`<${Inner} title=${titleOf(indicator)} backTo=${`/village?section=${encodeURIComponent(indicator.section)}`} tight=${false} dock=${dock}>
    <dl class="figures one"><div><dt>${sectionName(indicator.section)}</dt><dd class=${value === undefined ? 'none' : undefined}>${told(indicator, value)}</dd><dd class="meta">${sourceOf(worked, indicator)}</dd></div></dl>
    ${was !== undefined && html`<${List}><${Row} slim title=${then ? t('village.profileYear', { year: then }) : t('village.aYearAgo')} meta=${yearOn(indicator, value, was)} end=${told(indicator, was)} /><//>${!then && html`<p class="quiet small">${t('village.asOfHonest')}</p>`}`}
    ${records.length > 0 && html`<${Group} title=${t(written ? 'village.alsoRecords' : 'village.behind')} count=${t('village.records', { n: count(records.length) })}><${List}>${records.slice(0, all.value).map((rec) => html`
      <${Row} key=${rec.id} slim title=${aboutOf(rec) || kindLabel(rec)} meta=${kindLabel(rec)} href=${recordHref(rec)} />`)}<//>
      ${records.length > all.value && html`<${Button} kind="line" low onTap=${() => (all.value += SHOWN)}>${t('village.moreRecords', { n: count(records.length - all.value) })}<//>`}<//>`}
  <//>`;
}

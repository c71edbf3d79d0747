/**
 * One project: its money, where it has got to, who benefits, what still has to be thought through, and how it goes on.
 * Promises: sums that do not meet the budget are told and stop nobody; what is not written is absent, never 0.
 */
import { useSignal } from '@preact/signals';
import { builtOf, moneyOf, openQuestions, publicity, timelineOf } from '../../domain/pack/project.js';
import { styled } from '../../form/widgets/pack/address.js';
import { lang, t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { count, day } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Button, Card, Group, List, Pairs, Row, Tag, Tags, Tap, Timeline } from '../../ui/parts.js';
import { answerText, choiceLabel, joined, questionLabel } from '../parts/labels.js';
import { whoIs } from './line.js';
import { ProgressSheet } from './progress.js';
import { Under } from './under.js';
import './words.js';

await styled('styles/pack/work.css');

/** @typedef {import('../../store/types.js').Rec} Rec */

/** In units of ten thousand yuan; in English of a thousand. @param {number} yuan */
const amount = (yuan) => (yuan / (lang.value === 'en' ? 1000 : 10_000)).toFixed(1);

/** @param {{rec: Rec}} props */
function Money({ rec }) {
  const { total, arrived, granted, missing } = moneyOf(rec.answers);
  if (total === null) return html`<${Group} title=${t('work.money')}><${List}><${Row} slim title=${t('work.money.none')} meta=${t('work.money.none.what')} href=${`/record/${rec.id}/edit?at=funding`} /><//><//>`;
  const sources = (/** @type {string[]} */ names) => names.map((name) => choiceLabel(rec, 'funding/source', name)).join(t('join.list'));
  const told = (/** @type {string} */ key, /** @type {string[]} */ names) => (names.length ? t(`work.money.${key}.from`, { sources: sources(names) }) : t(`work.money.${key}`));
  const rows = /** @type {[string, string, number][]} */ ([['arrived', t('work.money.arrived'), arrived.amount], ['granted', told('granted', granted.sources), granted.amount], ['missing', told('missing', missing.sources), missing.amount]]).filter(([key, , sum]) => key === 'arrived' || sum > 0);
  const of = (/** @type {number} */ sum) => `${Math.min(100, (sum / total) * 100).toFixed(1)}%`;
  const over = arrived.amount + granted.amount - total;
  return html`<${Group} title=${t('work.money')} count=${t('work.money.budget', { amount: amount(total) })}><${Card}><div class="money">
    <div class="bar-of" aria-hidden="true"><i class="arrived" style=${{ '--of': of(arrived.amount) }}></i><i class="granted" style=${{ '--of': of(granted.amount) }}></i></div>
    <dl>${rows.map(([key, text, sum]) => html`<i class=${key} aria-hidden="true"></i><dt>${text}</dt><dd>${amount(sum)}</dd>`)}</dl>
    ${over > 0 && html`<p class="quiet small">${t('work.money.over', { amount: amount(over) })}</p>`}
  </div><//><//>`;
}

/** @param {Rec} rec @param {import('../../domain/pack/project.js').Event} event */
function told(rec, { kind, entry, on, state, key }) {
  const shown = publicity(entry);
  const built = kind === 'progress' && typeof entry.physical_pct === 'number' ? t('work.built', { n: entry.physical_pct }) : '';
  const title = {
    approval: () => joined([choiceLabel(rec, 'approvals/stage', entry.stage), entry.by], ' · '),
    milestone: () => entry.name,
    progress: () => joined([entry.text, built]) || t('work.progress'),
    acceptance: () => questionLabel(rec, 'acceptance'),
    handover: () => joined([questionLabel(rec, 'asset'), String(rec.answers['asset/manager'] ?? '')], ' · '),
  }[kind]();
  const planned = kind === 'milestone' && state === 'now' && entry.plan_on ? t('work.planned', { day: day(entry.plan_on) }) : '';
  return { key, title, state, when: on ? day(on) : '', text: joined([shown ? t('work.publicity', { from: day(shown.from), to: day(shown.to) }) : '', planned, entry.doc_no ?? ''], ' · ') };
}

/** @param {{rec: Rec}} props */
function Benefits({ rec }) {
  const { answers } = rec;
  const homes = answers['beneficiaries/households'];
  const monitored = answers['beneficiaries/monitored'];
  const chain = (/** @type {string} */ path) => (answers[path] ?? []).map((/** @type {any} */ entry) => joined([entry.link, entry.partner], ' ')).filter(Boolean).join(t('join.list'));
  /** @type {[string, string][]} */
  const items = [
    [t('work.homes'), homes === undefined ? '' : monitored ? t('work.homes.monitored', { n: count(homes), monitored: count(monitored) }) : t('work.homes.n', { n: count(homes) })],
    [questionLabel(rec, 'beneficiaries/mechanism'), answerText(rec, 'beneficiaries/mechanism', answers['beneficiaries/mechanism'])],
    [questionLabel(rec, 'chain_upstream'), chain('chain_upstream')], [questionLabel(rec, 'chain_downstream'), chain('chain_downstream')],
  ];
  const known = items.filter(([, value]) => value);
  return known.length > 0 && html`<${Group} title=${t('work.benefit')}><${Card}><${Pairs} items=${known} /><//><//>`;
}

/** @param {{rec: Rec, definition: import('../../form/definition.js').Definition}} props */
export function Project({ rec, definition }) {
  const writing = useSignal(false);
  const nine = definition.questions.filter(({ parent, holds }) => parent === 'direction_check' && holds === 'text').map(({ path }) => path);
  const { answered, open } = openQuestions(rec.answers, nine);
  const events = timelineOf(rec.answers);
  const built = builtOf(rec.answers);
  const { name, content, scale, site, is_key: key, stage } = rec.answers;
  const sub = joined([choiceLabel(rec, 'type', rec.answers.type), joined([content, scale, site].map((part) => String(part ?? '').replace(/[。.]$/, '')), lang.value === 'en' ? ', ' : '，')], ' · ');
  const edit = (/** @type {string} */ path) => `/record/${rec.id}/edit?at=${encodeURIComponent(path)}`;
  const leader = store.role.value === 'township_leader';
  const dock = !leader && html`<${Button} kind="tone" href=${`/record/${rec.id}/edit`}>${t('work.project.change')}<//><${Button} kind="main" icon="pen" onTap=${() => (writing.value = true)}>${t('work.progress.write')}<//>`;
  return html`<${Inner} title=${t('title.work')} hideTitle backTo="/work/project_plan" dock=${dock} end=${html`<${Tap} icon="more" label=${t('work.answers')} href=${`/record/${rec.id}?view=all`} />`}>
    <div class="who"><h2>${name}</h2>${sub && html`<p>${sub}</p>`}</div>
    <${Tags}><${Tag} tone="doing" icon="half" text=${joined([choiceLabel(rec, 'stage', stage), built === null ? '' : t('work.built', { n: built })], ' · ')} />${key === 'yes' && html`<${Tag} text=${questionLabel(rec, 'is_key')} />`}<//>
    <${Money} rec=${rec} />
    <${Group} title=${t('work.way')}><${Card}><${Timeline} items=${events.map((event) => told(rec, event))} /><//><//>
    <${Benefits} rec=${rec} />
    ${open.length > 0 && html`<${Group} title=${t('work.think')} count=${t('work.think.n', { n: answered, of: nine.length })}><${List}>${open.map((path) => html`<${Row} key=${path} slim
      title=${nine.includes(path) ? questionLabel(rec, path) : t(`work.think.${path.replace('/', '_')}`)} state=${{ icon: 'ring', text: t('work.notAnswered') }} href=${edit(path)} />`)}<//><//>`}
    <${List}>${[['owner', whoIs(rec, 'owner')], ['responsible', whoIs(rec, 'responsible')], ['construction_unit', whoIs(rec, 'construction_unit')]].filter(([, text]) => text).map(([path = '', text]) => html`<${Row} key=${path} slim title=${questionLabel(rec, path)} end=${text} />`)}<//>
    <${Under} rec=${rec} />
    ${writing.value && html`<${ProgressSheet} rec=${rec} definition=${definition} onClose=${() => (writing.value = false)} />`}
  <//>`;
}

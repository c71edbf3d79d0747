/**
 * Looking the village over: what others changed since the last look, what is missing, which steps have evidence, questions.
 * Promises: everything from this phone; nobody's work is counted or compared; the look ends only when one says so.
 */
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { questionHref, questionsFor } from '../../domain/pack/questions.js';
import { changedBy, gapHref, gapsOf, isNew, sinceOf } from '../../domain/pack/review.js';
import { place } from '../../domain/household.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { count } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Blank, Button, Chips, Group, List, Row } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { joined, kindLabel } from '../parts/labels.js';
import { when, whenOn } from '../parts/moments.js';
import { aboutOf } from '../parts/named.js';
import { Opening, useReady } from '../parts/ready.js';
import { peopleOf } from '../parts/people.js';
import { Missing } from '../village/missing.js';
import { StepRows } from '../village/step-rows.js';
import { fieldName, personName, questionState, recordHref } from './asking.js';
import { useLooked } from './looked.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

const NAMED = 3;
const FEW = 8;
const SHOWN = 60;
const DAY_MS = 86_400_000;

/** Everything of the village that is in memory. */
const allRecords = () => Object.keys(store.forms.current.value).flatMap((kind) => store.list(kind));

/** @param {{query: Record<string, string>}} props */
export default function Review({ query }) {
  const ready = useReady('recent');
  const { at, look } = useLooked(store.village.value);
  if (!ready || at === undefined) return html`<${Inner} title=${t('review.title')} backTo="/village"><${Opening} text=${t('opening')} /><//>`;
  if (query.gap) return html`<${Gap} what=${query.gap} />`;
  return html`<${All} looked=${at} look=${look} query=${query} />`;
}

/** @param {{looked: string | null, look: () => Promise<() => Promise<void>>, query: Record<string, string>}} props */
function All({ looked, look, query }) {
  const span = useSignal(query.span ?? 'looked');
  const since = span.value === 'looked' ? sinceOf(looked, Date.now()) : new Date(Date.now() - Number(span.value) * DAY_MS).toISOString();
  const me = store.account.value?.id ?? '';
  const records = allRecords();
  const people = useMemo(() => changedBy(records, since, me), [records.length, since, store.pulls.value.get(store.village.value)?.step, store.outbox.value]);
  const one = query.who && people.find(({ by }) => by === query.who)?.kinds.find(({ kind }) => kind === query.kind);
  if (one) return html`<${Changed} who=${query.who ?? ''} records=${/** @type {Rec[]} */ (one.records)} since=${since} />`;
  const done = async () => {
    const undo = await look();
    span.value = 'looked';
    offerUndo(t('review.marked'), undo);
  };
  const spans = [{ value: 'looked', label: t(looked ? 'review.sinceLook' : 'review.week') }, ...(looked ? [{ value: '7', label: t('review.week') }] : []), { value: '30', label: t('review.month') }];
  return html`<${Inner} title=${t('review.title')} backTo="/village" tight=${false} dock=${html`<${Button} kind="main" icon="check" grow=${10} onTap=${() => void done()}>${t('review.mark')}<//>`}>
    <p class="quiet small">${looked ? t('review.looked', { time: when(looked) }) : t('review.never')}</p>
    <${Chips} options=${spans} value=${span.value} onChange=${(/** @type {string} */ value) => (span.value = value)} label=${t('review.span')} />
    <${Questions} me=${me} />
    ${people.length ? people.map(({ by, kinds }) => html`<${Group} key=${by} title=${t('review.by', { name: personName(by) })}><${List}>${kinds.map(({ kind, records: held }) => html`
      <${Row} key=${kind} slim title=${kindLabel({ kind })} meta=${names(/** @type {Rec[]} */ (held))} next
        href=${held.length === 1 && held[0] ? recordHref(/** @type {Rec} */ (held[0])) : `/review?${new URLSearchParams({ who: by, kind, span: span.value })}`} />`)}<//><//>`)
      : html`<p class="quiet">${t('review.nothing')}</p>`}
    <${Lacking} />
    <${StepRows} />
  <//>`;
}

/** Whom or what a record is about in a few characters: its home's head where it has one. @param {Rec} rec */
function short(rec) {
  const home = store.get(String(rec.answers.household ?? rec.answers.from_household ?? ''));
  const text = (home && store.titleOf(home)) || aboutOf(rec);
  return [...text].length > FEW ? `${[...text].slice(0, FEW).join('')}…` : text;
}

/** The first few by name, and how many in all. @param {Rec[]} records */
function names(records) {
  const told = [...new Set(records.map(short).filter(Boolean))].slice(0, NAMED);
  return records.length > told.length ? t('review.names', { names: joined(told) || when(records[0]?.at), n: records.length }) : joined(told);
}

/** What one person changed of one kind. @param {{who: string, records: Rec[], since: string}} props */
function Changed({ who, records, since }) {
  const shown = records.slice(0, SHOWN);
  return html`<${Inner} title=${kindLabel(/** @type {Rec} */ (records[0]))} backTo="/review"><p class="quiet small">${t('review.by', { name: personName(who) })}</p>
    <${List}>${shown.map((rec) => html`<${Row} key=${rec.id} slim title=${aboutOf(rec) || kindLabel(rec)} meta=${t(isNew(rec, since) ? 'review.new' : 'review.changed', { time: whenOn(rec.client_at || rec.at) })} href=${recordHref(rec)} />`)}<//>
    ${records.length > SHOWN && html`<p class="quiet small">${t('review.more', { n: records.length - SHOWN })}</p>`}<//>`;
}

/** Questions that wait for somebody. @param {{me: string}} props */
function Questions({ me }) {
  const { toAnswer, answered, waiting } = questionsFor(store.list('field_question'), me);
  const rows = (/** @type {Rec[]} */ all) => html`<${List}>${all.map((question) => html`<${Row} key=${question.id} title=${question.answers.asked_text}
    meta=${joined([fieldName(store.get(question.answers.record ?? ''), question), personName(question.created_by === me ? question.answers.asked_of ?? '' : question.created_by)], ' · ')} state=${questionState(question)} href=${questionHref(question)} />`)}<//>`;
  return html`${answered.length > 0 && html`<${Group} title=${t('review.answered')}>${rows(answered)}<//>`}
    ${toAnswer.length > 0 && html`<${Group} title=${t('review.toAnswer')}>${rows(toAnswer)}<//>`}
    ${waiting.length > 0 && html`<${Group} title=${t('review.waiting')}>${rows(waiting)}<//>`}`;
}

const gaps = () => gapsOf(store.list('household'), (id) => peopleOf(id));

/** What is missing: of the village's profile, then of its homes. */
function Lacking() {
  const found = gaps();
  return html`<${Group} title=${t('review.missing')}><${Missing} />
    ${found.length > 0 && html`<${List}>${found.map(({ what, homes }) => html`<${Row} key=${what} slim title=${t(`review.gap.${what.replace('/', '_')}`)} end=${t('review.homes', { n: count(homes.length) })} next href=${`/review?gap=${encodeURIComponent(what)}`} />`)}<//>`}<//>`;
}

/** The homes that lack one answer, each a tap from it. @param {{what: string}} props */
function Gap({ what }) {
  const more = useSignal(SHOWN);
  const homes = gaps().find((gap) => gap.what === what)?.homes ?? [];
  const title = t(`review.gap.${what.replace('/', '_')}`);
  if (!homes.length) return html`<${Inner} title=${title} backTo="/review"><${Blank} scene="homes" title=${t('review.filled')} text=${t('review.filledText')} /><//>`;
  return html`<${Inner} title=${title} backTo="/review" end=${html`<span class="state">${t('review.homes', { n: count(homes.length) })}</span>`}>
    <${List}>${homes.slice(0, more.value).map((home) => html`<${Row} key=${home.id} slim title=${store.titleOf(home)} meta=${place(home.answers, t)} state=${{ tone: 'doing', icon: 'plus', text: t('review.fill') }} href=${gapHref(home, what, peopleOf(home.id))} />`)}<//>
    ${homes.length > more.value && html`<${Button} kind="line" low onTap=${() => (more.value += SHOWN)}>${t('review.moreHomes', { n: homes.length - more.value })}<//>`}
  <//>`;
}

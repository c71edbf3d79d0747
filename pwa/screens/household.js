/**
 * One household, read in five seconds before the door: who, where, what was promised, who hurts; the rest below.
 * Promises: what is not known is absent; everything here comes from this phone.
 */
import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { called, place } from '../domain/household.js';
import { isOpen } from '../domain/problem.js';
import { openPromises } from '../domain/tasks.js';
import { lang, t } from '../i18n.js';
import { store } from '../store/store.js';
import { ago, day, moment, term, today } from '../ui/format.js';
import { html } from '../ui/html.js';
import { Inner } from '../ui/layout.js';
import { Blank, Button, Group, Icon, List, Row, Tag, Tags, Tap } from '../ui/parts.js';
import { offerUndo } from '../ui/undo.js';
import { Answers } from './parts/answers.js';
import { History } from './parts/history.js';
import { Later } from './parts/later.js';
import { headName, labelsOf } from './parts/homes.js';
import { choiceLabel, joined, questionLabel } from './parts/labels.js';
import { MaskedRow } from './parts/masked.js';
import { inside } from './parts/moments.js';
import { People, peopleOf, whoIsIn } from './parts/people.js';
import { problemState, problemTitle, whoHas } from './parts/problem-words.js';
import { Opening, useReady } from './parts/ready.js';
import { HouseAndWater } from './parts/house-and-water.js';
import { conflictField, whoDiffer } from './parts/versions.js';

/** @typedef {import('../store/types.js').Rec} Rec */

/** Questions this page tells in its own way. */
const TOLD = new Set(['head_name', 'group_no', 'house_no', 'phone', 'no_phone', 'presence', 'types', 'policies', 'monitor/status', 'people_count', 'resident_count']);
const VISITS = 5;

/** @param {{params: Record<string, string>, query: Record<string, string>}} props */
export default function Household({ params, query }) {
  const ready = useReady('recent');
  const home = store.get(params.id ?? '');
  if (!home && !ready) return html`<${Inner} title=${t('title.household')} backTo="/households" hideTitle><${Opening} text=${t('opening')} /><//>`;
  if (!home) return html`<${Inner} title=${t('title.household')} backTo="/households"><${Blank} scene="homes" title=${t('household.gone')} text=${t('household.goneText')} /><//>`;
  if (query.view === 'history') return html`<${History} rec=${home} title=${called(home, t)} backTo=${`/household/${home.id}`} />`;
  return html`<${One} key=${home.id} home=${home} />`;
}

/** @param {{home: Rec}} props */
function Kinds({ home }) {
  const label = labelsOf(home);
  const status = choiceLabel(home, 'monitor/status', home.answers['monitor/status']);
  const types = (home.answers.types ?? []).filter((/** @type {string} */ type) => type !== 'general');
  const shown = home.answers['remarks/demo'] === 'yes';
  if (!types.length && !shown) return null;
  return html`<${Tags} label=${t('household.kinds')}>${types.map((/** @type {string} */ type) =>
    type === 'monitored'
      ? html`<${Tag} key=${type} tone="soon" icon="eye" text=${joined([label('types', type), status], ' · ')} />`
      : html`<${Tag} key=${type} text=${label('types', type)} />`)}${shown && html`<${Tag} key="demo" icon="leaf" text=${questionLabel(home, 'remarks/demo')} />`}<//>`;
}

/** A promise is its giver's, also where a colleague reads it. @param {Rec} visit @param {string} promise */
const promisedBy = (visit, promise) => visit.created_by === store.account.value?.id
  ? t('household.promised', { what: promise })
  : t('household.promisedBy', { name: store.name(visit.created_by) || t('people.someone'), what: promise });

/** The promise that is due first, and a way to say it was kept. @param {{visit: Rec, more: number}} props */
function Promised({ visit, more }) {
  const { promise, follow_up_on: on, visited_on: said } = visit.answers;
  const near = term(on);
  const due = !near ? '' : near.tone === 'late' ? near.text : t('household.dueOn', { day: inside(near.text) });
  const keep = async () => {
    const saved = await store.save({ kind: 'visit', id: visit.id, set: { promise_done_on: today() } });
    offerUndo(t('household.kept'), () => store.undo(saved));
  };
  return html`<div class=${near?.tone === 'late' ? 'promise late' : 'promise'}><${Icon} name="hand" />
    <div><b>${promise ? promisedBy(visit, promise) : t('household.goAgain')}</b>
      <span class="meta">${joined([due, t('household.saidOn', { day: inside(day(said)) }), more ? t('household.morePromises', { n: more }) : ''], ' · ')}</span>
      <${Button} kind="text" low icon="check" onTap=${() => void keep()}>${t('household.keptIt')}<//></div>
  </div>`;
}

/** Without what stands in brackets. @param {string} label */
const short = (label) => label.replace(/\s*[（(][^）)]*[）)]\s*/g, '');

/** @param {{home: Rec}} props */
function Policies({ home }) {
  const look = /** @type {Record<string, [any, string, string]>} */ ({
    receiving: ['good', 'done', 'policy.receiving'], applied: ['info', 'half', 'policy.applied'],
    eligible: ['info', 'ring', 'policy.eligible'], wrong: ['soon', 'late', 'policy.wrong'],
  });
  const told = (home.answers.policies ?? []).filter((/** @type {any} */ one) => look[one.state]);
  if (!told.length) return null;
  const order = ['receiving', 'applied', 'eligible', 'wrong'];
  told.sort((/** @type {any} */ a, /** @type {any} */ b) => order.indexOf(a.state) - order.indexOf(b.state));
  return html`<${Tags} label=${t('household.policies')}>${told.map((/** @type {any} */ one) => {
    const [tone, icon, key] = /** @type {[any, string, string]} */ (look[one.state]);
    return html`<${Tag} key=${one.id} tone=${tone} icon=${icon} text=${t(key, { name: short(choiceLabel(home, 'policies/policy', one.policy)) })} />`;
  })}<//>`;
}

/** Last visit and open problems. @param {{home: Rec}} props */
function Recent({ home }) {
  const visits = store.of(home.id, 'visit');
  const last = visits[0];
  const older = store.latest(home.id, 'visit');
  const problems = store.of(home.id, 'problem').filter(isOpen);
  const by = last && (last.created_by === store.account.value?.id ? t('people.you') : store.name(last.created_by) || t('people.someone'));
  return html`<${List}>
    ${last
      ? html`<${Row} key="visit" slim title=${t('household.lastVisit', { ago: inside(ago(last.answers.visited_on)) })} meta=${[t('household.visitBy', { name: by ?? '' }), last.answers.facts].filter(Boolean).join(t('join.sentence'))} state=${later.value?.whereKept(last.id)} href=${`/record/${last.id}`} />`
      : html`<${Row} key="visit" slim title=${older ? t('household.lastVisit', { ago: inside(ago(older.day)) }) : t('home.neverSeen')} />`}
    ${problems.map((problem) => html`<${Row} key=${problem.id} slim title=${problemTitle(problem)} meta=${whoHas(problem)} state=${problemState(problem)} href=${`/problem/${problem.id}`} />`)}
  <//>`;
}

/** Telephone and how many there are. @param {{home: Rec}} props */
function Basics({ home }) {
  const { phone, no_phone: none, people_count: people, resident_count: resident } = home.answers;
  const counts = joined([people === undefined ? '' : t('household.registered', { n: people }), resident === undefined ? '' : t('household.resident', { n: resident })], t('join.clause'));
  if (!phone && none !== 'yes' && !counts) return null;
  return html`<${List}>
    ${phone && html`<${MaskedRow} key="phone" name="phone" label=${t('household.phone')} value=${phone} />`}
    ${!phone && none === 'yes' && html`<${Row} key="phone" slim title=${t('household.phone')} end=${t('household.noPhone')} />`}
    ${counts && html`<${Row} key="people" slim title=${t('household.size')} end=${counts} />`}
  <//>`;
}

/** Earlier visits, the newest first. @param {{home: Rec}} props */
function Visits({ home }) {
  const all = useSignal(false);
  const older = store.of(home.id, 'visit').slice(1);
  const show = async () => {
    await store.ready('all');
    all.value = true;
  };
  const rows = all.value ? older : older.slice(0, VISITS);
  if (!rows.length && all.value) return null;
  return html`<${Group} title=${t('household.visits')}><${List}>
    ${rows.map((visit) => html`<${Row} key=${visit.id} slim title=${day(visit.answers.visited_on)}
      meta=${visit.answers.facts || choiceLabel(visit, 'result', visit.answers.result)} state=${later.value?.whereKept(visit.id)} href=${`/record/${visit.id}`} />`)}
    ${!all.value && html`<${Row} key="all" slim title=${t('household.olderVisits')} next=${false} onTap=${() => void show()} />`}
  <//><//>`;
}

/** What comes after the first look. @type {import('@preact/signals').Signal<typeof import('./homes/card.js') | null>} */
const later = signal(null);

/** @param {{home: Rec}} props */
function One({ home }) {
  const more = useSignal(false);
  useEffect(() => void import('./homes/card.js').then((card) => (later.value = card)), []);
  const people = peopleOf(home.id);
  const visits = store.of(home.id, 'visit');
  const [promise, ...others] = openPromises(visits).filter((visit) => !visit.answers.promise_done_on);
  const phone = home.answers.phone ?? people.find((person) => person.answers.relation === 'head' && person.answers.phone)?.answers.phone;
  const presence = home.answers.presence && home.answers.presence !== 'resident' ? choiceLabel(home, 'presence', home.answers.presence) : '';
  const conflicts = store.conflictsOf(home.id).filter((one) => TOLD.has(one.answers.question) || one.answers.question === 'deleted');
  const dock = html`${phone
    ? html`<${Button} icon="phone" href=${`tel:${String(phone).replace(/[^\d+]/g, '')}`}>${t('household.call')}<//>`
    : html`<${Button} icon="phone" href=${`/household/${home.id}/edit?at=phone`}>${t('household.addPhone')}<//>`}
    <${Button} kind="tone" icon="flag" href=${`/problem-new?household=${home.id}`}>${t('problem.write')}<//>
    <${Button} kind="main" icon="pen" href=${`/visit?household=${home.id}`}>${t('visit.write')}<//>`;
  return html`<${Inner} title=${headName(home)} name backTo="/households" dock=${dock} dockKind="three"
    end=${html`<${Tap} icon="more" label=${t('household.moreLabel')} onTap=${() => (more.value = true)} />`}>
    <div class="who"><p>${joined([place(home.answers, t), presence, whoIsIn(people)], lang.value === 'en' ? ', ' : '，')}</p><${Kinds} home=${home} /></div>
    ${conflicts.length > 0 && html`<${List}>${conflicts.map((one) => html`<${Row} key=${one.id} icon="two" title=${t('household.twoVersions', { field: conflictField(one) })}
      meta=${whoDiffer(one)} href=${`/conflict/${one.id}`} />`)}<//>`}
    <${Later} rec=${home} />
    ${promise && html`<${Promised} visit=${promise} more=${others.length} />`}
    <${People} household=${home.id} people=${people} />
    <${Policies} home=${home} />
    <${Recent} home=${home} />
    ${later.value && html`<${later.value.Card} about=${home} />`}
    <${Basics} home=${home} />
    <${HouseAndWater} home=${home} />
    <${Answers} rec=${home} skip=${skipped} />
    <${Visits} home=${home} />
    ${later.value && html`<${later.value.OwnReceipt} id=${home.id} />`}
    <p class="quiet small">${t('record.lastChanged', { name: home.by === store.account.value?.id ? t('people.you') : store.name(home.by) || t('people.someone'), time: moment(home.client_at || home.at) })}</p>
    ${more.value && later.value && html`<${later.value.HomeMore} home=${home} onClose=${() => (more.value = false)} />`}
  <//>`;
}

/** @param {import('../form/definition.js').Question} question */
const skipped = (question) => TOLD.has(question.path) || question.path.startsWith('roll/') || question.parent === 'house' || ['safeguards/housing', 'safeguards/water'].includes(question.path);

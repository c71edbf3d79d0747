/**
 * What stands on Today: what I owe, what waits for my choice, whom nobody has seen for long.
 * Promises: reads this phone only; derived from visits and problems, nothing is written down for it.
 */
import { signal, useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { tasks, unseen } from '../../domain/tasks.js';
import { groupName } from '../../domain/household.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { day, term, today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { placeName } from '../../ui/layout.js';
import { Blank, Button, Group, List, Row, Tap } from '../../ui/parts.js';
import { TopBanner } from './banners.js';
import { DraftsRow, begunDrafts } from './drafts.js';
import { headName, lastSeen, longDays } from './homes.js';
import { inside } from './moments.js';
import { Opening, useReady } from './ready.js';
import { problemTitle, whoHas } from './problem-words.js';
import { conflictField, conflictSubject, whoDiffer } from './versions.js';
import { entryTitle } from './writing.js';

/**
 * @typedef {import('../../domain/tasks.js').Task} Task
 * @typedef {import('../../domain/tasks.js').Walk} Walk
 */

/** Cadences, asks, duties, a handover: fetched once what is owed has been drawn. The second time nothing is waited for.
 * @type {import('@preact/signals').Signal<any>} */
const later = signal(null);
const NONE = { Top: () => null, Foot: () => null, tasks: { value: [] } };
const fetchLater = () => void import('../tasks/today.js').then((module) => (later.value = module), () => (later.value = NONE));
/** What to do with one, on a sheet of its own. @param {any} task */
const choose = (task) => void import('../tasks/sheet.js').then(({ choosing }) => (choosing.value = task));

/** @param {Task} task */
export const keyOf = ({ kind, id, on }) => `${kind}:${id}:${on}`;
/** @param {Task} task */
const isAside = (task) => (store.aside.value[keyOf(task)]?.until ?? '') > today();

const FIRST = 12;
const DECISIONS = 3;
const WALKS = 2;

/** A row and what may be done with it without opening it. @param {string} key @param {any} row @param {any} task */
export const besideMore = (key, row, task) =>
  html`<div key=${key} style=${BESIDE}>${row}<span style=${NEAR}><${Tap} icon="more" label=${t('today.choose')} onTap=${() => choose(task)} /></span></div>`;
const BESIDE = { display: 'flex', alignItems: 'center', textWrap: 'balance' };
const NEAR = { marginInlineStart: '-16px' };

/** @param {Task} task */
const taskRow = (task) => besideMore(task.id, plainRow(task), { ...task, key: keyOf(task), core: true });

/** @param {Task} task */
export function plainRow(task) {
  const state = term(task.on);
  if (task.kind === 'problem') {
    const problem = store.get(task.id);
    return html`<${Row} icon="flag" title=${problem ? problemTitle(problem) : task.title} meta=${problem ? whoHas(problem) : ''} state=${state} href=${`/problem/${task.id}`} />`;
  }
  const home = store.get(task.household);
  const name = headName(home);
  const title = task.title || t('today.goAgain', { name });
  const meta = task.title ? t('today.promised', { name }) : t('today.saidOn', { day: inside(day(task.rec.answers.visited_on)) });
  const told = [home && meta, !task.on && t('today.undated')].filter(Boolean).join(' · ');
  return html`<${Row} icon="hand" title=${title} meta=${told} state=${state} href=${home ? `/household/${home.id}` : `/record/${task.id}`} />`;
}

/** What was not taken, and what has two versions: first of all. */
function decisions() {
  const refused = store.outbox.value.filter((entry) => entry.state === 'quarantined');
  const open = store.conflicts(store.village.value);
  const rows = [
    ...refused.map((entry) => html`<${Row} key=${`r${entry.order}`} icon="return" title=${t('today.refused', { what: entryTitle(entry) })} meta=${t('today.refusedText')} href=${`/me/refused/${entry.order}`} />`),
    ...open.map((rec) => html`<${Row} key=${rec.id} icon="two" title=${t('conflict.question', { subject: conflictSubject(rec), field: conflictField(rec) })}
      meta=${whoDiffer(rec)} href=${`/conflict/${rec.id}`} />`),
  ];
  if (rows.length <= DECISIONS) return rows;
  const rest = rows.length - DECISIONS + 1;
  return [...rows.slice(0, DECISIONS - 1), html`<${Row} key="more" icon="two" title=${t('today.moreDecisions', { n: rest })} href=${refused.length ? '/me' : '/me/conflicts'} />`];
}

/** Two names and how many. @param {Walk} walk */
function names(walk) {
  const [first, second] = walk.households.map((home) => headName(/** @type {any} */ (home)));
  const n = walk.households.length;
  if (n === 1) return first;
  if (n === 2) return t('today.twoHomes', { first: first ?? '', second: second ?? '' });
  return t('today.homes', { first: first ?? '', second: second ?? '', n });
}

/** @param {Walk} walk */
function walkRow(walk) {
  const group = groupName(walk.group, t);
  const meta = walk.near
    ? t('today.onTheWay', { group, name: headName(/** @type {any} */ (walk.near)) })
    : group && t(walk.households.length > 1 ? 'today.allIn' : 'today.in', { group });
  return html`<${Row} key=${walk.group} title=${names(walk)} meta=${meta} href=${`/households?view=unseen&group=${encodeURIComponent(walk.group)}`} />`;
}

/** @param {{walks: Walk[]}} props */
function NothingDue({ walks }) {
  const walk = walks[0];
  if (!walk) return html`<${Blank} title=${t('today.nothing')} text=${t('today.nothingText')} />`;
  const n = walk.households.length;
  const group = groupName(walk.group, t);
  return html`<${Blank} title=${t('today.nothing')} text=${group ? t('today.goOut', { group, n }) : t('today.goOutSomewhere', { n })}
    action=${html`<${Button} kind="tone" low href=${`/households?view=unseen&group=${encodeURIComponent(walk.group)}`}>${t('today.seeThem', { n })}<//>`} />`;
}

/** What was begun and put aside: below what is owed, above whom nobody has seen. */
const Unfinished = () => begunDrafts().length > 0 && html`<${List}><${DraftsRow} /><//>`;

/** The list of what is due, oldest first. @param {{due: Task[]}} props */
function Due({ due }) {
  const all = useSignal(false);
  const rows = decisions();
  const n = rows.length + due.length;
  if (!n) return null;
  const shown = all.value ? due : due.slice(0, FIRST);
  return html`<${Group} title=${t('today.due')} count=${t('count.things', { n })}>
    <${List}>${rows}${shown.map(taskRow)}
      ${shown.length < due.length && html`<${Row} key="rest" slim title=${t('today.rest', { n: due.length - shown.length })} next=${false} onTap=${() => (all.value = true)} />`}
    <//>
  <//>`;
}

/** @param {{walks: Walk[]}} props */
function Unseen({ walks }) {
  const n = walks.reduce((sum, walk) => sum + walk.households.length, 0);
  if (!n) return null;
  return html`<${Group} title=${t('today.unseen')} count=${t('count.homes', { n })}>
    <${List}>${walks.slice(0, WALKS).map(walkRow)}<//>
  <//>`;
}

/** Promises and problems that are not put aside. */
const owedNow = () => allOwed().filter((task) => !isAside(task));
export const allOwed = () => tasks({ visits: store.list('visit'), problems: store.list('problem'), today: today(), me: store.account.value?.id });

export function Owed() {
  const ready = useReady('recent');
  useEffect(() => {
    if (ready && !later.peek()) fetchLater();
  }, [ready]);
  const { Top, Foot, tasks: more } = later.value ?? NONE;
  const due = useComputed(owedNow);
  const walks = useComputed(() => unseen({ households: store.list('household'), latest: lastSeen, due: due.value, today: today(), days: longDays() }));
  const nothing = ready && later.value && !due.value.length && !more.value.length && !decisions().length;
  return html`<${TopBanner} home /><${Top} />
    ${nothing ? html`<${NothingDue} walks=${walks.value} /><${Unfinished} />` : html`<${Due} due=${due.value} /><${Foot} due=${due.value} /><${Unfinished} />${ready ? html`<${Unseen} walks=${walks.value} />` : html`<${Opening} text=${t('opening.village', { name: placeName() })} />`}`}<${Foot} last />`;
}

/**
 * What Today shows besides promises and problems: a handover first, then what is due of asks, duties, meetings and cases, what the
 * month still wants, one hint, what was put aside.
 * Promises: comes after what is owed has been drawn; at most a few rows, the oldest first; nothing here is said twice.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t, words } from '../../i18n.js';
import { store } from '../../store/store.js';
import { day } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Group, List, Row } from '../../ui/parts.js';
import { allOwed, besideMore, keyOf } from '../parts/owed.js';
import { HandoverRow } from '../handover/waiting.js';
import { aside, found, hint, hintKey, nearly, tasks, workOutDay } from './found.js';
import { taskRow } from './row.js';
import { ChoiceSheet } from './sheet.js';
import { WeekLine } from './week.js';

export { tasks };

const SHOWN = 6;
const BARE = { padding: '0' };

/** Above what is owed. */
export const Top = () => html`<${HandoverRow} /><${WeekLine} />`;

function Due() {
  const all = useSignal(false);
  const { value } = tasks;
  if (!value.length) return null;
  const shown = all.value ? value : value.slice(0, SHOWN);
  return html`<${Group} title=${t('tasks.due')} count=${t('count.things', { n: value.length })}><${List}>
    ${shown.map((task) => besideMore(task.key, taskRow(task), task))}
    ${shown.length < value.length && html`<${Row} key="rest" slim title=${t('today.rest', { n: value.length - shown.length })} next=${false} onTap=${() => (all.value = true)} />`}
  <//><//>`;
}

/** What the month or the quarter still wants: one row, whatever their number. */
function Nearly() {
  const { value } = nearly;
  const [first] = value;
  if (!first) return null;
  const title = value.length === 1 ? words(first.title) : t('tasks.nearly', { n: value.length });
  const row = html`<${Row} icon="calendar" title=${title} meta=${t('tasks.nearly.until', { day: day(first.on) })} href=${value.length === 1 ? first.href : '/tasks'} />`;
  return html`<${List}>${value.length === 1 ? besideMore(first.key, row, { ...first, source: 'mechanism', title }) : row}<//>`;
}

/** One hint of the ten steps; it proposes, nothing is overdue. */
function Hint() {
  const { value } = hint;
  if (!value) return null;
  const title = words(value.title);
  return html`<div class="card hint" style=${BARE}>${besideMore(value.id, html`<${Row} icon="hills" title=${title} meta=${t('tasks.hint', { n: value.step, step: words(value.stepTitle) })} href=${value.href} />`,
    { key: hintKey(value), source: 'hint', title, on: '', href: value.href })}</div>`;
}

function Later() {
  const n = found.value.filter(aside).length + allOwed().filter((task) => aside({ key: keyOf(task) })).length;
  return n > 0 && html`<${List}><${Row} slim icon="clock" title=${t('tasks.aside.row', { n })} href="/tasks" /><//>`;
}

/** Below what is owed; `last`: at the very foot. @param {{last?: boolean}} props */
export function Foot({ last }) {
  const village = store.village.value;
  useEffect(() => {
    if (last) void workOutDay();
  }, [village]);
  return last ? html`<${Nearly} /><${Hint} /><${Later} /><${ChoiceSheet} />` : html`<${Due} />`;
}

/**
 * Everything that is due, what the months still want, what was put aside, and whether a week is summed up.
 * Promises: what was put aside can be taken back; nothing here reminds of itself.
 */
import { FOR_GOOD } from '../../domain/pack/task-choices.js';
import { t, words } from '../../i18n.js';
import { store } from '../../store/store.js';
import { day, term } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Blank, Button, Group, List, Row } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { allOwed, besideMore, keyOf, plainRow } from '../parts/owed.js';
import { Opening, useReady } from '../parts/ready.js';
import { aside, found, nearly, takeBack, tasks } from './found.js';
import { taskRow, titleOf } from './row.js';
import { ChoiceSheet } from './sheet.js';
import { switchWeek, wanted } from './week.js';
import './words.js';

/** Promises and problems as tasks. */
const core = () => allOwed().map((task) => ({ ...task, key: keyOf(task), core: true }));

/** @param {{key: string, title: string}[]} all */
const asideRows = (all) => all.map(({ key, title }) => {
  const until = store.aside.value[key]?.until ?? '';
  const back = async () => {
    await takeBack(key);
    offerUndo(t('tasks.taken'));
  };
  return html`<${Row} key=${key} title=${title} meta=${until === FOR_GOOD ? t('tasks.aside.good') : t('tasks.aside.until', { day: day(until) })} end=${t('tasks.aside.back')} onTap=${() => void back()} />`;
});

export default function Tasks() {
  const ready = useReady('recent');
  const owed = core();
  const due = owed.filter((task) => !aside(task));
  const away = [...owed.filter(aside).map((task) => ({ key: task.key, title: task.title || t('tasks.goAgain') })), ...found.value.filter(aside).map((task) => ({ key: task.key, title: titleOf(task) }))];
  const n = due.length + tasks.value.length;
  return html`<${Inner} title=${t('title.tasks')} backTo="/today">
    ${!ready && html`<${Opening} text=${t('opening')} />`}
    ${n > 0 && html`<${List}>
      ${due.map((task) => besideMore(task.key, plainRow(task), task))}${tasks.value.map((task) => besideMore(task.key, taskRow(task), task))}<//>`}
    ${ready && !n && html`<${Blank} title=${t('tasks.none')} text=${t('tasks.none.what')} />`}
    ${nearly.value.length > 0 && html`<${Group} title=${t('tasks.nearly', { n: nearly.value.length })}><${List}>
      ${nearly.value.map((one) => besideMore(one.key, html`<${Row} icon="calendar" title=${words(one.title)} state=${term(one.on)} href=${one.href} />`, { ...one, source: 'mechanism', title: words(one.title) }))}<//><//>`}
    ${away.length > 0 && html`<${Group} title=${t('tasks.aside')} count=${t('count.things', { n: away.length })}><${List}>${asideRows(away)}<//><//>`}
    <${Group} title=${t('tasks.reminding')}>
      <p class="quiet">${t('tasks.reminding.what')}</p>
      <${Button} kind="tone" low onTap=${switchWeek}>${t(wanted.value ? 'tasks.week.off' : 'tasks.week.on')}<//><//>
    <${ChoiceSheet} />
  <//>`;
}

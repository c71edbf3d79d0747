/**
 * What to do with a task without opening it: done, tomorrow, next week, another day, never again. One tap each, undo after it.
 * Promises: "done" writes what the record's own screen would write; putting aside writes nothing to any record.
 */
import { signal, useSignal } from '@preact/signals';
import { FOR_GOOD, days } from '../../domain/pack/task-choices.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { day, today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Button, Field, List, Row, TextInput } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { offerUndo } from '../../ui/undo.js';
import { putAside } from './found.js';
import { titleOf } from './row.js';
import './words.js';

/** The task whose sheet is open. @type {import('@preact/signals').Signal<any>} */
export const choosing = signal(null);

/** What one tap writes, for a promise as for any other. @param {any} task @returns {{id: string, kind: string, set: Record<string, any>}|null} */
const doneOf = (task) => task.done ?? (task.core && task.kind === 'promise' && task.title ? { id: task.id, kind: 'visit', set: { promise_done_on: today() } } : null);

async function finish() {
  const task = choosing.peek();
  const done = doneOf(task);
  choosing.value = null;
  if (!done) return;
  const saved = await store.save(done);
  offerUndo(t('tasks.saidDone'), () => store.undo(saved));
}

/** @param {string} until */
async function later(until) {
  const { key } = choosing.peek();
  choosing.value = null;
  const undo = await putAside(key, until);
  offerUndo(until === FOR_GOOD ? t('tasks.gone') : t('tasks.until', { day: day(until) }), undo);
}

export function ChoiceSheet() {
  const picking = useSignal(false);
  const task = choosing.value;
  if (!task) return null;
  const close = () => (choosing.value = null);
  const { tomorrow, monday } = days(today());
  const title = task.core ? task.title || t('tasks.goAgain') : titleOf(task);
  return html`<${Sheet} title=${title} onClose=${close}>
    <${List}>
      ${doneOf(task) && html`<${Row} slim icon="check" title=${t('tasks.done')} next=${false} onTap=${() => void finish()} />`}
      <${Row} slim icon="clock" title=${t('tasks.tomorrow')} next=${false} onTap=${() => void later(tomorrow)} />
      ${monday !== tomorrow && html`<${Row} slim icon="calendar" title=${t('tasks.monday')} end=${day(monday)} next=${false} onTap=${() => void later(monday)} />`}
      ${picking.value ? html`<${Field} id="task-day" label=${t('tasks.pick')}><${TextInput} type="date" min=${tomorrow} onChange=${(/** @type {string} */ value) => value >= tomorrow && void later(value)} /><//>`
    : html`<${Row} slim icon="calendar" title=${t('tasks.pick')} onTap=${() => (picking.value = true)} />`}
      <${Row} slim icon="close" title=${t('tasks.never')} meta=${t('tasks.never.what')} next=${false} onTap=${() => void later(FOR_GOOD)} />
    <//>
    <${Button} onTap=${close}>${t('act.cancel')}<//>
  <//>`;
}

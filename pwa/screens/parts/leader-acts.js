/**
 * What a township leader does with a problem: assign, change the term, reply, return. Each writes one change with its log entry.
 * Promises: units come by category, terms by three usual lengths; only a return asks for a sentence.
 */
import { useSignal } from '@preact/signals';
import { addDays } from '../../domain/dates.js';
import { suggestedUnits } from '../../domain/leader.js';
import { mayMove, moveSet, termOf } from '../../domain/problem.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { calendarDay, today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Button, Choices, Chips, Field, TextArea, TextInput } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { offerUndo } from '../../ui/undo.js';
import { choicesOf, formOf, said } from './labels.js';
import { villageName } from './leader-words.js';
import { DayChips, isPast, logEntry } from './problem-acts.js';
import { problemTitle } from './problem-words.js';
import { useUnsaid } from './unsaid.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {'assign' | 'reply' | 'return' | 'term'} LeaderAct
 */

const CHIPS = 3;
const SOON = 3;
/** Somebody has it and a day by which. */
const UNDERWAY = new Set(['assigned', 'handling', 'extended']);

/** @param {Rec} problem */
const screenOf = (problem) => `/leader/problem/${problem.id}`;

/** What may be done from here. A reply is always possible while it is open. @param {Rec} problem @returns {LeaderAct[]} */
export function leaderActs(problem) {
  const moves = formOf(problem)?.moves ?? [];
  const may = (/** @type {string} */ to) => mayMove(moves, problem, 'township_leader', to);
  const open = !['closed', 'rejected'].includes(problem.answers.status);
  return /** @type {LeaderAct[]} */ ([open && 'reply', UNDERWAY.has(problem.answers.status) && 'term', may('returned') && 'return', may('assigned') && 'assign'].filter(Boolean));
}

/** @param {Rec} problem */
const heading = (problem) => t('leader.of', { village: villageName(problem.village), title: problemTitle(problem) });

/** The chips of units: what fits, then the rest as a list. @param {{problem: Rec, value: string, onChange: (unit: string) => void}} props */
function Units({ problem, value, onChange }) {
  const all = useSignal(false);
  const units = choicesOf(problem, 'lead_unit');
  const short = (/** @type {any} */ unit) => (said(unit.label) === unit.label.zh && unit.short) || said(unit.label);
  const likely = suggestedUnits(units, problem.answers).slice(0, CHIPS);
  const wanted = value && !likely.includes(value) ? [...likely, value] : likely;
  const option = (/** @type {string} */ name) => {
    const unit = units.find((one) => one.name === name);
    return { value: name, label: unit ? short(unit) : name };
  };
  if (all.value || !likely.length) {
    return html`<${Choices} label=${t('assign.who')} value=${value} onChange=${(/** @type {string} */ unit) => {
      all.value = false;
      onChange(unit);
    }} options=${units.map((unit) => ({ value: unit.name, label: said(unit.label) }))} />`;
  }
  return html`<${Chips} label=${t('assign.who')} value=${value} options=${[...wanted.map(option), { value: '…', label: t('assign.otherUnit') }]}
    onChange=${(/** @type {string} */ unit) => (unit === '…' ? (all.value = true) : onChange(unit))} />`;
}

/** What is wrong with a day by which something is to be done. @param {string} due */
const dayAmiss = (due) => (!due ? t('assign.needsDay') : isPast(due) ? t('day.past') : '');

/** The fields of assigning, in a sheet on a phone and in a card at a desk.
 * @param {{problem: Rec, onDone: () => void, onCancel?: () => void}} props */
export function AssignForm({ problem, onDone, onCancel }) {
  const units = choicesOf(problem, 'lead_unit');
  const asked = termOf(problem);
  const { told, tell, wrong, busy, say } = useUnsaid(problem, 'assign', {
    unit: problem.answers.lead_unit ?? suggestedUnits(units, problem.answers)[0] ?? '',
    due: asked && asked >= today() ? asked : addDays(today(), SOON),
    text: '',
  }, screenOf(problem));
  const { unit, due, text } = told;
  const set = () => ({ ...moveSet(problem, 'assigned', today()), lead_unit: unit, due_on: due, actions: { append: [logEntry('assign', text.trim())] } });
  const assign = () => say(unit ? dayAmiss(due) : t('assign.needsUnit'), set, () => {
    onDone();
    offerUndo(t('assign.done'));
  }, problemTitle(problem));
  return html`<${Units} problem=${problem} value=${unit} onChange=${(/** @type {string} */ value) => tell({ unit: value })} />
    <${DayChips} label=${t('assign.when')} value=${due} onChange=${(/** @type {string} */ value) => tell({ due: value })} />
    <${TextInput} label=${t('assign.sentence')} placeholder=${t('assign.sentence')} value=${text} onInput=${(/** @type {string} */ value) => tell({ text: value })} />
    <p class="wrong" role="alert">${wrong}</p>
    <div class="acts">${onCancel && html`<${Button} onTap=${onCancel}>${t('act.cancel')}<//>`}<${Button} kind="main" busy=${busy} onTap=${() => void assign()}>${t('act.assigned')}<//></div>`;
}

/** @param {{problem: Rec, onClose: () => void}} props */
export const AssignSheet = ({ problem, onClose }) =>
  html`<${Sheet} title=${t('assign.title')} text=${heading(problem)} onClose=${onClose}><${AssignForm} problem=${problem} onDone=${onClose} onCancel=${onClose} /><//>`;

/** Another day for what was assigned. @param {{problem: Rec, onClose: () => void}} props */
export function TermSheet({ problem, onClose }) {
  const { told, tell, wrong, busy, say } = useUnsaid(problem, 'term', { due: termOf(problem) ?? addDays(today(), SOON), text: '' }, screenOf(problem));
  const { due, text } = told;
  const set = () => ({
    due_on: due, ...(problem.answers.extend_to ? { extend_to: null } : {}),
    actions: { append: [logEntry('extend', text.trim() || t('leader.term.to', { day: calendarDay(due) }))] },
  });
  const write = () => say(dayAmiss(due), set, (saved) => {
    onClose();
    offerUndo(t('leader.term.done'), () => store.undo([saved]));
  }, problemTitle(problem));
  return html`<${Sheet} title=${t('leader.term.title')} text=${heading(problem)} onClose=${onClose}>
    <${DayChips} label=${t('assign.when')} value=${due} onChange=${(/** @type {string} */ value) => tell({ due: value })} />
    <${TextInput} label=${t('assign.sentence')} placeholder=${t('assign.sentence')} value=${text} onInput=${(/** @type {string} */ value) => tell({ text: value })} />
    <p class="wrong" role="alert">${wrong}</p>
    <div class="acts"><${Button} onTap=${onClose}>${t('act.cancel')}<//><${Button} kind="main" busy=${busy} onTap=${() => void write()}>${t('act.save')}<//></div>
  <//>`;
}

/** @param {{problem: Rec, act: 'reply' | 'return', onClose: () => void}} props */
export function SayingSheet({ problem, act, onClose }) {
  const { told, tell, wrong, busy, say } = useUnsaid(problem, act, { text: '' }, screenOf(problem));
  const { text } = told;
  const words = text.trim();
  const set = () => ({
    ...(act === 'return' ? { ...moveSet(problem, 'returned', today()), return_reason: words } : { reply: words }),
    actions: { append: [logEntry(act, words)] },
  });
  const write = () => say(words ? '' : t(`leader.${act}.needed`), set, () => {
    onClose();
    offerUndo(t(`leader.${act}.done`));
  }, problemTitle(problem));
  return html`<${Sheet} title=${t(`leader.${act}.title`)} text=${heading(problem)} onClose=${onClose}>
    <${Field} id="saying" label=${t(`leader.${act}.label`)} soft=${t('field.needed')} wrong=${wrong}>
      <${TextArea} rows=${3} value=${text} onInput=${(/** @type {string} */ value) => tell({ text: value })} />
    <//>
    <div class="acts"><${Button} onTap=${onClose}>${t('act.cancel')}<//><${Button} kind="main" busy=${busy} onTap=${() => void write()}>${t(`leader.${act}`)}<//></div>
  <//>`;
}

/**
 * Taking a problem a step further: which sheet an act opens, what it asks, and the one change it writes.
 * Promises: state, days and log entry go in one change; only a reason the person told must know is asked for.
 */
import { useSignal } from '@preact/signals';
import { addDays } from '../../domain/dates.js';
import { moveSet, termOf, usualTerm } from '../../domain/problem.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { fullDay, today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Button, Chips, Field, TextArea, TextInput } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { offerUndo } from '../../ui/undo.js';
import { choicesOf, said } from './labels.js';
import { useUnsaid } from './unsaid.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {object} Spec  what a sheet asks
 * @property {string} kind  of the log entry
 * @property {string} [text]  question that takes the sentence as well
 * @property {boolean} [needed]  the sentence must be there
 * @property {string[]} [choose]  questions asked with chips
 * @property {'due_on' | 'extend_to'} [day]
 */

/** By the status it leads to; `progress` leads nowhere else. @type {Record<string, Spec>} */
const SPECS = {
  progress: { kind: 'progress', needed: true },
  village_handling: { kind: 'note', day: 'due_on' },
  reported: { kind: 'report', choose: ['share_reporter'] },
  handling: { kind: 'progress' },
  accepted_up: { kind: 'note' },
  extended: { kind: 'extend', text: 'extend_reason', needed: true, day: 'extend_to' },
  returned: { kind: 'return', needed: true },
  done: { kind: 'done', text: 'result', choose: ['result_kind'] },
  feedback: { kind: 'feedback', text: 'comment', choose: ['feedback_way', 'satisfaction'] },
  verified: { kind: 'note' },
  closed: { kind: 'close', text: 'close_evidence' },
  shelved: { kind: 'note' },
  rejected: { kind: 'close', text: 'result', needed: true },
  reopened: { kind: 'reopen', needed: true },
  registered: { kind: 'note' },
};

/** What most people choose. @type {Record<string, string>} */
const USUAL = { result_kind: 'solved', feedback_way: 'face', share_reporter: 'no' };

/** @param {string} kind @param {string} [text] */
export const logEntry = (kind, text = '') => ({
  id: store.newId(), on: today(), by: store.account.value?.name ?? '', kind, ...(text ? { text } : {}),
});

/** The one change of an act. @param {Rec} problem @param {string} to @param {{text: string, chosen: Record<string, string>, day: string}} told */
function setOf(problem, to, { text, chosen, day }) {
  const spec = /** @type {Spec} */ (SPECS[to] ?? { kind: 'note' });
  /** @type {Record<string, any>} */
  const set = to === 'progress' ? {} : moveSet(problem, to, today());
  if (spec.text && text) set[spec.text] = text;
  if (spec.day && day) set[spec.day] = day;
  if (to === 'done') set.done_on = today();
  if (to === 'reported' && (!problem.answers.level || problem.answers.level === 'village')) set.level = 'township';
  for (const [path, value] of Object.entries(chosen)) if (value && value !== problem.answers[path]) set[path] = value;
  const written = text || (spec.kind === 'note' ? t(`timeline.to.${to}`) : '');
  return { ...set, actions: { append: [logEntry(spec.kind, written)] } };
}

/** A term in the past is a slip of the finger: date fields take what their `min` forbids. @param {string} day */
export const isPast = (day) => day !== '' && day < today();

/** Days to choose from, with a calendar for any other. @param {{label: string, value: string, onChange: (day: string) => void, none?: boolean, from?: string}} props */
export function DayChips({ label, value, onChange, none = false, from = today() }) {
  const calendar = useSignal(false);
  const near = [3, 7, 30].map((n) => ({ value: addDays(today(), n), label: t('days', { n }) }));
  const other = value !== '' && !near.some((one) => one.value === value);
  const options = [...(none ? [{ value: '', label: t('day.none') }] : []), ...near, { value: 'other', label: t('day.choose') }];
  const choose = (/** @type {string} */ chosen) => {
    calendar.value = chosen === 'other';
    if (chosen !== 'other') onChange(chosen);
  };
  return html`<${Field} id="act-day" label=${label} group help=${value ? t('day.before', { day: fullDay(value) }) : ''} wrong=${isPast(value) ? t('day.past') : ''}>
    <${Chips} options=${options} value=${calendar.value || other ? 'other' : value} onChange=${choose} labelledby="act-day-label" />
    ${(calendar.value || other) && html`<${TextInput} id="act-date" type="date" label=${t('day.choose')} min=${from} value=${value} onInput=${onChange} />`}
  <//>`;
}

/** @param {{problem: Rec, to: string, onClose: () => void}} props */
export function ActSheet({ problem, to, onClose }) {
  const spec = /** @type {Spec} */ (SPECS[to] ?? { kind: 'note' });
  const usualDay = spec.day === 'extend_to' ? addDays(today(), 7) : termOf(problem) ?? (to === 'village_handling' ? usualTerm(today()) : '');
  const { told, tell, wrong, busy, say } = useUnsaid(problem, to, { text: '', day: usualDay, chosen: /** @type {Record<string, string>} */ ({}) }, `/problem/${problem.id}`);
  const { text, day, chosen } = told;
  const asks = (spec.choose ?? []).filter((path) => path !== 'share_reporter' || problem.answers.from_household || problem.answers.reporter_name);
  const valueOf = (/** @type {string} */ path) => chosen[path] ?? problem.answers[path] ?? USUAL[path] ?? null;

  const amiss = () => (spec.needed && !text.trim() ? t(`sheet.${to}.needed`) : spec.day && isPast(day) ? t('day.past') : '');
  const set = () => setOf(problem, to, { text: text.trim(), chosen: Object.fromEntries(asks.map((path) => [path, valueOf(path) ?? ''])), day });
  const write = () => say(amiss(), set, () => {
    onClose();
    offerUndo(t('saved.phone'));
  });
  return html`<${Sheet} title=${t(`sheet.${to}`)} text=${spec.needed && to === 'rejected' ? t('sheet.rejected.help') : ''} onClose=${onClose}>
    ${asks.map((path) => html`<${Field} key=${path} id=${`act-${path}`} label=${t(`sheet.ask.${path}`)} group>
      <${Chips} options=${choicesOf(problem, path).map((choice) => ({ value: choice.name, label: said(choice.label) }))} value=${valueOf(path)} clear
        labelledby=${`act-${path}-label`} onChange=${(/** @type {string | null} */ value) => tell({ chosen: { ...chosen, [path]: value ?? '' } })} /><//>`)}
    ${spec.day && html`<${DayChips} label=${t(`sheet.ask.${spec.day}`)} value=${day} onChange=${(/** @type {string} */ value) => tell({ day: value })} none=${spec.day === 'due_on'} />`}
    <${Field} id="act-text" label=${t(`sheet.${to}.text`)} soft=${spec.needed ? '' : t('field.optional')} wrong=${wrong}>
      <${TextArea} rows=${3} value=${text} onInput=${(/** @type {string} */ value) => tell({ text: value })} />
    <//>
    <div class="acts"><${Button} onTap=${onClose}>${t('act.cancel')}<//><${Button} kind="main" busy=${busy} onTap=${() => void write()}>${t(to === 'progress' ? 'act.save' : `act.${to}`)}<//></div>
  <//>`;
}

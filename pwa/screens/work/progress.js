/**
 * How a project goes on, in one sheet: a sentence, how much is built and paid, and the stage where that changed.
 * Promises: only the sentence or a number is wanted; one saving, taken back with one tap.
 */
import { useSignal } from '@preact/signals';
import { LIVES } from '../../domain/pack/life.js';
import { t } from '../../i18n.js';
import { today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Button, Chips, Field, TextArea, TextInput } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { choiceLabel, questionLabel } from '../parts/labels.js';
import { entryOf, write } from './acting.js';

/** @param {string} text @returns {number | undefined} */
const numberOf = (text) => {
  const value = Number(text.normalize('NFKC').trim());
  return text.trim() && Number.isFinite(value) && value >= 0 ? value : undefined;
};

/** @param {{rec: import('../../store/types.js').Rec, definition: import('../../form/definition.js').Definition, onClose: () => void}} props */
export function ProgressSheet({ rec, definition, onClose }) {
  const text = useSignal('');
  const built = useSignal('');
  const paid = useSignal('');
  const stage = useSignal(String(rec.answers.stage ?? 'idea'));
  const wrong = useSignal('');
  const list = definition.lists[definition.questions.find(({ path }) => path === 'stage')?.list ?? ''] ?? [];
  const way = LIVES.project_plan?.way ?? [];
  const at = Math.max(0, way.indexOf(String(rec.answers.stage ?? 'idea')));
  const near = way.slice(at, at + 3).filter((name) => list.some((one) => one.name === name));
  const save = async () => {
    const pct = numberOf(built.value);
    const sum = numberOf(paid.value);
    const moved = stage.value !== rec.answers.stage;
    if (!text.value.trim() && pct === undefined && sum === undefined && !moved) return void (wrong.value = t('work.progress.needed'));
    if (pct !== undefined && pct > 100) return void (wrong.value = t('work.progress.over'));
    const entry = { date: today(), ...(text.value.trim() ? { text: text.value.trim() } : {}), ...(pct === undefined ? {} : { physical_pct: pct }), ...(sum === undefined ? {} : { fund_paid: sum }) };
    const told = Object.keys(entry).length > 1;
    await write([{ kind: rec.kind, id: rec.id, set: { ...(told ? { progress: entryOf(rec, 'progress', entry) } : {}), ...(moved ? { stage: stage.value } : {}) } }], t('work.did', { what: t('work.progress') }));
    onClose();
  };
  return html`<${Sheet} title=${t('work.progress.title')} onClose=${onClose}>
    <${Field} id="progress-text" label=${questionLabel(rec, 'progress/text')} wrong=${wrong.value}><${TextArea} rows=${2} value=${text.value} onInput=${(/** @type {string} */ value) => (text.value = value)} /><//>
    <${Field} id="progress-built" label=${questionLabel(rec, 'progress/physical_pct')} soft=${t('field.optional')}><${TextInput} inputmode="decimal" unit="%" value=${built.value} onInput=${(/** @type {string} */ value) => (built.value = value)} /><//>
    <${Field} id="progress-paid" label=${questionLabel(rec, 'progress/fund_paid')} soft=${t('field.optional')}><${TextInput} inputmode="decimal" unit=${t('work.yuan')} value=${paid.value} onInput=${(/** @type {string} */ value) => (paid.value = value)} /><//>
    ${near.length > 1 && html`<${Field} id="progress-stage" group label=${questionLabel(rec, 'stage')}><${Chips} labelledby="progress-stage-label" value=${stage.value} onChange=${(/** @type {string} */ value) => (stage.value = value)} options=${near.map((name) => ({ value: name, label: choiceLabel(rec, 'stage', name) }))} /><//>`}
    <div class="acts"><${Button} onTap=${onClose}>${t('act.cancel')}<//><${Button} kind="main" onTap=${() => void save()}>${t('act.save')}<//></div>
  <//>`;
}

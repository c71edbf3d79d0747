/**
 * A third value in place of two versions: the sheet in which it is written.
 */
import { useSignal } from '@preact/signals';
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Button, Chip, TextArea, TextInput } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { aboutOf, conflictField } from './versions.js';
import { choicesOf, said } from './labels.js';

/** @typedef {import('../../form/definition.js').Question} Question */

/** @param {Question} question */
const inputOf = (question) => ({
  type: question.type === 'date' ? 'date' : question.name.endsWith('phone') ? 'tel' : 'text',
  inputmode: question.type === 'integer' ? 'numeric' : question.type === 'decimal' ? 'decimal' : undefined,
});

/** @param {Question} question @param {string} text @returns {any} undefined when it is no answer to this question */
function valueOf(question, text) {
  const trimmed = text.trim();
  if (!trimmed) return undefined;
  if (question.type !== 'integer' && question.type !== 'decimal') return trimmed;
  const number = Number(trimmed.normalize('NFKC'));
  return Number.isFinite(number) && (question.type === 'decimal' || Number.isInteger(number)) ? number : undefined;
}

/** @param {{conflict: import('../../store/types.js').Rec, question: Question, onClose: () => void, onWrite: (value: any) => void}} props */
export function WriteAnother({ conflict, question, onClose, onWrite }) {
  const text = useSignal('');
  const wrong = useSignal('');
  const about = aboutOf(conflict) ?? { kind: '' };
  const write = () => {
    const value = valueOf(question, text.value);
    if (value === undefined) return void (wrong.value = t(text.value.trim() ? 'conflict.notANumber' : 'conflict.writeFirst'));
    onWrite(value);
  };
  const hear = (/** @type {string} */ value) => (text.value = value);
  const { type, inputmode } = inputOf(question);
  return html`<${Sheet} title=${t('conflict.anotherTitle', { field: conflictField(conflict) })} onClose=${onClose}>
    ${question.type === 'select_one'
      ? html`<div class="chips" role="group" aria-label=${conflictField(conflict)}>${choicesOf(about, question.path).map((choice) =>
          html`<${Chip} key=${choice.name} on=${text.value === choice.name} onTap=${() => (text.value = choice.name)}>${said(choice.label)}<//>`)}</div>`
      : question.appearance.includes('multiline')
        ? html`<${TextArea} label=${conflictField(conflict)} value=${text.value} onInput=${hear} />`
        : html`<${TextInput} type=${type} inputmode=${inputmode} label=${conflictField(conflict)} value=${text.value} onInput=${hear} />`}
    ${wrong.value && html`<p class="wrong" role="alert">${wrong.value}</p>`}
    <div class="acts"><${Button} onTap=${onClose}>${t('act.cancel')}<//><${Button} kind="main" onTap=${write}>${t('conflict.useWritten')}<//></div>
  <//>`;
}

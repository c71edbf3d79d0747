/**
 * A choice question as a few chips: the chosen one, the likely ones, and a last chip that opens the whole list.
 */
import { useSignal } from '@preact/signals';
import { html } from '../../ui/html.js';
import { Chip, Chips } from '../../ui/parts.js';

/**
 * @typedef {{value: string, label: string, meta?: string}} Option
 * @param {{label: string, labelledby?: string, options: Option[], likely: string[], value: string | undefined, rest: string, clear?: boolean, onChange: (value: string | null) => void}} props
 * `likely`: names shown as chips, in order; `rest`: the words of the last chip.
 */
export function ShortChoices({ label, labelledby, options, likely, value, rest, clear, onChange }) {
  const Picker = useSignal(/** @type {any} */ (null));
  const open = async () => {
    const module = await import('../../form/widgets/picker.js');
    Picker.value = { Shown: module.Picker };
  };
  const choose = (/** @type {string | null} */ name) => {
    Picker.value = null;
    onChange(name);
  };
  const names = value && !likely.includes(value) ? [value, ...likely.slice(0, -1)] : likely;
  const few = names.flatMap((name) => options.find((option) => option.value === name) ?? []);
  const more = options.length > few.length;
  return html`<div class="chips-and-rest"><${Chips} options=${few} value=${value} clear=${clear} labelledby=${labelledby} label=${labelledby ? undefined : label} onChange=${onChange} />
      ${more && html`<${Chip} plain onTap=${() => void open()}>${rest}<//>`}</div>
    ${Picker.value && html`<${Picker.value.Shown} title=${label} options=${options} value=${value} clear=${clear} onChoose=${choose} onClose=${() => (Picker.value = null)} />`}`;
}

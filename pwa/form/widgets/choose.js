/** One or several of a list: rows up to seven, beyond that a page of its own with search. */
import { useState } from 'preact/hooks';
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Chip, Chips, Choices, List, Row } from '../../ui/parts.js';
import { labelOf, wordsOf } from '../words.js';

/** More than this and a list has to be searched. */
const FEW = 7;

/** @typedef {import('./index.js').Props} Props */

/** A row's title that says to those who hear it which question it answers. @param {string} question @param {any} title */
export const named = (question, title) => html`<span class="hidden">${question}：</span>${title}`;

/** @param {Props} props */
function useOptions({ interview, state }) {
  const { path } = state.question;
  const at = interview.tree.atOf(path, state.place) ?? [];
  const options = interview.choices(path, at).map((choice) => ({ value: choice.name, label: wordsOf(choice.label, interview, at) || choice.name, group: interview.lang === 'en' ? choice.group_en : choice.group_label }));
  const present = Array.isArray(state.value) ? state.value : state.value ? [state.value] : [];
  // A choice that has left the list stays visible as long as the record holds it.
  for (const name of present) {
    if (!options.some((option) => option.value === name)) options.push({ value: name, label: labelOf(interview.definition, path, name, interview.lang), group: undefined });
  }
  return options;
}

/** Opens the searchable list, whose code comes when it is first wanted. */
function usePicker() {
  const [Picker, show] = useState(/** @type {any} */ (null));
  const open = async () => {
    const module = await import('./picker.js');
    show(() => module.Picker);
  };
  return { Picker, open: () => void open(), close: () => show(null) };
}

/** @param {Props} props */
export function One(props) {
  const { interview, state, id } = props;
  const { path, appearance } = state.question;
  const options = useOptions(props);
  const { Picker, open, close } = usePicker();
  const set = (/** @type {string | null} */ value) => interview.set(path, value, state.place);
  if (options.length <= FEW && !/\bminimal\b/.test(appearance)) {
    const Shape = /\b(columns|horizontal|quick|likert)\b/.test(appearance) ? Chips : Choices;
    return html`<${Shape} options=${options} value=${state.value} onChange=${set} clear=${!state.required} labelledby=${`${id}-label`} />`;
  }
  const chosen = options.find((option) => option.value === state.value);
  return html`<${List}><${Row} slim id=${id} title=${named(state.label, chosen?.label ?? t('form.choose'))} end=${chosen ? t('form.change') : ''} next=${!chosen} onTap=${open} /><//>
    ${Picker && html`<${Picker} title=${state.label} options=${options} value=${state.value} clear=${!state.required}
      onChoose=${(/** @type {string | null} */ value) => { set(value); close(); }} onClose=${close} />`}`;
}

/** @param {Props} props */
export function Many(props) {
  const { interview, state, id } = props;
  const options = useOptions(props);
  const { Picker, open, close } = usePicker();
  const chosen = /** @type {string[]} */ (state.value ?? []);
  const set = (/** @type {string[]} */ value) => interview.set(state.question.path, value, state.place);
  if (options.length <= FEW) return html`<${Choices} many options=${options} value=${chosen} onChange=${set} labelledby=${`${id}-label`} />`;
  const picked = options.filter((option) => chosen.includes(option.value));
  return html`${picked.length > 0 && html`<${Chips} label=${t('form.picked', { n: picked.length })}>${picked.map((option) => html`
      <${Chip} key=${option.value} plain icon="close" label=${t('form.unpick', { name: option.label })} onTap=${() => set(chosen.filter((name) => name !== option.value))}>${option.label}<//>`)}<//>`}
    <${List}><${Row} slim id=${id} title=${named(state.label, t(picked.length ? 'form.choose.more' : 'form.choose'))} onTap=${open} /><//>
    ${Picker && html`<${Picker} many title=${state.label} options=${options} value=${chosen} onChoose=${set} onClose=${close} />`}`;
}

/** @param {Props} props */
export function Acknowledge({ interview, state, id }) {
  const options = [{ value: 'OK', label: t('form.ok') }];
  const set = (/** @type {string[]} */ value) => interview.set(state.question.path, value.length ? 'OK' : null, state.place);
  return html`<${Choices} many options=${options} value=${state.value ? ['OK'] : []} onChange=${set} labelledby=${`${id}-label`} />`;
}

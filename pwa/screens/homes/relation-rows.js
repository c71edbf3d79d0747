/** What everyone is to a new head: proposed, and changed by a tap. */
import { useSignal } from '@preact/signals';
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Choices, Group, List, Row } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';

import { choiceLabel, choicesOf, said } from '../parts/labels.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** @param {{head: Rec, people: Rec[], relations: Record<string, string>, onChange: (id: string, relation: string) => void}} props */
export function RelationRows({ head, people, relations, onChange }) {
  const asked = useSignal(/** @type {Rec | null} */ (null));
  const others = people.filter((person) => person.id in relations);
  if (!others.length) return null;
  const choose = (/** @type {string} */ relation) => {
    if (asked.value) onChange(asked.value.id, relation);
    asked.value = null;
  };
  const options = choicesOf(head, 'relation').filter(({ name }) => name !== 'head').map(({ name, label }) => ({ value: name, label: said(label) }));
  return html`<${Group} title=${t('homes.roll.relations', { name: head.answers.name ?? '' })}><${List}>${others.map((person) => html`
      <${Row} key=${person.id} slim title=${person.answers.name} end=${choiceLabel(person, 'relation', relations[person.id])} next onTap=${() => (asked.value = person)} />`)}<//><//>
    ${asked.value && html`<${Sheet} title=${t('homes.roll.relation', { name: asked.value.answers.name ?? '' })} onClose=${() => (asked.value = null)}>
      <${Choices} label=${t('homes.roll.relation', { name: asked.value.answers.name ?? '' })} value=${relations[asked.value.id]} options=${options} onChange=${choose} /><//>`}`;
}

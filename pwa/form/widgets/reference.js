/** A record named by an answer, chosen from those one knows rather than typed: a home, a person, or any other kind; where the form
 * also takes a name alone, that is offered in the same place. */
import { useState } from 'preact/hooks';
import { place } from '../../domain/household.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { List, Row } from '../../ui/parts.js';
import { useNode } from '../node.js';
import { named } from './choose.js';
import { titled } from './referred.js';
import { answerText } from './told.js';

/** The question beside this one that takes a name without a record. @param {import('./index.js').Props['interview']} interview @param {string} path */
const nameBeside = (interview, path) => (interview.graph.questions.get(`${path}_name`)?.type === 'text' ? `${path}_name` : '');

/** @param {import('./index.js').Props} props */
export function Reference({ interview, state, id }) {
  const [Pick, show] = useState(/** @type {any} */ (null));
  const [Fresh, add] = useState(/** @type {any} */ (null));
  const { path, refers } = state.question;
  const beside = nameBeside(interview, path);
  const name = useNode(interview, beside || path, state.place).value;
  const open = async () => {
    const refer = import('./pack/refer.js');
    if (refers !== 'household' && refers !== 'person') {
      const { RecordPicker } = await refer;
      show(() => RecordPicker);
      return;
    }
    const [{ HouseholdPicker, PersonPicker }, fresh] = await Promise.all([import('./people.js'), refer.then(({ Fresh }) => Fresh, () => null)]);
    add(() => fresh);
    show(() => (refers === 'household' ? HouseholdPicker : PersonPicker));
  };
  const put = (/** @type {string | null} */ value, /** @type {string | null} */ written) => {
    interview.set(path, value, state.place);
    if (beside) interview.set(beside, written, state.place);
    show(null);
  };
  // The name goes along: the township reads it where it may not read the record.
  const choose = (/** @type {string | null} */ value) => put(value, value && titled(value));
  const write = (/** @type {string} */ written) => put(null, written);
  const extra = Fresh && ((/** @type {string} */ typed) => html`<${Fresh} kind=${refers} typed=${typed} onMade=${choose} onName=${beside ? write : undefined} />`);
  const text = answerText(interview, state.question, state.value) || name;
  const home = refers === 'person' ? store.get(store.get(state.value)?.answers.household) : undefined;
  return html`<${List}><${Row} slim id=${id} title=${named(state.label, text || t('form.choose'))} meta=${home && [home.answers.head_name, place(home.answers, t)].join(' · ')} end=${text ? t('form.change') : ''}
      next=${!text} onTap=${open} /><//>
    ${Pick && html`<${Pick} kind=${refers} title=${state.label} value=${state.value || name} clear=${!state.required} onChoose=${choose} onName=${beside ? write : undefined} extra=${extra ?? undefined} onClose=${() => show(null)} />`}`;
}

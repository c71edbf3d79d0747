/** Entries of a repeat as rows, and one more. An entry is edited on a page of its own, which the screen opens. */
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Icon, List, Row } from '../../ui/parts.js';
import { drawn } from '../pages.js';
import { entryText } from './told.js';

/** @param {import('./index.js').Props} props */
export function Repeat({ interview, state, around, id }) {
  const { path, count, read_only: fixed } = state.question;
  const questions = drawn(interview.graph, path).map((inner) => interview.graph.question(inner)).filter((question) => question.holds !== 'nothing');
  const entries = /** @type {Record<string, any>[]} */ (state.value ?? []);
  const open = (/** @type {string} */ entry) => around.openEntry(path, entry, state.place);
  const add = () => open(interview.add(path, state.place));
  return html`<${List} label=${state.label}>
    ${entries.map((entry) => {
      const [title, meta] = entryText(interview, questions, entry, path);
      return html`<${Row} key=${entry.id} slim title=${title} meta=${meta} onTap=${() => open(entry.id)} />`;
    })}
    ${!count && !fixed && html`<button type="button" key="add" class="row slim add" id=${id} onClick=${add}><${Icon} name="plus" /><span class="text"><b>${t('form.add')}</b></span></button>`}
  <//>`;
}

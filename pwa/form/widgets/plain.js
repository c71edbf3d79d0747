/** An answer that is only read: calculated, read-only, or of a type this app cannot ask yet. */
import { html } from '../../ui/html.js';
import { answerText } from './told.js';

/** @param {import('./index.js').Props} props */
export const Plain = ({ interview, state }) => html`<p class="input still">${answerText(interview, state.question, state.value) || '—'}</p>`;

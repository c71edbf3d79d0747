/** What was begun and put aside. Promises: only what can be gone on with; the latest first. */
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Row } from '../../ui/parts.js';
import { isNote } from './notes.js';

/** @returns {import('../../store/types.js').Draft[]} */
export const begunDrafts = () => store.drafts().filter((draft) => (draft.value?.href && draft.value?.kind) || isNote(draft)).sort((a, b) => (a.at < b.at ? 1 : -1));

/** One row that leads to them; nothing when there are none. */
export function DraftsRow() {
  const all = begunDrafts();
  const notes = all.filter(isNote).length;
  return all.length > 0 && html`<${Row} slim icon="pen" title=${t(notes === all.length ? 'drafts.notes' : 'drafts.row', { n: all.length })} href="/drafts" />`;
}

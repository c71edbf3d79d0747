/** What was begun and put aside. Promises: only what can be gone on with; the latest first. */
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Row } from '../../ui/parts.js';

/** @returns {import('../../store/types.js').Draft[]} */
export const begunDrafts = () => store.drafts().filter((draft) => draft.value?.href && draft.value?.kind).sort((a, b) => (a.at < b.at ? 1 : -1));

/** One row that leads to them; nothing when there are none. */
export function DraftsRow() {
  const n = begunDrafts().length;
  return n > 0 && html`<${Row} slim icon="pen" title=${t('drafts.row', { n })} href="/drafts" />`;
}

/** What was begun and put aside, the latest first, in the form it was begun with. */
import { t } from '../i18n.js';
import { html } from '../ui/html.js';
import { Inner } from '../ui/layout.js';
import { Blank } from '../ui/parts.js';
import { DraftRows } from './parts/draft-rows.js';
import { begunDrafts } from './parts/drafts.js';
import { useReady } from './parts/ready.js';

export default function Drafts() {
  useReady('recent');
  const all = begunDrafts();
  return html`<${Inner} title=${t('title.drafts')} backTo="/me">
    ${all.length ? html`<${DraftRows} drafts=${all} />` : html`<${Blank} title=${t('drafts.none')} text=${t('drafts.none.what')} />`}
  <//>`;
}

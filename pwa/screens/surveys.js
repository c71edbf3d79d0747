/**
 * Forms that have no screen of their own: which there are, and what was filled in with each.
 * Promises: works without a network, like every list; the newest stands first; nothing is counted against anybody.
 */
import { useComputed } from '@preact/signals';
import { t, words } from '../i18n.js';
import { go } from '../routes.js';
import { store } from '../store/store.js';
import { count } from '../ui/format.js';
import { html } from '../ui/html.js';
import { Inner } from '../ui/layout.js';
import { Blank, Button, Group, List, Row } from '../ui/parts.js';
import { DraftRows } from './parts/draft-rows.js';
import { begunDrafts } from './parts/drafts.js';
import { joined } from './parts/labels.js';
import { whenOn } from './parts/moments.js';
import { aboutOf } from './parts/named.js';
import { OWN_SCREENS } from './parts/own-screens.js';
import { Opening, useReady } from './parts/ready.js';

/** As many rows as a thumb goes through; the rest comes with a tap. */
const SHOWN = 100;

/** @param {{params: Record<string, string>, query: Record<string, string>}} props */
export default function Surveys({ params, query }) {
  return params.kind ? html`<${Filled} kind=${params.kind} all=${query.all === 'yes'} />` : html`<${Kinds} />`;
}

function Kinds() {
  const ready = useReady('recent');
  const kinds = useComputed(() => Object.keys(store.forms.current.value).filter((kind) => !OWN_SCREENS.has(kind)).sort());
  return html`<${Inner} title=${t('title.surveys')} backTo="/village">
    ${!ready && html`<${Opening} text=${t('opening')} />`}
    ${kinds.value.length ? html`<${List}>${kinds.value.map((kind) => html`<${Row} key=${kind} title=${words(store.form(kind)?.title) || kind}
      meta=${t('surveys.filled', { n: count(store.list(kind).length) })} next href=${`/surveys/${encodeURIComponent(kind)}`} />`)}<//>`
    : html`<${Blank} title=${t('surveys.none')} text=${t('surveys.none.what')} />`}
  <//>`;
}

/** @param {{kind: string, all: boolean}} props */
function Filled({ kind, all }) {
  const ready = useReady('all');
  const recs = useComputed(() => [...store.list(kind)].sort((a, b) => (a.at < b.at ? 1 : -1)));
  const title = words(store.form(kind)?.title) || kind;
  const by = (/** @type {import('../store/types.js').Rec} */ rec) => (rec.created_by === store.account.value?.id ? t('people.you') : store.name(rec.created_by) || t('people.someone'));
  const shown = all ? recs.value : recs.value.slice(0, SHOWN);
  const begun = begunDrafts().filter(({ value }) => value.kind === kind);
  // Each has a draft of its own: whoever begins another need not throw one away.
  const begin = () => go(`/record/new/edit?${new URLSearchParams({ new: kind, draft: store.newId() })}`);
  const dock = store.form(kind) && html`<${Button} kind="main" icon="plus" onTap=${begin}>${t('surveys.new')}<//>`;
  return html`<${Inner} title=${title} backTo="/surveys" dock=${dock}>
    ${begun.length > 0 && html`<${Group} title=${t('drafts.row', { n: begun.length })}><${DraftRows} drafts=${begun} /><//>`}
    ${shown.length > 0 && html`<${List}>${shown.map((rec) => html`<${Row} key=${rec.id} title=${aboutOf(rec) || title}
      meta=${joined([by(rec), whenOn(rec.client_at || rec.at)], ' · ')} next href=${`/record/${rec.id}`} />`)}<//>`}
    ${shown.length < recs.value.length && html`<${Button} kind="text" href=${`/surveys/${encodeURIComponent(kind)}?all=yes`}>${t('surveys.more', { n: count(recs.value.length - shown.length) })}<//>`}
    ${!ready && html`<${Opening} text=${t('opening')} />`}
    ${ready && !recs.value.length && !begun.length && html`<${Blank} title=${t('surveys.empty')} text=${t('surveys.empty.what')} />`}
  <//>`;
}

/**
 * Everything that can be recorded, by what one wants to do: kinds with how many there are and when the last one was; the
 * mechanisms they serve, one group a page.
 * Promises: reads this phone; counts only to find things again, never to compare people or villages.
 */
import { useComputed, useSignal } from '@preact/signals';
import { grouped, listOf } from '../../domain/pack/areas.js';
import { t, words } from '../../i18n.js';
import { store } from '../../store/store.js';
import { count, day } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Blank, Group, List, Row, Search } from '../../ui/parts.js';
import { DraftsRow, begunDrafts } from '../parts/drafts.js';
import { joined } from '../parts/labels.js';
import { inside } from '../parts/moments.js';
import { Opening, useReady } from '../parts/ready.js';
import { useFound } from './finding.js';
import { dayOf } from './line.js';
import { mechanismLine, mechanismsByGroup, useSettled } from './mechanisms.js';
import './words.js';

/** @typedef {{id: string, name: string, meta: string, href: string, state?: any}} Line */

/** When the last record of a kind happened; what is still to come is not the last. @param {import('../../store/types.js').Rec[]} list */
const lastOf = (list) => list.reduce((last, rec) => {
  const on = dayOf(rec) || rec.created_at.slice(0, 10);
  return on > last && on <= new Date().toISOString().slice(0, 10) ? on : last;
}, '');

/** @param {string} kind @returns {Line} */
function kindLine(kind) {
  const list = store.list(kind);
  const last = lastOf(list);
  return {
    id: kind, name: words(store.forms.shape(kind)?.title) || kind, href: listOf(kind),
    meta: list.length ? joined([t('work.n', { n: count(list.length) }), last && t('work.last', { day: inside(day(last)) })], ' · ') : '',
  };
}

/** @param {{query: Record<string, string>}} props */
export default function Work({ query }) {
  const ready = useReady('all');
  const typed = useSignal('');
  const kinds = useComputed(() => [...grouped(Object.keys(store.forms.current.value))].map(([group, some]) => ({ group, lines: some.map(kindLine) })));
  const mechanisms = useComputed(() => mechanismsByGroup());
  const all = useComputed(() => [...kinds.value.flatMap(({ lines }) => lines), ...[...mechanisms.value.values()].flat().map((one) => ({ id: `m/${one.id}`, name: words(one.title), meta: '', href: `/work/m/${one.id}` }))]);
  const found = useFound(all.value, typed.value);
  const area = query.area && mechanisms.value.get(/** @type {any} */ (query.area));
  if (area) return html`<${Mechanisms} group=${String(query.area)} list=${area} />`;
  const dock = html`<${Search} value=${typed.value} onInput=${(/** @type {string} */ text) => (typed.value = text)} label=${t('work.search')} placeholder=${t('work.search.hint')} clearLabel=${t('act.clear')} />`;
  return html`<${Inner} title=${t('title.work')} backTo="/village" dock=${dock}>
    ${!found && begunDrafts().length > 0 && html`<${List}><${DraftsRow} /><//>`}
    ${!found && html`<${List}><${Row} slim icon="file" title=${t('work.reports')} meta=${t('work.reports.what')} next href="/reports" /><//>`}
    ${!found && kinds.value.map(({ group, lines }) => html`<${Group} key=${group} title=${t(`work.group.${group}`)}><${List}>
      ${lines.map((line) => html`<${Line} key=${line.id} line=${line} />`)}
      ${(mechanisms.value.get(group)?.length ?? 0) > 0 && html`<${Row} key="m" slim icon="file" title=${t('work.mechanisms')} end=${t('work.mechanisms.n', { n: mechanisms.value.get(group)?.length ?? 0 })} next href=${`/work?area=${group}`} />`}
    <//><//>`)}
    ${found && found.size > 0 && html`<${List}>${all.value.filter(({ id }) => found.has(id)).map((line) => html`<${Line} key=${line.id} line=${line} />`)}<//>`}
    ${found && !found.size && html`<${Blank} title=${t('work.none', { query: typed.value.trim() })} text=${t('work.none.what')} />`}
    ${!ready && html`<${Opening} text=${t('opening')} />`}
  <//>`;
}

/** @param {{line: Line}} props */
const Line = ({ line }) => html`<${Row} slim title=${line.name} meta=${line.meta} state=${line.state} next href=${line.href} />`;

/** What is to be kept up in one group, with when it is next due. @param {{group: string, list: import('./mechanisms.js').Mechanism[]}} props */
function Mechanisms({ group, list }) {
  const ready = useReady('all');
  const settled = useSettled(list, ready);
  return html`<${Inner} title=${t(`work.group.${group}`)} backTo="/work">
    <p class="quiet">${t('work.mechanisms.what')}</p>
    <${List}>${list.map((one) => html`<${Line} key=${one.id} line=${mechanismLine(one, settled)} />`)}<//>
    ${!settled && html`<${Opening} text=${t('opening')} />`}
  <//>`;
}

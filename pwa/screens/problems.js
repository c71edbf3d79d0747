/**
 * The village's problems: what is open, what the township has, what is watched, what is closed.
 * Promises: oldest term first; the age of the township's answers is said when there is no network.
 */
import { useComputed, useSignal } from '@preact/signals';
import { byTerm, holder, isOpen, sorted } from '../domain/problem.js';
import { t } from '../i18n.js';
import { go } from '../routes.js';
import { store } from '../store/store.js';
import { count, today } from '../ui/format.js';
import { html } from '../ui/html.js';
import { Tab, syncing } from '../ui/layout.js';
import { Blank, Button, Group, Row, Segments } from '../ui/parts.js';
import { useGrowing } from './parts/growing.js';
import { when } from './parts/moments.js';
import { problemLine, problemState, problemTitle } from './parts/problem-words.js';
import { Opening, useReady } from './parts/ready.js';

/**
 * @typedef {import('../store/types.js').Rec} Rec
 * @typedef {'open' | 'township' | 'watch' | 'closed'} View
 */

const VIEWS = /** @type {const} */ (['open', 'township', 'watch', 'closed']);
const SECTIONS = /** @type {const} */ (['late', 'week', 'later']);

/** @param {Rec[]} problems @returns {Record<View, Rec[]>} */
const viewsOf = (problems) => ({
  open: problems.filter(isOpen),
  township: problems.filter((problem) => holder(problem) === 'township'),
  watch: problems.filter((problem) => holder(problem) === 'watch'),
  closed: problems.filter((problem) => holder(problem) === 'closed'),
});

/** @param {Rec} problem */
const row = (problem) => html`<li key=${problem.id}><${Row} title=${problemTitle(problem)} meta=${problemLine(problem)} state=${problemState(problem)} href=${`/problem/${problem.id}`} /></li>`;

/** @param {{problems: Rec[]}} props */
function ByTerm({ problems }) {
  const groups = byTerm(problems, today());
  return SECTIONS.map((name) => groups[name].length > 0 && html`<${Group} key=${name} title=${t(`problems.${name}`)} count=${t('count.things', { n: groups[name].length })}>
    <ul class="list lazy-rows">${groups[name].map(row)}</ul>
  <//>`);
}

/** @param {{problems: Rec[], name: string}} props */
function Flat({ problems, name }) {
  const day = (/** @type {Rec} */ problem) => problem.answers.closed_on ?? problem.answers.found_on ?? '';
  const list = name === 'closed' ? [...problems].sort((a, b) => (day(a) < day(b) ? 1 : -1)) : sorted(problems);
  const { shown, end } = useGrowing(`problems|${store.village.value}|${name}`, list.length);
  return html`<ul class="list lazy-rows">${list.slice(0, shown).map(row)}</ul>${end}`;
}

/** @param {{query: Record<string, string>}} props */
export default function Problems({ query }) {
  const ready = useReady('recent');
  const views = useComputed(() => viewsOf(store.list('problem')));
  const name = /** @type {View} */ (VIEWS.includes(/** @type {View} */ (query.view)) ? query.view : 'open');
  const older = useSignal(false);
  const list = views.value[name];
  const offline = syncing.value?.phase === 'offline' && syncing.value.lastAt;
  const choose = (/** @type {string} */ value) => go(value === 'open' ? '/problems' : `/problems?view=${value}`, { replace: true });
  const showOlder = async () => {
    await store.ready('all');
    older.value = true;
  };
  const dock = html`<${Button} kind="main" icon="plus" href="/problem-new">${t('problem.write')}<//>`;
  return html`<${Tab} title=${t('tab.problems')} place=${store.places.value.length > 1} current="/problems" dock=${dock}>
    <${Segments} label=${t('problems.which')} value=${name} onChange=${choose}
      options=${VIEWS.map((value) => ({ value, label: t(`problems.view.${value}`), count: count(views.value[value].length) }))} />
    ${offline && name === 'township' && html`<p class="quiet small">${t('problems.asOf', { time: when(offline) })}</p>`}
    ${!ready && !list.length && html`<${Opening} text=${t('opening')} />`}
    ${ready && !list.length && html`<${Blank} title=${t(`problems.empty.${name}`)} text=${t(`problems.emptyText.${name}`)} />`}
    ${list.length > 0 && (name === 'open' || name === 'township' ? html`<${ByTerm} problems=${list} />` : html`<${Flat} problems=${list} name=${name} />`)}
    ${ready && name === 'closed' && !older.value && html`<${Button} kind="line" low onTap=${() => void showOlder()}>${t('problems.older')}<//>`}
  <//>`;
}

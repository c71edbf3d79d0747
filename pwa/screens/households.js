/**
 * All households of the village: four views, by village group, and the search under the thumb.
 * Promises: everything is on this phone; a list of a thousand is drawn as one scrolls.
 */
import { signal, useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { groupName, houseName, isGone, line } from '../domain/household.js';
import { isOpen } from '../domain/problem.js';
import { isLongUnseen } from '../domain/tasks.js';
import { t } from '../i18n.js';
import { go } from '../routes.js';
import { store } from '../store/store.js';
import { count, today } from '../ui/format.js';
import { html } from '../ui/html.js';
import { Tab, Where, placeName } from '../ui/layout.js';
import { Banner, Blank, Button, Chip, Group, List, Row, Search, Segments } from '../ui/parts.js';
import { find, prepare } from './parts/finding.js';
import { useGrowing } from './parts/growing.js';
import { Spelling, Washed } from './parts/hits.js';
import { headName, homeState, labelsOf, lastSeen, longDays } from './parts/homes.js';
import { choiceLabel, joined } from './parts/labels.js';
import { Opening, useReady } from './parts/ready.js';
import { pullOf } from './parts/pulling.js';

/**
 * @typedef {import('../store/types.js').Rec} Rec
 * @typedef {import('../domain/search.js').Hit} Hit
 * @typedef {'all' | 'unseen' | 'monitored' | 'open'} View
 */

/** Nobody reads further: another letter is quicker. */
const HITS = 24;
const VIEWS = /** @type {const} */ (['all', 'unseen', 'monitored', 'open']);
/** What is typed stays while one looks at a home and comes back. */
const query = signal('');

/** The filters' sheet and rules, once they were asked for. @type {import('@preact/signals').Signal<typeof import('./homes/filters.js') | null>} */
const sieve = signal(null);
/** They were on when the app was left. */
const kept = () => localStorage.getItem('shibu.homes');
const bringSieve = async (open = true) => {
  sieve.value = await import('./homes/filters.js');
  if (open) sieve.value.open();
};

/** How many open problems each home has. @returns {Map<string, number>} */
function openByHome() {
  /** @type {Map<string, number>} */
  const open = new Map();
  for (const problem of store.list('problem')) {
    const home = problem.answers.from_household;
    if (home && isOpen(problem)) open.set(home, (open.get(home) ?? 0) + 1);
  }
  return open;
}

/** @param {Rec[]} homes @param {Map<string, number>} open @returns {Record<View, Rec[]>} */
function viewsOf(homes, open) {
  const now = today();
  if (!sieve.value?.wantsGone()) homes = homes.filter((home) => !isGone(home));
  return {
    all: homes,
    unseen: homes.filter((home) => isLongUnseen(home, lastSeen(home.id), now, longDays())),
    monitored: homes.filter((home) => home.answers.types?.includes('monitored')),
    open: homes.filter((home) => open.has(home.id)),
  };
}

/** By village group and house, as one walks. @param {Rec[]} homes @returns {[string, Rec[]][]} */
function byGroup(homes) {
  /** @type {Map<string, Rec[]>} */
  const groups = new Map();
  for (const home of homes) {
    const key = String(home.answers.group_no ?? '');
    const group = groups.get(key);
    if (group) group.push(home);
    else groups.set(key, [home]);
  }
  const order = (/** @type {string} */ key) => (key === '' ? Infinity : Number(key));
  for (const list of groups.values()) list.sort(byHouse);
  return [...groups].sort(([a], [b]) => order(a) - order(b));
}

const collator = new Intl.Collator('zh', { numeric: true });
/** @param {Rec} a @param {Rec} b */
const byHouse = (a, b) => collator.compare(String(a.answers.house_no ?? '~'), String(b.answers.house_no ?? '~')) || collator.compare(headName(a), headName(b));

/** @param {Rec} home @param {Map<string, number>} open */
const homeRow = (home, open) =>
  html`<${Row} key=${home.id} title=${headName(home)} meta=${line(home.answers, t, labelsOf(home))} state=${homeState(home, open.get(home.id) ?? 0)} href=${`/household/${home.id}`} />`;

/** @param {string} key */
const groupTitle = (key) => groupName(key, t) || t('households.noGroup');

/** @param {{homes: Rec[], open: Map<string, number>, name: string, only: string, onAll: () => void}} props */
function Homes({ homes, open, name, only, onAll }) {
  const chosen = only ? homes.filter((home) => String(home.answers.group_no ?? '') === only) : homes;
  const { shown, end } = useGrowing(`${store.village.value}|${name}|${only}`, chosen.length);
  let left = shown;
  return html`${byGroup(chosen).map(([key, list]) => {
    const part = list.slice(0, Math.max(0, left));
    left -= part.length;
    return part.length > 0 && html`<${Group} key=${key} title=${groupTitle(key)} count=${t('count.homes', { n: count(list.length) })}>
      <ul class="list lazy-rows">${part.map((home) => html`<li key=${home.id}>${homeRow(home, open)}</li>`)}</ul>
    <//>`;
  })}
  ${end}
  ${only && html`<${Button} kind="line" low onTap=${onAll}>${t('households.allGroups')}<//>`}
  ${!end && name === 'all' && html`<${List}><${Row} slim icon="plus" title=${t('households.add')} href="/record/new/edit?new=household" /><${Row} slim icon="house" title=${t('households.arrive')} href="/homes/arrive" /><//>`}`;
}

/** @param {{hit: Hit, open: Map<string, number>}} props */
function HomeHit({ hit, open }) {
  const home = store.get(hit.household);
  if (!home) return null;
  const label = labelsOf(home);
  const away = home.answers.presence && home.answers.presence !== 'resident' ? label('presence', home.answers.presence) : '';
  const where = joined([houseName(home.answers.house_no, t), away], ' · ');
  const meta = html`<span class="pinyin">${hit.pinyin.length > 0 && html`<${Spelling} hit=${hit} />`}${hit.pinyin.length > 0 && where && ' · '}${where}</span>`;
  return html`<${Row} title=${html`<${Washed} name=${headName(home)} hit=${hit} />`} meta=${meta} state=${homeState(home, open.get(home.id) ?? 0)} href=${`/household/${home.id}`} />`;
}

/** @param {{hit: Hit, open: Map<string, number>}} props */
function PersonHit({ hit, open }) {
  const home = store.get(hit.household);
  const person = store.get(hit.id);
  if (!home || !person) return null;
  const where = joined([groupName(home.answers.group_no, t), houseName(home.answers.house_no, t)], ' ');
  const relation = joined([choiceLabel(person, 'relation', person.answers.relation), isGone(person) ? choiceLabel(person, 'at_home', person.answers.at_home) : '']);
  const meta = html`<span class="pinyin">${where}${where && ' · '}${relation} <${Washed} name=${person.answers.name} hit=${hit} /></span>`;
  return html`<${Row} title=${headName(home)} meta=${meta} state=${homeState(home, open.get(home.id) ?? 0)} href=${`/household/${home.id}`} />`;
}

/** @param {{found: {homes: Hit[], people: Hit[], near: Hit[]}, open: Map<string, number>, asked: string}} props */
function Found({ found, open, asked }) {
  if (!found.homes.length && !found.people.length && !found.near.length) {
    return html`<${Blank} scene="homes" title=${t('households.noHit', { query: asked })} text=${t('households.noHitText')}
      action=${html`<${Button} kind="tone" low icon="plus" href="/record/new/edit?new=household">${t('households.add')}<//>`} />`;
  }
  /** @type {Map<string, Hit[]>} */
  const groups = new Map();
  for (const hit of found.homes.slice(0, HITS)) {
    const key = String(store.get(hit.household)?.answers.group_no ?? '');
    groups.set(key, [...(groups.get(key) ?? []), hit]);
  }
  return html`${[...groups].map(([key, hits]) => html`<${Group} key=${key} title=${groupTitle(key)} count=${t('count.homes', { n: hits.length })}>
      <${List}>${hits.map((hit) => html`<${HomeHit} key=${hit.id} hit=${hit} open=${open} />`)}<//>
    <//>`)}
    ${found.people.length > 0 && html`<${Group} title=${t('households.byPeople')} count=${t('count.homes', { n: new Set(found.people.map((hit) => hit.household)).size })}>
      <${List}>${found.people.slice(0, HITS).map((hit) => html`<${PersonHit} key=${hit.id} hit=${hit} open=${open} />`)}<//>
    <//>`}
    ${found.near.length > 0 && html`<${Group} title=${t('households.near')}>
      <${List}>${found.near.slice(0, HITS).map((hit) => html`<${hit.id === hit.household ? HomeHit : PersonHit} key=${hit.id} hit=${hit} open=${open} />`)}<//>
    <//>`}
    ${(found.homes.length > HITS || found.people.length > HITS) && html`<p class="quiet small">${t('households.moreHits')}</p>`}`;
}

/** The list has not come yet, or there is none. @param {{ready: boolean}} props */
function NoHomes({ ready }) {
  const pull = pullOf(store.village.value);
  if (!ready) return html`<${Opening} text=${t('opening.village', { name: placeName() })} />`;
  if (pull.coming) {
    return html`<${Blank} scene="homes" title=${t('households.notHere')} text=${pull.rows ? t('households.coming', { n: count(pull.rows) }) : t('households.notHereText')} />`;
  }
  return html`<${Blank} scene="homes" title=${t('households.none')} text=${t('households.noneText')} />`;
}

/** @param {HTMLInputElement | null} field */
const readyToType = (field) => field?.addEventListener('focus', prepare, { once: true });

/** @param {{query: Record<string, string>}} props */
export default function Households({ query: asked }) {
  const ready = useReady('hot');
  const found = useComputed(() => find(query.value));
  const homes = store.list('household').filter((home) => !isGone(home));
  const open = useComputed(openByHome);
  const views = useComputed(() => viewsOf(store.list('household'), open.value));
  const first = /** @type {View} */ (VIEWS.includes(/** @type {View} */ (asked.view)) ? asked.view : 'all');
  const view = useSignal(first);
  const name = asked.view ? first : view.value;
  useEffect(() => {
    if (kept()) void bringSieve(false);
  }, []);
  const some = sieve.value ? sieve.value.sift(views.value[name]) : views.value[name];
  const only = asked.group ?? '';
  const choose = (/** @type {string} */ value) => {
    view.value = /** @type {View} */ (value);
    go(value === 'all' ? '/households' : `/households?view=${value}`, { replace: true });
  };
  const searching = query.value.trim() !== '';
  const n = count(homes.length);
  const resident = homes.filter((home) => home.answers.presence === 'resident').length;
  const hits = found.value.homes.length + new Set([...found.value.people, ...found.value.near].map((hit) => hit.household)).size;
  const sub = !homes.length ? '' : searching ? t('households.found', { n, hits }) : resident ? t('households.resident', { n, resident: count(resident) }) : t('count.homes', { n });
  const dock = homes.length
    ? html`<${Search} value=${query.value} onInput=${(/** @type {string} */ value) => (query.value = value)} label=${t('households.search')}
        placeholder=${t('households.placeholder')} clearLabel=${t('act.clear')} inputRef=${readyToType} />`
    : html`<${Button} kind="main" icon="plus" href="/record/new/edit?new=household">${t('households.first')}<//>`;
  return html`<${Tab} title=${t('tab.households')} sub=${[html`<${Where} />`, sub]} sync=${false} current="/households" dock=${dock}>
    ${!homes.length && html`<${NoHomes} ready=${ready} />`}
    ${homes.length > 0 && searching && html`<${Found} found=${found.value} open=${open.value} asked=${query.value.trim()} />`}
    ${homes.length > 0 && !searching && html`
      <${Segments} label=${t('households.which')} value=${name} onChange=${choose}
        options=${VIEWS.map((value) => ({ value, label: t(`households.view.${value}`), count: count(views.value[value].length) }))} />
      ${pullOf(store.village.value).coming && html`<${Banner} icon="new" title=${t('households.stillComing', { n: count(pullOf(store.village.value).rows) })} text=${t('households.stillComingText')} />`}
      ${sieve.value ? html`<${sieve.value.Filters} homes=${views.value[name]} />` : html`<div class="chips"><${Chip} plain icon="down" onTap=${() => void bringSieve()}>${t('households.filter')}<//></div>`}
      ${some.length > 0
        ? html`<${Homes} homes=${some} open=${open.value} name=${name} only=${only} onAll=${() => choose(name)} />`
        : views.value[name].length > 0 ? null : html`<${Blank} scene="homes" title=${t(`households.empty.${name}`)} text=${t(`households.emptyText.${name}`)} />`}`}
  <//>`;
}

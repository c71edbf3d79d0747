/**
 * All records of one kind: drafts on top, the newest first, by state or category, found by title.
 * Promises: works without a network; whatever the address filters by is said and can be taken away, and is written into the
 * next one that is begun here.
 */
import { useComputed, useSignal } from '@preact/signals';
import { listOf } from '../../domain/pack/areas.js';
import { t, words } from '../../i18n.js';
import { go } from '../../routes.js';
import { store } from '../../store/store.js';
import { count } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Blank, Button, Chip, Chips, Group, List, Row, Search } from '../../ui/parts.js';
import { DraftRows } from '../parts/draft-rows.js';
import { begunDrafts } from '../parts/drafts.js';
import { useGrowing } from '../parts/growing.js';
import { choiceLabel, nameOf, questionLabel } from '../parts/labels.js';
import { Opening, useReady } from '../parts/ready.js';
import { Above, besideOf } from './beside.js';
import { useFound } from './finding.js';
import { dayOf, lineOf, titleOf } from './line.js';
import { holdsAll } from './mechanisms.js';
import './words.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** Few records are seen at once; more of them are searched. */
const MANY = 8;
/** More choices than these are not read at a glance. */
const CHIPS = 7;
/** Words of the address that are not answers. */
const OWN = new Set(['by']);

/** Newest first; what has no day stands by when it was written. @param {Rec} a @param {Rec} b */
const newest = (a, b) => ((dayOf(b) || b.created_at) < (dayOf(a) || a.created_at) ? -1 : (dayOf(b) || b.created_at) > (dayOf(a) || a.created_at) ? 1 : a.id < b.id ? 1 : -1);

/** A choice by its words; yes and no with what they answer. @param {string} kind @param {string} path @param {string} value */
const told = (kind, path, value) => (['yes', 'no'].includes(value) ? t('work.answered', { question: questionLabel({ kind }, path), answer: choiceLabel({ kind }, path, value) }) : choiceLabel({ kind }, path, value));

/** What the address asks for, as answers. @param {Record<string, string>} query @returns {Record<string, string>} */
const filterOf = (query) => Object.fromEntries(Object.entries(query).filter(([path]) => !OWN.has(path)));

/** A new one, begun with what the list is narrowed to; each has a draft of its own. @param {string} kind @param {Record<string, string>} filter */
export function begin(kind, filter) {
  const told = Object.entries(filter).map(([path, value]) => [`p.${path}`, value]);
  go(`/record/new/edit?${new URLSearchParams([['new', kind], ['draft', store.newId()], ...told])}`);
}

/** The question a list is cut by: its state, else its category, else nothing. @param {string} kind @param {Rec[]} list @param {Record<string, string>} filter */
function cutOf(kind, list, filter) {
  const form = store.form(kind);
  const path = [form?.envelope.status, form?.envelope.category].find((one) => one && !(one in filter) && new Set(list.map((rec) => rec.answers[one]).filter(Boolean)).size > 1);
  if (!form || !path) return null;
  const choices = form.lists[form.questions.find((question) => question.path === path)?.list ?? ''] ?? [];
  const values = choices.map(({ name }) => ({ value: name, n: list.filter((rec) => [rec.answers[path]].flat().includes(name)).length })).filter(({ n }) => n > 0);
  return values.length > 1 ? { path, values } : null;
}

/** @param {{params: Record<string, string>, query: Record<string, string>}} props */
export default function Kind({ params, query }) {
  const { kind = '' } = params;
  const ready = useReady('all');
  const filter = filterOf(query);
  const key = JSON.stringify([kind, filter]);
  const typed = useSignal('');
  const chosen = useSignal('');
  const all = useSignal(false);
  const sorted = useComputed(() => store.list(kind).filter((rec) => holdsAll(rec, filter)).sort(newest));
  const titled = useComputed(() => sorted.value.map((rec) => ({ id: rec.id, name: titleOf(rec) })));
  const found = useFound(titled.value, typed.value);
  const cut = cutOf(kind, sorted.value, filter);
  const shown = sorted.value.filter((rec) => (!found || found.has(rec.id)) && (!cut || !chosen.value || [rec.answers[cut.path]].flat().includes(chosen.value)));
  const { shown: n, end } = useGrowing(`work/${key}/${chosen.value}`, shown.length);
  const begun = begunDrafts().filter(({ value }) => value.kind === kind);
  const form = store.form(kind);
  const title = words(store.forms.shape(kind)?.title) || kind;
  const beside = besideOf(kind);
  const searched = sorted.value.length > MANY;
  const dock = html`${searched && html`<${Search} value=${typed.value} onInput=${(/** @type {string} */ text) => (typed.value = text)} label=${t('work.search.in')} placeholder=${t('work.search.letters')} clearLabel=${t('act.clear')} />`}
    ${form && html`<${Button} kind="main" icon="plus" onTap=${() => begin(kind, filter)}>${t('work.new')}<//>`}`;
  const few = !cut || all.value || cut.values.length <= CHIPS ? cut?.values ?? [] : [...cut.values].sort((a, b) => b.n - a.n).slice(0, CHIPS - 1);
  const options = cut && [{ value: '', label: t('work.all'), count: count(sorted.value.length) }, ...few.map(({ value, n: some }) => ({ value, label: told(kind, cut.path, value), count: count(some) }))];
  return html`<${Inner} key=${key} title=${title} backTo="/work" dock=${dock} dockKind=${searched ? 'stack' : ''}>
    <${Narrowed} kind=${kind} filter=${filter} />
    ${begun.length > 0 && html`<${Group} title=${t('drafts.row', { n: begun.length })}><${DraftRows} drafts=${begun} /><//>`}
    ${beside && html`<${Above} kind=${kind} />`}
    ${options && html`<div class="chips-and-rest"><${Chips} label=${questionLabel({ kind }, cut?.path ?? '')} value=${chosen.value} onChange=${(/** @type {string} */ value) => (chosen.value = value)} options=${options} />
      ${few.length < (cut?.values.length ?? 0) && html`<${Chip} plain onTap=${() => (all.value = true)}>${t('work.rest', { n: (cut?.values.length ?? 0) - few.length })}<//>`}</div>`}
    ${shown.length > 0 && html`<${List} label=${title}>${shown.slice(0, n).map((rec) => html`<${Row} key=${rec.id} ...${lineOf(rec)} next=${!lineOf(rec).state} href=${hrefOf(rec)} />`)}<//>${end}`}
    ${found && !shown.length && html`<p class="quiet">${t('work.none', { query: typed.value.trim() })}</p>`}
    ${!ready && html`<${Opening} text=${t('opening')} />`}
    ${ready && !sorted.value.length && !begun.length && html`<${Blank} title=${t('work.empty')} text=${t('work.empty.what')} />`}
  <//>`;
}

/** @param {Rec} rec */
const hrefOf = (rec) => (rec.kind === 'household' || rec.kind === 'person' || rec.kind === 'problem' ? `/${rec.kind}/${rec.id}` : `/record/${rec.id}`);

/** What the list is narrowed to, each of which can be taken away. @param {{kind: string, filter: Record<string, string>}} props */
function Narrowed({ kind, filter }) {
  const paths = Object.keys(filter);
  if (!paths.length) return null;
  const without = (/** @type {string} */ path) => {
    const rest = new URLSearchParams(Object.entries(filter).filter(([one]) => one !== path)).toString();
    go(`${listOf(kind)}${rest && `?${rest}`}`, { replace: true });
  };
  const said = (/** @type {string} */ path) => told(kind, path, filter[path] ?? '') || nameOf(filter[path] ?? '');
  return html`<${Chips} label=${t('work.narrowed')}>${paths.map((path) => html`<${Chip} key=${path} plain icon="close" label=${t('work.widen', { what: said(path) })} onTap=${() => without(path)}>${said(path)}<//>`)}<//>`;
}

/**
 * Any record, to be looked at: what was answered, by the pages of the form it was written with, with remarks and what was
 * put off. Promises: reads this phone; nothing here changes an answer; each row leads to its field.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { todayOf } from '../domain/dates.js';
import { isEmpty } from '../form/entry.js';
import { Interview } from '../form/interview.js';
import { laterMarks } from '../form/marks.js';
import { markdown, plain } from '../form/markdown.js';
import { drawn, pagesOf } from '../form/pages.js';
import { isOdd } from '../form/review.js';
import { formOf } from '../form/session.js';
import { widgetOf } from '../form/widgets/index.js';
import { unitOf } from '../form/widgets/number.js';
import { Plain } from '../form/widgets/plain.js';
import { Odd } from '../form/widgets/repeat.js';
import { answerText, entryText } from '../form/widgets/told.js';
import { nameOf } from '../form/contents.js';
import { lang, t, words } from '../i18n.js';
import { back } from '../routes.js';
import { localTime } from '../store/changes.js';
import { store } from '../store/store.js';
import { html } from '../ui/html.js';
import { Inner } from '../ui/layout.js';
import { Blank, Button, Group, Icon, List, Row, Tap } from '../ui/parts.js';
import { formerAnswers } from './parts/former.js';
import { History } from './parts/history.js';
import { MaskedRow, isMasked } from './parts/masked.js';
import { whenOn } from './parts/moments.js';
import { aboutOf, named } from './parts/named.js';
import { Opening, useReady } from './parts/ready.js';
import { listOf, recordOf } from '../domain/pack/areas.js';
import { referredIn, titled } from '../form/widgets/referred.js';
import { loadMade } from './work/acting.js';
import { Life, mainAct } from './work/life.js';
import { OWN } from './work/own.js';
import { Asked } from './review/parts.js';
import { conflictField, whoDiffer } from './parts/versions.js';
import { OwnReceipt } from './safe/receipt.js';
import { Under } from './work/under.js';

/**
 * @typedef {import('../store/types.js').Rec} Rec
 * @typedef {import('../form/definition.js').Definition} Definition
 */

/** Values this short stand at the end of their row. */
const SHORT = 10;
/** Nothing here opens entries or settles conflicts. */
const AROUND = { openEntry: () => undefined, conflict: () => null, last: () => '' };

/** Where an answer is put right. @param {Rec} rec @param {string} [path] @param {string} [place] */
export function editOf(rec, path = '', place = '') {
  const query = new URLSearchParams({ ...(path ? { at: path } : {}), ...(place ? { place } : {}) }).toString();
  return `${rec.kind === 'household' ? `/household/${rec.id}/edit` : `/record/${rec.id}/edit`}${query && `?${query}`}`;
}

/** What was said on a visit names nothing, its home does; anything else is called by what it is about. @param {Rec} rec @param {Definition} definition */
const headingOf = (rec, definition) => (rec.kind === 'visit' ? named(rec, definition) : [...new Set([aboutOf(rec), words(definition.title)])].filter(Boolean).join(' · '));

/** @param {{params: Record<string, string>, query: Record<string, string>}} props */
export default function Record({ params, query }) {
  const all = useSignal(false);
  const ready = useReady('recent');
  const rec = store.get(params.id ?? '');
  useEffect(() => {
    if (ready && !rec) void store.ready('all').then(() => (all.value = true), () => (all.value = true));
  }, [ready, !rec]);
  const form = useSignal(/** @type {Definition | 'unknown' | null} */ (null));
  useEffect(() => void loadMade(), []);
  useEffect(() => {
    if (rec) void formOf({ kind: rec.kind, key: '', href: '', rec }).then((found) => (form.value = found ?? 'unknown'));
  }, [rec?.form]);
  const frame = (/** @type {any} */ inside) => html`<${Inner} title=${t('title.record')} backTo="/today" hideTitle=${!inside}>${inside}<//>`;
  if (!rec) return ready && all.value ? frame(html`<${Blank} title=${t('form.lost')} text=${t('form.lost.what')} />`) : frame(html`<${Opening} text=${t('opening')} />`);
  if (form.value === null) return frame(html`<${Opening} text=${t('opening')} />`);
  if (form.value === 'unknown') return frame(html`<${Blank} title=${t('form.unknown')} text=${t('form.unknown.what')} />`);
  const title = headingOf(rec, form.value);
  if (query.view === 'history') return html`<${History} rec=${rec} title=${title} backTo=${`/record/${rec.id}`} />`;
  const Own = query.view === 'all' ? undefined : OWN[rec.kind];
  if (Own) return html`<${Own} key=${rec.id} rec=${rec} definition=${form.value} />`;
  return html`<${Looked} key=${rec.id} rec=${rec} definition=${form.value} title=${title} />`;
}

/** @param {{rec: Rec, definition: Definition, title: string}} props */
function Looked({ rec, definition, title }) {
  const interview = useMemo(() => new Interview(definition, rec.answers, { id: rec.id, still: true, now: localTime(), today: todayOf(), lang: lang.value }), [definition, rec.answers, lang.value]);
  const pages = pagesOf(definition);
  const later = laterMarks(interview);
  const former = useMemo(() => formerAnswers(rec, definition), [definition, rec.answers, lang.value, store.forms.more.value]);
  const [first] = later;
  const home = store.get(String(rec.answers.household ?? ''));
  const backTo = home ? `/household/${home.id}` : OWN[rec.kind] ? `/record/${rec.id}` : listOf(rec.kind);
  const act = OWN[rec.kind] ? undefined : mainAct(rec);
  const looks = store.role.value === 'township_leader';
  const change = first && html`<${Button} icon="pen" href=${editOf(rec)}>${t('record.change')}<//>`;
  const name = rec.by === store.account.value?.id ? t('people.you') : store.name(rec.by) || t('people.someone');
  const shown = pages.map((page) => ({ name: nameOf(page, '', definition.title), rows: page.paths.flatMap((path) => rowsOf(interview, rec, path, '', page.paths.length === 1)) }));
  return html`<${Inner} title=${title} backTo=${backTo} onBack=${() => back(backTo)} end=${html`<${Tap} icon="clock" label=${t('history.title')} href=${`/record/${rec.id}?view=history`} />`}
    dock=${looks ? null : act
      ? html`${change || html`<${Button} icon="pen" href=${editOf(rec)}>${t('record.change')}<//>`}<${Button} key=${act.name} kind="main" onTap=${() => void act.run()}>${t(`work.act.${act.name}`)}<//>`
      : html`${change}<${Button} kind="main" icon=${first ? 'clock' : 'pen'} href=${editOf(rec, first?.path, first?.place)}>${t(first ? 'record.goOn' : 'record.change')}<//>`}>
    <${Elsewhere} rec=${rec} definition=${definition} />
    ${!OWN[rec.kind] && html`<${Life} rec=${rec} />`}
    ${later.length > 0 && html`<${Group} title=${t('form.later.list', { n: later.length })}><${List}>${later.map(({ path, place, label }) =>
      html`<${Row} key=${`${path}@${place}`} slim icon="clock" title=${plain(label)} href=${editOf(rec, path, place)} />`)}<//><//>`}
    ${shown.filter(({ rows }) => rows.length).map(({ name: heading, rows }, n) => html`<${Group} key=${n} title=${heading}><div class="list">${rows}</div><//>`)}
    ${former.length > 0 && html`<${Group} title=${t('record.former')}><div class="list">${former.map(({ path, label, text }) => html`<${Row} key=${path} slim title=${label} meta=${text} />`)}</div><//>`}
    ${!former.length && shown.every(({ rows }) => !rows.length) && html`<p class="quiet">${t('record.nothing')}</p>`}
    <${Under} rec=${rec} />
    <${OwnReceipt} id=${rec.id} />
    <p class="quiet small">${t('record.lastChanged', { name, time: whenOn(rec.client_at || rec.at) })}</p>
  <//>`;
}

/** Two versions of what has no row of its own among the answers: an entry, a group, the record itself. @param {{rec: Rec, definition: Definition}} props */
function Elsewhere({ rec, definition }) {
  const rows = new Set(definition.questions.filter((question) => !question.repeat).map((question) => question.path));
  const open = store.conflictsOf(rec.id).filter((one) => !rows.has(one.answers.question));
  return open.length > 0 && html`<${List}>${open.map((one) => html`<${Row} key=${one.id} icon="two" title=${t('household.twoVersions', { field: conflictField(one) })} meta=${whoDiffer(one)} href=${`/conflict/${one.id}`} />`)}<//>`;
}

/** Where a record that an answer names is looked at. @param {any} id */
function hrefOf(id) {
  const rec = id ? store.get(String(id)) : undefined;
  return rec && rec.kind !== 'colleague' ? recordOf(rec.kind, rec.id) : undefined;
}

/** What was answered at a path: a row, or the rows of a repeat's entries. @param {Interview} interview @param {Rec} rec @param {string} path @param {string} place
 * @param {boolean} [bare] its name stands above it already @returns {any[]} */
function rowsOf(interview, rec, path, place, bare = false) {
  const question = interview.graph.question(path);
  const at = interview.tree.atOf(path, place);
  if (!at || !interview.relevant(path, at)) return [];
  if (question.type === 'repeat') {
    const refer = referredIn(interview, path);
    const rows = interview.tree.entries(path, at).map((entry, n) => refer
      ? html`<${Row} key=${entry.id} slim title=${entry[refer.at] ? titled(entry[refer.at]) : (entry[refer.name] ?? '')} href=${hrefOf(entry[refer.at])} />`
      : html`<${Entry} key=${entry.id} interview=${interview} rec=${rec} repeat=${path} place=${place} n=${n} />`);
    return rows.length && !bare ? [html`<h3 key=${`${path}@${place}`} class="nth">${plain(interview.state(path, place).label)}</h3>`, ...rows] : rows;
  }
  const record = interview.graph.instead.get(path);
  if (question.holds === 'nothing' || (record && !isEmpty(interview.tree.get(record, at)))) return [];
  const remark = interview.remark(path, place);
  if (isEmpty(interview.tree.get(path, at)) && !remark) return [];
  const row = html`<${Answer} key=${`${path}@${place}`} interview=${interview} rec=${rec} path=${path} place=${place} />`;
  const { wrong } = interview.state(path, place);
  return [row, html`<${Asked} key=${`${path}@${place}?`} rec=${rec} path=${path} place=${place} />`,
    wrong && html`<p key=${`${path}@${place}!`} class="remarked wrong"><${Icon} name="late" /><span>${wrong.words || t(`form.wrong.${wrong.code}`)}</span></p>`,
    remark && html`<p key=${`${path}@${place}#`} class="remarked"><${Icon} name="pen" label=${t('form.remark')} /><span>${remark}</span></p>`].filter(Boolean);
}

/** One entry: what the editor's row says; at a tap, what was answered in it. @param {{interview: Interview, rec: Rec, repeat: string, place: string, n: number}} props */
function Entry({ interview, rec, repeat, place, n }) {
  const open = useSignal(false);
  const at = interview.tree.atOf(repeat, place) ?? [];
  const entry = interview.tree.entries(repeat, at)[n] ?? {};
  const paths = drawn(interview.graph, repeat);
  const [title, meta] = entryText(interview, paths.map((path) => interview.graph.question(path)).filter(({ holds, name }) => holds !== 'nothing' && !isMasked(name)), entry, repeat);
  const none = title === t('form.entry.empty');
  const inside = place ? `${place}/${entry.id}` : entry.id;
  const rows = open.value ? paths.flatMap((path) => rowsOf(interview, rec, path, inside)) : [];
  return html`<button type="button" class="row slim" aria-expanded=${String(open.value)} onClick=${() => (open.value = !open.value)}>
      <span class="text"><b>${none ? t('form.entry.nth', { n: n + 1 }) : title}</b>${(none || meta) && html`<span class="meta">${none ? title : meta}</span>`}</span>
      ${isOdd(interview, repeat, [...at, n]) && html`<${Odd} />`}<${Icon} name="down" /></button>
    ${rows.length > 0 && html`<div class="list inside">${rows}</div>`}`;
}

/** @param {{interview: Interview, rec: Rec, path: string, place: string}} props */
function Answer({ interview, rec, path, place }) {
  const state = interview.state(path, place);
  const { question, value } = state;
  const asked = interview.graph.instead.get(path) ?? path;
  const label = markdown(interview.state(asked, place).label || question.name, true);
  const href = state.readOnly ? undefined : editOf(rec, asked, place);
  const conflict = place ? undefined : store.conflictsOf(rec.id).find((one) => one.answers.question === path);
  if (conflict) return html`<${Row} slim icon="two" title=${label} meta=${t('answer.twoVersions')} href=${`/conflict/${conflict.id}`} />`;
  if (isEmpty(value)) return html`<${Row} slim title=${label} end="—" href=${href} next=${false} />`;
  if (isMasked(question.name)) return html`<${MaskedRow} name=${question.name} label=${label} value=${String(value)} />`;
  if (question.refers) return html`<${Row} slim title=${label} meta=${titled(String(value))} href=${hrefOf(value)} />`;
  const { Widget } = widgetOf(interview, { ...state, readOnly: true });
  if (Widget !== Plain) return html`<div class="looked"><b>${label}</b><${Widget} interview=${interview} state=${{ ...state, readOnly: true }} around=${AROUND} id=${`look-${path}-${place}`} /></div>`;
  const text = [answerText(interview, question, value), unitOf(state)].filter(Boolean).join(' ');
  const short = [...text].length <= SHORT;
  return html`<${Row} slim title=${label} end=${short ? text : ''} meta=${short ? '' : text} href=${href} next=${false} />`;
}

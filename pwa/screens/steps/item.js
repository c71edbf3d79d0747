/**
 * One item of a step: where it stands and why, the records that are its evidence, the shortest way to the next one, its hand.
 * Promises: what records say is told apart from what somebody wrote; every mark can be taken back; nothing is required but why
 * something does not apply.
 */
import './words.js';
import { useSignal } from '@preact/signals';
import { recordOf } from '../../domain/pack/areas.js';
import { makeAddress } from '../../domain/pack/steps.js';
import { t, words } from '../../i18n.js';
import { back } from '../../routes.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Blank, Button, Group, List, Row, State } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { joined, nameOf } from '../parts/labels.js';
import { whenOn } from '../parts/moments.js';
import { Opening } from '../parts/ready.js';
import { dayOf, inEnvelope, lineOf } from '../work/line.js';
import { useSteps } from './reading.js';
import { makeWords, nth, standing } from './said.js';
import { MarkSheet, mark, OwnSheet } from './sheets.js';

/** @typedef {import('../../domain/pack/steps.js').Item} Item */

/** As many records as one looks through; the rest comes with a tap. */
const SHOWN = 10;
/** Nobody looks through more; a list of the kind has them all. */
const MOST = 200;

/** Why it stands as it does. @param {{item: Item}} props */
function Why({ item }) {
  const { told } = item;
  const rec = told.record ? store.get(told.record) : undefined;
  const by = rec && (rec.by === store.account.value?.id ? t('people.you') : store.name(rec.by) || t('people.someone'));
  const said = told.state === 'na' ? told.na_reason : told.note;
  const hand = told.by === 'hand' && by ? t('steps.why.hand', { name: by, time: whenOn(rec.client_at || rec.at) }) : '';
  const from = told.by === 'evidence' ? (told.n ? '' : t(item.make?.kind ? 'steps.why.roll' : 'steps.why.notes')) : hand || t('steps.why.none');
  return html`<div class="card"><${State} ...${standing(told.state)} />${said && html`<p class="said">${said}</p>`}${from && html`<p class="by">${from}</p>`}</div>`;
}

/** @param {{item: Item}} props */
function Evidence({ item }) {
  const all = useSignal(false);
  const recs = (item.told.n ? item.told.evidence() : []).map((id) => store.get(id)).filter((rec) => rec !== undefined);
  if (!recs.length) return null;
  const on = new Map(recs.map((rec) => [rec, dayOf(rec) || rec.created_at.slice(0, 10)]));
  const sorted = recs.sort((a, b) => ((on.get(a) ?? '') < (on.get(b) ?? '') ? 1 : -1));
  const shown = all.value ? sorted.slice(0, MOST) : sorted.slice(0, SHOWN);
  return html`<${Group} title=${t('steps.evidence')} count=${t('steps.records', { n: recs.length })}><${List}>${shown.map((rec) => {
    const line = lineOf(rec, { kind: true });
    const whose = nameOf(String(inEnvelope(rec, 'parent') ?? ''));
    return html`<${Row} key=${rec.id} slim title=${line.title} meta=${joined([whose === line.title ? '' : whose, line.meta], ' · ')} href=${recordOf(rec.kind, rec.id)} />`;
  })}<//>
  ${!all.value && recs.length > SHOWN && html`<${Button} kind="text" onTap=${() => (all.value = true)}>${t('steps.more', { n: Math.min(recs.length, MOST) - SHOWN })}<//>`}<//>`;
}

/** What one may say of it by hand. @param {{item: Item, step: number}} props */
function Hand({ item, step }) {
  const asking = useSignal(/** @type {'' | 'done' | 'doing' | 'na' | 'title'} */ (''));
  const { told } = item;
  const close = () => (asking.value = '');
  const takeBack = () => void mark(item, step, { state: 'todo', na_reason: null, note: null });
  const remove = async () => {
    const saved = await store.remove(/** @type {string} */ (told.record));
    back(`/steps/${step}`);
    offerUndo(t('steps.removed'), () => store.undo(saved));
  };
  const may = (/** @type {string} */ state) => told.state !== state || told.by === 'hand';
  return html`<${Group} title=${t('steps.hand')}><${List}>
      ${may('done') && html`<${Row} slim icon="done" title=${t('steps.mark.done')} onTap=${() => (asking.value = 'done')} />`}
      ${may('doing') && told.state !== 'done' && html`<${Row} slim icon="half" title=${t('steps.mark.doing')} onTap=${() => (asking.value = 'doing')} />`}
      <${Row} slim icon="none" title=${t('steps.mark.na')} onTap=${() => (asking.value = 'na')} />
      ${told.record && told.by === 'hand' && html`<${Row} slim icon="return" title=${t('steps.mark.back')} next=${false} onTap=${takeBack} />`}
      ${item.local && html`<${Row} slim icon="pen" title=${t('steps.own.rename')} onTap=${() => (asking.value = 'title')} />`}
      ${item.local && html`<${Row} slim icon="erase" title=${t('steps.own.remove')} next=${false} onTap=${() => void remove()} />`}
    <//>
    ${asking.value === 'title' && html`<${OwnSheet} step=${step} item=${item} onClose=${close} />`}
    ${asking.value && asking.value !== 'title' && html`<${MarkSheet} item=${item} step=${step} state=${asking.value} onClose=${close} />`}<//>`;
}

/** @param {{params: Record<string, string>}} props */
export default function ItemPage({ params }) {
  const number = Number(params.n);
  const worked = useSteps(number);
  const item = worked?.steps[0]?.parts.flatMap(({ items }) => items).find(({ id }) => id === params.item);
  const up = `/steps/${number}`;
  if (worked === undefined || worked?.complete === false) return html`<${Inner} title=${nth(number)} backTo=${up}><${Opening} text=${t('steps.opening')} /><//>`;
  if (!item) return html`<${Inner} title=${nth(number)} backTo=${up}><${Blank} title=${t('steps.lost')} /><//>`;
  const href = makeAddress(item.make);
  const dock = href && html`<${Button} kind="main" icon="pen" href=${href}>${makeWords(item)}<//>`;
  const hint = words(item.hint);
  return html`<${Inner} title=${nth(number)} backTo=${up} dock=${dock} tight=${false}>
    <div class="who"><h2 class="question">${words(item.title)}</h2>${hint && html`<p>${hint}</p>`}</div>
    <${Why} item=${item} />
    <${Evidence} item=${item} />
    <${Hand} item=${item} step=${number} />
  <//>`;
}

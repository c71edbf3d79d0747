/**
 * One step: what it is for, what is missing first, then what is begun, then, folded, what is there; and the village's own items.
 * Promises: any item at any time; the button begins the next record in one tap; works without a network.
 */
import './words.js';
import { useSignal } from '@preact/signals';
import { makeAddress, nextItem } from '../../domain/pack/steps.js';
import { t, words } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Blank, Button, Group, Icon, List, More, Row, Tag } from '../../ui/parts.js';
import { Opening } from '../parts/ready.js';
import { useSteps } from './reading.js';
import { has, makeWords, meta, nth, standing } from './said.js';
import { OwnSheet } from './sheets.js';

/** @typedef {import('../../domain/pack/steps.js').Item} Item */
/** @typedef {import('../../domain/pack/steps.js').Part} Part */

/** @param {{item: Item, step: number}} props */
const ItemRow = ({ item, step }) => html`<${Row} slim title=${words(item.title)} meta=${meta(item)} state=${standing(item.told.state)} href=${`/steps/${step}/${item.id}`} />`;

/** @param {{part: Part, step: number, own: boolean}} props */
function PartList({ part, step, own }) {
  const open = useSignal(false);
  const there = part.items.filter(({ told }) => told.state === 'done');
  const rest = part.items.filter(({ told }) => told.state !== 'done');
  const folded = there.length > 1 || (there.length === 1 && rest.length > 0);
  const rows = folded && !open.value ? rest : [...rest, ...there];
  const toggle = () => (open.value = !open.value);
  return html`<${Group} title=${own ? t('steps.own') : words(part.title)} count=${has(part)}><${List}>
    ${rows.map((item) => html`<${ItemRow} key=${item.id} item=${item} step=${step} />`)}
    ${folded && html`<button key="fold" type="button" class="row slim" aria-expanded=${String(open.value)} onClick=${toggle}><span class="text"><b>${open.value ? t('steps.fold') : t(rest.length ? 'steps.others' : 'steps.allThere', { n: there.length })}</b></span><${Icon} name=${open.value ? 'up' : 'down'} /></button>`}
  <//><//>`;
}

/** @param {{params: Record<string, string>}} props */
export default function Step({ params }) {
  const number = Number(params.n);
  const worked = useSteps(number);
  const adding = useSignal(false);
  const one = worked?.steps[0];
  if (worked === undefined || worked?.complete === false) return html`<${Inner} title=${nth(number)} backTo="/steps"><${Opening} text=${t('steps.opening')} /><//>`;
  if (!one) return html`<${Inner} title=${t('title.steps')} backTo="/steps"><${Blank} title=${t('steps.lost')} text=${worked ? '' : t('steps.none')} /><//>`;
  const { step, parts, done, all, na } = one;
  const next = nextItem(one);
  const dock = next && html`<${Button} kind="main" icon="pen" href=${makeAddress(next.make)}>${makeWords(next)}<//>`;
  return html`<${Inner} title=${nth(number)} backTo="/steps" dock=${dock} tight=${false} end=${html`<span class="state">${t('steps.has', { all: all - na, done })}</span>`}>
    <div class="who"><h2 class="question">${words(step.title)}</h2><p>${words(step.purpose)}</p>
      ${step.reference && html`<div class="tags"><${Tag} icon="info" text=${t('steps.reference')} /></div>`}</div>
    ${step.tips.length > 0 && html`<${More} title=${t('steps.tips')}>${step.tips.map((tip, at) => html`<p key=${at}>${words(tip)}</p>`)}<//>`}
    ${parts.map((part, at) => html`<${PartList} key=${at} part=${part} step=${number} own=${part.items[0]?.local ?? false} />`)}
    <${Button} icon="plus" onTap=${() => (adding.value = true)}>${t('steps.add')}<//>
    ${adding.value && html`<${OwnSheet} step=${number} onClose=${() => (adding.value = false)} />`}
  <//>`;
}

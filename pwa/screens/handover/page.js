/**
 * One pack: read, ticked through by who comes after, noted on by who made it, printed.
 * Promises: a tick is this phone's alone and changes no record; every line leads to its record; the print is plain A4.
 */
import { useSignal } from '@preact/signals';
import { read, tickKey } from '../../domain/pack/handover-parts.js';
import { styled } from '../../form/widgets/pack/address.js';
import { FOR_GOOD } from '../../domain/pack/task-choices.js';
import { t } from '../../i18n.js';
import { go } from '../../routes.js';
import { store } from '../../store/store.js';
import { calendarDay } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner, placeName } from '../../ui/layout.js';
import { Blank, Button, Field, Group, List, Row, Tap, TextArea, TextInput } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { Opening, useReady } from '../parts/ready.js';
import { aside, putAside, takeBack } from '../tasks/found.js';
import { noteOn } from './make.js';
import './words.js';

/** @typedef {import('../../store/types.js').Rec} Rec */
/** @typedef {import('../../domain/pack/handover-parts.js').Part} Part */

await styled('styles/pack/handover.css');

const BESIDE = { display: 'flex', alignItems: 'center' };

/** @param {string} id */
const hrefOf = (id) => {
  const rec = id ? store.get(id) : undefined;
  if (!rec) return undefined;
  return ['household', 'problem', 'person'].includes(rec.kind) ? `/${rec.kind}/${id}` : `/record/${id}`;
};

/** A field of a pack: what is typed stays in it whatever else is drawn anew, is a draft at every key, and is saved on leaving.
 * @param {{id: string, draft: string, label: string, value: string, long?: boolean, most: number, onKeep: (value: string) => Promise<unknown>}} props */
function Kept({ id, draft, label, value, long, most, onKeep }) {
  const text = useSignal(/** @type {string} */ (store.draft(draft) ?? value));
  const type = (/** @type {string} */ typed) => {
    text.value = typed;
    void store.keepDraft(draft, typed);
  };
  const keep = async () => {
    await onKeep(text.peek().trim());
    await store.dropDraft(draft);
  };
  const Input = long ? TextArea : TextInput;
  return html`<${Field} id=${id} label=${label} soft=${t('field.optional')}><${Input} value=${text.value} rows=${3} maxlength=${most} onInput=${type} onChange=${() => void keep()} /><//>`;
}

/** @param {{rec: Rec, part: Part, mine: boolean}} props */
function PartOf({ rec, part: { part, items, more, note }, mine }) {
  const writing = useSignal(false);
  const keep = async (/** @type {string} */ value) => {
    writing.value = false;
    if (value === note) return;
    const saved = await noteOn(rec, part, value);
    offerUndo(t('form.saved'), () => store.undo(saved));
  };
  const rowOf = (/** @type {{id: string, text: string, meta: string}} */ item, /** @type {number} */ at) => {
    const row = html`<${Row} slim title=${item.text} meta=${item.meta} href=${hrefOf(item.id)} next=${false} />`;
    if (mine || !item.id) return html`<div key=${at}>${row}</div>`;
    const key = tickKey(rec.id, part, at);
    const done = aside({ key });
    return html`<div key=${at} class=${done ? 'done' : undefined} style=${BESIDE}>${row}<${Tap} icon=${done ? 'box-on' : 'box'} pressed=${done} label=${t('handover.tick', { what: item.text })} onTap=${() => void (done ? takeBack(key) : putAside(key, FOR_GOOD))} /></div>`;
  };
  return html`<section class="pack-part"><${Group} title=${t(`handover.part.${part}`)} count=${items.length + more}>
    <${List}>${items.map(rowOf)}<//>
    ${more > 0 && html`<p class="quiet">${t('handover.more', { n: more })}</p>`}
    ${note && !writing.value && html`<p>${note}</p>`}
    ${mine && (writing.value
      ? html`<${Kept} id=${`note-${part}`} draft=${`handover/${rec.id}/${part}`} label=${t('handover.note')} value=${note} long most=${500} onKeep=${keep} />`
      : html`<div class="no-print"><${Button} kind="text" low icon="pen" onTap=${() => (writing.value = true)}>${t(note ? 'handover.note.change' : 'handover.note.add')}<//></div>`)}
  <//></section>`;
}

/** To whom, and a word for them. @param {{rec: Rec}} props */
function Addressed({ rec }) {
  const keep = (/** @type {string} */ path) => async (/** @type {string} */ value) => {
    if (value === (rec.answers[path] ?? '')) return;
    const saved = await store.save({ kind: 'handover', id: rec.id, set: { [path]: value || null } });
    offerUndo(t('form.saved'), () => store.undo(saved));
  };
  return html`<${Kept} id="to-name" draft=${`handover/${rec.id}/to`} label=${t('handover.whom')} value=${rec.answers.to_name ?? ''} most=${60} onKeep=${keep('to_name')} />
    <${Kept} id="word" draft=${`handover/${rec.id}/word`} label=${t('handover.word')} value=${rec.answers.note ?? ''} long most=${2000} onKeep=${keep('note')} />`;
}

/** @param {{params: Record<string, string>}} props */
export default function Handover({ params }) {
  const ready = useReady('recent');
  const rec = store.get(params.id ?? '');
  if (!rec) return html`<${Inner} title=${t('title.handover')} backTo="/handover">${ready ? html`<${Blank} title=${t('handover.gone')} text=${t('handover.gone.what')} />` : html`<${Opening} text=${t('opening')} />`}<//>`;
  const mine = rec.created_by === store.account.value?.id;
  const remove = async () => {
    const saved = await store.remove(rec.id);
    go('/handover', { replace: true });
    offerUndo(t('form.removed'), () => store.undo(saved));
  };
  const away = async () => {
    const undo = await putAside(`handover:${rec.id}`, FOR_GOOD);
    go('/today', { replace: true });
    offerUndo(t('handover.away.said'), undo);
  };
  const key = `handover:${rec.id}`;
  const dock = html`${mine ? html`<${Button} onTap=${() => void remove()}>${t('handover.remove')}<//>` : !aside({ key }) && html`<${Button} onTap=${() => void away()}>${t('handover.away')}<//>`}
    <${Button} kind="main" icon="file" onTap=${() => print()}>${t('handover.print')}<//>`;
  return html`<${Inner} title=${t('title.handover')} backTo="/handover" dock=${dock}>
    <header class="on-paper"><h1>${t('handover.paper', { village: placeName() })}</h1></header>
    <p class="quiet">${t('handover.asOf', { name: store.name(rec.created_by), day: calendarDay(rec.answers.made_on) })}</p>
    ${mine ? html`<${Addressed} rec=${rec} />` : rec.answers.note && html`<div class="card"><p>${rec.answers.note}</p></div>`}
    ${read(rec.answers.parts).map((part) => html`<${PartOf} key=${part.part} rec=${rec} part=${part} mine=${mine} />`)}
    <p class="quiet small">${t('handover.private')}</p>
  <//>`;
}

/**
 * What a hand says of an item: it is done, begun, or does not apply here; and items a village adds of its own.
 * Promises: one record for each item, changed rather than written twice; only a reason for "does not apply" and a name for an own
 * item are needed; each saving can be taken back.
 */
import './words.js';
import { useSignal } from '@preact/signals';
import { localId } from '../../domain/pack/steps.js';
import { lang, t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Button, Field, TextArea, TextInput } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { offerUndo } from '../../ui/undo.js';

/** @typedef {import('../../domain/pack/steps.js').Item} Item */

const LONGEST_TITLE = 60;

/** Writes what was said of an item. @param {Item} item @param {number} step @param {Record<string, any>} answers */
export async function mark(item, step, answers) {
  const { record } = item.told;
  const named = record ? {} : { item_id: item.id, step };
  const saved = await store.save({ kind: 'step_item_state', ...(record ? { id: record } : {}), set: { ...named, ...answers, updated_on: today() }, title: item.title[lang.value] ?? '' });
  offerUndo(t('saved.phone'), () => store.undo(saved));
}

/** Saves once, says what is wrong. @param {() => Promise<unknown>} save @param {() => void} onClose @returns {{wrong: string, busy: boolean, go: (amiss: string) => Promise<void>}} */
function useSaving(save, onClose) {
  const wrong = useSignal('');
  const busy = useSignal(false);
  const go = async (/** @type {string} */ amiss) => {
    if (busy.value) return;
    wrong.value = amiss;
    if (amiss) return;
    busy.value = true;
    try {
      await save();
      onClose();
    } catch {
      wrong.value = t('form.notsaved');
    }
    busy.value = false;
  };
  return { wrong: wrong.value, busy: busy.value, go };
}

/** @param {{item: Item, step: number, state: 'done' | 'doing' | 'na', onClose: () => void}} props */
export function MarkSheet({ item, step, state, onClose }) {
  const { told } = item;
  const na = state === 'na';
  const text = useSignal((na ? told.na_reason : told.note) ?? '');
  const answers = () => ({ state, na_reason: na ? text.value.trim() : null, note: na ? null : text.value.trim() || null });
  const { wrong, busy, go } = useSaving(() => mark(item, step, answers()), onClose);
  const amiss = () => (na && !text.value.trim() ? t('steps.na.needed') : '');
  return html`<${Sheet} title=${t(`steps.ask.${state}`)} onClose=${onClose}>
    <${Field} id="step-text" label=${t(na ? 'steps.na.why' : 'steps.note')} soft=${t(na ? 'field.needed' : 'field.optional')} wrong=${wrong}>
      <${TextArea} rows=${3} value=${text.value} onInput=${(/** @type {string} */ value) => (text.value = value)} />
    <//>
    <div class="acts"><${Button} onTap=${onClose}>${t('act.cancel')}<//><${Button} kind="main" busy=${busy} onTap=${() => void go(amiss())}>${t('act.save')}<//></div>
  <//>`;
}

/** A new item of the village's own, or another name for one. @param {{step: number, item?: Item, onClose: () => void}} props */
export function OwnSheet({ step, item, onClose }) {
  const title = useSignal(item?.title.zh ?? '');
  const write = async () => {
    const name = title.value.trim().slice(0, LONGEST_TITLE);
    const set = item ? { title: name } : { title: name, item_id: localId(step, store.newId()), step, state: 'todo' };
    const saved = await store.save({ kind: 'step_item_state', ...(item?.told.record ? { id: item.told.record } : {}), set: { ...set, updated_on: today() } });
    offerUndo(t('saved.phone'), () => store.undo(saved));
  };
  const { wrong, busy, go } = useSaving(write, onClose);
  const amiss = () => (title.value.trim() ? '' : t('steps.own.needed'));
  return html`<${Sheet} title=${t(item ? 'steps.own.name' : 'steps.own.what')} onClose=${onClose}>
    <${Field} id="step-own" label=${t('steps.own.label')} soft=${t('field.needed')} wrong=${wrong}>
      <${TextInput} value=${title.value} onInput=${(/** @type {string} */ value) => (title.value = value)} />
    <//>
    <div class="acts"><${Button} onTap=${onClose}>${t('act.cancel')}<//><${Button} kind="main" busy=${busy} onTap=${() => void go(amiss())}>${t('act.save')}<//></div>
  <//>`;
}

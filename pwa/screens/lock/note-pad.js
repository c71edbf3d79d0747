/**
 * A sentence at the door: written down while the store is shut, read again only once it is open.
 * Promises: on the disk, sealed, when it says so; what could not be kept stays in the field.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Button, Field, TextArea } from '../../ui/parts.js';
import { Shut } from './frame.js';

/** @param {{onDone: () => void}} props */
export function NotePad({ onDone }) {
  const text = useSignal('');
  const said = useSignal('');
  const n = useSignal(0);
  const count = () => store.notes.count().then((found) => (n.value = found), () => undefined);
  useEffect(() => void count(), []);
  const keep = async () => {
    const sentence = text.value.trim();
    if (!sentence) return void document.getElementById('lock-note')?.focus();
    try {
      await store.notes.add(sentence);
      text.value = '';
      said.value = t('lock.noted');
      await count();
    } catch (error) {
      console.error(error);
      said.value = t('lock.notNoted');
    }
  };
  return html`<${Shut} title=${t('lock.note')} text=${t('lock.noteText')} dock=${html`<${Button} kind="main" onTap=${() => void keep()}>${t('lock.keep')}<//><${Button} kind="text" low onTap=${onDone}>${t('lock.back')}<//>`}>
    <div class="wide"><${Field} id="lock-note" label=${t('lock.sentence')}><${TextArea} rows=${4} value=${text.value} onInput=${(/** @type {string} */ value) => {
      text.value = value;
      said.value = '';
    }} /><//></div>
    <p class="quiet small" role="status">${said.value || (n.value ? t('lock.notes', { n: n.value }) : '')}</p><//>`;
}

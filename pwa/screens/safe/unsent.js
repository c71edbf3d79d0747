/**
 * What is not sent yet as a sealed file: a passphrase to save it under, and one to take it in.
 * Promises: works without a network; the passphrase is kept nowhere; what was refused says why and took nothing.
 */
import './words.js';
import { useSignal } from '@preact/signals';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { importUnsent, unsentFile } from '../../store/unsent.js';
import { html } from '../../ui/html.js';
import { Button, TextInput } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { announce, offerUndo } from '../../ui/undo.js';

/** The browser may still be reading the file when the click returns. */
const READING_MS = 60_000;
const SHORTEST = 8;
const REASONS = /** @type {Record<string, string>} */ ({ other_account: 'unsent.otherAccount', newer: 'unsent.newer', cut_off: 'unsent.cutOff', wrong_passphrase: 'unsent.wrong' });

/** Hands a file to the browser's download. @param {string} name @param {Blob} blob */
function download(name, blob) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), READING_MS);
}

/** @param {{onClose: () => void}} props */
export function SaveSheet({ onClose }) {
  const words = useSignal('');
  const again = useSignal('');
  const said = useSignal('');
  const busy = useSignal(false);
  const from = useSignal(0);
  const save = async () => {
    if (busy.value) return;
    said.value = [...words.value].length < SHORTEST ? t('unsent.short') : words.value !== again.value ? t('unsent.differ') : '';
    if (said.value) return;
    busy.value = true;
    try {
      const { name, blob, count, next, left } = await unsentFile(store, words.value, from.value);
      download(name, blob);
      from.value = next;
      if (left) return void (said.value = t('unsent.more', { n: left }));
      onClose();
      offerUndo(t('unsent.saved', { n: count }));
    } finally {
      busy.value = false;
    }
  };
  return html`<${Sheet} title=${t('unsent.askTitle')} text=${t('unsent.askText')} onClose=${onClose}>
    <${TextInput} type="password" name="file-words" label=${t('unsent.words')} placeholder=${t('unsent.words')} value=${words.value} onInput=${(/** @type {string} */ value) => (words.value = value)} />
    <${TextInput} type="password" name="file-words-again" label=${t('unsent.wordsAgain')} placeholder=${t('unsent.wordsAgain')} value=${again.value} onInput=${(/** @type {string} */ value) => (again.value = value)} />
    ${busy.value ? html`<p class="quiet small" role="status">${t('unsent.working')}</p>` : said.value && html`<p class="wrong" role="alert">${said.value}</p>`}
    <div class="acts"><${Button} onTap=${onClose}>${t('act.cancel')}<//><${Button} kind="main" onTap=${() => void save()}>${t('unsent.save')}<//></div>
  <//>`;
}

/** @param {Blob} file @param {string} [passphrase] @returns {Promise<string>} what came of it, in words */
export async function take(file, passphrase) {
  const { taken, left, desk } = await importUnsent(store, file, passphrase);
  const text = desk ? t('unsent.forDesk', { n: desk }) : left ? t('unsent.photosLeft', { n: left }) : t(taken ? 'unsent.taken' : 'unsent.nothingNew', { n: taken });
  announce(text);
  return text;
}

/** @param {unknown} error */
export const reasonOf = (error) => t(REASONS[/** @type {any} */ (error)?.code] ?? 'unsent.unreadable');

/** @param {{file: Blob, onClose: (said: string) => void}} props */
export function OpenSheet({ file, onClose }) {
  const words = useSignal('');
  const said = useSignal('');
  const busy = useSignal(false);
  const open = async () => {
    if (busy.value) return;
    busy.value = true;
    try {
      onClose(await take(file, words.value));
    } catch (error) {
      said.value = reasonOf(error);
    } finally {
      busy.value = false;
    }
  };
  return html`<${Sheet} title=${t('unsent.openTitle')} onClose=${() => onClose('')}>
    <${TextInput} type="password" name="file-words" label=${t('unsent.words')} value=${words.value} onInput=${(/** @type {string} */ value) => (words.value = value)} />
    ${said.value && html`<p class="wrong" role="alert">${said.value}</p>`}
    <div class="acts"><${Button} onTap=${() => onClose('')}>${t('act.cancel')}<//><${Button} kind="main" onTap=${() => void open()}>${t('unsent.open')}<//></div>
  <//>`;
}

/**
 * What is not sent yet as a file, out of this phone and back in.
 * Promises: the file is made from the outbox itself; taking one in twice does nothing new.
 */
import { useSignal } from '@preact/signals';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { importUnsent, unsentFile } from '../../store/unsent.js';
import { html } from '../../ui/html.js';
import { Icon } from '../../ui/parts.js';
import { announce, offerUndo } from '../../ui/undo.js';

/** The browser may still be reading the file when the click returns. */
const READING_MS = 60_000;

/** Hands the file to the browser's download. */
export async function saveUnsent() {
  const { name, blob, count } = await unsentFile(store);
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), READING_MS);
  offerUndo(t('unsent.saved', { n: count }));
}

/** @param {unknown} error */
const reasonOf = (error) => (/** @type {any} */ (error)?.code === 'other_account' ? t('unsent.otherAccount') : t('unsent.unreadable'));

/** A row that takes such a file in. */
export function ImportRow() {
  const said = useSignal('');
  /** @param {Event} event */
  const take = async (event) => {
    const input = /** @type {HTMLInputElement} */ (event.currentTarget);
    const file = input.files?.[0];
    if (!file) return;
    try {
      const { taken, left } = await importUnsent(store, await file.text());
      said.value = left ? t('unsent.photosLeft', { n: left }) : t(taken ? 'unsent.taken' : 'unsent.nothingNew', { n: taken });
    } catch (error) {
      said.value = reasonOf(error);
    }
    input.value = '';
    announce(said.value);
  };
  return html`<label class="row slim file">
    <${Icon} name="new" />
    <span class="text"><b>${t('unsent.import')}</b>${said.value && html`<span class="meta">${said.value}</span>`}</span>
    <input class="hidden" type="file" accept=".ndjson,.json,application/json,application/x-ndjson,text/plain" onChange=${take} />
    <${Icon} name="next" />
  </label>`;
}

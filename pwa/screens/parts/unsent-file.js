/**
 * What is not sent yet as a file, out of this phone and back in: the ways to it. What is asked comes with the packs.
 * Promises: the file is made from the outbox itself; taking one in twice does nothing new.
 */
import { signal, useSignal } from '@preact/signals';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Icon } from '../../ui/parts.js';

/** @typedef {typeof import('../safe/unsent.js')} Asking */

const asking = signal(/** @type {Asking|null} */ (null));
const saving = signal(false);
const ask = async () => (asking.value ??= await import('../safe/unsent.js'));

/** Asks under which passphrase, then saves. */
export async function saveUnsent() {
  await ask();
  saving.value = true;
}

/** The sheet that saving opens; a screen that saves shows it. */
export function SavingUnsent() {
  const Sheet = saving.value && asking.value?.SaveSheet;
  return Sheet ? html`<${Sheet} onClose=${() => (saving.value = false)} />` : null;
}

/** A row that takes such a file in. */
export function ImportRow() {
  const said = useSignal('');
  const sealed = useSignal(/** @type {File|null} */ (null));
  /** @param {Event} event */
  const take = async (event) => {
    const input = /** @type {HTMLInputElement} */ (event.currentTarget);
    const file = input.files?.[0];
    if (!file) return;
    said.value = '';
    const [asked, { needsPassphrase }] = await Promise.all([ask(), import('../../store/unsent.js')]);
    try {
      if (await needsPassphrase(store, file)) sealed.value = file;
      else said.value = await asked.take(file);
    } catch (error) {
      said.value = asked.reasonOf(error);
    }
    input.value = '';
  };
  const Opening = asking.value?.OpenSheet;
  return html`<label class="row slim file">
    <${Icon} name="new" />
    <span class="text"><b>${t('unsent.import')}</b>${said.value && html`<span class="meta" role="status">${said.value}</span>`}</span>
    <input class="hidden" type="file" autocomplete="off" accept=".shibu,.ndjson,.json,application/json,application/x-ndjson,application/octet-stream,text/plain" onChange=${take} />
    <${Icon} name="next" />
  </label>
  ${sealed.value && Opening && html`<${Opening} file=${sealed.value} onClose=${(/** @type {string} */ text) => {
    sealed.value = null;
    said.value = text;
  }} />`}`;
}

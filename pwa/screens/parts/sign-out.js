/**
 * Signing out: says what is not sent yet, by name, and that it stays on this phone.
 */
import { useSignal } from '@preact/signals';
import { t } from '../../i18n.js';
import { unsentOf } from '../../store/leaving.js';
import { store } from '../../store/store.js';
import { size } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Button } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { waitingFiles } from './sent-files.js';
import { entryTitle } from './writing.js';

const SHOWN = 5;

/** @param {{onClose: () => void, onDone: () => void}} props */
export function SignOutSheet({ onClose, onDone }) {
  const leaving = useSignal(false);
  const unsent = unsentOf(store);
  const files = waitingFiles();
  const drafts = store.drafts().length;
  const leave = async () => {
    if (leaving.value) return;
    leaving.value = true;
    await store.signOut({ keep: true });
    onDone();
  };
  return html`<${Sheet} title=${t('signOut.title')} onClose=${onClose}>
    ${unsent.length > 0
      ? html`<p>${t('signOut.unsent', { n: unsent.length, name: store.account.value?.name ?? '' })}</p>
          <ul class="list">
            ${unsent.slice(0, SHOWN).map((entry) => html`<li class="row slim" key=${entry.order}><span class="text"><b>${entryTitle(entry)}</b></span></li>`)}
            ${unsent.length > SHOWN && html`<li class="row slim"><span class="text quiet">${t('signOut.more', { n: unsent.length - SHOWN })}</span></li>`}
          </ul>`
      : html`<p>${t('signOut.allSent')}</p>`}
    ${files.n > 0 && html`<p class="quiet small">${t('signOut.files', { n: files.n, size: size(files.bytes) })}</p>`}
    ${drafts > 0 && html`<p class="quiet small">${t('signOut.drafts', { n: drafts })}</p>`}
    <div class="acts"><${Button} onTap=${onClose}>${t('act.cancel')}<//><${Button} kind="main" onTap=${() => void leave()}>${t('signOut.do')}<//></div>
  <//>`;
}

/**
 * Before another secret is chosen: the present one, so that whoever finds an open phone does not make it theirs.
 * Promises: a wrong one counts like a wrong one at the lock; after the tenth the store is shut.
 */
import { useSignal } from '@preact/signals';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { lockNow } from '../../ui/auto-lock.js';
import { html } from '../../ui/html.js';
import { Button } from '../../ui/parts.js';
import { Secret, Shut, span } from './frame.js';
import { DIGITS, Dots, Keys } from './pad.js';
import { useTry, useWait } from './unlock.js';

/** @param {{onDone: () => void, onBack: () => void}} props */
export function Present({ onDone, onBack }) {
  const typed = useSignal('');
  const wait = useWait();
  const { busy, said, attempt } = useTry(async (secret) => {
    await store.prove(secret).catch((error) => {
      if (error.name === 'Erased') void lockNow();
      throw error;
    });
    onDone();
  });
  const go = () => void (typed.value && !wait && attempt(typed.value).then(() => (typed.value = '')));
  const type = (/** @type {string} */ now) => {
    if (busy || wait) return;
    typed.value = now;
    if (now.length === DIGITS) go();
  };
  const line = html`<p class="quiet small" role="status">${busy ? t('lock.looking') : wait ? t('lock.wait', { time: span(wait) }) : said || '\u00a0'}</p>`;
  const back = html`<${Button} kind="text" low onTap=${onBack}>${t('lock.back')}<//>`;
  if (store.vault.value.kind === 'pin') {
    return html`<${Shut} title=${t('lock.present')} text=${t('lock.presentText')} keys=${html`<${Keys} typed=${typed.value} onType=${type} />`}><${Dots} typed=${typed.value} />${line}${back}<//>`;
  }
  return html`<${Shut} title=${t('lock.presentPhrase')} text=${t('lock.presentText')} dock=${html`<${Button} kind="main" busy=${busy} onTap=${go}>${t('lock.next')}<//>${back}`}>
    <div class="wide" onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === 'Enter' && go()}><${Secret} label=${t('lock.secret')} value=${typed.value} onInput=${(/** @type {string} */ value) => (typed.value = value)} /></div>${line}<//>`;
}

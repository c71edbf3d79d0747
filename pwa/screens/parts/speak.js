/** Speaking is the keyboard's own: the microphone leads to the field and says where to press. */
import { useSignal } from '@preact/signals';
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Tap } from '../../ui/parts.js';
import { announce } from '../../ui/undo.js';

/** @param {string} id of the field @returns {{tap: any, hint: any}} */
export function useSpeak(id) {
  const told = useSignal(false);
  const speak = () => {
    document.getElementById(id)?.focus();
    told.value = true;
    announce(t('speak.hint'));
  };
  return { tap: html`<${Tap} icon="mic" label=${t('speak.do')} onTap=${speak} />`, hint: told.value && html`<p class="quiet small">${t('speak.hint')}</p>` };
}

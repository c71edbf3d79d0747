/** The lock as a setting: when it shuts by itself, another secret, what it is worth. */
import { useSignal } from '@preact/signals';
import { t } from '../../i18n.js';
import { back } from '../../routes.js';
import { store } from '../../store/store.js';
import { lockNow } from '../../ui/auto-lock.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Button, Group, List, Row } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { Choose } from './choose.js';
import { Present } from './present.js';
import { Worth } from './worth.js';

/** @param {{query: Record<string, string>}} props `anew`: one has just signed in because it was forgotten */
export function LockPage({ query }) {
  const changing = useSignal('anew' in query);
  const proved = useSignal(store.mayChoose || !store.vault.value.kind);
  const done = () => {
    offerUndo(t('lock.changed'));
    if ('anew' in query) back('/me');
    else changing.value = proved.value = false;
  };
  const leave = () => ('anew' in query ? back('/me') : (changing.value = false));
  if (changing.value && !proved.value) return html`<${Present} onDone=${() => (proved.value = true)} onBack=${leave} />`;
  if (changing.value) return html`<${Choose} change onDone=${done} onBack=${leave} />`;
  return html`<${Inner} title=${t('lock.title')} backTo="/me" dock=${html`<${Button} kind="main" icon="lock" onTap=${() => void lockNow()}>${t('lock.now')}<//>`}>
    <p class="quiet">${t('lock.when')}</p>
    <${List}><${Row} slim icon="lock" title=${t('lock.change')} onTap=${() => (changing.value = true)} /><//>
    <${Group} title=${t('lock.worth')}><${Worth} /><//>
  <//>`;
}

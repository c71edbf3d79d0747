/**
 * Too long without the server: reading waits until it has answered, writing a sentence does not.
 * Promises: asks the server when told to and whenever a network comes; says plainly why it stays shut.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n.js';
import { go } from '../../routes.js';
import { store } from '../../store/store.js';
import { session } from '../../sync/api.js';
import { html } from '../../ui/html.js';
import { Button } from '../../ui/parts.js';
import { Shut } from './frame.js';
import { NotePad } from './note-pad.js';

export function Lapsed() {
  const writing = useSignal(false);
  const said = useSignal('');
  const look = async () => {
    said.value = t('lock.asking');
    try {
      const now = await session();
      if (!now || now.person.id !== store.account.peek()?.id) return go('/sign-in');
      await store.renew(now.lease_days);
    } catch (error) {
      console.warn(error);
      said.value = t('lock.noServer');
    }
  };
  useEffect(() => {
    const heard = () => void look();
    addEventListener('online', heard);
    return () => removeEventListener('online', heard);
  }, []);
  if (writing.value) return html`<${NotePad} onDone=${() => (writing.value = false)} />`;
  return html`<${Shut} title=${t('lock.lapsed', { name: store.account.value?.name ?? '' })} text=${t('lock.lapsedText')}
    dock=${html`<${Button} kind="main" icon="cloud" onTap=${() => void look()}>${t('lock.look')}<//><${Button} kind="tone" icon="pen" onTap=${() => (writing.value = true)}>${t('lock.note')}<//>`}>
    <p class="quiet small" role="status">${said.value}</p><//>`;
}

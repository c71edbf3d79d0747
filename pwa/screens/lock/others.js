/** Somebody else on this phone: who has a store here, by name, or a new sign-in. Promises: nothing of anybody's store is read. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n.js';
import { go } from '../../routes.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Button, List, Row } from '../../ui/parts.js';
import { Shut } from './frame.js';

/** @param {{onDone: () => void}} props */
export function Others({ onDone }) {
  const all = useSignal(/** @type {import('../../store/registry.js').Known[]} */ ([]));
  useEffect(() => void store.known().then((known) => (all.value = known.filter(({ id, vault }) => vault && id !== store.account.peek()?.id)), () => undefined), []);
  const turn = async (/** @type {string} */ id) => {
    await store.turnTo(id);
    // The address one was at belongs to the one before.
    go('/', { replace: true });
    onDone();
  };
  return html`<${Shut} title=${t('lock.who')} dock=${html`<${Button} kind="tone" onTap=${() => go('/sign-in')}>${t('lock.someone')}<//><${Button} kind="text" low onTap=${onDone}>${t('lock.back')}<//>`}>
    ${all.value.length > 0 && html`<div class="wide"><${List}>${all.value.map(({ id, name, login }) => html`<${Row} key=${id} slim icon="person" title=${name || login} onTap=${() => void turn(id)} />`)}<//></div>`}<//>`;
}

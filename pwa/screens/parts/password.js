/**
 * Changing the password: needs the network, says so plainly, keeps what was typed when it does not work.
 */
import { useSignal } from '@preact/signals';
import { t, words } from '../../i18n.js';
import { back } from '../../routes.js';
import { store } from '../../store/store.js';
import { Refused, password } from '../../sync/api.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Button, Field, Tap, TextInput } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';

const SHORTEST = 8;
const FORM = 'password-form';

/** @typedef {'old' | 'fresh' | ''} Where */

/** @param {unknown} error @returns {{where: Where, text: string}} */
function problemOf(error) {
  if (error instanceof Refused && (error.zh || error.en)) {
    return { where: error.code === 'wrong_old_password' ? 'old' : 'fresh', text: words({ zh: error.zh, en: error.en }) };
  }
  return { where: 'fresh', text: t('password.offline') };
}

/** Changes it, or says where it goes wrong. @param {string} old @param {string} fresh @returns {Promise<{where: Where, text: string}>} */
async function changed(old, fresh) {
  if (!old) return { where: 'old', text: t('password.oldMissing') };
  if (fresh.length < SHORTEST) return { where: 'fresh', text: t('password.short', { n: SHORTEST }) };
  try {
    await password(old, fresh);
    return { where: '', text: '' };
  } catch (error) {
    return problemOf(error);
  }
}

export function Password() {
  const old = useSignal('');
  const fresh = useSignal('');
  const shown = useSignal(false);
  const busy = useSignal(false);
  const wrong = useSignal(/** @type {{where: Where, text: string}} */ ({ where: '', text: '' }));

  /** @param {Event} event */
  const change = async (event) => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    wrong.value = await changed(old.value, fresh.value);
    busy.value = false;
    if (wrong.value.where) return;
    offerUndo(t('password.changed'));
    back('/me');
  };
  const eye = html`<${Tap} icon="eye" label=${t('password.show')} pressed=${shown.value} onTap=${() => (shown.value = !shown.value)} />`;
  const type = shown.value ? 'text' : 'password';
  const wrongAt = (/** @type {Where} */ where) => (wrong.value.where === where ? wrong.value.text : '');
  const dock = html`<${Button} kind="main" type="submit" form=${FORM} busy=${busy.value}>${t(busy.value ? 'password.busy' : 'password.do')}<//>`;
  return html`<${Inner} title=${t('me.password')} backTo="/me" dock=${dock} tight=${false}>
    <form id=${FORM} class="stacked" onSubmit=${change}>
      <input class="hidden" tabindex="-1" aria-hidden="true" autocomplete="username" value=${store.account.value?.login ?? ''} readonly />
      <${Field} id="password-old" label=${t('password.old')} wrong=${wrongAt('old')}>
        <${TextInput} type=${type} autocomplete="current-password" value=${old.value} onInput=${(/** @type {string} */ value) => (old.value = value)} end=${eye} /><//>
      <${Field} id="password-fresh" label=${t('password.fresh')} help=${t('password.help', { n: SHORTEST })} wrong=${wrongAt('fresh')}>
        <${TextInput} type=${type} autocomplete="new-password" value=${fresh.value} onInput=${(/** @type {string} */ value) => (fresh.value = value)} /><//>
    </form>
    <p class="quiet small">${t('password.others')}</p>
  <//>`;
}

/**
 * What the person should know now, one at a time: storage > sign in > no network > a new version.
 * Promises: goes when the state goes; says what is, then what it means. Refused records stand as rows of their own.
 */
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { syncNow } from '../../sync/loop.js';
import { html } from '../../ui/html.js';
import { UpdateBanner, syncing } from '../../ui/layout.js';
import { Banner, Button } from '../../ui/parts.js';
import { when } from './moments.js';

/** @typedef {import('../../store/types.js').Trouble} Trouble */

/** Whether nothing is left to be done about it: it goes when it was read. @param {Trouble} trouble */
const isOver = ({ code }) => code === 'new_device'
  || (code === 'store_emptied' && syncing.value?.phase === 'idle' && syncing.value.lastAt && [...store.pulls.value.values()].every((pull) => pull.complete));

/** @param {{trouble: Trouble}} props */
function Storage({ trouble }) {
  const full = trouble.code === 'storage_full';
  const over = isOver(trouble);
  const actions = store.unsaved.value.length > 0
    ? html`<${Button} kind="line" low onTap=${() => void store.retryUnsaved().catch(() => undefined)}>${t('trouble.retry')}<//>`
    : over ? html`<${Button} kind="line" low onTap=${() => (store.trouble.value = null)}>${t('form.ok')}<//>`
    : trouble.code === 'store_emptied' || trouble.code === 'check_failed'
      ? html`<${Button} kind="line" low onTap=${() => void syncNow()}>${t('me.syncNow')}<//>`
      : html`<${Button} kind="line" low href="/me/doctor">${t('trouble.look')}<//>`;
  return html`<${Banner} tone=${full ? 'late' : 'soon'} icon="device" title=${t(`trouble.${trouble.code}`)} text=${t(`trouble.${trouble.code}.${over && trouble.code === 'store_emptied' ? 'back' : 'text'}`)} actions=${actions} />`;
}

function NoNetwork() {
  const last = syncing.value?.lastAt;
  const as = last ? t('banner.newsUntil', { time: when(last) }) : '';
  return html`<${Banner} icon="offline" title=${t('banner.offline')} text=${`${t('banner.offlineText')}${as}`} />`;
}

/** @param {{home?: boolean}} props  `home`: the first screen of the role, the only place where a new version is spoken of */
export function TopBanner({ home }) {
  const trouble = store.trouble.value;
  const phase = syncing.value?.phase;
  if (trouble) return html`<${Storage} trouble=${trouble} />`;
  if (phase === 'sign-in') {
    return html`<${Banner} tone="soon" icon="lock" title=${t('banner.signIn')} text=${t('banner.signInText')}
      actions=${html`<${Button} kind="line" low href="/sign-in">${t('banner.signInDo')}<//>`} />`;
  }
  if (phase === 'offline') return html`<${NoNetwork} />`;
  return home ? html`<${UpdateBanner} />` : null;
}

/**
 * What stands here for someone who works in no village: the county administrator, or an account without a role yet.
 * Promises: says plainly what is done elsewhere; signing out is here. A phone whose storage was cleared knows no village
 * either until it has a network again: then only that is said.
 */
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { lang, setLang, t } from '../i18n.js';
import { go } from '../routes.js';
import { store } from '../store/store.js';
import { html } from '../ui/html.js';
import { SyncChip, homeOf } from '../ui/layout.js';
import { Button, Card } from '../ui/parts.js';
import { TopBanner } from './parts/banners.js';

const COMMANDS = [
  ['admin.add', 'python -m server user add'],
  ['admin.grant', 'python -m server user grant'],
  ['admin.passwd', 'python -m server user passwd'],
  ['admin.doctor', 'python -m server doctor'],
];

/** The other language, one tap away: this page has no settings. */
const Language = () => {
  const other = lang.value === 'zh' ? 'en' : 'zh';
  return html`<${Button} kind="line" icon="globe" lang=${other === 'zh' ? 'zh-CN' : 'en'} onTap=${() => void setLang(other)}>${other === 'zh' ? '中文' : 'English'}<//>`;
};

export default function Admin() {
  useSignalEffect(() => {
    if (store.places.value.length) go(homeOf(), { replace: true });
  });
  const Forms = useSignal(/** @type {any} */ (null));
  // The desk's own screens are fetched when they are asked for: an administrator works with a network.
  useEffect(() => void import('./desk/forms.js').then((module) => (Forms.value = () => module.default), () => undefined), []);
  const leave = async () => {
    await store.signOut({ keep: true });
    go('/sign-in', { replace: true });
  };
  const Desk = Forms.value?.();
  const cleared = store.trouble.value?.code === 'store_emptied';
  return html`<div class="screen">
    <header class="head"><div><h1 tabindex="-1">${store.account.value?.name ?? ''}</h1>${!cleared && html`<p>${t('title.admin')}</p>`}</div><${SyncChip} /></header>
    <main>${cleared ? html`<${TopBanner} />` : html`${Desk && html`<${Desk} />`}
      <p>${t('admin.what')}</p>
      <${Card} level=${2} title=${t('admin.commands')}><dl class="commands">${COMMANDS.map(([key = '', command]) => html`<dt>${t(key)}</dt><dd><code>${command}</code></dd>`)}</dl><//>
      <p class="small">${t('admin.waiting')}</p>`}
    </main>
    <footer><div class="dock"><${Language} /><${Button} kind="line" onTap=${leave}>${t('admin.leave')}<//></div></footer>
  </div>`;
}

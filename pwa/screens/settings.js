/**
 * One setting as a page of its own, by address: password, lock, language, text size, light or dark.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n.js';
import { html } from '../ui/html.js';
import { Inner } from '../ui/layout.js';
import { Blank } from '../ui/parts.js';
import { LanguageChoices, LookChoices, SizeChoices } from './parts/settings.js';
import { Password } from './parts/password.js';

/** @type {Record<string, [string, any]>} */
const PAGES = { language: ['me.language', LanguageChoices], size: ['size.title', SizeChoices], look: ['look.title', LookChoices] };

/** Its code comes when it is wanted. @param {{query: Record<string, string>}} props */
function Lock({ query }) {
  const Page = useSignal(/** @type {any} */ (null));
  useEffect(() => void import('./lock/page.js').then(({ LockPage }) => (Page.value = LockPage)), []);
  return Page.value ? html`<${Page.value} query=${query} />` : html`<${Inner} title=${t('me.lock')} backTo="/me" />`;
}

/** @param {{params: Record<string, string>, query: Record<string, string>}} props */
export default function Settings({ params, query }) {
  if (params.setting === 'lock') return html`<${Lock} query=${query} />`;
  if (params.setting === 'password') return html`<${Password} />`;
  const page = PAGES[params.setting ?? ''];
  if (!page) return html`<${Inner} title=${t('tab.me')} backTo="/me"><${Blank} title=${t('settings.none')} text=${t('settings.noneText')} /><//>`;
  const [title, Choices] = page;
  return html`<${Inner} title=${t(title)} backTo="/me"><${Choices} /><//>`;
}

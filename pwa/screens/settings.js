/**
 * One setting as a page of its own, by address: password, language, text size, light or dark.
 */
import { t } from '../i18n.js';
import { html } from '../ui/html.js';
import { Inner } from '../ui/layout.js';
import { Blank } from '../ui/parts.js';
import { LanguageChoices, LookChoices, SizeChoices } from './parts/settings.js';
import { Password } from './parts/password.js';

/** @type {Record<string, [string, any]>} */
const PAGES = { language: ['me.language', LanguageChoices], size: ['size.title', SizeChoices], look: ['look.title', LookChoices] };

/** @param {{params: Record<string, string>}} props */
export default function Settings({ params }) {
  if (params.setting === 'password') return html`<${Password} />`;
  const page = PAGES[params.setting ?? ''];
  if (!page) return html`<${Inner} title=${t('tab.me')} backTo="/me"><${Blank} title=${t('settings.none')} text=${t('settings.noneText')} /><//>`;
  const [title, Choices] = page;
  return html`<${Inner} title=${t(title)} backTo="/me"><${Choices} /><//>`;
}

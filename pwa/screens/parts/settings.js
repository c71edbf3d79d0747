/**
 * How the app looks and speaks on this phone: text size, light or dark, language.
 * Promises: kept on the phone, takes effect at once, draws nothing before the first paint (the shell reads the same keys).
 */
import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { lang, setLang, t } from '../../i18n.js';
import { isFree } from '../../sync/link.js';
import { syncNow } from '../../sync/loop.js';
import { html } from '../../ui/html.js';
import { Choices } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';

/** Grows when a choice was made, so that what shows it is drawn anew. */
const chosen = signal(0);

/** @param {string} key */
function kept(key) {
  void chosen.value;
  try {
    return localStorage.getItem(`shibu.${key}`) ?? '';
  } catch {
    return '';
  }
}

/** @param {string} key @param {string} value '' goes back to the phone's own */
function keep(key, value) {
  try {
    if (value) localStorage.setItem(`shibu.${key}`, value);
    else localStorage.removeItem(`shibu.${key}`);
  } catch {
    // Storage switched off: the shell goes on with what the phone says.
  }
  chosen.value += 1;
  dispatchEvent(new Event('shibu-look'));
}

/** @returns {'standard' | 'elder'} */
export const sizeNow = () => (kept('size') === 'elder' ? 'elder' : 'standard');

/** @returns {'auto' | 'light' | 'dark'} */
export function lookNow() {
  const theme = kept('theme');
  return theme === 'dark' || theme === 'light' ? theme : 'auto';
}

/** Which networks may carry photos; sync/link.js reads the same key. @returns {'any' | 'wifi'} */
export const filesByNow = () => (kept('files') === 'wifi' ? 'wifi' : 'any');

/** @typedef {{onClose?: () => void}} Props */

/** @param {Props} props */
export const SizeChoices = ({ onClose }) => html`<${Choices} label=${t('me.size')} value=${sizeNow()}
  options=${['standard', 'elder'].map((value) => ({ value, label: t(`size.${value}`), meta: t(`size.${value}.meta`) }))}
  onChange=${(/** @type {string} */ value) => {
    keep('size', value === 'elder' ? 'elder' : '');
    onClose?.();
  }} />`;

/** @param {Props} props */
export const LookChoices = ({ onClose }) => html`<${Choices} label=${t('me.look')} value=${lookNow()}
  options=${['auto', 'light', 'dark'].map((value) => ({ value, label: t(`look.${value}`) }))}
  onChange=${(/** @type {string} */ value) => {
    keep('theme', value === 'auto' ? '' : value);
    onClose?.();
  }} />`;

/** @param {Props} props */
export const LanguageChoices = ({ onClose }) => html`<${Choices} label=${t('me.language')} value=${lang.value}
  options=${[{ value: 'zh', label: html`<span lang="zh-CN">中文</span>` }, { value: 'en', label: html`<span lang="en">English</span>` }]}
  onChange=${(/** @type {any} */ value) => void setLang(value).then(onClose, onClose)} />`;

/** @param {{onClose: () => void}} props */
export const SizeSheet = ({ onClose }) => html`<${Sheet} title=${t('size.title')} onClose=${onClose}><${SizeChoices} onClose=${onClose} /><//>`;

/** @param {{onClose: () => void}} props */
export const LookSheet = ({ onClose }) => html`<${Sheet} title=${t('look.title')} onClose=${onClose}><${LookChoices} onClose=${onClose} /><//>`;

/** @param {{onClose: () => void}} props */
export const LanguageSheet = ({ onClose }) => html`<${Sheet} title=${t('me.language')} onClose=${onClose}><${LanguageChoices} onClose=${onClose} /><//>`;

/** What only a phone with photos needs; its code comes with theirs. */
function MoreOfFiles() {
  const More = useSignal(/** @type {any} */ (null));
  useEffect(() => {
    import('./files-kept.js').then((module) => (More.value = module.FilesKept), () => undefined);
  }, []);
  return More.value && html`<${More.value} />`;
}

/** @param {{onClose: () => void}} props */
export const FilesBySheet = ({ onClose }) => html`<${Sheet} title=${t('filesBy.title')} onClose=${onClose}><${Choices} label=${t('me.filesBy')} value=${filesByNow()}
  options=${['any', 'wifi'].map((value) => ({ value, label: t(`filesBy.${value}`), meta: `${t(`filesBy.${value}.meta`)}${value === 'wifi' && isFree() === null ? t('files.unknownLink') : ''}` }))}
  onChange=${(/** @type {string} */ value) => {
    keep('files', value === 'wifi' ? 'wifi' : '');
    onClose();
    void syncNow();
  }} /><${MoreOfFiles} /><//>`;

/** Complaints and suggestions as plain text, to share or to keep as a file. Works without anybody signed in and without a network. */
import { t } from '../../i18n.js';
import './words.js';

/** @typedef {{kind?: string, text?: string, about?: string, contact?: string, made_on?: string, state?: string}} Said */

/** @param {Said} said */
export function plain({ kind = 'suggestion', text = '', about, contact, made_on, state }) {
  const lines = [`${t(`voice.kind.${kind}`)} ${made_on ?? ''}`.trim(), text, about && t('voice.line.about', { about }), contact && t('voice.line.contact', { contact }), state && state !== 'open' && t(`voice.state.${state}`)];
  return lines.filter(Boolean).join('\n');
}

/** Offered to other apps where the phone can, else kept as a file. @param {string} title @param {string} text @returns {Promise<'shared'|'kept'|'no'>} */
export async function handOut(title, text) {
  if (navigator.share) {
    try {
      await navigator.share({ title, text });
      return 'shared';
    } catch (error) {
      if (/** @type {any} */ (error)?.name === 'AbortError') return 'no';
    }
  }
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' })), download: `${title}.txt` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  return 'kept';
}

/** @param {Said[]} all */
export const giveOut = (all) => handOut(t('voice.paper'), `${t('voice.paper')}\n\n${all.map(plain).join('\n\n')}\n`);

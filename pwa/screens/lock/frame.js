/** The door while the store is shut: mark, title, what stands below, keys or buttons. */
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Banner, TextInput } from '../../ui/parts.js';
import './words.js';

/** @param {{title: any, text?: any, children?: any, keys?: any, dock?: any}} props */
export function Shut({ title, text, children, keys, dock }) {
  return html`<div class="screen">
    <span></span>
    <main class="door shut" tabindex="0">
      <svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><use href="#i-mark" /></svg>
      <div><h1 tabindex="-1">${title}</h1>${text && html`<p class="quiet">${text}</p>`}</div>
      ${store.trouble.value?.code === 'store_blocked' && html`<div role="status"><${Banner} tone="soon" icon="device" title=${t('trouble.store_blocked')} text=${t('trouble.store_blocked.text')} /></div>`}
      ${children}
    </main>
    <footer>${keys}${dock && html`<div class="dock stack">${dock}</div>`}</footer>
  </div>`;
}

/** What nobody may read over a shoulder, in a field that no browser offers to keep. @param {any} props */
export const Secret = (props) => html`<div class="unseen"><${TextInput} autocomplete="off" enterkeyhint="go" ...${props} /></div>`;

/** Minutes and seconds left. @param {number} ms */
export function span(ms) {
  const seconds = Math.ceil(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes ? t('lock.minutes', { n: minutes, s: seconds % 60 }) : t('lock.seconds', { s: seconds });
}

/**
 * How to open the app in the phone's own browser and put it on the home screen.
 * Promises: says why; the steps fit the browser that reads them; offers the browser's own dialog where there is one.
 */
import { useState } from 'preact/hooks';
import { t } from '../i18n.js';
import { html } from '../ui/html.js';
import { Inner } from '../ui/layout.js';
import { Button } from '../ui/parts.js';
import { announce } from '../ui/undo.js';
import { insideAnother, installed, whose } from './parts/browser.js';

/** @param {{keys: string[]}} props */
const Ways = ({ keys }) => html`<ol class="ways">${keys.map((key) => html`<li key=${key}><span>${t(key)}</span></li>`)}</ol>`;

/** Out of another app's browser. */
function Outside() {
  const [copied, setCopied] = useState(false);
  const address = location.origin;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address);
      setCopied(true);
      announce(t('install.copied'));
    } catch {
      // The address stands below and can be selected.
    }
  };
  return html`<p>${t(`install.inside_${whose()}`)}</p>
    <${Ways} keys=${[`install.menu_${whose()}`, 'install.choose_browser', 'install.then']} />
    <p>${t('install.or_copy')} <code>${address}</code></p>
    <${Button} kind="line" onTap=${copy}>${t(copied ? 'install.copied' : 'install.copy')}<//>`;
}

/** Onto the home screen. */
function Onto() {
  const [offer, setOffer] = useState(/** @type {any} */ (globalThis).shibuInstall ?? null);
  const ask = async () => {
    await offer.prompt();
    await offer.userChoice;
    setOffer(/** @type {any} */ (globalThis).shibuInstall = null);
  };
  const apple = /iPhone|iPad/.test(navigator.userAgent);
  return html`<p>${t('install.why')}</p>
    ${offer
      ? html`<${Button} kind="main" onTap=${ask}>${t('install.do')}<//>`
      : html`<${Ways} keys=${apple ? ['install.apple_share', 'install.apple_add', 'install.open'] : ['install.menu', 'install.add', 'install.open']} />`}`;
}

export default function Install() {
  const body = insideAnother() ? html`<${Outside} />` : installed() ? html`<p>${t('install.done')}</p>` : html`<${Onto} />`;
  return html`<${Inner} title=${t('title.install')} backTo="/today"><div class="door">${body}<p class="small">${t('install.kept')}</p></div><//>`;
}

/**
 * What stands in the place of a screen that failed: what was typed in it, a report without names, the ways on.
 * Promises: drafts stay; the report holds the fault and the version, never what was typed.
 */
import { useState } from 'preact/hooks';
import { t } from '../i18n.js';
import { route } from '../routes.js';
import { html } from './html.js';
import { Inner } from './layout.js';
import { Banner, Button, Card } from './parts.js';

/** @param {Error} error */
function reportOf(error) {
  const version = document.documentElement.dataset.version ?? '';
  return [`Shibu ${version}`, new Date().toISOString(), route.peek().pattern, navigator.userAgent, error.stack ?? String(error)].join('\n');
}

/** @param {{error: Error, typed: string[], onLeave: () => void}} props */
export default function Broken({ error, typed, onLeave }) {
  const [copied, setCopied] = useState('');
  const copy = async (/** @type {string} */ text, /** @type {string} */ what) => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(what);
    } catch {
      setCopied('shown');
    }
  };
  // A module that cannot be fetched: the app was renewed on the server, or nothing of it is kept here yet.
  const cut = /import|module|fetch/i.test(error.message) && error instanceof TypeError;
  const dock = html`<${Button} onTap=${() => location.reload()}>${t('broken.reload')}<//><${Button} kind="main" onTap=${onLeave}>${t('broken.leave')}<//>`;
  return html`<${Inner} title=${t('broken.title')} backTo="/today" onBack=${onLeave} dock=${dock}>
    <p>${t(cut ? 'broken.cut' : 'broken.what')}</p>
    <${Banner} tone="good" icon="device" title=${t('broken.kept')} text=${t('broken.kept_text')} />
    ${typed.length > 0 && html`<${Card} title=${t('broken.typed')}>${typed.map((text) => html`<p>${text}</p>`)}<${Button} kind="line" low onTap=${() => copy(typed.join('\n'), 'typed')}>${t(copied === 'typed' ? 'broken.copied' : 'broken.copy_typed')}<//><//>`}
    ${!cut && html`<${Button} kind="line" onTap=${() => copy(reportOf(error), 'report')}>${t(copied === 'report' ? 'broken.copied' : 'broken.copy_report')}<//>`}
    ${copied === 'shown' && html`<pre class="report">${reportOf(error)}</pre>`}
  <//>`;
}

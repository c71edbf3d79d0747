/**
 * The administrator's list of what was sent and not taken: whose, why; looking at one, taking it after all, putting it away.
 * Promises: content is fetched for one entry at a time, and that look is logged; putting away is asked first.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { bring, t, words } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Banner, Blank, Button, Card, Group } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { announce } from '../../ui/undo.js';
import { inside, whenOn } from '../parts/moments.js';
import { dropHeld, held, heldOne, takeHeld } from './county.js';
import { sentence } from './forms.js';
import texts from './texts.js';

bring(texts);

/** @typedef {import('./county.js').Held} Held */

export default function HeldList() {
  const all = useSignal(/** @type {{count: number, entries: Held[]}|null} */ (null));
  const wrong = useSignal('');
  const asked = useSignal(/** @type {Held|null} */ (null));
  const load = () => held().then((found) => (all.value = found), (error) => (wrong.value = sentence(error)));
  useEffect(() => void load(), []);
  const take = async (/** @type {Held} */ entry) => {
    wrong.value = '';
    try {
      await takeHeld(entry.id);
      announce(t('held.taken'));
    } catch (error) {
      wrong.value = sentence(error);
      announce(wrong.value);
    }
    await load();
  };
  const found = all.value;
  return html`<${Inner} title=${t('title.held')} backTo="/admin" tight=${false}>
    ${wrong.value && html`<${Banner} tone="late" icon="late" title=${wrong.value} />`}
    ${!found ? !wrong.value && html`<${Blank} title=${t('opening')} />` : !found.entries.length ? html`<${Blank} title=${t('held.none')} />`
      : html`<${Group} title=${t('held.all')} count=${t('held.count', { n: found.count })}>${found.entries.map((entry) => html`<${One} key=${entry.id} entry=${entry} onTake=${() => void take(entry)} onDrop=${() => (asked.value = entry)} />`)}<//>`}
    ${asked.value && html`<${Drop} entry=${asked.value} onClose=${() => (asked.value = null)} onDone=${() => {
      asked.value = null;
      void load();
    }} />`}
  <//>`;
}

/** @param {{entry: Held, onTake: () => void, onDrop: () => void}} props */
function One({ entry, onTake, onDrop }) {
  const body = useSignal('');
  const wrong = useSignal('');
  const look = () => heldOne(entry.id).then((whole) => (body.value = whole.body), (error) => (wrong.value = sentence(error)));
  return html`<${Card} title=${`${entry.name || entry.login} · ${entry.village_name || t('held.nowhere')}`}>
    <p>${words({ zh: entry.zh, en: entry.en })}</p>
    <p class="quiet small">${[inside(whenOn(entry.at)), entry.kind ?? '', entry.code].filter(Boolean).join(' · ')}</p>
    ${body.value && html`<pre class="report">${body.value}</pre>`}
    ${wrong.value && html`<p class="wrong">${wrong.value}</p>`}
    <div class="chips">
      ${!body.value && html`<${Button} kind="line" low onTap=${() => void look()}>${t('held.look')}<//>`}
      ${entry.readable && html`<${Button} kind="line" low onTap=${onTake}>${t('held.take')}<//>`}
      <${Button} kind="line" low onTap=${onDrop}>${t('held.drop')}<//>
    </div><//>`;
}

/** @param {{entry: Held, onClose: () => void, onDone: () => void}} props */
function Drop({ entry, onClose, onDone }) {
  const wrong = useSignal('');
  const act = () => dropHeld(entry.id).then(onDone, (error) => (wrong.value = sentence(error)));
  return html`<${Sheet} title=${t('held.drop.ask')} text=${t('held.drop.what')} onClose=${onClose}>
    ${wrong.value && html`<${Banner} tone="late" icon="late" title=${wrong.value} />`}
    <div class="acts"><${Button} onTap=${onClose}>${t('act.cancel')}<//><${Button} kind="main" onTap=${() => void act()}>${t('held.drop.do')}<//></div>
  <//>`;
}

/**
 * Choosing what opens this phone's store: six digits typed twice, or a passphrase typed twice.
 * Promises: nothing is chosen before both agree; what everybody tries first is turned down with a sentence; what such a lock
 * is worth is one tap away.
 */
import { useSignal } from '@preact/signals';
import { isWeak } from '../../domain/secret.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Button, Field } from '../../ui/parts.js';
import { Secret, Shut } from './frame.js';
import { DIGITS, Dots, Keys } from './pad.js';
import { Worth } from './worth.js';

const SHORTEST = 8;

/** Keeps what was chosen. @param {() => void} done */
function useChoice(done) {
  const said = useSignal('');
  const busy = useSignal(false);
  const choose = async (/** @type {string} */ secret) => {
    if (busy.value) return;
    busy.value = true;
    try {
      await store.choose(secret);
      done();
    } catch (error) {
      console.error(error);
      said.value = t('lock.notChosen');
    }
    busy.value = false;
  };
  return { said, busy: busy.value, choose };
}

/** @param {{change?: boolean, onDone?: () => void, onBack?: () => void}} props `change`: there is one already */
export function Choose({ change, onDone = () => undefined, onBack }) {
  const way = useSignal(/** @type {'pin'|'phrase'|'worth'} */ ('pin'));
  const way_back = onBack && html`<${Button} kind="text" low onTap=${onBack}>${t('lock.back')}<//>`;
  if (way.value === 'worth') return html`<${Shut} title=${t('lock.worth')} dock=${html`<${Button} kind="main" onTap=${() => (way.value = 'pin')}>${t('lock.back')}<//>`}><${Worth} /><//>`;
  const worth = html`<${Button} kind="text" low icon="info" onTap=${() => (way.value = 'worth')}>${t('lock.worth')}<//>`;
  const props = { change, onDone, ways: html`<div class="pair">${worth}${way_back}</div>`, onOther: () => (way.value = way.value === 'pin' ? 'phrase' : 'pin') };
  return way.value === 'pin' ? html`<${Pin} ...${props} />` : html`<${Phrase} ...${props} />`;
}

/** @param {{change?: boolean, onDone: () => void, onOther: () => void, ways: any}} props */
function Pin({ change, onDone, onOther, ways }) {
  const typed = useSignal('');
  const first = useSignal('');
  const { said, busy, choose } = useChoice(onDone);
  const whole = () => {
    const now = typed.value;
    typed.value = '';
    if (!first.value) {
      if (isWeak(now)) said.value = t('lock.weak');
      else first.value = now;
    } else if (now !== first.value) {
      first.value = '';
      said.value = t('lock.differ');
    } else void choose(now);
  };
  const type = (/** @type {string} */ now) => {
    if (busy) return;
    said.value = '';
    typed.value = now;
    // The sixth dot is seen before they go.
    if (now.length === DIGITS) setTimeout(whole, 120);
  };
  const other = html`<button type="button" class="word" onClick=${onOther}>${t('lock.longer')}</button>`;
  const title = first.value ? 'lock.again' : change ? 'lock.chooseNew' : 'lock.choose';
  return html`<${Shut} title=${t(title)} text=${t('lock.chooseText')} keys=${html`<${Keys} typed=${typed.value} onType=${type}>${other}<//>`}>
    <${Dots} typed=${typed.value} /><p class="quiet small" role="status">${busy ? t('lock.keeping') : said.value || '\u00a0'}</p>${ways}<//>`;
}

/** @param {{change?: boolean, onDone: () => void, onOther: () => void, ways: any}} props */
function Phrase({ change, onDone, onOther, ways }) {
  const one = useSignal('');
  const two = useSignal('');
  const wrong = useSignal({ at: 0, text: '' });
  const { said, busy, choose } = useChoice(onDone);
  const done = () => {
    const secret = one.value.trim();
    if (secret.length < SHORTEST) wrong.value = { at: 1, text: t('lock.short', { n: SHORTEST }) };
    else if (isWeak(secret)) wrong.value = { at: 1, text: t('lock.weak') };
    else if (secret !== two.value.trim()) wrong.value = { at: 2, text: t('lock.differ') };
    else {
      wrong.value = { at: 0, text: '' };
      void choose(secret);
    }
  };
  const at = (/** @type {number} */ n) => wrong.value.at === n && wrong.value.text;
  return html`<${Shut} title=${t(change ? 'lock.chooseNew' : 'lock.choose')} text=${t('lock.phraseText', { n: SHORTEST })}
    dock=${html`<${Button} kind="main" busy=${busy} onTap=${done}>${t(busy ? 'lock.keeping' : 'lock.keep')}<//><${Button} kind="text" low onTap=${onOther}>${t('lock.shorter')}<//>`}>
    <div class="wide stacked" onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === 'Enter' && done()}>
      <${Field} id="lock-one" label=${t('lock.secret')} wrong=${at(1)}><${Secret} value=${one.value} onInput=${(/** @type {string} */ value) => (one.value = value)} /><//>
      <${Field} id="lock-two" label=${t('lock.secretAgain')} wrong=${at(2)}><${Secret} value=${two.value} onInput=${(/** @type {string} */ value) => (two.value = value)} /><//></div>
    <p class="quiet small" role="status">${said.value}</p>${ways}<//>`;
}

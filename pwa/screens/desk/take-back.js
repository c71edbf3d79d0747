/**
 * Asks before an earlier version is put in use again: which questions come back, which go, and why.
 * Promises: nothing changes before the button below was tapped; closing the sheet changes nothing.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t, words } from '../../i18n.js';
import { form as fetched } from '../../sync/api.js';
import { html } from '../../ui/html.js';
import { Banner, Button, Field, TextInput } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { announce } from '../../ui/undo.js';
import { takeBack } from './county.js';
import { sentence } from './forms.js';

/**
 * @typedef {import('./county.js').Version} Version
 * @typedef {import('../../form/definition.js').Definition} Definition
 * @typedef {{back: string[], gone: string[], other: boolean}} Turned questions by what people call them
 */

/** Questions named one by one; the rest are counted. */
const NAMED = 6;

/** @param {Definition['questions'][number]} question */
const called = ({ label, name }) => words(/** @type {any} */ (Object.fromEntries(Object.entries(label ?? {}).map(([language, text]) =>
  [language, Array.isArray(text) ? text.map((part) => (typeof part === 'string' ? part : '…')).join('') : text])))) || name;

/** What putting `then` in the place of `now` means for who fills it in. @param {Definition} then @param {Definition|null} now @returns {Turned} */
function turned(then, now) {
  const told = (/** @type {Definition} */ one, /** @type {Definition|null} */ other) => {
    const there = new Set(other?.questions.map(({ path }) => path));
    return one.questions.filter(({ path, holds }) => holds !== 'nothing' && !there.has(path)).map(called);
  };
  const [back, gone] = [told(then, now), now ? told(now, then) : []];
  return { back, gone, other: !back.length && !gone.length };
}

/** @param {string} key @param {string[]} names */
const line = (key, names) => names.length > 0 && html`<p>${t(key, { n: names.length, names: names.slice(0, NAMED).join(t('join.list')) })}${names.length > NAMED ? t('versions.more', { n: names.length - NAMED }) : ''}</p>`;

/** @param {{version: Version, live: string|null, title: string, onClose: () => void, onDone: () => void}} props */
export function TakeBack({ version, live, title, onClose, onDone }) {
  const change = useSignal(/** @type {Turned|null} */ (null));
  const wrong = useSignal('');
  const why = useSignal('');
  const busy = useSignal(false);
  useEffect(() => {
    Promise.all([fetched(version.hash), live ? fetched(live) : null])
      .then(([then, now]) => (change.value = turned(then, now)), (error) => (wrong.value = sentence(error)));
  }, []);
  const act = async () => {
    if (busy.peek()) return;
    busy.value = true;
    wrong.value = '';
    try {
      await takeBack(version.kind, { hash: version.hash, message: why.peek() });
      announce(t('versions.back.done'));
      onDone();
    } catch (error) {
      wrong.value = sentence(error);
      announce(wrong.value);
    }
    busy.value = false;
  };
  const found = change.value;
  return html`<${Sheet} title=${t('versions.back.ask')} text=${title} onClose=${onClose}>
    ${found ? html`${line('versions.back.come', found.back)}${line('versions.back.go', found.gone)}${found.other && html`<p>${t('versions.back.other')}</p>`}` : !wrong.value && html`<p class="quiet">${t('opening')}</p>`}
    <p class="quiet small">${t('versions.back.stay')}</p>
    ${wrong.value && html`<${Banner} tone="late" icon="late" title=${wrong.value} />`}
    <${Field} id="back-why" label=${t('trial.why')} soft=${t('trial.optional')} help=${t('trial.why.help')}><${TextInput} value=${why.value} maxlength=${500} onInput=${(/** @type {string} */ text) => (why.value = text)} /><//>
    <div class="acts"><${Button} onTap=${onClose}>${t('act.cancel')}<//><${Button} kind="main" busy=${busy.value} onTap=${() => void act()}>${t('versions.back.do')}<//></div>
  <//>`;
}

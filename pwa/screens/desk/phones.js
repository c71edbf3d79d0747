/**
 * The administrator's list of phones: whose, when last heard of, what was not sent, what lies on them; shutting one out, and taking
 * a phone's file of unsent changes.
 * Promises: what is lost is said before the button is tapped; nothing is kept on this device.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { bring, t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Banner, Blank, Button, Card, Chip, Chips, Field, Group, State, TextInput } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { announce } from '../../ui/undo.js';
import { inside, whenOn } from '../parts/moments.js';
import { importUnsent, phones, shutOut } from './county.js';
import { sentence } from './forms.js';
import texts from './texts.js';

bring(texts);

/** @typedef {import('./county.js').Phone} Phone */

/** A clock that is off by more is worth a word. */
const SKEW_MS = 5 * 60_000;

/** @param {Phone} phone */
const heldOf = ({ villages }) => villages.map(({ name, households, persons }) => t(persons || households ? 'phones.village' : 'phones.village.none', { name, households, persons })).join(t('join.list'));

/** @param {Phone} phone */
const unsentOf = ({ unsent }) => (unsent === null ? t('phones.unsent.unknown') : unsent ? t('phones.unsent', { n: unsent }) : t('phones.unsent.none'));

export default function Phones() {
  const all = useSignal(/** @type {Phone[]|null} */ (null));
  const wrong = useSignal('');
  const asked = useSignal(/** @type {Phone|null} */ (null));
  const load = () => phones().then((found) => (all.value = found), (error) => (wrong.value = sentence(error)));
  useEffect(() => void load(), []);
  return html`<${Inner} title=${t('title.phones')} backTo="/admin" tight=${false}>
    ${wrong.value && html`<${Banner} tone="late" icon="late" title=${wrong.value} />`}
    ${all.value ? html`<${Import} /><${Group} title=${t('phones.all')} count=${t('phones.count', { n: all.value.length })}>${all.value.map((phone) => html`<${One} key=${phone.id} phone=${phone} onShut=${() => (asked.value = phone)} />`)}<//>` : !wrong.value && html`<${Blank} title=${t('opening')} />`}
    ${asked.value && html`<${Shut} phone=${asked.value} onClose=${() => (asked.value = null)} onDone=${() => {
      asked.value = null;
      void load();
    }} />`}
  <//>`;
}

/** @param {{phone: Phone, onShut: () => void}} props */
function One({ phone, onShut }) {
  const { name, login, label, last_seen: seen, skew_ms: skew, revoked_as: out, wiped_at: wiped } = phone;
  return html`<${Card} title=${html`${name || login} ${out && html`<${State} tone="late" icon="late" text=${t(`phones.out.${out}`)} />`}`}>
    <p>${t('phones.seen', { time: inside(whenOn(seen)) })}${t('join.sentence')}${unsentOf(phone)}</p>
    ${phone.villages.length > 0 && html`<p>${t('phones.lies', { what: heldOf(phone) })}</p>`}
    ${skew !== null && Math.abs(skew) > SKEW_MS && html`<p class="quiet small">${t('phones.skew', { n: Math.round(Math.abs(skew) / 60_000) })}</p>`}
    ${out && html`<p class="small">${wiped ? t('phones.wiped', { time: inside(whenOn(wiped)) }) : t('phones.unwiped')}</p>`}
    <p class="quiet small">${[login, label, phone.app, phone.id].filter(Boolean).join(' · ')}</p>
    ${out !== 'lost' && html`<div class="chips"><${Button} kind="line" low onTap=${onShut}>${t('phones.shut')}<//></div>`}<//>`;
}

/** @param {{phone: Phone, onClose: () => void, onDone: () => void}} props */
function Shut({ phone, onClose, onDone }) {
  const as = useSignal(/** @type {'left'|'lost'|''} */ (''));
  const why = useSignal('');
  const wrong = useSignal('');
  const busy = useSignal(false);
  const act = async () => {
    if (busy.peek() || !as.peek()) return;
    busy.value = true;
    try {
      await shutOut(phone.id, { as: as.peek(), reason: why.peek() });
      announce(t('phones.done'));
      onDone();
    } catch (error) {
      wrong.value = sentence(error);
    }
    busy.value = false;
  };
  return html`<${Sheet} title=${t('phones.ask', { name: phone.name || phone.login })} text=${unsentOf(phone)} onClose=${onClose}>
    <p id="shut-as">${t('phones.why.what')}</p>
    <${Chips} labelledby="shut-as">${/** @type {const} */ (['left', 'lost']).filter((one) => phone.revoked_as !== one).map((one) => html`<${Chip} key=${one} on=${as.value === one} onTap=${() => (as.value = one)}>${t(`phones.as.${one}`)}<//>`)}<//>
    ${as.value && html`<div role="status"><p>${t(`phones.means.${as.value}`)}</p>${phone.villages.length > 0 && html`<p>${t('phones.lies', { what: heldOf(phone) })}</p>`}</div>`}
    <${Field} id="shut-why" label=${t('phones.reason')} soft=${t('trial.optional')}><${TextInput} value=${why.value} maxlength=${500} onInput=${(/** @type {string} */ text) => (why.value = text)} /><//>
    ${wrong.value && html`<${Banner} tone="late" icon="late" title=${wrong.value} />`}
    <div class="acts"><${Button} onTap=${onClose}>${t('act.cancel')}<//><${Button} kind="main" busy=${busy.value} onTap=${() => void act()}>${t('phones.shut.do')}<//></div>
  <//>`;
}

function Import() {
  const input = useRef(/** @type {HTMLInputElement|null} */ (null));
  const words = useSignal('');
  const told = useSignal('');
  const busy = useSignal(false);
  const chosen = async () => {
    const file = input.current?.files?.[0];
    if (!file || busy.peek()) return;
    busy.value = true;
    try {
      const done = await importUnsent(file, words.peek());
      told.value = t('import.done', { name: done.name, taken: done.taken, known: done.known, held: done.held, files: done.files })
        + (done.files_waiting ? `${t('join.sentence')}${t('import.waiting', { n: done.files_waiting })}` : '');
      words.value = '';
    } catch (error) {
      told.value = sentence(error);
    }
    busy.value = false;
    if (input.current) input.current.value = '';
  };
  return html`<${Card} level=${2} title=${t('import.title')}><p>${t('import.what')}</p>
    <${Field} id="unsent-words" label=${t('import.words')}><${TextInput} type="password" autocomplete="off" value=${words.value} onInput=${(/** @type {string} */ text) => (words.value = text)} /><//>
    <input ref=${input} type="file" autocomplete="off" hidden aria-label=${t('import.choose')} onChange=${() => void chosen()} />
    <${Button} kind="tone" icon="file" busy=${busy.value} onTap=${() => input.current?.click()}>${t('import.choose')}<//>
    <p role="status">${told.value}</p><//>`;
}

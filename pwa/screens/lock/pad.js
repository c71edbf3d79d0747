/**
 * Six digits: their dots, their keys, and the keyboard of whoever has one.
 * Promises: no field a browser could remember; how many are typed is said, never which.
 */
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Icon } from '../../ui/parts.js';
import './words.js';

export const DIGITS = 6;
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** @param {{typed: string}} props */
export function Dots({ typed }) {
  return html`<div class="pin" role="status"><span class="hidden">${t('lock.typed', { n: typed.length, of: DIGITS })}</span>${Array.from({ length: DIGITS }, (_, at) => html`<i class=${at < typed.length ? 'on' : undefined}></i>`)}</div>`;
}

/** @param {{typed: string, onType: (typed: string) => void, children?: any}} props `children`: the key at the lower left */
export function Keys({ typed, onType, children }) {
  const press = (/** @type {string} */ digit) => typed.length < DIGITS && onType(typed + digit);
  const erase = () => onType(typed.slice(0, -1));
  const latest = useRef({ press, erase });
  latest.current = { press, erase };
  useEffect(() => {
    const heard = (/** @type {KeyboardEvent} */ event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA)$/.test(/** @type {Element} */ (event.target).tagName ?? '')) return;
      if (/^\d$/.test(event.key)) latest.current.press(event.key);
      else if (event.key === 'Backspace') latest.current.erase();
    };
    addEventListener('keydown', heard);
    return () => removeEventListener('keydown', heard);
  }, []);
  return html`<div class="keys" role="group" aria-label=${t('lock.keys')}>${KEYS.map((digit) => html`<button type="button" key=${digit} onClick=${() => press(digit)}>${digit}</button>`)}
    ${children ?? html`<span></span>`}<button type="button" onClick=${() => press('0')}>0</button><button type="button" class="word" aria-label=${t('lock.erase')} onClick=${erase}><${Icon} name="erase" /></button></div>`;
}

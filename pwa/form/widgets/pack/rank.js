/**
 * Putting choices in order: two buttons at each, and dragging by its number for who likes that.
 * Promises: nothing is an answer until something was moved or the order was taken as it is; each move says the new place.
 */
import { useRef, useState } from 'preact/hooks';
import { t } from '../../../i18n.js';
import { html } from '../../../ui/html.js';
import { Button, Icon } from '../../../ui/parts.js';
import { announce } from '../../../ui/undo.js';
import { Nothing, optionsOf } from '../choose.js';
import { rankOrder } from '../../choices.js';
import { styled } from './address.js';
import './words.js';

/** @typedef {import('../choose.js').Option} Option */

/** @param {string[]} order @param {number} from @param {number} to @returns {string[]} */
export function moved(order, from, to) {
  const rest = order.filter((_, at) => at !== from);
  rest.splice(Math.min(Math.max(0, to), rest.length), 0, /** @type {string} */ (order[from]));
  return rest;
}

/** @param {{option: Option, at: number, of: number, held: boolean, onMove: (to: number) => void, onDrag: (event: PointerEvent) => void}} props */
function Ranked({ option, at, of, held, onMove, onDrag }) {
  const step = (/** @type {number} */ by) => (/** @type {any} */ event) => {
    const row = event.currentTarget.closest('li');
    const sort = by < 0 ? '.up' : '.down';
    onMove(at + by);
    // The row moved and its buttons with it: the finger stays on the same choice.
    requestAnimationFrame(() => {
      const same = row.querySelector(sort);
      (same?.hidden ? row.querySelector('.move:not([hidden])') : same)?.focus({ preventScroll: true });
    });
  };
  return html`<li class=${held ? 'ranked held' : 'ranked'} data-name=${option.value}>
    <span class="nth" onPointerDown=${onDrag}>${at + 1}</span><span class="text">${option.label}</span>
    <button type="button" class="tap move up" hidden=${at === 0} aria-label=${t('form.rank.up', { name: option.text })} onClick=${step(-1)}><${Icon} name="down" /></button>
    <button type="button" class="tap move down" hidden=${at === of - 1} aria-label=${t('form.rank.down', { name: option.text })} onClick=${step(1)}><${Icon} name="down" /></button></li>`;
}

/** @param {import('../index.js').Props} props */
function Rank(props) {
  const { interview, state, id } = props;
  const options = optionsOf(props);
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const [drag, hold] = useState(/** @type {{name: string, order: string[]} | null} */ (null));
  if (!options.length) return html`<${Nothing} ...${props} />`;
  const byName = new Map(options.map((option) => [option.value, option]));
  const answered = /** @type {string[]} */ (state.value ?? []);
  const order = drag?.order ?? rankOrder(answered, [...byName.keys()]);
  const set = (/** @type {string[] | null} */ value) => interview.set(state.question.path, value, state.place);
  const move = (/** @type {string} */ name, /** @type {number} */ to) => {
    set(moved(order, order.indexOf(name), to));
    announce(t('form.rank.now', { name: byName.get(name)?.text ?? name, n: to + 1, of: order.length }));
  };
  const dragging = (/** @type {string} */ name) => (/** @type {PointerEvent} */ event) => {
    // The list holds the finger: rows are taken out and put back while it moves.
    const holder = /** @type {HTMLElement} */ (list.current);
    let now = order;
    event.preventDefault();
    holder.setPointerCapture(event.pointerId);
    hold({ name, order: now });
    holder.onpointermove = ({ clientY }) => {
      const others = [...(list.current?.querySelectorAll('li') ?? [])].filter((row) => row.dataset.name !== name);
      const to = others.filter((row) => row.getBoundingClientRect().top + row.offsetHeight / 2 < clientY).length;
      if (now.indexOf(name) !== to) hold({ name, order: (now = moved(now, now.indexOf(name), to)) });
    };
    holder.onpointerup = holder.onpointercancel = (/** @type {PointerEvent} */ { type }) => {
      holder.onpointermove = holder.onpointerup = holder.onpointercancel = null;
      hold(null);
      if (type === 'pointerup' && now.join(' ') !== order.join(' ')) {
        set(now);
        announce(t('form.rank.now', { name: byName.get(name)?.text ?? name, n: now.indexOf(name) + 1, of: now.length }));
      }
    };
  };
  return html`<ol class="list rank" ref=${list} aria-labelledby=${`${id}-label`}>${order.map((name, at) => html`
      <${Ranked} key=${name} option=${byName.get(name)} at=${at} of=${order.length} held=${drag?.name === name} onMove=${(/** @type {number} */ to) => move(name, to)} onDrag=${dragging(name)} />`)}</ol>
    ${!answered.length && html`<span class="help">${t('form.rank.none')}</span><${Button} kind="line" low onTap=${() => set(order)}>${t('form.rank.asis')}<//>`}
    ${answered.length > 0 && !state.required && html`<${Button} kind="text" low icon="erase" onTap=${() => set(null)}>${t('form.rank.erase')}<//>`}`;
}

export const load = () => styled('form/widgets/pack/choices.css').then(() => Rank);

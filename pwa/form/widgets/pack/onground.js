/**
 * Choosing one of a list of places: the nearest first where the phone tells where it is, else in the order of the list,
 * beside a small drawing of them. Promises: a list without places is chosen from as any other.
 */
import { useId, useMemo, useState } from 'preact/hooks';
import { t } from '../../../i18n.js';
import { html } from '../../../ui/html.js';
import { Button, Chips, Group, Icon, List, Row, Tap } from '../../../ui/parts.js';
import { plain } from '../../markdown.js';
import { Nothing, named, optionsOf } from '../choose.js';
import { leaving, useDialog } from '../dialog.js';
import { styled } from './address.js';
import { between, lineOf, viewOf } from './ground.js';
import { remember } from './known.js';
import { Silent, Waiting } from './point.js';
import { usePosition } from './position.js';
import { Sketch, far } from './terrain.js';
import './words.js';

/**
 * @typedef {import('./ground.js').Point} Point
 * @typedef {import('../choose.js').Option & {at: Point | null, line: Point[]}} Placed
 */

const FIRST = 40;

/** Each with the middle of where it is. @param {import('../choose.js').Option[]} options @returns {Placed[]} */
export function placed(options) {
  return options.map((option) => {
    const line = lineOf(option.row?.geometry, true);
    const middle = line.length ? { lat: line.reduce((sum, { lat }) => sum + lat, 0) / line.length, lon: line.reduce((sum, { lon }) => sum + lon, 0) / line.length } : null;
    return { ...option, at: middle, line };
  });
}

/** @param {Placed[]} all @param {'near' | 'name'} by @param {Point | null} here @param {string} lang @returns {Placed[]} */
export function sorted(all, by, here, lang) {
  const away = (/** @type {Placed} */ { at }) => (at && here ? between(here, at) : Infinity);
  const order = new Intl.Collator(lang === 'zh' ? 'zh-CN' : lang);
  return [...all].sort((a, b) => (by === 'near' && here ? away(a) - away(b) : order.compare(a.text, b.text)));
}

/** @param {{title: string, all: Placed[], value: string | null, lang: string, onChoose: (name: string) => void, onClose: () => void}} props */
function Ground({ title, all, value, lang, onChoose, onClose }) {
  const dialog = useDialog();
  const id = useId();
  const [by, sortBy] = useState(/** @type {'near' | 'name'} */ ('name'));
  const [looked, look] = useState(value);
  const [n, more] = useState(FIRST);
  const { standing, fix, late, start } = usePosition(remember, true);
  const spots = useMemo(() => all.flatMap((one) => (one.at ? [{ ...one.at, name: one.text, key: one.value, on: one.value === looked }] : [])), [all, looked]);
  const [view, setView] = useState(() => viewOf(spots, 320));
  const rows = sorted(all, by, fix, lang);
  const choose = (/** @type {string | null} */ way) => {
    sortBy(way === 'near' ? 'near' : 'name');
    if (way === 'near' && standing !== 'seeking') start();
  };
  const touched = (/** @type {string} */ name) => {
    look(name);
    document.getElementById(`${id}-${name}`)?.scrollIntoView({ block: 'nearest' });
  };
  const chosen = all.find((one) => one.value === looked);
  return html`<dialog class="page" ref=${dialog} aria-labelledby=${id} onCancel=${leaving(onClose)}><div class="screen">
    <header class="head inner"><${Tap} icon="back" label=${t('form.back')} onTap=${onClose} /><h2 class="title" id=${id} tabindex="-1" autofocus>${title}</h2></header>
    <div class="scroll tight">
      ${view && html`<${Sketch} view=${view} onView=${setView} spots=${spots} line=${chosen && chosen.line.length > 1 ? chosen.line : []} closed here=${fix} height=${220} label=${t('form.place.sketch')} onSpot=${(/** @type {any} */ spot) => touched(spot.key)} />`}
      <${Chips} options=${[{ value: 'name', label: t('form.ground.name') }, { value: 'near', label: t('form.ground.near') }]} value=${by} onChange=${choose} label=${t('form.ground.order')} />
      ${by === 'near' && standing === 'seeking' && !fix && html`<${Waiting} fix=${fix} late=${late} />`}
      ${by === 'near' && (standing === 'refused' || standing === 'absent') && html`<${Silent} standing=${standing} />`}
      <${Group} title=${t('form.choices.all')} count=${t('form.items', { n: all.length })}><${List}>${rows.slice(0, n).map((one) => html`
        <${Row} key=${one.value} id=${`${id}-${one.value}`} slim title=${one.label} meta=${one.at ? fix && t('form.ground.away', { m: far(between(fix, one.at)) }) : t('form.ground.unplaced')} current=${one.value === looked} next=${false}
          end=${one.value === value ? html`<${Icon} name="check" label=${t('form.chosen')} />` : ''} onTap=${() => onChoose(one.value)} />`)}<//><//>
      ${n < rows.length && html`<${Button} kind="line" low onTap=${() => more(n + FIRST)}>${t('form.ground.more', { n: rows.length - n })}<//>`}
    </div>
    ${chosen && looked !== value && html`<footer><div class="dock"><${Button} kind="main" grow=${10} onTap=${() => onChoose(chosen.value)}>${t('form.ground.take', { name: chosen.text })}<//></div></footer>`}
  </div></dialog>`;
}

/** @param {import('../index.js').Props} props */
function OnGround(props) {
  const { interview, state, id } = props;
  const [open, setOpen] = useState(false);
  const options = optionsOf(props);
  const all = useMemo(() => (open ? placed(options) : []), [open]);
  if (!options.length) return html`<${Nothing} ...${props} />`;
  const chosen = options.find((option) => option.value === state.value);
  const set = (/** @type {string | null} */ name) => interview.set(state.question.path, name, state.place);
  return html`<${List}><${Row} slim id=${id} icon="pin" title=${named(state.label, chosen?.label ?? t('form.choose'))} meta=${!chosen && t('form.choices.count', { n: options.length })} end=${chosen ? t('form.change') : ''} next=${!chosen} onTap=${() => setOpen(true)} /><//>
    ${chosen && !state.required && html`<div class="place-more"><${Button} kind="text" low icon="erase" onTap=${() => set(null)}>${t('form.none')}<//></div>`}
    ${open && html`<${Ground} title=${plain(state.label)} all=${all} value=${state.value ?? null} lang=${interview.lang} onClose=${() => setOpen(false)} onChoose=${(/** @type {string} */ name) => { setOpen(false); set(name); }} />`}`;
}

export const load = () => styled('form/widgets/pack/place.css').then(() => OnGround);

/** Putting a place by hand, on a page of its own: moving the drawing under a cross, or writing the two numbers. */
import { useId, useMemo, useState } from 'preact/hooks';
import { t } from '../../../i18n.js';
import { html } from '../../../ui/html.js';
import { Button, Chip, Field, Tap, TextInput } from '../../../ui/parts.js';
import { leaving, useDialog } from '../dialog.js';
import { degreesOf, pairOf, swappedOf, viewOf } from './ground.js';
import { Sketch } from './terrain.js';
import './words.js';

/** @typedef {import('./ground.js').Point} Point */

const written = (/** @type {number} */ value) => value.toFixed(6);

/**
 * @param {{title: string, value: Point | null, known: import('./known.js').Known[], onPut: (point: Point) => void, onClose: () => void}} props
 */
export function ByHand({ title, value, known, onPut, onClose }) {
  const dialog = useDialog();
  const id = useId();
  const begin = useMemo(() => {
    const view = viewOf(value ? [value] : known, 320);
    return view && { ...view, scale: Math.min(view.scale, value ? 1 : 20) };
  }, []);
  const [view, setView] = useState(begin);
  const [lat, setLat] = useState(begin ? written(begin.at.lat) : '');
  const [lon, setLon] = useState(begin ? written(begin.at.lon) : '');
  const [wrong, say] = useState(false);
  const move = (/** @type {import('./terrain.js').View} */ now) => {
    setView(now);
    setLat(written(now.at.lat));
    setLon(written(now.at.lon));
    say(false);
  };
  const read = (/** @type {string} */ latitude, /** @type {string} */ longitude) => {
    const [a, b] = [degreesOf(latitude, 'lat'), degreesOf(longitude, 'lon')];
    return a === null || b === null ? null : { lat: a, lon: b };
  };
  const type = (/** @type {'lat' | 'lon'} */ which) => (/** @type {string} */ text) => {
    const pair = pairOf(text);
    const [a, b] = pair ? [written(pair.lat), written(pair.lon)] : which === 'lat' ? [text, lon] : [lat, text];
    setLat(a);
    setLon(b);
    say(false);
    const point = read(a, b);
    if (point) setView({ at: point, scale: view?.scale ?? 1 });
  };
  const swapped = swappedOf(lat, lon);
  const swap = () => swapped && move({ at: swapped, scale: view?.scale ?? 1 });
  const put = () => {
    const point = read(lat, lon);
    if (point) onPut({ lat: Number(point.lat.toFixed(6)), lon: Number(point.lon.toFixed(6)) });
    else say(true);
  };
  return html`<dialog class="page" ref=${dialog} aria-labelledby=${id} onCancel=${leaving(onClose)}><div class="screen">
    <header class="head inner"><${Tap} icon="back" label=${t('form.back')} onTap=${onClose} /><h2 class="title" id=${id} tabindex="-1" autofocus>${title}</h2></header>
    <div class="scroll tight">
      ${view ? html`<p class="quiet">${t('form.place.move')}</p><${Sketch} view=${view} onView=${move} spots=${known} cross label=${t('form.place.sketch')} />` : html`<p class="quiet">${t('form.place.noground')}</p>`}
      <${Field} id=${`${id}-lat`} label=${t('form.place.lat')} wrong=${swapped ? t('form.place.swapped') : wrong ? t('form.place.wrong') : ''}
        fix=${swapped && html`<${Chip} plain onTap=${swap}>${t('form.place.swap')}<//>`}><${TextInput} value=${lat} inputmode="text" placeholder=${t('form.place.example', { n: '27.851234' })} onInput=${type('lat')} /><//>
      <${Field} id=${`${id}-lon`} label=${t('form.place.lon')} help=${t('form.place.copied')}><${TextInput} value=${lon} inputmode="text" placeholder=${t('form.place.example', { n: '104.721234' })} onInput=${type('lon')} /><//>
    </div>
    <footer><div class="dock"><${Button} kind="main" grow=${10} onTap=${put}>${t('form.place.put')}<//></div></footer>
  </div></dialog>`;
}

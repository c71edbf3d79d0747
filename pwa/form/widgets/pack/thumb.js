/**
 * A file answer as it is looked at: a picture that opens, a voice that plays, a film, a file by its name.
 * Promises: nothing is read before it is near the screen; of a photo that is not on this phone its small picture is shown; the
 * original of anything is fetched by a tap that says its size first; what has not come says on whose phone it is.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../../i18n.js';
import { hashOf } from '../../../store/files.js';
import { awaited } from '../../../store/smalls.js';
import { store } from '../../../store/store.js';
import { size } from '../../../ui/format.js';
import { html } from '../../../ui/html.js';
import { Button, Icon, Tap } from '../../../ui/parts.js';
import { plain } from '../../markdown.js';
import { leaving, useDialog } from '../dialog.js';
import './device-words.js';
import { styled } from './address.js';

await styled('styles/device.css');

/**
 * @typedef {'image' | 'audio' | 'video' | 'file'} Sort
 * @typedef {{value: string, type: string, label: string, record?: string}} Props  `type`: of the question; `record`: the id by which
 *   the server gives what is not on this phone
 */

/** @param {string} type @returns {Sort} */
const sortOf = (type) => (type === 'image' || type === 'audio' || type === 'video' ? type : 'file');

/** True once the element has come near the screen. @returns {[boolean, {current: any}]} */
function useNear() {
  const ref = useRef(/** @type {HTMLElement | null} */ (null));
  const [near, come] = useState(typeof IntersectionObserver === 'undefined');
  useEffect(() => {
    if (near || !ref.current) return undefined;
    const watch = new IntersectionObserver((all) => all.some((one) => one.isIntersecting) && come(true), { rootMargin: '400px' });
    watch.observe(ref.current);
    return () => watch.disconnect();
  }, [near]);
  return [near, ref];
}

/** What can be had of an answer: the file from this phone, else a photo's small picture, else only how large it is.
 * @param {string} value @param {string} record @param {boolean} whole also from the server, whatever its size
 * @returns {Promise<{blob: Blob | null, original: number}>} `original`: bytes still to be fetched, 0 when there are none */
async function lookedFor(value, record, whole) {
  const far = (/** @type {'whole'|'small'|'size'} */ what) => (record && /** @type {any} */ (store.hooks).file?.(value, record, what)) || null;
  const here = await store.files.blob(value);
  if (here) return { blob: here, original: 0 };
  if (whole) {
    const blob = await far('whole');
    if (blob) return { blob, original: 0 };
  }
  const small = await far('small');
  if (small) return small;
  const original = await far('size');
  // Whose phone it is on the server says only when it is asked for the file itself.
  return { blob: original === 0 ? await far('whole') : null, original: original ?? 0 };
}

/** The bytes of an answer as an address. @param {string} value '' while nobody looks @param {string} record */
function useFile(value, record) {
  const [found, find] = useState(/** @type {{of: string, url: string, bytes: number, original: number} | null} */ (null));
  const [tries, again] = useState(0);
  const whole = useRef(false);
  useEffect(() => {
    if (!value) return undefined;
    let url = '';
    let over = false;
    const read = lookedFor(value, record, whole.current).catch((/** @type {unknown} */ error) => {
      console.warn('a file could not be read', error);
      return { blob: null, original: 0 };
    });
    void read.then(({ blob, original }) => {
      if (over) return;
      whole.current = false;
      if (blob) url = URL.createObjectURL(blob);
      find({ of: value, url, bytes: blob?.size ?? 0, original });
    });
    return () => {
      over = true;
      if (url) URL.revokeObjectURL(url);
    };
  }, [value, record, tries]);
  const now = found?.of === value ? found : null;
  // Only what said its size is fetched whole.
  const fetch = () => {
    whole.current = Boolean(now?.original);
    find(null);
    again(tries + 1);
  };
  return { ...now, state: !now ? 'reading' : now.url ? 'here' : 'absent', fetch };
}

/** A picture alone on the screen; two fingers make it larger. @param {{url: string, label: string, onClose: () => void}} props */
function Viewer({ url, label, onClose }) {
  const dialog = useDialog();
  return html`<dialog class="page viewer" ref=${dialog} aria-label=${label} onCancel=${leaving(onClose)}><div class="screen">
    <header class="head inner"><${Tap} icon="back" label=${t('form.back')} onTap=${onClose} /><h2 class="title" tabindex="-1" autofocus>${label}</h2></header>
    <div class="stage"><img src=${url} alt=${label} /></div></div></dialog>`;
}

/** @param {{url: string, label: string}} props */
function Picture({ url, label }) {
  const [open, show] = useState(false);
  return html`<button type="button" class="picture" aria-label=${t('device.open', { label })} onClick=${() => show(true)}><img src=${url} alt="" /></button>
    ${open && html`<${Viewer} url=${url} label=${label} onClose=${() => show(false)} />`}`;
}

/** What a browser records does not say how long it is; its end has to be looked for once. @param {any} event */
function findEnd({ currentTarget: sound }) {
  if (Number.isFinite(sound.duration)) return;
  sound.addEventListener('timeupdate', () => (sound.currentTime = 0), { once: true });
  sound.currentTime = 1e7;
}

/** @param {{sort: Sort, url: string, label: string}} props */
const Played = ({ sort, url, label }) => sort === 'audio'
  ? html`<audio controls preload="metadata" src=${url} aria-label=${label} onLoadedMetadata=${findEnd}></audio>`
  : html`<video controls playsinline preload="metadata" src=${url} aria-label=${label} onLoadedMetadata=${findEnd}></video>`;

/** @param {{value: string, url: string, bytes: number, label: string}} props */
function Opened({ value, url, bytes, label }) {
  const name = store.files.marks.value.get(hashOf(value))?.name || `${label}.${value.split('.').pop()}`;
  return html`<a class="row card filed" href=${url} download=${name}><${Icon} name="file" /><span class="text"><b>${name}</b><span class="meta">${size(bytes)}</span></span><${Icon} name="new" label=${t('device.fetch')} /></a>`;
}

/** Where the file is: on this phone alone, on its way, with the server. @param {{value: string}} props */
function Where({ value }) {
  const { state, bytes, sentBytes } = store.files.state(value);
  const [icon, words] = {
    local: ['device', t('receipt.kept')], sending: ['cloud', t('device.sent.part', { n: Math.floor((100 * sentBytes) / (bytes || 1)) })],
    sent: ['cloud-check', t('receipt.arrived')], checked: ['double', t('receipt.checked')], failed: ['return', t('receipt.refused')], absent: ['', ''],
  }[state];
  return icon && html`<p class="where"><${Icon} name=${icon} />${words}${bytes > 0 && html` · ${size(bytes)}`}</p>`;
}

/** What is not on this phone: what it is, how large, and whose phone it is still on. @param {{value: string, sort: Sort, original: number, onFetch: () => void}} props */
function Absent({ value, sort, original, onFetch }) {
  const still = awaited.get(hashOf(value));
  const name = still && store.name(still.by);
  const words = original ? t(`device.there.${sort}`) : still ? t(`device.awaited.${sort}`, { name: name || t('device.awaited.someone') }) : t(`device.absent.${sort}`);
  return html`<div class="input still absent"><span class="grow">${words}</span>
    <${Button} kind="text" low onTap=${onFetch}>${original ? t('device.bring', { size: size(original) }) : t('act.again')}<//></div>`;
}

/** @param {Props} props */
export function Thumb({ value, type, label, record = '' }) {
  const [near, ref] = useNear();
  const { state, url = '', bytes = 0, original = 0, fetch } = useFile(near ? value : '', record);
  const sort = sortOf(type);
  const shown = () => {
    if (state === 'reading') return html`<p class="waits" role="status">${near && html`<span>${t('device.reading')}</span>`}</p>`;
    if (state === 'absent') return html`<${Absent} value=${value} sort=${sort} original=${original} onFetch=${fetch} />`;
    if (sort === 'image') return html`<${Picture} url=${url} label=${label} />
      ${original > 0 && html`<p class="where"><span class="grow">${t('device.small')}</span><${Button} kind="text" low onTap=${fetch}>${t('device.original', { size: size(original) })}<//></p>`}`;
    if (sort === 'file') return html`<${Opened} value=${value} url=${url} bytes=${bytes} label=${label} />`;
    return html`<${Played} sort=${sort} url=${url} label=${label} />`;
  };
  return html`<div class=${`thumb ${sort}`} ref=${ref}>${shown()}${near && state === 'here' && !original && html`<${Where} value=${value} />`}</div>`;
}

/** An answer that is only looked at, in the place of the widget that would change it. @param {import('../index.js').Props} props */
export function Looked({ interview, state }) {
  const { value, question } = state;
  if (!value) return html`<p class="input still">—</p>`;
  return html`<${Thumb} value=${value} type=${question.type} label=${plain(state.label || question.name)} record=${interview.id} />`;
}

/** @param {(props: import('../index.js').Props) => any} Widget @returns {(props: import('../index.js').Props) => any} */
export const lookedOr = (Widget) => (props) => html`<${props.state.readOnly ? Looked : Widget} ...${props} />`;

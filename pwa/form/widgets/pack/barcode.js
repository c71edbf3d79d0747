/**
 * A barcode as an answer: typed, read by the camera, or read from a picture. Typing is always there; nothing waits for a camera.
 */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { t } from '../../../i18n.js';
import { html } from '../../../ui/html.js';
import { Button, Tap, TextInput } from '../../../ui/parts.js';
import { plain } from '../../markdown.js';
import { leaving, useDialog } from '../dialog.js';
import { Plain } from '../plain.js';
import { useTyping } from '../typing.js';
import './device-words.js';
import { styled } from './address.js';
import { Pick, Told, Unfit } from './keep.js';
import { codeIn, reader } from './scan.js';

await styled('styles/device.css');

/** @typedef {import('../index.js').Props} Props */

const LOOK_MS = 150;

/** @param {Props} props */
function Barcode({ interview, state, id }) {
  const label = plain(state.label || state.question.name);
  const { value, onInput, onLeave } = useTyping(interview, state);
  const [open, show] = useState(false);
  const found = (/** @type {string} */ code) => {
    onLeave('');
    interview.write(state.question.path, code, state.place);
    show(false);
  };
  const left = (/** @type {any} */ event) => event.target.id === id && onLeave(event.target.value);
  return html`<div class="taken" onFocusOut=${left}><${TextInput} id=${id} label=${label} value=${value} onInput=${onInput} />
    <div class="acts"><${Button} kind="line" low icon="barcode" onTap=${() => show(true)}>${t('device.scan')}<//></div>
    ${open && html`<${ScanPage} title=${label} onFound=${found} onClose=${() => show(false)} />`}</div>`;
}

/** Why the camera was not given. @param {any} error */
const refused = (error) => t(`device.wrong.${error?.name === 'NotAllowedError' ? 'camera' : error?.name === 'NotFoundError' || !navigator.mediaDevices ? 'camera.none' : 'camera.busy'}`);

/** Looks through the camera until it sees a code. @param {(code: string) => void} onFound */
function useCamera(onFound) {
  const video = useRef(/** @type {HTMLVideoElement | null} */ (null));
  const [said, say] = useState('');
  const [track, hold] = useState(/** @type {MediaStreamTrack | null} */ (null));
  const seen = useRef(onFound);
  seen.current = onFound;
  useEffect(() => {
    let over = false;
    /** @type {MediaStream | null} */
    let stream = null;
    const look = async () => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } });
      const element = video.current;
      if (over || !element) return;
      element.srcObject = stream;
      await element.play();
      hold(stream.getVideoTracks()[0] ?? null);
      const read = await reader().catch(() => Promise.reject(new Unfit('reader')));
      while (!over) {
        const code = (await read(element, false).catch(() => '')).trim();
        if (code && !over) return void seen.current(code);
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    };
    const end = () => {
      for (const one of stream?.getTracks() ?? []) one.stop();
    };
    look().catch((error) => !over && say(error instanceof Unfit ? t('device.wrong.reader') : refused(error))).finally(() => over && end());
    return () => {
      over = true;
      end();
    };
  }, []);
  return { video, said, say, track };
}

/** @param {{track: MediaStreamTrack | null}} props */
function Torch({ track }) {
  const [on, turn] = useState(false);
  if (!(/** @type {any} */ (track?.getCapabilities?.())?.torch)) return null;
  const tap = async () => {
    await track?.applyConstraints(/** @type {any} */ ({ advanced: [{ torch: !on }] }));
    turn(!on);
  };
  return html`<${Button} icon="sun" onTap=${() => void tap().catch(() => undefined)}>${t(on ? 'device.torch.off' : 'device.torch')}<//>`;
}

/** @param {{title: string, onFound: (code: string) => void, onClose: () => void}} props */
function ScanPage({ title, onFound, onClose }) {
  const dialog = useDialog();
  const heading = useId();
  const [busy, work] = useState('');
  const found = (/** @type {string} */ code) => {
    navigator.vibrate?.(60);
    onFound(code);
  };
  const { video, said, say, track } = useCamera(found);
  const pick = async (/** @type {File} */ file) => {
    say('');
    work(t('device.scanning'));
    try {
      const code = (await codeIn(file)).trim();
      if (code) found(code);
      else say(t('device.wrong.code'));
    } catch (error) {
      console.warn('a picture could not be read', error);
      say(t('device.wrong.picture'));
    } finally {
      work('');
    }
  };
  return html`<dialog class="page scanning" ref=${dialog} aria-labelledby=${heading} onCancel=${leaving(onClose)}><div class="screen">
    <header class="head inner"><${Tap} icon="back" label=${t('form.back')} onTap=${onClose} /><h2 class="title" id=${heading} tabindex="-1" autofocus>${title}</h2></header>
    <div class="stage"><video ref=${video} muted playsinline aria-label=${t('device.scan.aim')}></video><i class="aim" aria-hidden="true"></i></div>
    <p class="quiet">${t('device.scan.aim')}</p><${Told} busy=${busy} said=${said} />
    <footer><div class="dock"><${Torch} track=${track} /><${Pick} icon="picture" words=${t('device.scan.pick')} onFile=${(/** @type {File} */ file) => void pick(file)} accept="image/*" />
      <${Button} onTap=${onClose}>${t('device.scan.type')}<//></div></footer>
  </div></dialog>`;
}

/** @param {Props} props */
export default (props) => html`<${props.state.readOnly ? Plain : Barcode} ...${props} />`;

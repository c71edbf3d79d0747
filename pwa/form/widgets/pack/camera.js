/**
 * A picture as an answer: taken, chosen, drawn on, drawn, signed. The phone's own camera and gallery; nothing is ever forced.
 * Promises: kept small, without place and time, but for the place a form has a question of its own for; taken again, drawn on or erased can be had back.
 */
import { useRef, useState } from 'preact/hooks';
import { t } from '../../../i18n.js';
import { store } from '../../../store/store.js';
import { size } from '../../../ui/format.js';
import { html } from '../../../ui/html.js';
import { plain } from '../../markdown.js';
import { Button } from '../../../ui/parts.js';
import { Erase, Pick, Told, Unfit, useKeep } from './keep.js';
import { limitsOf, small } from './picture.js';
import { takenAt } from './taken-at.js';
import { Thumb, lookedOr } from './thumb.js';

/** @typedef {import('../index.js').Props} Props */
/** @typedef {'annotate' | 'draw' | 'signature'} Mode */

const PICTURES = 'image/*';

/** Opens the page one draws on, whose code comes when it is first wanted. @param {(error: any) => void} say */
function useDrawing(say) {
  const [Page, show] = useState(/** @type {any} */ (null));
  const open = () => {
    say(null);
    import('./draw.js').then(({ DrawPage }) => show(() => DrawPage), () => say(new Unfit('part')));
  };
  return { Page, open, close: () => show(null) };
}

/** @param {string} appearance @returns {Mode | ''} */
const modeOf = (appearance) => /** @type {Mode | ''} */ (/\b(annotate|draw|signature)\b/.exec(appearance)?.[1] ?? '');

/** @param {Props} props */
function Camera(props) {
  const { interview, state } = props;
  const { question, value } = state;
  const label = plain(state.label || question.name);
  const { busy, said, noted, say, keep, erase } = useKeep(props);
  const { Page, open, close } = useDrawing(say);
  const mode = modeOf(question.appearance);
  const given = useRef('');
  // A place that was put in by hand stays.
  const keepPlace = async (/** @type {File} */ file) => {
    const into = question.parameters?.place_into;
    const where = into ? await takenAt(file) : null;
    if (!into || !where || ![undefined, null, '', given.current].includes(interview.state(into, state.place).value)) return;
    given.current = where;
    interview.set(into, where, state.place);
  };
  const take = (/** @type {File} */ file) => void keep(t('device.shrinking', { size: size(file.size) }), async () => {
    const blob = await small(file, question.parameters);
    await keepPlace(file);
    return { blob, name: file.name, before: file.size };
  });
  const drawn = (/** @type {() => Promise<Blob | null>} */ make) => void keep(t('device.keeping'), async () => {
    const blob = await make();
    return blob && { blob };
  });
  const base = () => (mode === 'signature' || !value ? Promise.resolve(null) : store.files.blob(value, interview.id));
  const acts = mode === 'draw' || mode === 'signature'
    ? html`<${DrawActs} mode=${mode} again=${Boolean(value)} onOpen=${open} onErase=${erase} />`
    : html`<${PhotoActs} label=${label} again=${Boolean(value)} front=${/\bnew-front\b/.test(question.appearance)} only=${/\bnew\b|\bnew-front\b/.test(question.appearance)}
        draw=${mode === 'annotate' ? open : null} onFile=${take} onErase=${erase} />`;
  return html`<div class="taken">
    ${value && html`<${Thumb} value=${value} type="image" label=${label} record=${interview.id} />`}
    ${acts}<${Told} busy=${busy} said=${said} noted=${noted} />
    ${Page && html`<${Page} title=${label} mode=${mode} base=${base} limits=${limitsOf(question.parameters)} interview=${interview} onDone=${drawn} onClose=${close} />`}
  </div>`;
}

/** @param {{label: string, again: boolean, front: boolean, only: boolean, draw: (() => void) | null, onFile: (file: File) => void, onErase: () => void}} props */
function PhotoActs({ label, again, front, only, draw, onFile, onErase }) {
  const capture = front ? 'user' : 'environment';
  const said = (/** @type {string} */ words) => `${words}，${label}`;
  if (!again) {
    return html`<div class="picks"><${Pick} icon="camera" words=${t('device.photo')} label=${said(t('device.photo'))} accept=${PICTURES} capture=${capture} onFile=${onFile} />
      ${!only && html`<${Pick} icon="picture" words=${t('device.pick')} label=${said(t('device.pick'))} accept=${PICTURES} onFile=${onFile} />`}</div>`;
  }
  return html`<div class="acts">${draw && html`<${Button} kind="line" low icon="pen" onTap=${draw}>${t('device.annotate')}<//>`}
    <${Pick} low icon="camera" words=${t('device.photo.again')} label=${said(t('device.photo.again'))} accept=${PICTURES} capture=${capture} onFile=${onFile} />
    ${!only && html`<${Pick} low icon="picture" words=${t('device.pick.photo')} label=${said(t('device.pick.photo'))} accept=${PICTURES} onFile=${onFile} />`}
    <${Erase} onTap=${onErase} /></div>`;
}

/** @param {{mode: 'draw' | 'signature', again: boolean, onOpen: () => void, onErase: () => void}} props */
function DrawActs({ mode, again, onOpen, onErase }) {
  if (!again) return html`<div class="picks"><${Button} kind="line" icon="pen" onTap=${onOpen}>${t(mode === 'draw' ? 'device.draw' : 'device.sign')}<//></div>`;
  return html`<div class="acts"><${Button} kind="line" low icon="pen" onTap=${onOpen}>${t(mode === 'draw' ? 'device.draw.more' : 'device.sign.again')}<//><${Erase} onTap=${onErase} /></div>`;
}

export default lookedOr(Camera);

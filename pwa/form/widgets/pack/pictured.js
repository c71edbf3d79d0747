/**
 * Choices with pictures or sounds, and pictures that are chosen by touching them (`no-buttons`).
 * Promises: the picture belongs to the choice's button, a sound stands beside it; the chosen one has a tick, not colour alone.
 */
import { useRef, useState } from 'preact/hooks';
import { t } from '../../../i18n.js';
import { html } from '../../../ui/html.js';
import { Icon, arrows } from '../../../ui/parts.js';
import { optionsOf } from '../choose.js';
import { styled } from './address.js';
import { Media, fileOf, useMedia } from './media.js';
import './words.js';

/** @typedef {import('../choose.js').Option} Option */

/** @param {{option: Option, on: boolean, many: boolean, bare: boolean, stop: boolean, interview: import('../../interview.js').Interview, onTap: () => void}} props */
function Choice({ option, on, many, bare, stop, interview, onTap }) {
  const { definition, lang } = interview;
  const name = fileOf(option.media, 'image', lang);
  const address = useMedia(definition, name);
  const [broken, breakIt] = useState(false);
  const seen = address && !broken;
  const icon = many ? (on ? 'box-on' : 'box') : on ? 'radio-on' : 'ring';
  // Where the picture is to be the choice and is not here, the words are.
  const words = html`<span class="text">${option.label}${name && (address === null || broken) && html`<span class="meta">${t('form.media.absent')}</span>`}</span>`;
  return html`<div class="pictured">
    <button type="button" class=${bare ? 'picture' : 'choice'} role=${many ? 'checkbox' : 'radio'} aria-checked=${String(on)} tabindex=${stop ? 0 : -1} onClick=${onTap}>
      ${bare ? on && html`<span class="mark"><${Icon} name="check" /></span>` : html`<${Icon} name=${icon} />`}
      ${seen && html`<img class="media" src=${address} alt=${bare ? option.text : ''} onError=${() => breakIt(true)} />`}${bare && seen ? null : words}</button>
    ${(option.media?.audio || option.media?.video) && html`<${Media} definition=${definition} media=${option.media} lang=${lang} alt=${option.text} forms=${['audio', 'video']} />`}</div>`;
}

/** @param {import('../index.js').Props} props */
function Pictured(props) {
  const { interview, state, around, id } = props;
  const { path, type, appearance } = state.question;
  const touched = useRef(false);
  const options = optionsOf(props);
  const many = type === 'select_multiple';
  const value = /** @type {string[]} */ ([state.value ?? []].flat());
  const bare = /\bno-buttons\b/.test(appearance);
  const across = /\b(?:columns|compact|quickcompact)-(\d)\b/.exec(appearance)?.[1];
  const first = options.findIndex((option) => value.includes(option.value));
  const tap = (/** @type {string} */ name) => {
    const on = !value.includes(name);
    if (many) return interview.set(path, on ? [...value, name] : value.filter((one) => one !== name), state.place);
    if (on || !state.required) interview.set(path, on ? name : null, state.place);
    if (on && touched.current && /\bquick(compact)?\b/.test(appearance)) around.goOn?.();
  };
  const look = bare || /\b(columns|compact|quickcompact)/.test(appearance) ? `pictures of-${Math.min(4, Number(across ?? 2) || 2)}` : 'list';
  return html`<div class=${look} role=${many ? 'group' : 'radiogroup'} aria-labelledby=${`${id}-label`} onKeyDown=${many ? undefined : arrows} onClickCapture=${(/** @type {Event} */ event) => (touched.current = event.isTrusted)}>
    ${options.map((option, at) => html`<${Choice} key=${option.value} option=${option} on=${value.includes(option.value)} many=${many} bare=${bare} stop=${many || at === Math.max(0, first)} interview=${interview} onTap=${() => tap(option.value)} />`)}</div>`;
}

export const load = () => styled('form/widgets/pack/choices.css').then(() => Pictured);

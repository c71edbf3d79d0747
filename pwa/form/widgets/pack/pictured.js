/**
 * Choices with pictures or sounds, and pictures that are chosen by touching them (`no-buttons`).
 * Promises: the picture belongs to the choice's button, a sound stands beside it; the chosen one has a tick, not colour alone.
 */
import { useRef } from 'preact/hooks';
import { html } from '../../../ui/html.js';
import { Icon, arrows } from '../../../ui/parts.js';
import { Media } from '../../media.js';
import { optionsOf } from '../choose.js';
import { styled } from './address.js';

/** @typedef {import('../choose.js').Option} Option */

/** @param {{option: Option, on: boolean, many: boolean, bare: boolean, stop: boolean, interview: import('../../interview.js').Interview, onTap: () => void}} props */
function Choice({ option, on, many, bare, stop, interview, onTap }) {
  const { definition, lang } = interview;
  const media = { definition, media: option.media, lang, alt: option.text };
  const icon = many ? (on ? 'box-on' : 'box') : on ? 'radio-on' : 'ring';
  const sounds = option.media?.audio || option.media?.video;
  return html`<div class="pictured">
    <button type="button" class=${bare ? 'picture' : 'choice'} role=${many ? 'checkbox' : 'radio'} aria-checked=${String(on)} tabindex=${stop ? 0 : -1} onClick=${onTap}>
      ${bare ? on && html`<span class="mark"><${Icon} name="check" /></span>` : html`<${Icon} name=${icon} />`}
      <${Media} ...${media} alt="" forms=${['image']} />${bare && option.media?.image ? html`<span class="hidden">${option.text}</span>` : html`<span class="text">${option.label}</span>`}</button>
    ${sounds && html`<${Media} ...${media} forms=${['audio', 'video']} />`}</div>`;
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

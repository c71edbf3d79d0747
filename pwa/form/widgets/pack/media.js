/**
 * Owns the pictures, sounds and films of labels and choices. Promises: shown from this phone's own copy; one that is not here
 * leaves a quiet line, never a broken picture, and appears when it comes.
 */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../../i18n.js';
import { store } from '../../../store/store.js';
import { html } from '../../../ui/html.js';
import './words.js';

/** @typedef {import('../../definition.js').Definition} Definition */
/** @typedef {{[form: string]: string | {[language: string]: string}}} MediaNames  old definitions name one file for all languages */

/** The file for a language; where it has none, another's. @param {MediaNames | undefined} media @param {string} form @param {string} lang @returns {string} */
export function fileOf(media, form, lang) {
  const names = media?.[form];
  return typeof names === 'string' ? names : (names?.[lang] ?? names?.zh ?? Object.values(names ?? {})[0] ?? '');
}

/** An address of a file's bytes while it is shown; '' while it is looked for, null when it is not here.
 * @param {Definition} definition @param {string} name @returns {string | null} */
export function useMedia(definition, name) {
  const [address, found] = useState(/** @type {string | null} */ (''));
  useEffect(() => {
    const sha256 = definition.files?.[name];
    let made = '';
    let over = false;
    let stop = () => {};
    const look = async () => {
      const { arrived, formMedia } = await import('../../../store/form-media.js');
      const again = async () => {
        const blob = made || !sha256 ? null : await formMedia(store, sha256);
        if (over || made) return;
        if (blob) made = URL.createObjectURL(blob);
        found(made || null);
      };
      if (!over) stop = arrived.subscribe(() => void again());
    };
    look().catch(() => found(null));
    return () => {
      over = true;
      stop();
      if (made) URL.revokeObjectURL(made);
    };
  }, [definition, name]);
  return address;
}

/** @param {{definition: Definition, form: string, name: string, alt: string}} props */
function One({ definition, form, name, alt }) {
  const address = useMedia(definition, name);
  const [broken, breakIt] = useState(false);
  if (address === null || broken) return html`<span class="media-missing">${t(definition.files?.[name] ? 'form.media.missing' : 'form.media.never', { name })}</span>`;
  if (!address) return html`<span class="media-missing" aria-busy="true"></span>`;
  const failed = () => breakIt(true);
  if (form === 'audio') return html`<audio class="media" controls preload="metadata" src=${address} aria-label=${t('form.media.audio', { label: alt })} onError=${failed}></audio>`;
  if (form === 'video') return html`<video class="media" controls playsinline preload="metadata" src=${address} aria-label=${t('form.media.video', { label: alt })} onError=${failed}></video>`;
  return html`<img class="media" src=${address} alt=${alt} onError=${failed} />`;
}

/**
 * What stands beside a label: its picture (the large one where there is one), sound, film.
 * @param {{definition: Definition, media: MediaNames | undefined, lang: string, alt: string, forms?: string[]}} props
 */
export function Media({ definition, media, lang, alt, forms = ['image', 'audio', 'video'] }) {
  if (!media) return null;
  return forms.map((form) => {
    const name = (form === 'image' && fileOf(media, 'big-image', lang)) || fileOf(media, form, lang);
    return name && html`<${One} key=${form} definition=${definition} form=${form} name=${name} alt=${alt} />`;
  });
}

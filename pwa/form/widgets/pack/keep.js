/**
 * What all widgets of devices do with what was taken: keep it on this phone, answer the question with it, say what went wrong.
 * Promises: the answer is written when the file is on the disk, not before; saving the form waits for it; what is taken
 * again or erased can be had back.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../../i18n.js';
import { store } from '../../../store/store.js';
import { size } from '../../../ui/format.js';
import { html } from '../../../ui/html.js';
import { Button, Icon, cls } from '../../../ui/parts.js';
import { offerUndo } from '../../../ui/undo.js';
import { hold } from '../../unfinished.js';
import './device-words.js';

/**
 * @typedef {import('../index.js').Props} Props
 * @typedef {{blob: Blob, name?: string, before?: number}} Taken  `before`: its bytes before it was made small
 */

/** Why something cannot be an answer; `code` ends a text `device.wrong.<code>`. */
export class Unfit extends Error {
  /** @param {string} code @param {Record<string, string | number>} [values] */
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

const CODES = ['full', 'type', 'large', 'empty'];

/** @param {any} error */
function wordsOf(error) {
  if (error instanceof Unfit) return t(`device.wrong.${error.code}`, error.values);
  if (error?.name === 'QuotaExceededError') return t('device.wrong.full');
  if (!CODES.includes(error?.code)) console.warn('not kept', error);
  return t(`device.wrong.${CODES.includes(error?.code) ? error.code : 'other'}`);
}

/** @param {Props} props */
export function useKeep({ interview, state }) {
  const { question: { path }, place } = state;
  const [busy, work] = useState('');
  const [said, say] = useState('');
  const [noted, note] = useState('');
  const held = useRef(state.value);
  held.current = state.value;
  const there = useRef(true);
  useEffect(() => () => void (there.current = false), []);

  const answer = (/** @type {string | null} */ value) => {
    const before = held.current;
    if (value === before) return;
    interview.set(path, value, place);
    if (before && there.current) offerUndo(t(value ? 'device.again' : 'device.erased'), () => interview.set(path, before, place));
  };
  /** @param {string} words what is said while it takes time @param {() => Promise<Taken | null>} make null: nothing was taken */
  const keep = (words, make) => {
    say('');
    note('');
    work(words);
    const done = (async () => {
      try {
        const taken = await make();
        if (!taken) return;
        const value = await store.files.keep(taken.blob, { name: taken.name ?? '', type: taken.blob.type });
        answer(value);
        if (taken.before) note(t('device.kept.size', { before: size(taken.before), after: size(store.files.state(value).bytes) }));
      } catch (error) {
        say(wordsOf(error));
      } finally {
        work('');
      }
    })();
    void done.then(hold(interview, () => done));
    return done;
  };
  /** A file that was chosen, by its name. @param {File} file @param {number} most bytes; what is larger is too large for a village's network */
  const keepFile = (file, most) => keep(t('device.keeping'), async () => {
    if (file.size > most) throw new Unfit('over', { size: size(file.size), most: size(most) });
    return { blob: file, name: file.name };
  });
  return { busy, said, noted, say: (/** @type {any} */ error) => say(error ? wordsOf(error) : ''), keep, keepFile, answer, erase: () => answer(null) };
}

/** What is under way, what came of it and what went wrong, told to those who listen too. @param {{busy: string, said: string, noted?: string}} props */
export const Told = ({ busy, said, noted }) => html`<p class=${cls('told', said && 'late')} role="status">${busy || (said && html`<${Icon} name="late" />${said}`) || noted}</p>`;

/**
 * A native file input in the shape of a button.
 * @param {{icon: string, words: string, accept?: string, capture?: string, low?: boolean, label?: string, onFile: (file: File) => void}} props
 * `label`: for those who hear it, where the words alone do not say which question they belong to
 */
export function Pick({ icon, words, accept, capture, low, label, onFile }) {
  const picked = (/** @type {any} */ event) => {
    const [file] = event.currentTarget.files;
    // So that the same file can be chosen once more.
    event.currentTarget.value = '';
    if (file) onFile(file);
  };
  return html`<label class=${cls('button line pick', low && 'low')}><${Icon} name=${icon} /><span>${words}</span>
    <input type="file" autocomplete="off" class="hidden" accept=${accept} capture=${capture} aria-label=${label} onChange=${picked} /></label>`;
}

/** @param {{onTap: () => void, words?: string}} props */
export const Erase = ({ onTap, words }) => html`<${Button} kind="line" low icon="erase" onTap=${onTap}>${words ?? t('device.erase')}<//>`;

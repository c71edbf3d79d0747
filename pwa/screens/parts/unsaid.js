/**
 * What is being written in a sheet: one sentence, a day, a choice, before it is said.
 * Promises: kept on this phone at every key, also when the sheet is closed or the app killed; gone once it was saved, once.
 */
import { useSignal } from '@preact/signals';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';

/** @typedef {import('../../store/types.js').Rec} Rec */
/**
 * @template T
 * @typedef {object} Unsaid
 * @property {T} told
 * @property {(part: Partial<T>) => void} tell
 * @property {string} wrong  why it was not saved, '' when nothing is wrong
 * @property {boolean} busy
 * @property {(amiss: string, set: () => Record<string, any>, done: (saved: import('../../store/types.js').Saved) => void, title?: string) => Promise<void>} say
 *   saves what `set` gives unless something is `amiss`
 */

/** @template {Record<string, any>} T @param {Rec} rec what it is about @param {string} act @param {T} usual what stands there before anything was written
 * @param {string} screen address of the record's screen @returns {Unsaid<T>} */
export function useUnsaid(rec, act, usual, screen) {
  const draft = `act:${rec.id}:${act}`;
  const wrong = useSignal('');
  const busy = useSignal(false);
  const told = useSignal(/** @type {T} */ ({ ...usual, ...store.draft(draft)?.more }));
  const tell = (/** @type {Partial<T>} */ part) => {
    told.value = { ...told.value, ...part };
    const { id, kind, village, rev: base, form } = rec;
    const kept = { href: `${screen}?act=${act}`, kind, id, village, base, form, answers: {}, original: {}, raw: [], page: 0, more: told.value };
    // A full phone keeps the words on the screen; the saving says what is wrong.
    void store.keepDraft(draft, kept).catch(() => undefined);
  };
  /** @type {Unsaid<T>['say']} */
  const say = async (amiss, set, done, title) => {
    if (busy.value) return;
    if (amiss) return void (wrong.value = amiss);
    busy.value = true;
    try {
      done(await store.save({ kind: rec.kind, id: rec.id, draft, set: set(), ...(title === undefined ? {} : { title }) }));
    } catch {
      wrong.value = t('form.notsaved');
    }
    busy.value = false;
  };
  return { told: told.value, tell, wrong: wrong.value, busy: busy.value, say };
}

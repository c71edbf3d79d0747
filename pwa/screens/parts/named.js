/** Which record this is, in one line: "杨德贵 · 农户". Promises: a title that may be missing, such as what was said on a visit, names nothing; the household does. */
import { words } from '../../i18n.js';
import { store } from '../../store/store.js';

/** @param {import('../../store/types.js').Rec} rec @param {import('../../form/definition.js').Definition} definition @returns {string} */
export function named(rec, { questions, envelope, title }) {
  const own = questions.find(({ path }) => path === envelope.title);
  const parent = store.get(String(rec.answers[envelope.parent ?? 'household'] ?? ''));
  const about = store.titleOf(parent && own?.required !== true ? parent : rec);
  return [about, words(/** @type {any} */ (title))].filter(Boolean).join(' · ');
}

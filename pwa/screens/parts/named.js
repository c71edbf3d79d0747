/** Which record this is, in one line: "杨德贵 · 农户". Promises: a title that may be missing, such as what was said on a visit, names nothing; the household does; where nothing does, the first words written. */
import { isShown } from '../../form/pages.js';
import { words } from '../../i18n.js';
import { store } from '../../store/store.js';
import { isMasked } from './masked.js';

/**
 * @typedef {import('../../form/definition.js').Definition} Definition
 * @typedef {{kind: string, form: string, answers: Record<string, any>}} Titled
 */

/** So much of a text tells it from others. */
const LONGEST = 24;

/** @param {Titled} rec @param {Definition} definition @returns {string} */
export function named(rec, definition) {
  const { questions, envelope, title } = definition;
  const own = questions.find(({ path }) => path === envelope.title);
  const parent = store.get(String(rec.answers[envelope.parent ?? 'household'] ?? ''));
  const about = store.titleOf(parent && own?.required !== true ? parent : rec) || firstWords(rec, definition);
  return [about, words(/** @type {any} */ (title))].filter(Boolean).join(' · ');
}

/** What it is about, without what it is. @param {Titled} rec @returns {string} */
export function aboutOf(rec) {
  const definition = store.form(rec.form) ?? store.form(rec.kind);
  return store.titleOf(rec) || (definition ? firstWords(rec, definition) : '');
}

/** The first answer in words, not one that names a person by a number. @param {Titled} rec @param {Definition} definition @returns {string} */
function firstWords({ answers }, { questions, lists }) {
  for (const question of questions) {
    const { path, name, type, list, repeat, refers, appearance, sensitivity, calculate } = question;
    const value = answers[path];
    if (repeat || refers || calculate || !value?.length || !isShown(question) || isMasked(name) || /\bnumbers\b/.test(appearance) || ['sensitive', 'local-only'].includes(sensitivity)) continue;
    if (type === 'text') return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
    const row = type.startsWith('select_') && lists[list ?? '']?.find((one) => one.name === [value].flat()[0]);
    const label = row && words(/** @type {any} */ (row.label));
    if (label && typeof label === 'string') return label;
  }
  return '';
}

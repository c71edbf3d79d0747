/**
 * Owns what a record is called where another answer names it, and which repeats only list records.
 * Promises: a title, never an id; what is no longer on this phone is said so.
 */
import { called } from '../../domain/household.js';
import { t, words } from '../../i18n.js';
import { store } from '../../store/store.js';

/** @param {string} id @returns {string} */
export function titled(id) {
  const rec = store.get(id);
  if (rec?.kind === 'household') return called(rec, t);
  return (rec && store.titleOf(rec)) || store.name(id) || (rec ? words(store.form(rec.kind)?.title) : '') || t('form.gone');
}

/**
 * The record each entry of a repeat names, where an entry asks nothing else but, at most, a name in its place.
 * @param {import('../interview.js').Interview} interview @param {string} repeat
 * @returns {{kind: string, at: string, name: string} | null} `at`, `name`: the questions, as entries hold them
 */
export function referredIn(interview, repeat) {
  const asked = (interview.graph.children.get(repeat) ?? []).map((path) => interview.graph.question(path)).filter(({ holds, type }) => holds !== 'nothing' && type !== 'calculate');
  const [one, two] = asked;
  if (!one?.refers || asked.length > 2 || (two && (two.type !== 'text' || two.refers || !['name', `${one.name}_name`].includes(two.name)))) return null;
  return { kind: one.refers, at: one.name, name: two?.name ?? '' };
}

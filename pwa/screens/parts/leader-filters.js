/**
 * Narrowing the township's list: villages, kinds, states, overdue; in a sheet, told above the list.
 */
import { signal } from '@preact/signals';
import { NO_FILTERS } from '../../domain/leader.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Button, Chip, Chips, Field } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { choicesOf, said } from './labels.js';
import { reportedProblems, villageName } from './leader-words.js';

/** @typedef {import('../../domain/leader.js').Filters} Filters */

/** @type {import('@preact/signals').Signal<Filters>} kept while one reads a problem and comes back */
export const filters = signal(NO_FILTERS);

export const isFiltered = () => filters.value.overdue || [filters.value.villages, filters.value.categories, filters.value.statuses].some((list) => list.length > 0);
export const clearFilters = () => (filters.value = NO_FILTERS);

/** Only what occurs is offered, in the list's own order. @param {'category' | 'status'} path */
function occurring(path) {
  const found = new Set(reportedProblems().map((problem) => problem.answers[path] ?? (path === 'category' ? 'other' : 'registered')));
  return choicesOf({ kind: 'problem' }, path).filter((choice) => found.has(choice.name)).map((choice) => ({ value: choice.name, label: said(choice.label) }));
}

/** What is chosen, as chips that take it back. */
export function Chosen() {
  const { villages, categories, statuses, overdue } = filters.value;
  const label = (/** @type {'category' | 'status'} */ path, /** @type {string} */ name) =>
    said(choicesOf({ kind: 'problem' }, path).find((choice) => choice.name === name)?.label) || name;
  const without = (/** @type {'villages' | 'categories' | 'statuses'} */ key, /** @type {string} */ value) =>
    (filters.value = { ...filters.value, [key]: filters.value[key].filter((one) => one !== value) });
  if (!isFiltered()) return null;
  return html`<${Chips} label=${t('filter.chosen')}>
    ${overdue && html`<${Chip} on onTap=${() => (filters.value = { ...filters.value, overdue: false })}>${t('filter.overdue')}<//>`}
    ${villages.map((id) => html`<${Chip} key=${id} on onTap=${() => without('villages', id)}>${villageName(id)}<//>`)}
    ${categories.map((name) => html`<${Chip} key=${name} on onTap=${() => without('categories', name)}>${label('category', name)}<//>`)}
    ${statuses.map((name) => html`<${Chip} key=${name} on onTap=${() => without('statuses', name)}>${label('status', name)}<//>`)}
  <//>`;
}

/** @param {{onClose: () => void}} props */
export function FilterSheet({ onClose }) {
  const set = (/** @type {Partial<Filters>} */ patch) => (filters.value = { ...filters.value, ...patch });
  return html`<${Sheet} title=${t('filter.title')} onClose=${onClose}>
    <${Chips} label=${t('filter.term')}><${Chip} on=${filters.value.overdue} onTap=${() => set({ overdue: !filters.value.overdue })}>${t('filter.overdue')}<//><//>
    <${Field} id="filter-village" label=${t('filter.village')} group>
      <${Chips} many labelledby="filter-village-label" value=${filters.value.villages} onChange=${(/** @type {string[]} */ villages) => set({ villages })}
        options=${store.places.value.map((place) => ({ value: place.id, label: place.name }))} /><//>
    <${Field} id="filter-status" label=${t('filter.status')} group>
      <${Chips} many labelledby="filter-status-label" value=${filters.value.statuses} onChange=${(/** @type {string[]} */ statuses) => set({ statuses })} options=${occurring('status')} /><//>
    <${Field} id="filter-category" label=${t('filter.category')} group>
      <${Chips} many labelledby="filter-category-label" value=${filters.value.categories} onChange=${(/** @type {string[]} */ categories) => set({ categories })} options=${occurring('category')} /><//>
    <div class="acts"><${Button} onTap=${clearFilters}>${t('filter.clear')}<//><${Button} kind="main" onTap=${onClose}>${t('filter.show')}<//></div>
  <//>`;
}

/**
 * Filters of the list of homes: a sheet of chips, and above the list what is on, with a way to clear it.
 * Promises: combinable, remembered on this phone, each chip says how many homes it would leave.
 */
import { signal } from '@preact/signals';
import { groupName } from '../../domain/household.js';
import { ROWS, rowOf, sieveOf, valid } from '../../domain/pack/home-filters.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { count } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Button, Chip, Chips } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { lastSeen } from '../parts/homes.js';
import './words.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

const KEPT = 'shibu.homes';

/** @returns {string[]} */
function kept() {
  try {
    return valid(JSON.parse(localStorage.getItem(KEPT) ?? '[]'));
  } catch {
    return [];
  }
}

const chosen = signal(kept());
const shown = signal(false);
export const open = () => void (shown.value = true);

/** @param {string[]} names */
function choose(names) {
  chosen.value = names;
  if (names.length) localStorage.setItem(KEPT, JSON.stringify(names));
  else localStorage.removeItem(KEPT);
}

/** @type {import('../../domain/pack/home-filters.js').Around} */
const around = { last: lastSeen, people: (home) => store.of(home, 'person') };

/** Are those who left the roll asked for? */
export const wantsGone = () => shown.value || chosen.value.includes('gone');

/** @param {Rec[]} homes @returns {Rec[]} */
export const sift = (homes) => (chosen.value.length || shown.value ? homes.filter(sieveOf(chosen.value, around)) : homes);

/** @param {string} name */
const label = (name) => (name.startsWith('group:') ? groupName(name.slice('group:'.length), t) || t('households.noGroup') : t(`homes.filter.${name}`));

/** How many homes a chip would leave: with it, beside what is chosen in other rows. @param {Rec[]} homes @param {string} name */
const left = (homes, name) => homes.filter(sieveOf([...chosen.value.filter((one) => rowOf(one) !== rowOf(name)), name], around)).length;

/** @param {{homes: Rec[]}} props */
function FilterSheet({ homes }) {
  const groups = [...new Set(homes.map((home) => String(home.answers.group_no ?? '')))].sort((a, b) => Number(a || Infinity) - Number(b || Infinity));
  const rows = [...Object.values(ROWS).map((row) => Object.keys(row)), groups.length > 1 ? groups.map((group) => `group:${group}`) : []];
  const toggle = (/** @type {string} */ name) => choose(chosen.value.includes(name) ? chosen.value.filter((one) => one !== name) : [...chosen.value, name]);
  const n = homes.filter(sieveOf(chosen.value, around)).length;
  return html`<${Sheet} title=${t('homes.filter.title')} onClose=${() => (shown.value = false)}>
    ${rows.filter((row) => row.length).map((row) => html`<${Chips} key=${row[0]} label=${t(`homes.filter.row.${rowOf(row[0] ?? '')}`)}>${row.map((name) => html`
      <${Chip} key=${name} on=${chosen.value.includes(name)} count=${count(left(homes, name))} onTap=${() => toggle(name)}>${label(name)}<//>`)}<//>`)}
    <div class="acts">${chosen.value.length > 0 && html`<${Button} onTap=${() => choose([])}>${t('homes.filter.clear')}<//>`}
      <${Button} kind="main" onTap=${() => (shown.value = false)}>${t('homes.filter.show', { n: count(n) })}<//></div><//>`;
}

/** What is on, and the sheet over it. @param {{homes: Rec[]}} props of the view, before filtering */
export function Filters({ homes }) {
  const n = sift(homes).length;
  return html`<div class="chips" role="group" aria-label=${t('homes.filter.on')}>
      <${Chip} plain icon="down" onTap=${open}>${t('households.filter')}<//>
      ${chosen.value.map((name) => html`<${Chip} key=${name} plain icon="close" label=${t('homes.filter.drop', { name: label(name) })} onTap=${() => choose(chosen.value.filter((one) => one !== name))}>${label(name)}<//>`)}
    </div>
    ${chosen.value.length > 0 && html`<p class="quiet small" role="status">${t(n ? 'homes.filter.left' : 'homes.filter.none', { n: count(n) })}</p>`}
    ${shown.value && html`<${FilterSheet} homes=${homes} />`}`;
}

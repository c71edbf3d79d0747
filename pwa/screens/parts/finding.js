/**
 * Searching the village's homes: owns the index over households and people, kept up while the search is in use.
 * Promises: works offline; without the pinyin pack it still finds characters, numbers and telephones.
 */
import { computed, signal } from '@preact/signals';
import { groupName } from '../../domain/household.js';
import { loadPinyin, readings, spell } from '../../domain/pinyin.js';
import { Finder } from '../../domain/search.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';

/** @typedef {import('../../domain/search.js').Hit} Hit */

const homes = new Finder(spell);
const people = new Finder(spell);
/** The count says how many there are; the screen draws the best. */
const ALL = 10_000;
/** Enough: what is only nearly right is not looked for beside it. */
const ENOUGH = 24;
/** The search for what was typed nearly right, once it is there. @type {typeof import('../../domain/pack/nearly.js') | null} */
let near = null;
/** Grows when the pinyin pack has come, so that hits are looked up again. */
const packed = signal(0);

/** Makes ready for typing, before the first letter: called when the field is touched. */
export function prepare() {
  const make = () => void [homeIndex.value, peopleIndex.value];
  loadPinyin().then(async () => {
    packed.value ||= 1;
    make();
    near = await import('../../domain/pack/nearly.js');
    for (const { keys } of [homes, people]) near.ready(keys, readings);
    packed.value += 1;
  }).catch(make);
}

/** Household keys follow the records; made on first use. */
const homeIndex = computed(() => {
  void packed.value;
  homes.take(store.list('household').map(({ id, answers }) => ({
    id, household: id, name: String(answers.head_name ?? ''), group: groupName(answers.group_no, t), house: answers.house_no, phone: answers.phone,
  })));
  return { finder: homes }; // a new value each time: the finder itself stays the same, and who looks must look again
});

const peopleIndex = computed(() => {
  void packed.value;
  people.take(store.list('person').filter(({ answers }) => answers.household && answers.relation !== 'head')
    .map(({ id, answers }) => ({ id, household: answers.household, name: String(answers.name ?? ''), phone: answers.phone })));
  return { finder: people };
});

/** @param {string} query @returns {{homes: Hit[], people: Hit[], near: Hit[]}} people only of homes that did not match themselves; `near`: typed nearly right */
export function find(query) {
  if (!query.trim()) return { homes: [], people: [], near: [] };
  const found = homeIndex.value.finder.find(query, ALL);
  const known = new Set(found.map((hit) => hit.household));
  const others = peopleIndex.value.finder.find(query, ALL).filter((hit) => !known.has(hit.household));
  const told = new Set([...found, ...others].map((hit) => hit.id));
  const close = near && told.size < ENOUGH ? [homes, people].flatMap(({ keys }) => /** @type {NonNullable<typeof near>} */ (near).nearly(keys, query, told, readings)) : [];
  return { homes: found, people: others, near: close.filter((hit) => !known.has(hit.household)).sort((a, b) => a.score - b.score) };
}

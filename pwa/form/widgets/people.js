/** The pickers of a household and of a person, with the same search as the list of homes. */
import { useEffect, useMemo, useReducer } from 'preact/hooks';
import { called, groupName, inPlace, line, place } from '../../domain/household.js';
import { loadPinyin, spell } from '../../domain/pinyin.js';
import { Finder } from '../../domain/search.js';
import { lang, t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { labelOf } from '../words.js';
import { Picker } from './picker.js';
import { Washed } from './washed.js';

/** @typedef {import('../../domain/search.js').Named} Named */
/** @typedef {import('../../store/types.js').Rec} Rec */

/** One finder of each sort, so that names are spelt once. */
const homes = new Finder(spell);
const people = new Finder(spell);

/** Spelling arrives when it arrives; characters and numbers are found without it. */
function useSpelling() {
  const [, redraw] = useReducer((/** @type {number} */ n) => n + 1, 0);
  useEffect(() => {
    loadPinyin().then(() => redraw(undefined), () => undefined);
  }, []);
  return spell('一') !== null;
}

/** @param {Rec} home @returns {Named} */
const homeNamed = ({ id, answers }) =>
  ({ id, household: id, name: answers.head_name ?? '', group: groupName(answers.group_no, t), house: String(answers.house_no ?? ''), phone: answers.phone });

/** @param {Rec} person @returns {Named} */
const personNamed = ({ id, answers }) => ({ id, household: answers.household ?? '', name: answers.name ?? '', phone: answers.phone });

/** @param {{title: string, value?: string, clear?: boolean, onChoose: (id: string | null) => void, onClose: () => void}} props */
export function HouseholdPicker(props) {
  const spelt = useSpelling();
  const list = store.list('household');
  const form = store.form('household');
  const label = (/** @type {string} */ path, /** @type {string} */ name) => (form ? labelOf(form, path, name, lang.value) : name);
  const options = useMemo(() => inPlace(list).map((home) => ({ value: home.id, label: called(home, t), meta: line({ ...home.answers, house_no: undefined }, t, label) })), [list, lang.value]);
  const find = useMemo(() => finding(homes, list.map(homeNamed), options), [list, options, spelt]);
  return html`<${Picker} ...${props} options=${options} find=${find} hint=${t('form.search.home')} />`;
}

/** @param {{title: string, value?: string, clear?: boolean, onChoose: (id: string | null) => void, onClose: () => void}} props */
export function PersonPicker(props) {
  const spelt = useSpelling();
  const list = store.list('person');
  const options = useMemo(() => list.map((person) => {
    const home = store.get(person.answers.household);
    return { value: person.id, label: person.answers.name ?? '', meta: home && [home.answers.head_name, place(home.answers, t)].filter(Boolean).join(' · ') };
  }), [list, lang.value]);
  const find = useMemo(() => finding(people, list.map(personNamed), options), [list, options, spelt]);
  return html`<${Picker} ...${props} options=${options} find=${find} hint=${t('form.search.home')} />`;
}

/** @param {Finder} finder @param {Named[]} named @param {{value: string, label: string, meta?: any}[]} options */
function finding(finder, named, options) {
  finder.take(named);
  const byId = new Map(options.map((option) => [option.value, option]));
  return (/** @type {string} */ query) => finder.find(query, Infinity).flatMap((hit) => {
    const option = byId.get(hit.id);
    const name = finder.keys.get(hit.id)?.named.name ?? '';
    if (!option) return [];
    const rest = option.label.startsWith(name) ? option.label.slice(name.length) : '';
    return [{ ...option, shown: () => html`<${Washed} name=${name} ranges=${hit.ranges} />${rest}` }];
  });
}

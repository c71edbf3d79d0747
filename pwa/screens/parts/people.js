/**
 * Who lives in a household, as it is read before knocking: name, relation, age, and the one thing to know.
 * Promises: reads only; what is not known is absent.
 */
import { inOrder, isGone } from '../../domain/household.js';
import { ageOn } from '../../domain/dates.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Icon } from '../../ui/parts.js';
import { choiceLabel } from './labels.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** Those who left or died come last. @param {string} household @returns {Rec[]} */
export const peopleOf = (household) => inOrder(store.of(household, 'person')).sort((a, b) => Number(isGone(a)) - Number(isGone(b)));

/** @param {Rec} person @returns {string} whole years, '' when unknown */
export function ageOf({ answers }) {
  const age = ageOn(answers.birth_date ?? answers.birth_year, today());
  return age === null ? '' : String(age);
}

/** Health first, then school, then work, then where they are. @param {Rec} person */
export function noteOf(person) {
  const { answers } = person;
  const say = (/** @type {string} */ path) => choiceLabel(person, path, answers[path]);
  if (isGone(person)) return say('at_home');
  if (answers['health/note']) return answers['health/note'];
  if (answers['health/state'] && answers['health/state'] !== 'healthy') return say('health/disability') || say('health/state');
  if (answers['school/grade']) return answers['school/grade'];
  if (answers['school/in_school'] === 'yes') return t('person.inSchool');
  const work = answers['work/kind'];
  if (['in_province', 'out_province', 'abroad'].includes(work)) return t('person.worksIn', { where: say('work/kind') });
  if (work && !['none', 'student', 'local_farm'].includes(work)) return say('work/kind');
  return answers.at_home && answers.at_home !== 'home' ? say('at_home') : work === 'local_farm' ? say('work/kind') : '';
}

/** Who is in: "2 人在家，2 人外出". @param {Rec[]} people */
export function whoIsIn(people) {
  const told = people.filter((person) => person.answers.at_home && !isGone(person));
  if (!told.length) return '';
  const home = told.filter((person) => person.answers.at_home === 'home').length;
  const away = told.length - home;
  if (!away) return t('household.allIn', { n: home });
  if (!home) return t('household.allOut', { n: away });
  return t('household.someIn', { n: home, away });
}

/** @param {{household: string, people: Rec[]}} props */
export function People({ household, people }) {
  if (!people.length) {
    return html`<a class="row card hint" href=${`#/record/new/edit?new=person&household=${household}`}><${Icon} name="plus" /><span class="text"><b>${t('household.noPeople')}</b></span></a>`;
  }
  return html`<ul class="list people" aria-label=${t('household.whoLives')}>${people.map((person) => html`<li key=${person.id}>
    <a href=${`#/person/${person.id}`}>
      <b>${person.answers.name}</b>
      <span>${choiceLabel(person, 'relation', person.answers.relation)}</span>
      <span class="age">${ageOf(person)}</span>
      <span class="last">${store.conflictsOf(person.id).length > 0 && html`<${Icon} name="two" label=${t('answer.twoVersions')} />`}${noteOf(person)}</span>
    </a>
  </li>`)}</ul>`;
}

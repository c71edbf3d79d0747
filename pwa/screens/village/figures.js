/**
 * The village in figures: counted from the households and people on this phone, else as the profile has it.
 * Promises: pure; what is not known is undefined, never 0.
 */
import { ageOn } from '../../domain/dates.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {{value: number | undefined, counted: boolean, small?: number | undefined}} Figure
 * @typedef {{households: Rec[], people: Rec[], profile: Record<string, any>}} Sources
 */

/** @param {Rec[]} records @param {string} path */
const known = (records, path) => records.filter((record) => record.answers[path] !== undefined);
/** @param {Rec[]} homes @param {string} type */
const ofType = (homes, type) => homes.filter((home) => home.answers.types?.includes(type)).length;

/** Counted when there is anything to count from, else as written. @param {boolean} can @param {number} counted @param {any} written @returns {Figure} */
const figure = (can, counted, written) => (can ? { value: counted, counted: true } : { value: typeof written === 'number' ? written : undefined, counted: false });

/** @param {Sources} sources @returns {{homes: Figure, people: Figure, monitored: Figure, outOfPoverty: Figure}} */
export function figuresOf({ households, people, profile }) {
  const present = known(households, 'presence');
  const placed = known(people, 'at_home');
  const typed = known(households, 'types').length > 0;
  const homes = figure(households.length > 0, households.length, profile['population/households_registered']);
  const persons = figure(people.length > 0, people.length, profile['population/people_registered']);
  const residentHomes = figure(present.length > 0, present.filter((home) => home.answers.presence === 'resident').length, profile['population/households_resident']);
  const residentPeople = figure(placed.length > 0, placed.filter((person) => person.answers.at_home === 'home').length, profile['population/people_resident']);
  return {
    homes: { ...homes, small: residentHomes.value },
    people: { ...persons, small: residentPeople.value },
    monitored: figure(typed, ofType(households, 'monitored'), profile['safeguard/monitored_active']),
    outOfPoverty: figure(typed, ofType(households, 'out_of_poverty'), profile['safeguard/out_of_poverty_households']),
  };
}

/** Those at home by age; `unknown` have no age written. @param {Rec[]} people @param {string} today */
export function agesOf(people, today) {
  const placed = people.filter((person) => person.answers.at_home);
  const chosen = placed.length ? placed.filter((person) => person.answers.at_home === 'home') : people;
  const ages = { old: 0, grown: 0, young: 0, unknown: 0, all: chosen.length, atHome: placed.length > 0 };
  for (const { answers } of chosen) {
    const age = ageOn(answers.birth_date ?? answers.birth_year, today);
    if (age === null) ages.unknown += 1;
    else if (age >= 60) ages.old += 1;
    else if (age >= 18) ages.grown += 1;
    else ages.young += 1;
  }
  return ages;
}

/** What the profile asks and households can answer by themselves. @param {Rec[]} households @returns {Record<string, number>} */
export function countedAnswers(households) {
  const water = known(households, 'house/water');
  const toilets = known(households, 'house/toilet');
  return {
    ...(water.length ? { 'infra/tap_water_households': water.filter((home) => home.answers['house/water'] === 'tap').length } : {}),
    ...(toilets.length ? { 'infra/toilet_households': toilets.filter((home) => ['flush', 'dry_sanitary'].includes(home.answers['house/toilet'])).length } : {}),
  };
}

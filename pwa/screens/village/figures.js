/**
 * The village in figures: counted from the households and people on this phone, else as the profile has it.
 * Promises: pure; what is not known is undefined, never 0.
 */
/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {{value: number | undefined, counted: boolean, small?: number | undefined}} Figure
 * @typedef {{households: Rec[], people: Rec[], profile: Record<string, any>}} Sources
 */

const GONE = new Set(['moved_out', 'died_out', 'died']);

/** Neither moved away, died out, nor merged into another. @param {Rec} rec */
const isHere = ({ answers }) => !GONE.has(answers.presence ?? answers.at_home) && !answers['roll/merged_into'];

/** @param {Rec[]} records @param {string} path */
const known = (records, path) => records.filter((record) => record.answers[path] !== undefined);
/** @param {Rec[]} homes @param {string} type */
const ofType = (homes, type) => homes.filter((home) => home.answers.types?.includes(type)).length;

/** Counted when there is anything to count from, else as written. @param {boolean} can @param {number} counted @param {any} written @returns {Figure} */
const figure = (can, counted, written) => (can ? { value: counted, counted: true } : { value: typeof written === 'number' ? written : undefined, counted: false });

/** @param {Sources} sources @returns {{homes: Figure, people: Figure, monitored: Figure, outOfPoverty: Figure}} */
export function figuresOf({ households: all, people: everyone, profile }) {
  const households = all.filter(isHere);
  const people = everyone.filter(isHere);
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

/** The same figures as the guide has them. @param {import('../../domain/pack/village-expression.js').Reading} reading @returns {ReturnType<typeof figuresOf>} */
export function figuresIn({ indicators }) {
  const value = (/** @type {string} */ id) => (typeof indicators[id]?.value === 'number' ? Number(indicators[id]?.value) : undefined);
  const of = (/** @type {string} */ id) => ({ value: value(id), counted: indicators[id]?.from === 'records' });
  return {
    homes: { ...of('population.households_registered'), small: value('population.households_resident') },
    people: { ...of('population.people_registered'), small: value('population.people_resident') },
    monitored: of('safeguard.monitored_active'),
    outOfPoverty: of('safeguard.out_of_poverty_households'),
  };
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

/**
 * Owns the guess that a household or person is already on the roll (domain.md 3.1, v.dup).
 * Promises: pure; a guess with its reason, for a person to look at: it never stops anything.
 */
import { idNumber, phone } from '../identity.js';

/**
 * @typedef {{id: string, answers: Record<string, any>}} Rec
 * @typedef {(name: string) => {plain: string}[] | null} Spell
 * @typedef {'id' | 'phone' | 'name' | 'sound'} Why
 * @typedef {{id: string, answers: Record<string, any>}} Any
 */

const text = (/** @type {any} */ value) => String(value ?? '').trim();

/** @param {Spell} spell @param {string} name */
const soundOf = (spell, name) => spell(name)?.map(({ plain }) => plain).join(' ') ?? '';

/** @param {any} number */
const digits = (number) => (text(number) ? phone(text(number)).normal.replace(/\D/g, '') : '');

/** @param {any} number @param {string} today */
const idOf = (number, today) => (text(number) ? idNumber(text(number), today).normal : '');

/** Neither says where, or both say the same. @param {any} a @param {any} b */
const agree = (a, b) => text(a) === '' || text(b) === '' || text(a) === text(b);

/** Homes that may be the one being written, the likeliest first. @template {Any} R
 * @param {Rec} written @param {readonly R[]} homes @param {Spell} spell @returns {{rec: R, why: Why[]}[]} */
export function homeTwins(written, homes, spell) {
  const { head_name: name, group_no: group } = written.answers;
  const number = digits(written.answers.phone);
  const sound = soundOf(spell, text(name));
  return ranked(homes.filter((home) => home.id !== written.id).map((home) => {
    const { answers } = home;
    /** @type {Why[]} */
    const why = [];
    if (number && digits(answers.phone) === number) why.push('phone');
    if (text(name) && text(answers.head_name) === text(name) && agree(group, answers.group_no)) why.push('name');
    else if (sound && text(group) && text(answers.group_no) === text(group) && soundOf(spell, text(answers.head_name)) === sound) why.push('sound');
    return { rec: home, why };
  }));
}

/** People who may be the one being written. A telephone alone says nothing: a family shares one.
 * @template {Any} R
 * @param {Rec} written @param {readonly R[]} people @param {Spell} spell @param {string} today @returns {{rec: R, why: Why[]}[]} */
export function personTwins(written, people, spell, today) {
  const mine = written.answers;
  const id = idOf(mine.id_no, today);
  const sound = soundOf(spell, text(mine.name));
  const number = digits(mine.phone);
  const born = (/** @type {Record<string, any>} */ one) => text(one.birth_date ?? one.birth_year);
  return ranked(people.filter((person) => person.id !== written.id).map((person) => {
    const { answers } = person;
    const named = text(mine.name) !== '' && text(answers.name) === text(mine.name);
    const sounds = named || (sound !== '' && soundOf(spell, text(answers.name)) === sound);
    const birth = born(mine) !== '' && born(mine) === born(answers);
    const home = mine.household !== undefined && mine.household === answers.household;
    /** @type {Why[]} */
    const why = [];
    if (id && idOf(answers.id_no, today) === id) why.push('id');
    if (sounds && number && digits(answers.phone) === number) why.push('phone');
    if (named && (birth || (home && agree(born(mine), born(answers))))) why.push('name');
    else if (!named && sounds && birth && (home || why.length > 0)) why.push('sound');
    return { rec: person, why };
  }));
}

const WEIGHT = { id: 8, phone: 4, name: 2, sound: 1 };

/** @template {{why: Why[]}} T @param {T[]} twins @returns {T[]} */
function ranked(twins) {
  const weight = (/** @type {T} */ { why }) => why.reduce((sum, one) => sum + WEIGHT[one], 0);
  return twins.filter(({ why }) => why.length).sort((a, b) => weight(b) - weight(a)).slice(0, 3);
}

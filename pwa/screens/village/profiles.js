/** Owns which profile of the village is looked at: one a year, the latest first. Promises: reads only. */
import { store } from '../../store/store.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** All years' profiles, the latest first. @returns {Rec[]} */
export const profiles = () => [...store.list('village_profile')].sort((a, b) => (b.answers.year ?? 0) - (a.answers.year ?? 0));

/** The profile that stood on a day: of that year, else of the year before it that has one. @param {string} on @returns {Rec | undefined} */
export const profileOn = (on) => profiles().find(({ answers }) => Number(answers.year) <= Number(on.slice(0, 4)));

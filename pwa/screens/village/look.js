/**
 * Owns remembering what the village's figures were, so that one sees what changed since last time.
 * Promises: numbers only, in this account's own database, at most one look a day; never sent, no names.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { changedSince, lookBefore, withLook } from '../../domain/pack/looks.js';
import { t } from '../../i18n.js';
import { getMeta, putMeta } from '../../store/db.js';
import { store } from '../../store/store.js';
import { today } from '../../ui/format.js';
import './words.js';

/** @typedef {import('../../domain/pack/looks.js').Look} Look */

const keyOf = (/** @type {string} */ village) => `looks/${village}`;

/** What they are called where one changed. @returns {Record<string, string>} */
export const figureNames = () => ({
  homes: t('village.homes'), residentHomes: t('village.residentHomesAre'), people: t('village.people'), residentPeople: t('village.residentPeopleAre'),
  monitored: t('village.monitored'), outOfPoverty: t('village.outOfPoverty'),
});

/** @param {ReturnType<typeof import('./figures.js').figuresOf>} figures @returns {Record<string, number>} */
function numbersOf({ homes, people, monitored, outOfPoverty }) {
  const all = { homes: homes.value, residentHomes: homes.small, people: people.value, residentPeople: people.small, monitored: monitored.value, outOfPoverty: outOfPoverty.value };
  return /** @type {Record<string, number>} */ (Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));
}

/** @param {ReturnType<typeof import('./figures.js').figuresOf>} figures @param {boolean} whole all that is counted was in memory @returns {{before: Look | null, changes: {id: string, was: number, now: number}[]}} */
export function useLook(figures, whole) {
  const looks = useSignal(/** @type {Look[]} */ ([]));
  const village = store.village.value;
  const values = numbersOf(figures);
  const told = JSON.stringify(values);
  useEffect(() => {
    let here = true;
    const key = keyOf(village);
    const remember = async () => {
      const { db } = store;
      if (!db || !here) return;
      const known = (await getMeta(db, key)) ?? [];
      if (!here) return;
      looks.value = known;
      if (whole && Object.keys(values).length) await putMeta(db, key, withLook(known, { on: today(), values }));
    };
    void remember().catch(() => undefined);
    return () => {
      here = false;
    };
  }, [village, told, whole]);
  const before = lookBefore(looks.value, today());
  return { before, changes: changedSince(before, values) };
}

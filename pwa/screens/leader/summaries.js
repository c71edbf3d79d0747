/**
 * What the server told last of each village of the township: one line each, one page each.
 * Promises: shown at once from this phone, also without a network; asked for again when somebody looks; nothing is kept of a
 * village that is no longer in scope.
 */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { getMeta, putMeta } from '../../store/db.js';
import { store } from '../../store/store.js';
import { api } from '../../sync/api.js';

/**
 * @typedef {{id: string, section: string, title: {zh: string, en: string}, unit: string, value: number|string|boolean|null,
 *   label: {zh: string, en: string}|null, asOf: string, from: 'records'|'written'|'', n: number}} Figure
 * @typedef {{village: string, name: string, asOf: string, figures: Figure[]}} Line
 * @typedef {{id: string, number: number, title: {zh: string, en: string}, done: number, all: number, na: number, isDone: boolean}} Step
 * @typedef {{village: string, name: string, asOf: string, day: string, figures: Figure[], steps: Step[]}} Page
 * @typedef {{value: any, fresh: boolean}} Told  `fresh`: the server said it now
 */

/** What this phone knows, by the key it is kept under. @type {import('@preact/signals').Signal<Record<string, Told>>} */
const told = signal({});
/** Whose it is: another account reads its own. */
let owner = '';

/** @param {string} key @param {any} value @param {boolean} fresh */
const say = (key, value, fresh) => (told.value = { ...told.value, [key]: { value, fresh } });

/** @param {string} key @param {string} path */
async function look(key, path) {
  const { db } = store;
  if (!db) return;
  const kept = told.value[key] ? undefined : await getMeta(db, key);
  if (store.db === db) say(key, kept ?? told.value[key]?.value ?? null, false);
  const value = await api.county('GET', path);
  if (store.db !== db) return;
  say(key, value, true);
  await putMeta(db, key, value);
}

/** @param {string} key @param {string} path @returns {Told|undefined} undefined until this phone has looked */
function useTold(key, path) {
  const me = store.account.value?.id ?? '';
  useEffect(() => {
    if (owner !== me) told.value = {};
    owner = me;
    // Without a network, or refused: what is kept stays.
    void look(key, path).catch(() => undefined);
  }, [key, me]);
  return owner === me ? told.value[key] : undefined;
}

/** @returns {{lines: Map<string, Line>, fresh: boolean}} by village */
export function useLines() {
  const found = useTold('summary/lines', '/api/summaries');
  const lines = /** @type {Line[]} */ (found?.value?.villages ?? []);
  return { lines: new Map(lines.map((line) => [line.village, line])), fresh: found?.fresh ?? false };
}

/** @param {string} village @returns {{page: Page|null, looked: boolean, fresh: boolean}} */
export function usePage(village) {
  const found = useTold(`summary/${village}`, `/api/summaries/${encodeURIComponent(village)}`);
  return { page: found?.value ?? null, looked: Boolean(found), fresh: found?.fresh ?? false };
}

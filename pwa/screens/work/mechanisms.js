/**
 * The mechanisms as the guide tells them: under which group each stands, how often it is to be kept up, when it is next due.
 * Promises: figures and days come from the guide's own expressions; a phone without the guide yet shows the kinds alone.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { groupOf } from '../../domain/pack/areas.js';
import { holds } from '../../domain/pack/prefill.js';
import { unitIn } from '../../domain/pack/unit.js';
import { guideOf } from '../../domain/pack/village-expression.js';
import { lang, t, words } from '../../i18n.js';
import { store } from '../../store/store.js';
import { count, day, term } from '../../ui/format.js';
import { joined } from '../parts/labels.js';
import { inside } from '../parts/moments.js';

/**
 * @typedef {import('../../domain/pack/areas.js').Group} Group
 * @typedef {import('../../domain/pack/village-expression.js').GuideMechanism} Mechanism
 * @typedef {import('../../domain/pack/village-expression.js').MechanismState} Standing
 */

const IS_DAY = /^\d{4}-\d{2}-\d{2}$/;
/** A frame's worth of working out at a time. */
const SLICE_MS = 12;

/** The guide's areas, by what one wants to do. @type {Record<string, Group>} */
const AREAS = { party: 'meet', service: 'serve', people: 'people', village: 'build' };

/** What the guide says of this village now. */
export const reading = () => guideOf(store);

/** @returns {Mechanism[]} */
export const mechanisms = () => /** @type {any} */ (store.form('guide'))?.mechanisms ?? [];

/** In the guide's order. @returns {Map<Group, Mechanism[]>} */
export function mechanismsByGroup() {
  /** @type {Map<Group, Mechanism[]>} */
  const found = new Map();
  for (const one of mechanisms()) {
    const group = AREAS[one.area] ?? groupOf(one.kinds[0]?.kind ?? '');
    found.set(group, [...(found.get(group) ?? []), one]);
  }
  return found;
}

/** @param {import('../../store/types.js').Rec} rec @param {Record<string, string>} filter */
export const holdsAll = (rec, filter) => holds(rec.answers, filter);

/** "每月", "每 45 天"; '' where nothing is said. @param {string} cadence */
export function cadenceWords(cadence) {
  if (cadence.startsWith('days:')) return t('work.every.days', { n: Number(cadence.slice(5)) });
  return cadence ? t(`work.every.${cadence}`) : '';
}

/** When the next one is due. What is late here is still only a hint: never drawn as a fault. @param {string} due */
export function dueWords(due) {
  const near = due ? term(due) : null;
  if (!near) return null;
  return near.tone === 'late' ? { tone: /** @type {const} */ ('soon'), icon: 'clock', text: t('work.due.now') } : near.tone === 'soon' ? { ...near, text: t('work.due', { day: near.text }) } : null;
}

/** A figure as it is read: a share in per cent, a number with its unit. @param {any} value @param {string} unit */
export function figureText(value, unit) {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'boolean') return t(value ? 'answer.yes' : 'answer.no');
  if (typeof value !== 'number') return IS_DAY.test(value) ? day(value) : value;
  const number = count(Math.round(value * 10) / 10);
  return unit === '%' ? `${number}%` : joined([number, unitIn(unit, lang.value, value)], ' ');
}

/** Works a group's standings out in short slices, so that a slow phone still scrolls. @param {Mechanism[]} list @param {boolean} ready @returns {boolean} */
export function useSettled(list, ready) {
  const settled = useSignal(false);
  useEffect(() => {
    let here = true;
    const work = async () => {
      const now = reading();
      let begun = performance.now();
      for (const { id } of now ? list : []) {
        void now?.mechanisms[id]?.due;
        if (performance.now() - begun < SLICE_MS) continue;
        await new Promise((resolve) => void setTimeout(resolve));
        if (!here) return;
        begun = performance.now();
      }
      settled.value = true;
    };
    if (ready) void work();
    return () => {
      here = false;
    };
  }, [ready]);
  return settled.value;
}

/** What has a cadence of its own within a mechanism, by its name, with how it stands. @param {Mechanism} one @param {Standing} state */
export const partsOf = (one, state) => one.kinds.map(({ title, cadence }, n) => ({ name: words(title), cadence, last: state.kinds[n]?.last ?? '', due: state.kinds[n]?.due ?? '' }))
  .filter(({ cadence }) => cadence);

/** @param {Mechanism} one @param {boolean} settled whether its standing is worked out @returns {{id: string, name: string, meta: string, state: any, href: string}} */
export function mechanismLine(one, settled) {
  const state = settled ? reading()?.mechanisms[one.id] : undefined;
  const last = state?.last ? t('work.last', { day: inside(day(state.last)) }) : '';
  const wanted = state ? partsOf(one, state).filter(({ due }) => dueWords(due)).map(({ name }) => name) : [];
  return { id: one.id, name: words(one.title), meta: joined([cadenceWords(one.cadence), last, joined(wanted)], ' · '), state: dueWords(state?.due ?? ''), href: `/work/m/${one.id}` };
}

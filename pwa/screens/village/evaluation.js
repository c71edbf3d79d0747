/**
 * The village's guide worked out over what this phone holds: now, or as of a day.
 * Promises: drawn again when a record or the guide changes; nothing is worked out before everything is in memory.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { asOf } from '../../domain/pack/as-of.js';
import { evaluateGuide, guideOf } from '../../domain/pack/village-expression.js';
import { unitIn } from '../../domain/pack/unit.js';
import { lang, words } from '../../i18n.js';
import { store } from '../../store/store.js';
import { today } from '../../ui/format.js';
import { said } from '../parts/labels.js';
import { useReady } from '../parts/ready.js';

/** @typedef {import('../../domain/pack/village-expression.js').Guide} Guide */
/** @typedef {import('../../domain/pack/village-expression.js').Reading} Reading */
/** @typedef {import('../../domain/pack/village-expression.js').GuideIndicator} Indicator */

const SLICE_MS = 12;

/** The guide of this phone: undefined until it is looked for, null where there is none. @returns {Guide | null | undefined} */
export function useGuide() {
  const found = useSignal(/** @type {any} */ (undefined));
  const hash = store.forms.current.value.guide;
  useEffect(() => {
    let here = true;
    const load = async () => (hash ? await store.loadForm(hash).catch(() => undefined) : undefined);
    void load().then((guide) => here && (found.value = guide ?? null));
    return () => {
      here = false;
    };
  }, [hash]);
  return found.value;
}

/** What of the village makes it another one: a change of this list makes as-of figures anew. */
const version = () => [store.village.value, store.outbox.value, store.pulls.value];

/** @param {Guide} guide @param {string} on a day before today @returns {Reading} */
const earlier = (guide, on) => evaluateGuide(guide, /** @type {any} */ (asOf(/** @type {any} */ ({ list: (/** @type {string} */ kind) => store.list(kind) }), on, (rec) => store.forms.dayOf(rec))), { today: on });

/** Works the parts out in short slices, so that a finger never waits. @param {Record<string, unknown>} part @param {() => boolean} wanted */
async function inSlices(part, wanted) {
  let begun = performance.now();
  for (const name of Object.keys(part)) {
    void part[name];
    if (performance.now() - begun < SLICE_MS) continue;
    await new Promise((go) => setTimeout(go, 0));
    if (!wanted()) return;
    begun = performance.now();
  }
}

/** @param {Guide | null | undefined} guide @param {{on?: string, of?: 'indicators' | 'steps'}} [what] `on`: a day; absent: now
 * @returns {Reading | null} null until its indicators (its steps) are worked out */
export function useWorked(guide, { on = '', of = 'indicators' } = {}) {
  const ready = useReady('all');
  const now = today();
  const done = useSignal(/** @type {Reading | null} */ (null));
  const past = Boolean(on) && on < now;
  // Reading it here follows every list the guide looks at.
  const present = guide && ready && !past ? guideOf(store, { today: now }) : undefined;
  const reading = useMemo(() => (guide && ready ? (past ? earlier(guide, on) : present ?? null) : null), [guide, ready, past, on, present, ...(past ? version() : [])]);
  useEffect(() => {
    let here = true;
    if (reading) void inSlices(reading[of], () => here).then(() => here && (done.value = reading));
    return () => {
      here = false;
    };
  }, [reading]);
  return reading && done.value ? done.value : null;
}

/** What a section of the guide is called: the page of the profile's form by its name, else both languages as they are written.
 * @param {string} section */
export function sectionName(section) {
  const group = store.form('village_profile')?.questions.find(({ path }) => path === section);
  if (group) return said(group.label);
  const [zh = section, en = zh] = section.split(' / ');
  return lang.value === 'en' ? en : zh;
}

/** The sections in the order of the guide, each with its indicators. @param {Guide} guide @returns {{id: string, indicators: Indicator[]}[]} */
export function sectionsOf(guide) {
  const ids = [...new Set(guide.indicators.map(({ section }) => section))];
  return ids.map((id) => ({ id, indicators: guide.indicators.filter(({ section }) => section === id) }));
}

/** @param {Indicator} indicator */
export const titleOf = (indicator) => String(words(/** @type {any} */ (indicator.title)));

/** @param {Indicator} indicator @param {number} [n] of how many */
export const unitOf = (indicator, n) => unitIn(indicator.unit, lang.value, n);

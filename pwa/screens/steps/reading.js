/**
 * The guide worked out over the village's records, for the screens of the steps.
 * Promises: nothing before everything is in memory; worked out in short slices, what was shown stays until the new is there;
 * follows every record that is written or fetched.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { guideOf } from '../../domain/pack/village-expression.js';
import { unwalked, walked } from '../../domain/pack/steps.js';
import { privateCounts } from '../../store/private.js';
import { store } from '../../store/store.js';
import { today } from '../../ui/format.js';
import { useReady } from '../parts/ready.js';

/** @typedef {import('../../domain/pack/steps.js').Walked} Walked */
/** @typedef {import('../../domain/pack/village-expression.js').Reading} Reading */
/** @typedef {{steps: Walked[], complete: boolean}} Worked */

const SLICE_MS = 12;

/** @param {Reading} reading @param {number} number 0: all @param {(steps: Walked[]) => boolean} tell is anybody still listening? */
async function workOut(reading, number, tell) {
  const wanted = reading.guide.steps.filter((step) => !number || step.number === number);
  const steps = wanted.map(unwalked);
  if (!tell([...steps])) return;
  const notes = await privateCounts(store).catch(() => undefined);
  let begun = performance.now();
  for (const [at, step] of wanted.entries()) {
    for (const { id } of step.items) {
      void reading.items[id];
      if (performance.now() - begun < SLICE_MS) continue;
      await new Promise((go) => setTimeout(go, 0));
      begun = performance.now();
    }
    steps[at] = walked(step, reading, notes);
    if (!tell([...steps])) return;
  }
}

/** @param {number} [number] one step; 0 all of them @returns {Worked|null|undefined} undefined until it is worked out; null: this phone has no guide yet */
export function useSteps(number = 0) {
  const ready = useReady('all');
  const worked = useSignal(/** @type {Worked|null|undefined} */ (undefined));
  const guide = useSignal(/** @type {'' | 'here' | 'none'} */ (''));
  const hash = store.forms.current.value.guide;
  useEffect(() => {
    let here = true;
    const load = async () => (hash ? store.loadForm(hash).catch(() => undefined) : undefined);
    void load().then((found) => here && (guide.value = found ? 'here' : 'none'));
    return () => {
      here = false;
    };
  }, [hash]);
  const reading = ready && guide.value === 'here' ? guideOf(store, { today: today() }) : undefined;
  useEffect(() => {
    let here = true;
    if (guide.value === 'none') worked.value = null;
    const tell = (/** @type {Walked[]} */ steps) => {
      const complete = steps.every(({ known }) => known);
      // What was shown stays until the new is complete; the first time names come before numbers.
      if (here && (complete || !worked.peek()?.complete)) worked.value = { steps, complete };
      return here;
    };
    if (reading) void workOut(reading, number, tell);
    return () => {
      here = false;
    };
  }, [reading, guide.value, number]);
  return worked.value;
}

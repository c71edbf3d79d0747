/**
 * Owns what else is due on this phone besides promises and problems, and what was put aside.
 * Promises: reads this phone only; what only the whole village's records tell (months and quarters, the hint of the ten steps) is
 * worked out once a day while nothing else is to be done, and kept till the next.
 */
import { computed, signal } from '@preact/signals';
import { cadenceTasks, monitoredUnseen, nearlyOver } from '../../domain/pack/cadence.js';
import { nextHint } from '../../domain/pack/step-hints.js';
import { isAside, put } from '../../domain/pack/task-choices.js';
import { guideOf } from '../../domain/pack/village-expression.js';
import { changeMeta, getMeta, putMeta } from '../../store/db.js';
import { store } from '../../store/store.js';
import { today } from '../../ui/format.js';
import { lastSeen } from '../parts/homes.js';

/** @typedef {import('../../domain/pack/cadence.js').Task} Task */
/** @typedef {{on: string, village: string, nearly: ReturnType<typeof nearlyOver>, hint: import('../../domain/pack/step-hints.js').Hint|null}} Day */

const QUIET_MS = 4000;
const SLICE_MS = 12;

/** The guide's thresholds as far as they are here; each rule has its own number without them. */
const thresholds = () => /** @type {any} */ (store.form('guide'))?.thresholds ?? {};

/** Everything found, what is put aside too. */
export const found = computed(() => {
  const ground = {
    list: (/** @type {string} */ kind) => store.list(kind), today: today(), me: store.account.value?.id ?? '', name: store.account.value?.name ?? '',
    lastSeen: (/** @type {string} */ id) => lastSeen(id), thresholds: thresholds(),
  };
  return store.account.value ? [...cadenceTasks(/** @type {any} */ (ground)), ...monitoredUnseen(/** @type {any} */ (ground))] : [];
});

/** @param {{key: string}} task */
export const aside = ({ key }) => isAside(store.aside.value, key, today());
export const tasks = computed(() => found.value.filter((task) => !aside(task)));

/** @type {import('@preact/signals').Signal<Day|null>} */
const day = signal(/** @type {Day|null} */ (null));

/** What a month or quarter still wants, as worked out today; what has been written since is left out. */
export const nearly = computed(() => {
  const { value } = day;
  if (!value || value.village !== store.village.value) return [];
  const open = value.nearly.filter((one) => !aside(one));
  const reading = open.length ? guideOf(/** @type {any} */ (store), { today: today() }) : undefined;
  return open.filter(({ id, part }) => {
    const state = reading?.mechanisms[id];
    return (typeof part === 'number' ? state?.kinds[part] : state)?.covered !== true;
  });
});

/** One hint of the ten steps, or none. */
export const hint = computed(() => {
  const { value } = day;
  return value?.hint && value.village === store.village.value && !aside({ key: hintKey(value.hint) }) ? value.hint : null;
});
/** @param {{id: string}} one */
export const hintKey = (one) => `hint:${one.id}`;

/** Works parts of a reading out without holding up a finger. @param {Record<string, any>[]} parts */
async function inSlices(parts) {
  let begun = performance.now();
  for (const [part, name] of parts.flatMap((one) => Object.keys(one).map((key) => /** @type {const} */ ([one, key])))) {
    void part[name];
    if (performance.now() - begun < SLICE_MS) continue;
    await new Promise((go) => setTimeout(go, 0));
    begun = performance.now();
  }
}

let working = false;

/** Once a day, in idle time. */
export async function workOutDay() {
  const { db } = store;
  const village = store.village.peek();
  if (working || !db || !village) return;
  working = true;
  try {
    const kept = await getMeta(db, `day/${village}`);
    if (kept?.on === today()) return void (day.value = kept);
    await new Promise((go) => setTimeout(go, QUIET_MS));
    if (!(await store.loadForm('guide'))) return;
    await store.ready('all');
    const reading = guideOf(/** @type {any} */ (store), { today: today() });
    if (!reading || store.db !== db) return;
    await inSlices([reading.mechanisms, reading.items]);
    const { guide, mechanisms: states } = reading;
    const dismissed = new Set(Object.keys(store.aside.peek()).filter((key) => key.startsWith('hint:')).map((key) => key.slice(5)));
    const told = { on: today(), village, nearly: nearlyOver({ mechanisms: guide.mechanisms, states, today: today() }), hint: nextHint(guide, reading, dismissed) };
    if (store.db !== db) return;
    await putMeta(db, `day/${village}`, told);
    day.value = told;
  } finally {
    working = false;
  }
}

/** Changes what the database holds: another tab may have put more aside.
 * @param {(aside: import('../../domain/pack/task-choices.js').Aside) => import('../../domain/pack/task-choices.js').Aside} change */
async function keep(change) {
  const { db } = store;
  if (!db) return;
  store.aside.value = change(store.aside.peek());
  store.aside.value = await changeMeta(db, 'aside', (/** @type {import('../../domain/pack/task-choices.js').Aside|undefined} */ kept) => change(kept ?? {}));
}

/** @param {string} key @param {string} until @returns {Promise<() => Promise<void>>} what takes it back */
export async function putAside(key, until) {
  const before = store.aside.peek()[key];
  await keep((aside) => put(aside, key, until, today()));
  return () => (before ? keep((aside) => ({ ...aside, [key]: before })) : takeBack(key));
}

/** @param {string} key */
export const takeBack = (key) => keep((aside) => Object.fromEntries(Object.entries(aside).filter(([one]) => one !== key)));

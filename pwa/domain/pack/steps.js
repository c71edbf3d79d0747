/**
 * Owns how the ten steps are read: items in their groups, what is missing first, which step and item come next.
 * Promises: pure; nothing counts against anybody: what does not apply is not missing, and no order is enforced.
 */

/** @typedef {import('./village-expression.js').Guide} Guide */
/** @typedef {import('./village-expression.js').GuideItem} GuideItem */
/** @typedef {import('./village-expression.js').GuideStep} GuideStep */
/** @typedef {import('./village-expression.js').ItemState} ItemState */
/** @typedef {import('./village-expression.js').Reading} Reading */
/** @typedef {Partial<Record<'zh'|'en', string>>} Both */
/** @typedef {{id: string, title: Both, hint: Both, make: GuideItem['make'], must: boolean, local: boolean, told: ItemState}} Item  `local`: the village's own */
/** @typedef {{title: Both, items: Item[], done: number}} Part */
/** Numbers of the private notes on this phone (store/private.js). @typedef {{forward: number, cold: number, forward_backbone: number, cold_backbone: number}} Private */
/** @typedef {{step: GuideStep, parts: Part[], done: number, all: number, na: number, known: boolean}} Walked  `known`: worked out already */

/** In the order of the screen. */
export const PHASES = ['arrive', 'know', 'plan', 'deliver', 'root'];
const ORDER = { todo: 0, doing: 1, na: 2, done: 3 };

/** What private notes alone can tell, and only to their writer. @type {Record<string, (notes: Private) => boolean>} */
const BY_NOTES = {
  's5.people.forward': ({ forward }) => forward > 0,
  's5.people.cold': ({ cold }) => cold > 0,
  's5.people.backbone': (notes) => notes.forward_backbone > 0 && notes.cold_backbone > 0,
};

/** "勘地情 / The land" in both languages. @param {string} text @returns {Both} */
function both(text) {
  const [zh = '', en = zh] = text.split(' / ');
  return { zh, en };
}

/** @param {string} id @param {ItemState} told @param {Private|undefined} notes @returns {ItemState} */
function withNotes(id, told, notes) {
  return notes && told.state !== 'na' && BY_NOTES[id]?.(notes) ? { ...told, state: 'done', by: 'evidence' } : told;
}

/** A step with its items as the village's records tell of them. `notes`: what this phone's own notes add.
 * @param {GuideStep} step @param {Reading} reading @param {Private} [notes] @returns {Walked} */
export function walked(step, reading, notes) {
  /** @type {Item[]} */
  const shipped = step.items.map(({ id, title, hint, make, must }) => ({ id, title, hint, make, must, local: false, told: withNotes(id, /** @type {ItemState} */ (reading.items[id]), notes) }));
  const known = new Set(shipped.map(({ id }) => id));
  const own = (reading.steps[step.id]?.items ?? []).filter((id) => !known.has(id)).map((id) => {
    const told = /** @type {ItemState} */ (reading.items[id]);
    return { id, title: { zh: told.title ?? '', en: told.title ?? '' }, hint: {}, make: null, must: false, local: true, told };
  });
  /** @type {Map<string, Item[]>} */
  const groups = new Map();
  step.items.forEach(({ group }, at) => groups.set(group, [...(groups.get(group) ?? []), /** @type {Item} */ (shipped[at])]));
  const parts = [...groups].map(([group, items]) => partOf(both(group), items));
  const all = [...shipped, ...own];
  return {
    step,
    parts: own.length ? [...parts, partOf({}, own)] : parts,
    done: all.filter(({ told }) => told.state === 'done').length,
    na: all.filter(({ told }) => told.state === 'na').length,
    all: all.length,
    known: true,
  };
}

/** A step of which so far only its name is known. @param {GuideStep} step @returns {Walked} */
export const unwalked = (step) => ({ step, parts: [], done: 0, na: 0, all: step.items.length, known: false });

/** Missing first, then begun, then what does not apply, then what is there. @param {Both} title @param {Item[]} items @returns {Part} */
function partOf(title, items) {
  const sorted = [...items].sort((a, b) => ORDER[a.told.state] - ORDER[b.told.state]);
  return { title, items: sorted, done: items.filter(({ told }) => told.state === 'done').length };
}

/** Nothing is missing or begun any more. @param {Walked} step */
export const isThrough = ({ done, na, all }) => done + na >= all;

/** The step to go on with: the first with something left, else the last. @param {Walked[]} steps @returns {Walked|undefined} */
export const nextStep = (steps) => steps.find((step) => !isThrough(step)) ?? steps.at(-1);

/** What to write next: the first that matters most, then the first with a way to write it, missing before begun.
 * @param {Walked} step @returns {Item|undefined} undefined when nothing is left that a record could fill */
export function nextItem({ parts }) {
  const open = parts.flatMap(({ items }) => items).filter(({ told, make }) => make && (told.state === 'todo' || told.state === 'doing'));
  const missing = open.filter(({ told }) => told.state === 'todo');
  return missing.find(({ must }) => must) ?? missing[0] ?? open.find(({ must }) => must) ?? open[0];
}

/** Where the next record of an item is written; '' when only its own hand can tell of it. @param {GuideItem['make']} make @returns {string} */
export function makeAddress(make) {
  if (!make) return '';
  const told = Object.entries(make.prefill).map(([path, value]) => /** @type {[string, string]} */ ([`p.${path}`, value]));
  if (make.screen && !(make.screen === '/visit' && told.length)) return make.screen;
  if (!make.kind) return make.screen;
  return `/record/new/edit?${new URLSearchParams([['new', make.kind], ...told])}`;
}

/** Id of an item a village adds. @param {number} step @param {string} uuid */
export const localId = (step, uuid) => `s${step}.local.${uuid}`;

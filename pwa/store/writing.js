/**
 * Owns saving, taking back and settling, and what is said when the phone has no room.
 * Promises: resolves when the strict transaction is complete; a failed save leaves earlier data as it was and keeps the
 * text in `store.unsaved`. What must not leave this phone is not written at all (Withheld); its draft is the caller's to keep.
 */
import { itemOf, settling, undoing } from './changes.js';
import { append, discard } from './outbox.js';
import { applySet } from './view.js';

/**
 * @typedef {import('./store.js').Store} Store
 * @typedef {import('./types.js').Saving} Saving
 * @typedef {import('./types.js').Saved} Saved
 * @typedef {Saving & {also?: import('./types.js').Notes['also']}} Settling
 */

/**
 * The form that a saving which did not fit came from, and what its draft held then: a later saving of the same form holds
 * all of it, and words written since are still only in the draft.
 * @type {WeakMap<Saving, {draft: string, held: string}>}
 */
const origins = new WeakMap();

/** @param {Store} store @param {string} draft */
const heldIn = (store, draft) => JSON.stringify(store.draft(draft));

/** A record saved in the same transaction counts as present for naming what belongs to it.
 * @param {Store} store @param {Settling[]} together @returns {import('./changes.js').Setting} */
function settingOf(store, together) {
  const fresh = new Map(together.map((one) => [one.id, { kind: one.kind, form: '', answers: one.set }]));
  return {
    present: (id) => store.records.shown.get(id),
    rev: (id) => store.records.rev(id),
    form: (kind) => store.forms.current.value[kind],
    titleOf: (rec) => store.forms.titleOf(rec, (id) => store.records.shown.get(id) ?? fresh.get(id)),
    village: store.village.value,
  };
}

/** Of a kind that never leaves this phone, or about somebody who has not agreed to it. */
export class Withheld extends Error {
  /** @override */
  name = 'Withheld';
}

/** @param {Store} store @param {Saving} saving */
function stays({ forms, records }, { kind, id, form, set }) {
  const { local, consent } = forms.shape(form ?? kind) ?? {};
  return local || (consent && !set.deleted && applySet(records.shown.get(id ?? '')?.answers ?? {}, set)[consent] !== 'yes');
}

/** @param {Store} store @param {Settling[]} savings @returns {Promise<Saved[]>} */
export async function saveMany(store, savings) {
  // The database may just be opened again, after the browser had closed it.
  if (!store.db) await store.turn;
  if (!store.db) throw new Error('no account is open');
  if (savings.some((saving) => stays(store, saving))) throw new Withheld();
  const setting = settingOf(store, savings);
  const items = savings.map((saving) => {
    const item = itemOf(setting, saving);
    return saving.also ? { ...item, notes: { ...item.notes, also: saving.also } } : item;
  });
  let entries;
  try {
    entries = await append(store.db, items);
  } catch (error) {
    notSaved(store, savings, error);
    throw error;
  }
  store.takeEntries(entries);
  store.unsaved.value = besides(store, savings);
  const { code, detail } = store.trouble.value ?? {};
  if ((code === 'storage_full' || (code === 'store_broken' && typeof detail === 'string')) && !store.unsaved.value.length) store.trouble.value = null;
  store.shelf.dropped(savings.map((saving) => saving.draft));
  store.tabs?.tell({ t: 'outbox' });
  if (savings.some((saving) => saving.draft)) store.tabs?.tell({ t: 'drafts' });
  store.hooks.saved?.();
  return entries.map((entry) => ({ id: entry.record, n: entry.n, village: entry.village, device: entry.device }));
}

/** What waits for room apart from these and what they replace. @param {Store} store @param {Saving[]} savings */
function besides(store, savings) {
  const drafts = new Set(savings.flatMap((saving) => saving.draft ?? []));
  return store.unsaved.value.filter((saving) => !savings.includes(saving) && !drafts.has(origins.get(saving)?.draft ?? ''));
}

/** @param {Store} store @param {Saving[]} savings @param {unknown} error */
function notSaved(store, savings, error) {
  const full = error instanceof Error && error.name === 'QuotaExceededError';
  store.trouble.value = { code: full ? 'storage_full' : 'store_broken', detail: String(error) };
  const known = new Set(store.unsaved.value);
  const draft = savings.find((saving) => saving.draft && !known.has(saving))?.draft;
  if (draft) for (const saving of savings) origins.set(saving, { draft, held: heldIn(store, draft) });
  store.unsaved.value = [...besides(store, savings), ...savings];
}

/** @param {Store} store @returns {Promise<Saved[]>} */
export async function retryUnsaved(store) {
  for (const saving of store.unsaved.value) {
    if (saving.draft && origins.get(saving)?.held !== heldIn(store, saving.draft)) delete saving.draft;
  }
  const waiting = store.unsaved.value;
  return waiting.length ? saveMany(store, waiting) : [];
}

/** @param {Store} store @param {string} id @returns {Promise<Saved>} */
export async function remove(store, id) {
  const rec = store.records.shown.get(id);
  if (!rec) throw new Error(`no such record: ${id}`);
  return one(await saveMany(store, [{ kind: rec.kind, id, set: { deleted: true }, title: store.titleOf(rec) }]));
}

/** @param {Store} store @param {Saved[]} saved @returns {Promise<Saved[]>} */
export async function undo(store, saved) {
  const wanted = new Set(saved.map((it) => `${it.device}|${it.village}|${it.n}`));
  const savings = undoing(store.outbox.value.filter((e) => wanted.has(`${e.device}|${e.village}|${e.n}`)));
  return savings.length ? saveMany(store, savings) : [];
}

/** @param {Store} store @param {string} id @param {'mine'|'theirs'|'written'} choice @param {any} value @returns {Promise<Saved>} */
export async function settle(store, id, choice, value) {
  const conflict = store.records.shown.get(id);
  if (!conflict) throw new Error(`no such conflict: ${id}`);
  return one(await saveMany(store, [settling(conflict, store.records.shown.get(conflict.answers.record), choice, value)]));
}

/** @param {Store} store @param {import('./types.js').Entry} entry */
export async function discardRefused(store, entry) {
  if (!store.db || entry.state !== 'quarantined') return;
  await discard(store.db, entry);
  store.outbox.value = store.outbox.value.filter((one) => one.order !== entry.order);
  store.tabs?.tell({ t: 'outbox' });
}

/** @param {Saved[]} saved @returns {Saved} */
const one = (saved) => /** @type {Saved} */ (saved[0]);

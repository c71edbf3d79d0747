/**
 * Owns which form versions this phone holds and uses.
 * Promises: a form is used for new records only once it is stored, so that it is there without a network; before rows come
 * only what files them is fetched, and the definitions of what is filled in all day; the others follow, many in one request.
 */
import { OFTEN } from '../store/forms.js';

/**
 * @typedef {import('../store/store.js').Store} Store
 * @typedef {import('./api.js').Api} Api
 */

/** So few come whole before the rows. */
const FEW = 8;
/** A request's worth: stored in one transaction, so that a phone does other things between two. */
const BUNDLE = 12;

/** @param {Store} store @param {Api} api @param {Iterable<string>} hashes @returns {Promise<void>} fetched as far as possible */
export async function fetchForms(store, api, hashes) {
  const wanted = [...new Set(hashes)].filter((hash) => !store.forms.has(hash)).sort();
  const ask = (/** @type {number} */ at) => (at < wanted.length ? api.forms(wanted.slice(at, at + BUNDLE)).catch(() => []) : []);
  const { db } = store;
  let coming = ask(0);
  for (let at = BUNDLE; at < wanted.length + BUNDLE; at += BUNDLE) {
    const definitions = await coming;
    if (store.db !== db) return;
    // The next come while these are stored. What did not come is asked for again at the next sync, and shown plainly until then.
    coming = ask(at);
    await keep(store, api, definitions).catch(() => undefined);
  }
  if (wanted.length) store.records.tell();
}

/** @param {Store} store @param {Api} api @param {import('../form/definition.js').Definition[]} definitions */
async function keep(store, api, definitions) {
  if (!definitions.length) return;
  await store.forms.keep(...definitions);
  void bringMedia(store, api, definitions).catch(() => undefined);
  store.records.reindex(new Set(definitions.map(({ kind }) => kind)));
}

/** The pictures and sounds of forms, after their words. @param {Store} store @param {Api} api @param {import('../form/definition.js').Definition[]} definitions */
async function bringMedia(store, api, definitions) {
  const withFiles = definitions.filter((definition) => Object.keys(definition.files ?? {}).length);
  if (!withFiles.length) return;
  const { fetchMedia } = await import('../store/form-media.js');
  await fetchMedia(store, withFiles, (sha256) => api.formMedia(sha256));
}

/** Kinds whose form in use is not the one the server told. @param {Store} store @param {Record<string, string>} wanted */
const changedIn = ({ forms }, wanted) => Object.entries(wanted).filter(([kind, hash]) => forms.current.value[kind] !== hash);

/** What must be there before rows are. @param {Store} store @param {Api} api @param {Record<string, string>} wanted kind → hash, as hello told */
export async function adoptForms(store, api, wanted) {
  const { forms } = store;
  // What did not come the last time is asked for again.
  const pictured = Object.values(forms.current.value).filter((hash) => forms.shape(hash)?.files);
  void Promise.all(pictured.map((hash) => forms.kept(hash)))
    .then((found) => bringMedia(store, api, found.filter((form) => form !== undefined))).catch(() => undefined);
  const changed = changedIn(store, wanted);
  const first = changed.filter(([kind]) => changed.length <= FEW || OFTEN.includes(kind)).map(([, hash]) => hash);
  const later = changed.map(([, hash]) => hash).filter((hash) => !first.includes(hash) && !forms.shape(hash)).sort();
  await Promise.all([
    fetchForms(store, api, first),
    later.length ? api.forms(later, true).then((heads) => forms.keepHeads(heads)).catch(() => undefined) : undefined,
  ]);
  await use(store, wanted);
}

/** The rest, once the rows are here. @param {Store} store @param {Api} api @param {Record<string, string>} wanted */
export async function completeForms(store, api, wanted) {
  const changed = changedIn(store, wanted);
  if (!changed.length) return;
  const { db } = store;
  await fetchForms(store, api, changed.map(([, hash]) => hash));
  if (store.db === db) await use(store, wanted);
}

/** Uses what is stored. @param {Store} store @param {Record<string, string>} wanted */
async function use(store, wanted) {
  const stored = changedIn(store, wanted).filter(([, hash]) => store.forms.has(hash));
  if (stored.length) await store.forms.use({ ...store.forms.current.value, ...Object.fromEntries(stored) });
}

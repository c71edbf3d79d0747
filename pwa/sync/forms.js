/**
 * Owns which form versions this phone holds and uses.
 * Promises: a form is used for new records only once it is stored, so that it is there without a network.
 */

/**
 * @typedef {import('../store/store.js').Store} Store
 * @typedef {import('./api.js').Api} Api
 */

const AT_ONCE = 4;

/** @param {Store} store @param {Api} api @param {Iterable<string>} hashes @returns {Promise<void>} fetched as far as possible */
export async function fetchForms(store, api, hashes) {
  const wanted = [...hashes];
  const one = async () => {
    for (let hash = wanted.pop(); hash !== undefined; hash = wanted.pop()) {
      try {
        if (await store.forms.kept(hash)) continue;
        const definition = await api.form(hash);
        await store.forms.keep(definition);
        void bringMedia(store, api, [definition]).catch(() => undefined);
        store.records.reindex(definition.kind);
      } catch {
        // Asked for again at the next sync; a row of it is shown plainly until then.
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, wanted.length) }, one));
  store.records.tell();
}

/** The pictures and sounds of forms, after their words. @param {Store} store @param {Api} api @param {import('../form/definition.js').Definition[]} definitions */
async function bringMedia(store, api, definitions) {
  const withFiles = definitions.filter((definition) => Object.keys(definition.files ?? {}).length);
  if (!withFiles.length) return;
  const { fetchMedia } = await import('../store/form-media.js');
  await fetchMedia(store, withFiles, (sha256) => api.formMedia(sha256));
}

/** @param {Store} store @param {Api} api @param {Record<string, string>} wanted kind → hash, as hello told */
export async function adoptForms(store, api, wanted) {
  const present = store.forms.current.value;
  const changed = Object.entries(wanted).filter(([kind, hash]) => present[kind] !== hash);
  // What did not come the last time is asked for again.
  void bringMedia(store, api, Object.values(present).flatMap((hash) => store.forms.read.get(hash) ?? [])).catch(() => undefined);
  if (!changed.length) return;
  await fetchForms(store, api, changed.map(([, hash]) => hash));
  const adopted = { ...present };
  for (const [kind, hash] of changed) if (store.forms.has(hash)) adopted[kind] = hash;
  if (JSON.stringify(adopted) === JSON.stringify(present)) return;
  await store.forms.use(adopted);
}

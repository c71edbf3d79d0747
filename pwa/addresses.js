/**
 * Owns where our own code is served, for what cannot import by name: workers, styles of packs, and the libraries a worker loads.
 * Promises: where Trusted Types are enforced, a worker starts from an address of ours and from no other.
 */

/** @type {Record<string, string> | null} */
let map = null;

/** The import map names files of packs as it names modules. @param {string} path below pwa/, or a library's name @returns {string} */
export function addressOf(path) {
  map ??= JSON.parse(document.querySelector('script[type=importmap]')?.textContent ?? '{}').imports ?? {};
  const found = /** @type {Record<string, string>} */ (map);
  return found[`/a/${path}`] ?? found[path] ?? '';
}

/** What makes pictures small and what makes keys of secrets run beside the page. */
const OWN_WORKER = /^\/sw\.js$|^\/a\/(?:form\/widgets\/pack\/[\w-]+|store\/kdf-worker)\.\w+\.js$/;
/** @type {any} */
let policy = null;

/** @param {string} address @returns {any} */
export function ownWorker(address) {
  const types = /** @type {any} */ (globalThis).trustedTypes;
  if (!types) return address;
  policy ??= types.createPolicy('shibu', {
    createScriptURL(/** @type {string} */ url) {
      if (OWN_WORKER.test(url)) return url;
      throw new TypeError('not our worker');
    },
  });
  return policy.createScriptURL(address);
}

// The import map's names, for Node. pwa/ has no package.json, so its modules are named as such here.
const pwa = new URL('../../pwa/', import.meta.url).href;
const NAMES = {
  idb: `${pwa}vendor/idb/build/index.js`,
  'hash-wasm/argon2': `${pwa}vendor/hash-wasm/dist/argon2.umd.min.js`,
  '@preact/signals-core': `${pwa}vendor/@preact/signals-core/dist/signals-core.mjs`,
};

export async function resolve(specifier, context, next) {
  const url = NAMES[specifier];
  return url ? { url, shortCircuit: true } : next(specifier, context);
}

export async function load(url, context, next) {
  return next(url, url.startsWith(pwa) ? { ...context, format: 'module' } : context);
}

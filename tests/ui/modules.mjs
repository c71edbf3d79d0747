// The import map's names, for Node. pwa/ has no package.json, so its modules are named as such here.
const pwa = new URL('../../pwa/', import.meta.url).href;
const NAMES = {
  preact: 'vendor/preact/dist/preact.mjs',
  'preact/hooks': 'vendor/preact/hooks/dist/hooks.mjs',
  htm: 'vendor/htm/dist/htm.mjs',
  '@preact/signals-core': 'vendor/@preact/signals-core/dist/signals-core.mjs',
  '@preact/signals': 'vendor/@preact/signals/dist/signals.mjs',
};

export async function resolve(specifier, context, next) {
  return NAMES[specifier] ? { url: pwa + NAMES[specifier], shortCircuit: true } : next(specifier, context);
}

export async function load(url, context, next) {
  return next(url, url.startsWith(pwa) ? { ...context, format: 'module' } : context);
}

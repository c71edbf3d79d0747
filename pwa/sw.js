/**
 * Keeps the app's code so that it opens without a network; never a record, never an answer of /api.
 * The server writes VERSION, FILES and PACKS above this. A version is kept whole or not at all.
 */
const CODE = `code-${VERSION}`;
const PACKED = 'packs';
const SHELL = '/';

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('message', (event) => {
  if (event.data === 'switch') self.skipWaiting();
  if (event.data === 'packs') event.waitUntil(keepPacks());
});
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate' && url.pathname === SHELL) event.respondWith(kept(SHELL, request));
  else if (url.pathname.startsWith('/a/')) event.respondWith(kept(url.pathname, request));
});

/** Copies what did not change, fetches the rest; any failure leaves the old version as it is. */
async function install() {
  const before = (await caches.keys()).filter((name) => name.startsWith('code-') && name !== CODE);
  const olds = await Promise.all(before.map((name) => caches.open(name)));
  const code = await caches.open(CODE);
  try {
    await Promise.all([...FILES, SHELL].map((url) => keep(code, url, olds)));
    // Who has the packs needs those of the new version too before it is switched to; only libraries may come later.
    if (await caches.has(PACKED)) await keepPacks((url) => !url.startsWith('/a/vendor/'));
  } catch (error) {
    await caches.delete(CODE);
    throw error;
  }
}

async function keep(cache, url, olds) {
  for (const old of url === SHELL ? [] : olds) {
    const same = await old.match(url);
    if (same) return cache.put(url, same);
  }
  const fresh = await fetch(url, url === SHELL ? { cache: 'no-store' } : {});
  // A portal's page in the place of a file, or the shell of another release, must not be kept.
  const html = (fresh.headers.get('content-type') ?? '').startsWith('text/html');
  const right = url === SHELL ? fresh.headers.get('shibu-version') === VERSION : !html;
  if (!fresh.ok || fresh.redirected || !right) throw new Error(`${url}: ${fresh.status}`);
  return cache.put(url, fresh);
}

async function activate() {
  const others = (await caches.keys()).filter((name) => name !== CODE && name !== PACKED);
  await Promise.all(others.map((name) => caches.delete(name)));
  const packs = await caches.open(PACKED);
  const known = new Set(PACKS);
  const stale = (await packs.keys()).filter(({ url }) => !known.has(new URL(url).pathname));
  await Promise.all(stale.map((request) => packs.delete(request)));
  await self.clients.claim();
}

async function keepPacks(must = () => false) {
  const packs = await caches.open(PACKED);
  for (const url of PACKS) {
    if (await packs.match(url)) continue;
    await keep(packs, url, []).catch((error) => must(url) && Promise.reject(error));
  }
}

async function kept(url, request) {
  const code = await caches.open(CODE);
  return (await code.match(url)) ?? (await caches.match(url)) ?? fetch(request);
}

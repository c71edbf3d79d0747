const pwa = new URL('../../pwa/', import.meta.url).href;

export async function load(url, context, next) {
  const shipped = url.startsWith(pwa) && !url.includes('/vendor/');
  return next(url, shipped ? { ...context, format: 'module' } : context);
}

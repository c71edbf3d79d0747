/**
 * Beside the page: what takes half a second on a cheap phone.
 * Promises: answers once and keeps nothing; its page ends it then. A worker has no import map, so the page names the library.
 */

const page = /** @type {{onmessage: ((event: MessageEvent) => void)|null, postMessage: (told: any) => void}} */ (/** @type {unknown} */ (globalThis));

page.onmessage = async ({ data: { library, asked } }) => {
  try {
    await import(library);
    page.postMessage({ made: await globalThis.hashwasm.argon2id(asked) });
  } catch (error) {
    page.postMessage({ error: String(error) });
  }
};
export {};

// Node runs the shipped files as they are; only the bare names of the import map need an address, and a page's few globals.
import { readFileSync } from 'node:fs';
import { register } from 'node:module';

register('./modules.mjs', import.meta.url);

const pwa = new URL('../../pwa/', import.meta.url);
globalThis.document = { documentElement: { lang: 'zh-CN', dataset: {} }, getElementById: () => null, querySelector: () => null };
globalThis.fetch = async (address) => {
  const text = readFileSync(new URL(String(address).replace('/a/', ''), pwa), 'utf8');
  return { ok: true, json: async () => JSON.parse(text) };
};

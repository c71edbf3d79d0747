/**
 * The app's words in two languages. Owns: which language is on, and the tables in i18n/.
 * Promises: `t` and `words` inside a component redraw it when the language changes; `<html lang>` follows.
 */
import { batch, signal } from '@preact/signals';

/** @typedef {'zh'|'en'} Lang */

const KEPT = 'shibu.lang';
const page = globalThis.document?.documentElement;

/** @type {import('@preact/signals').Signal<Lang>} */
export const lang = signal(page?.lang.startsWith('en') ? 'en' : 'zh');

/** @type {import('@preact/signals').Signal<Record<string, string>>} */
const table = signal({});
/** @type {Map<Lang, Record<string, string>>} */
const tables = new Map();
/** Texts that came with the screens that need them. @type {Record<Lang, Record<string, string>>} */
const brought = { zh: {}, en: {} };

/**
 * The text of a key. `{name}` takes a parameter. In English "1 home|{n} homes" keeps the left half for n = 1.
 * @param {string} key
 * @param {Record<string, string|number>} [values]
 */
export function t(key, values = {}) {
  const text = table.value[key] ?? key;
  const [one, many] = text.split('|');
  const chosen = many !== undefined && Number(values.n) !== 1 ? many : one;
  return /** @type {string} */ (chosen).replace(/\{(\w+)\}/g, (hole, name) => String(values[name] ?? hole));
}

/**
 * The language's side of a text that comes from a form or the server.
 * @param {Partial<Record<string, string>>|string|null|undefined} texts
 */
export function words(texts) {
  if (texts == null || typeof texts === 'string') return texts ?? '';
  return texts[lang.value] ?? texts.zh ?? texts.en ?? Object.values(texts)[0] ?? '';
}

/** @param {Lang} wanted @returns {Promise<void>} */
export async function setLang(wanted) {
  const texts = tables.get(wanted) ?? { ...(await load(wanted)), ...brought[wanted] };
  tables.set(wanted, texts);
  batch(() => {
    table.value = texts;
    lang.value = wanted;
  });
  if (!page) return;
  page.lang = wanted === 'zh' ? 'zh-CN' : 'en';
  try {
    localStorage.setItem(KEPT, wanted);
  } catch {
    // Storage switched off: the choice holds until the page closes.
  }
}

/** Adds texts that only some screens need. @param {Record<Lang, Record<string, string>>} more */
export function bring(more) {
  for (const [one, texts] of /** @type {[Lang, Record<string, string>][]} */ (Object.entries(more))) {
    Object.assign(brought[one], texts);
    Object.assign(tables.get(one) ?? {}, texts);
  }
  table.value = { ...table.peek(), ...more[lang.peek()] };
}

/** Loads the words of the language the page was drawn in; the app draws after this. */
export const startLang = () => setLang(lang.peek());

/** @param {Lang} wanted @returns {Promise<Record<string, string>>} */
async function load(wanted) {
  const link = /** @type {HTMLLinkElement|null} */ (document.getElementById(`words-${wanted}`));
  const answer = await fetch(link?.href ?? `/a/i18n/${wanted}.json`);
  if (!answer.ok) throw new Error(`words ${wanted}: ${answer.status}`);
  return answer.json();
}

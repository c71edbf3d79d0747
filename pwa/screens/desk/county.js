/**
 * What the county's administrator asks of the server about forms; and the trial that is being looked at.
 * Promises: nothing is kept on this device; a trial outlives a look at its preview, not the page.
 */
import { signal } from '@preact/signals';
import { bring } from '../../i18n.js';
import { api } from '../../sync/api.js';
import texts from './texts.js';

bring(texts);

/**
 * @typedef {{zh: string, en: string}} Both
 * @typedef {{code: string, sheet: string|null, row: number|null, zh: string, en: string}} Line
 * @typedef {{path: string, type: string, label: Both}} Asked
 * @typedef {{aspect: string, before?: Both, after?: Both}} Aspect
 * @typedef {{total: number, villages: {id: string, name: string, township: string, records: number}[]}} Counted
 * @typedef {{new: boolean, same: boolean, reordered: boolean, added: Asked[], removed: Asked[], changed: (Asked & {changes: Aspect[]})[],
 *   choices: {list: string, added: {name: string, label: Both}[], removed: {name: string, label: Both}[], changed: {name: string, label: Both, before: Both}[]}[]}} Difference
 * @typedef {object} Trial
 * @property {boolean} ok
 * @property {string|null} kind
 * @property {Both} [title]
 * @property {number} questions
 * @property {string} file
 * @property {Line[]} errors
 * @property {Line[]} warnings
 * @property {string} [hash]
 * @property {string|null} [live]
 * @property {Difference} [difference]
 * @property {{records: Counted, phones: number, questions: (Counted & {path: string, why: 'removed'|'changed'})[], choices: (Counted & {path: string, name: string})[]}} [touches]
 * @property {Both & {hours: number, count: number}} [cost]
 * @typedef {{at: string, by: string, name: string, message: string}} Act
 * @typedef {{kind: string, hash: string, at: string, live: boolean, built_in: boolean, source: string|null, lists: string[], published: Act[]}} Version
 * @typedef {{kind: string, title: Both, live: string|null, newer_built_in: string|null, versions: Version[]}} Form
 * @typedef {object} Phone
 * @property {string} id
 * @property {string} label
 * @property {string} login
 * @property {string} name
 * @property {string} last_seen
 * @property {number|null} unsent
 * @property {number|null} skew_ms
 * @property {string} app
 * @property {{id: string, name: string, households: number, persons: number}[]} villages
 * @property {'left'|'lost'|null} revoked_as
 * @property {string|null} wiped_at
 * @typedef {{id: string, at: string, login: string, name: string, village_name: string, kind: string|null, code: string, zh: string, en: string, readable: boolean}} Held
 * @typedef {{name: string, taken: number, known: number, held: number, files: number, files_waiting: number}} Imported
 */

/** A form is compiled in a worker that has a minute; a slow line carries ten megabytes. */
const PATIENCE_MS = 180_000;

/** @type {import('@preact/signals').Signal<Trial|null>} */
export const trial = signal(/** @type {Trial|null} */ (null));

/** @returns {Promise<Form[]>} */
export const forms = async () => (await api.county('GET', '/api/surveys')).forms;

/** @param {string} hash @returns {Promise<Trial>} */
export const kept = (hash) => api.county('GET', `/api/surveys/trials/${encodeURIComponent(hash)}`, undefined, PATIENCE_MS);

/** @param {string} kind @param {{hash: string, live: string|null, message: string}} said */
export const publish = (kind, said) => api.county('POST', `/api/surveys/${encodeURIComponent(kind)}/publish`, said);

/** @param {string} kind @param {{hash: string, message: string}} said */
export const takeBack = (kind, said) => api.county('POST', `/api/surveys/${encodeURIComponent(kind)}/rollback`, said);

/** @param {string} kind @param {string} hash */
export const workbook = (kind, hash) => `/api/surveys/${encodeURIComponent(kind)}/${hash}/workbook`;

/** The file among these that is the form: a workbook, Markdown, else the table that begins with its survey sheet.
 * @param {File[]} files @returns {Promise<File|undefined>} */
async function formAmong(files) {
  const book = files.find((file) => /\.(xlsx|xls|md)$/i.test(file.name));
  if (book) return book;
  for (const file of files) {
    const start = /\.csv$/i.test(file.name) ? await file.slice(0, 64).text() : '';
    if (/^\uFEFF?\s*"?survey"?\s*,/i.test(start)) return file;
  }
  return files[0];
}

/** @param {File} file @returns {Promise<string>} base64 */
function packed(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^data:[^,]*,/, ''));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** Sends a form with the lists and pictures chosen with it. @param {File[]} files @returns {Promise<Trial>} */
export async function tryFiles(files) {
  const form = /** @type {File} */ (await formAmong(files));
  const beside = files.filter((file) => file !== form);
  const body = {
    name: form.name,
    data: await packed(form),
    files: await Promise.all(beside.map(async (file) => ({ name: file.name, data: await packed(file) }))),
  };
  const found = await api.county('POST', '/api/surveys/trials', body, PATIENCE_MS);
  trial.value = found;
  return found;
}

/** @returns {Promise<Phone[]>} */
export const phones = async () => (await api.county('GET', '/api/devices')).devices;

/** @param {string} id @param {{as: string, reason: string}} said */
export const shutOut = (id, said) => api.county('POST', `/api/devices/${encodeURIComponent(id)}/revoke`, said);

/** @returns {Promise<{count: number, entries: Held[]}>} */
export const held = () => api.county('GET', '/api/quarantine/all');

/** @param {string} id @returns {Promise<Held & {body: string}>} */
export const heldOne = (id) => api.county('GET', `/api/quarantine/${encodeURIComponent(id)}`);

/** @param {string} id */
export const takeHeld = (id) => api.county('POST', `/api/quarantine/${encodeURIComponent(id)}/apply`, {});

/** @param {string} id */
export const dropHeld = (id) => api.county('POST', `/api/quarantine/${encodeURIComponent(id)}/drop`, {});

/** A phone's file of unsent changes. @param {Blob} file @param {string} passphrase @returns {Promise<Imported>} */
export const importUnsent = (file, passphrase) => api.countyFile('/api/unsent', new Blob([JSON.stringify({ passphrase }), '\n', file]), PATIENCE_MS);

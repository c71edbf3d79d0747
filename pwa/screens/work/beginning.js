/**
 * What a new record of a kind begins with: what the address tells, then what the last one like it said and is likely still so.
 * Promises: proposes, never decides: every answer can be changed; copies nothing that was of that day alone.
 */
import { holds, prefillOf } from '../../domain/pack/prefill.js';
import { store } from '../../store/store.js';
import { dayOf } from './line.js';

/** Answers that stay the same from one to the next, among those that agree in `like`. @type {Record<string, {like: string[], same: string[]}>} */
const AGAIN = {
  meeting: { like: ['kind'], same: ['place', 'host', 'host_name', 'recorder', 'recorder_name', 'due', 'attendees'] },
  say_do_evaluate: { like: ['level'], same: ['host', 'host_name'] },
  duty: { like: [], same: ['start', 'end'] },
};

/** @param {string} kind @param {Record<string, string>} query @returns {Promise<Record<string, any>>} */
export async function beginning(kind, query) {
  const form = await store.loadForm(kind);
  if (!form) return {};
  const told = prefillOf(form.questions, query, () => crypto.randomUUID());
  const again = AGAIN[kind];
  const alike = again?.like.filter((path) => told[path] !== undefined) ?? [];
  if (!again || alike.length < again.like.length) return told;
  const wanted = Object.fromEntries(alike.map((path) => [path, String(told[path])]));
  const last = store.list(kind).filter((rec) => holds(rec.answers, wanted)).reduce((/** @type {import('../../store/types.js').Rec | undefined} */ found, rec) => (found && dayOf(found) >= dayOf(rec) ? found : rec), undefined);
  const asked = new Set(form.questions.map(({ path }) => path));
  const kept = again.same.filter((path) => asked.has(path) && last?.answers[path] !== undefined).map((path) => [path, copied(last?.answers[path])]);
  return { ...Object.fromEntries(kept), ...told };
}

/** Entries of another record are entries of their own. @param {any} value */
const copied = (value) => (Array.isArray(value) && typeof value[0] === 'object' ? value.map((entry) => ({ ...entry, id: crypto.randomUUID() })) : value);

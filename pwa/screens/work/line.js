/**
 * How any record stands in a list: title, who and when, its state; composed of what its form calls its envelope.
 * Promises: reads this phone; what a form does not say is left out; nothing unfinished is drawn as a fault.
 */
import { words } from '../../i18n.js';
import { store } from '../../store/store.js';
import { isClosed, toneOf } from '../../domain/pack/life.js';
import { day, term } from '../../ui/format.js';
import { choiceLabel, joined, nameOf, questionLabel, questionOf } from '../parts/labels.js';
import { aboutOf } from '../parts/named.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {import('../../ui/parts.js').Standing} Standing
 */

/** What it is. @param {Rec} rec */
export const kindOf = (rec) => words((store.forms.shape(rec.form) ?? store.forms.shape(rec.kind))?.title) || rec.kind;

/** @param {Rec} rec @returns {Record<string, string | undefined>} */
const envelopeOf = (rec) => /** @type {any} */ (store.forms.shapeOf(rec)?.envelope) ?? {};

/** The answer in an envelope column. @param {Rec} rec @param {string} column @returns {any} */
export function inEnvelope(rec, column) {
  const path = envelopeOf(rec)[column];
  return path ? rec.answers[path] : undefined;
}

/** Who or what another answer names, whether it was chosen or written. @param {Rec} rec @param {string} path */
export function whoIs(rec, path) {
  const value = rec.answers[path];
  if (typeof value !== 'string' || !value) return String(rec.answers[`${path}_name`] ?? '');
  return questionOf(rec, path)?.refers ? nameOf(value) : choiceLabel(rec, path, value);
}

/** @param {Rec} rec @param {string} column */
function said(rec, column) {
  const path = envelopeOf(rec)[column];
  return path ? whoIs(rec, path) : '';
}

/** What it is called, even where nothing names it. @param {Rec} rec */
export const titleOf = (rec) => aboutOf(rec) || kindOf(rec);

/** @param {Rec} rec @returns {string} the day it happened or is due, '' when neither is known */
export const dayOf = (rec) => String(inEnvelope(rec, 'happened_on') ?? inEnvelope(rec, 'due_on') ?? '').slice(0, 10);

/** @param {Rec} rec @returns {Standing | null} */
export function standingOf(rec) {
  const status = inEnvelope(rec, 'status');
  const due = inEnvelope(rec, 'due_on');
  if (!isClosed(status) && due) {
    const near = term(due);
    if (near?.tone) return near;
  }
  // "Yes" alone says nothing: the question does.
  const text = status === 'no' ? '' : status === 'yes' ? questionLabel(rec, envelopeOf(rec).status ?? '') : said(rec, 'status');
  return text ? { ...toneOf(status), text } : null;
}

/** @param {Rec} rec @param {{kind?: boolean}} [how] `kind`: say what it is, where kinds are mixed @returns {{title: string, meta: string, state: Standing | null}} */
export function lineOf(rec, { kind = false } = {}) {
  const title = titleOf(rec);
  const on = dayOf(rec);
  const parts = [kind ? kindOf(rec) : '', said(rec, 'category'), on ? day(on) : '', said(rec, 'owner')];
  return { title, meta: joined([...new Set(parts)].filter((part) => part !== title), ' · '), state: standingOf(rec) };
}

/**
 * Owns the records of other kinds that saving an interview also writes, as the form's entities say.
 * Promises: pure; the same record and entry always make the same other record, so that saving twice changes it and never makes
 * a second; what did not change is not written.
 */
import { isEmpty, same, stored } from './entry.js';
import { evaluate, isTrue } from './expression.js';
import { digest } from './expression-digest.js';
import { toText } from './expression-values.js';
import { graphOf } from './graph.js';

/**
 * @typedef {import('./answers.js').At} At
 * @typedef {import('./definition.js').Definition} Definition
 * @typedef {import('./definition.js').Entity} Entity
 * @typedef {import('./interview.js').Interview} Interview
 * @typedef {{kind: string, id: string, set: Record<string, any>, base?: number}} Written  `base`: the revision of a record that is there
 * @typedef {(kind: string, id: string) => {rev: number, answers: Record<string, any>} | undefined} Find
 */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @param {Interview} interview with the record's id @param {Find} find a record on this phone @param {(kind: string) => Definition | undefined} formOf the form of
 * the other kind @returns {Written[]} */
export function entitiesOf(interview, find, formOf) {
  const { definition, tree } = interview;
  return (definition.entities ?? []).flatMap((entity, n) => {
    const places = entity.repeat ? tree.places(entity.repeat).flatMap((at) => tree.entries(entity.repeat, at).map((_, entry) => [...at, entry])) : [[]];
    return places.flatMap((at) => written(interview, entity, at, made(interview, entity, at, n), find, formOf(entity.kind)) ?? []);
  });
}

/** @param {Interview} interview @param {Entity} entity @param {At} at @param {string} own the id it is made with
 * @param {Find} find @param {Definition | undefined} form @returns {Written | null} */
function written(interview, entity, at, own, find, form) {
  const { kind } = entity;
  if (entity.repeat && !interview.relevant(entity.repeat, at.slice(0, -1))) return null;
  const named = entity.id ? toText(evaluate(entity.id, interview, at)) : '';
  const id = UUID.test(named) ? named.toLowerCase() : own;
  const known = find(kind, id);
  // One that this record made before is changed with it, whatever the form says of others.
  const may = isTrue(entity.create, interview, at) || (known !== undefined && isTrue(entity.update, interview, at));
  const label = entity.label ? toText(evaluate(entity.label, interview, at)) : null;
  // What has no name yet, as an entry that was never written in, is nothing to make.
  if (!may || (!known && label === '')) return null;
  const set = properties(interview, entity, at, form, known?.answers, label);
  if (known) return Object.keys(set).length ? { kind, id, set, base: known.rev } : null;
  return { kind, id, set };
}

/** Answers of the other record, in the types of its form. One that is not asked here says nothing of it; one that is empty erases.
 * @param {Interview} interview @param {Entity} entity @param {At} at @param {Definition | undefined} form @param {Record<string, any> | undefined} known @param {string | null} label */
function properties(interview, entity, at, form, known, label) {
  const graph = form && graphOf(form);
  /** @type {[string, any][]} */
  const found = [];
  for (const [property, path] of Object.entries(entity.properties)) {
    const place = at.slice(0, interview.graph.chain(path).length);
    if (interview.relevant(path, place)) found.push([property, interview.tree.get(path, place)]);
  }
  const title = form?.envelope.title;
  if (label !== null && title && !(title in entity.properties)) found.push([title, label]);
  return Object.fromEntries(found
    .map(([property, value]) => [property, cast(graph?.questions.get(property), value, interview.offset)])
    .filter(([property, value]) => (known ? !same(known[property], value) : !isEmpty(value))));
}

/** @param {import('./definition.js').Question | undefined} question @param {any} value @param {number} offset */
function cast(question, value, offset) {
  if (isEmpty(value) || question?.holds === 'entries' || question?.holds === 'nothing') return null;
  if (!question) return value;
  return stored(question, Array.isArray(value) ? value.join(' ') : typeof value === 'number' ? value : String(value), offset);
}

/** @param {Interview} interview @param {Entity} entity @param {At} at @param {number} n */
function made(interview, { kind, repeat }, at, n) {
  if (!interview.id) throw new Error('without the id of its record an interview would make the same records as every other');
  const entry = repeat ? interview.tree.entries(repeat, at.slice(0, -1))[/** @type {number} */ (at.at(-1))]?.id : '';
  const hex = digest([interview.id, entry, kind, n].join('/'), 'SHA-256', 'hex');
  const variant = ((parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Owns what saving an interview writes: the `set` of a change, in the operations each answer merges by.
 * Promises: pure; answers that are as they were are not in it, so that two people's edits of one record do not meet.
 */
import { isEmpty, same } from './entry.js';
import { graphOf } from './graph.js';
import { marked } from './remarks.js';

/**
 * @typedef {import('./definition.js').Definition} Definition
 * @typedef {import('./definition.js').Question} Question
 */

/** @param {Definition} definition @param {Record<string, any>} before @param {Record<string, any>} after @returns {Record<string, any>} */
export function changesOf(definition, before, after) {
  /** @type {Record<string, any>} */
  const set = {};
  for (const question of definition.questions) {
    const { path } = question;
    if (!isSent(question)) continue;
    if (same(before[path], after[path])) continue;
    const change = changeOf(question, before[path], after[path]);
    if (change === null || typeof change !== 'object' || Array.isArray(change) || Object.keys(change).length) set[path] = change;
  }
  const { questions } = graphOf(definition);
  for (const path of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [asked, mark] = marked(path);
    const question = mark ? questions.get(asked) : undefined;
    if (question && isSent(question) && !same(before[path], after[path])) set[path] = after[path] ?? null;
  }
  return set;
}

/** Answers inside a repeat travel with its entries; what must not leave the phone is never put in. @param {Question} question */
const isSent = (question) => !question.repeat && question.holds !== 'nothing' && question.sensitivity !== 'local-only';

/** @param {Question} question @param {any} before @param {any} after @returns {any} */
function changeOf(question, before, after) {
  if (question.holds === 'entries') return question.merge === 'log' ? appended(before ?? [], after ?? []) : entries(before ?? [], after ?? []);
  if (question.merge === 'counter' && typeof (after ?? 0) === 'number') return { add: (after ?? 0) - (before ?? 0) };
  if (question.merge === 'set' && question.holds === 'list') return list(before ?? [], after ?? []);
  return isEmpty(after) ? null : after;
}

/** @param {any[]} before @param {any[]} after */
function entries(before, after) {
  const old = new Map(before.map((entry) => [entry.id, entry]));
  const left = new Set(after.map((entry) => entry.id));
  return operation(after.filter((entry) => !same(old.get(entry.id), entry)), before.filter((entry) => !left.has(entry.id)).map((entry) => entry.id));
}

/** @param {any[]} before @param {any[]} after */
function appended(before, after) {
  const old = new Set(before.map((entry) => entry.id));
  const append = after.filter((entry) => !old.has(entry.id));
  return append.length ? { append } : {};
}

/** @param {string[]} before @param {string[]} after */
const list = (before, after) => operation(after.filter((name) => !before.includes(name)), before.filter((name) => !after.includes(name)));

/** @param {any[]} put @param {any[]} drop */
const operation = (put, drop) => ({ ...(put.length ? { put } : {}), ...(drop.length ? { drop } : {}) });

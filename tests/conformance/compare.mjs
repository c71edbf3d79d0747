/**
 * Fills forms in both engines, step by step, and says where they part: {forms, seeds, steps} as the file named, one JSON
 * line for each form on stdout: {name, result: 'agree' | 'unloadable' | 'differ' | 'broken', reason?, differences?, steps}.
 */
import { readFileSync, writeSync } from 'node:fs';
import { NOW } from './engine.mjs';
import { Interview } from '../../pwa/form/interview.js';
import { Filler, take } from './filler.mjs';
import * as ours from './ours.mjs';
import * as theirs from './theirs.mjs';
import { unnamed } from './text.mjs';

const MOST = 12;
const ASPECTS = ['relevant', 'count', 'value', 'required', 'readonly', 'wrong', 'words', 'label', 'hint', 'choices'];

/** Without the numbers of entries: one difference, not one for each entry. @param {string} reference */
const general = (reference) => reference.replace(/\[\d+\]/g, '');

/** @param {any} a @param {any} b */
const alike = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** Choices as they can be compared: as a set where chance orders them; without labels where only ours has the language
 * (lists from files have one language in ODK). @param {any} form @param {any} question @param {string} lang @param {any[]} choices */
function listed(form, question, lang, choices) {
  const filed = lang !== form.definition.languages[0] && form.xform.includes(`<instance id="${question?.list}" src=`);
  const found = filed ? choices.map(([name]) => name) : choices;
  return question?.randomize === true ? [...found].sort() : found;
}

/** Are two values one? Numbers to the digits that every maths library has, also those of a place.
 * @param {any} question @param {string} mine @param {string} other */
function equal(question, mine, other) {
  if (question?.type.startsWith('geo')) {
    const [left, right] = [mine, other].map((value) => value.split(/[ ;]+/));
    return left.length === right.length && left.every((part, i) => close(part, right[i] ?? ''));
  }
  return close(unnamed(mine), unnamed(other));
}

/** @param {string} mine @param {string} other */
function close(mine, other) {
  if (mine === other) return true;
  if (![mine, other].every((value) => /^-?\d+(\.\d+)?$/.test(value))) return false;
  return Math.abs(Number(mine) - Number(other)) <= 1e-10 * Math.abs(Number(other));
}

/** Differences that are a reading of the specification, not an error of either: by name, as explained.json tells them.
 * @param {any} form @param {string} lang @param {any} question @param {string} aspect @param {any} mine @param {any} other */
function reading(form, lang, question, aspect, mine, other) {
  if (aspect === 'readonly' && question?.calculate && mine && !other) return 'calculated';
  const lacking = (/** @type {string} */ words) => words === '-' || (words === '' && lang !== form.definition.languages[0]);
  if (aspect === 'choices' && alike(mine, other.map((/** @type {any} */ [name, label], /** @type {number} */ i) => [name, lacking(label) ? mine[i]?.[1] : label]))) return 'untranslated';
  if (['label', 'hint', 'words'].includes(aspect) && mine && lacking(other)) return 'untranslated';
  if (aspect === 'choices' && form.xform.includes(`ref="/${form.root}/${question?.path}" query=`)) return 'external';
  return '';
}

/** @param {any} form @param {Interview} interview @param {any} root @param {(reference: string, aspect: string, mine: any, other: any, reading?: string) => void} tell */
function differences(form, interview, root, tell) {
  const mine = ours.rows(interview);
  const other = theirs.rows(root);
  const questions = new Map(interview.definition.questions.map((question) => [question.path, question]));
  for (const reference of new Set([...mine.keys(), ...other.keys()])) {
    const [a, b] = [mine.get(reference), other.get(reference)];
    if (!a || !b) {
      // What is not relevant here may be left out there, with all that is inside it.
      if ((a ?? b).relevant) tell(reference, 'node', a && 'there', b && 'there');
      continue;
    }
    const question = questions.get(general(reference));
    for (const aspect of ASPECTS) {
      if (a[aspect] === undefined || a[aspect] === null || (aspect !== 'relevant' && !b.relevant)) continue;
      const [left, right] = [a, b].map((row) => (aspect === 'choices' ? listed(form, question, interview.lang, row.choices ?? []) : row[aspect]));
      if (aspect === 'value' ? !equal(question, left, right) : !alike(left, right)) tell(reference, aspect, left, right, reading(form, interview.lang, question, aspect, left, right));
    }
  }
}

/** Our own lists of entries begin empty, where pyxform writes one blank entry into every form: theirs is emptied too.
 * @param {Interview} interview @param {any} root */
function begin(interview, root) {
  for (const question of interview.definition.questions) {
    if (question.type !== 'repeat' || question.count || question.repeat || /** @type {any} */ (question).entries) continue;
    if (!interview.state(question.path).entries.length) theirs.empty(root, question.path);
  }
}

/** What was written in entries that a smaller number took away comes back here with a larger one, and there it does not; the
 * specification does not say. So ours forgets it too, but not what the form itself brings. @param {Interview} interview */
function forgetAside(interview) {
  for (const key of interview.aside.keys()) {
    const [path = '', place = ''] = key.split('@');
    const brought = interview.definition.questions.find((question) => question.path === path)?.entries ?? [];
    const waiting = brought.slice(interview.state(path, place).entries.length);
    interview.aside.set(key, waiting.map((entry) => ({ ...structuredClone(entry), id: crypto.randomUUID() })).reverse());
  }
}

/** A choice that is no longer on offer is erased here and hidden there until it is on offer again, and where it was ranked
 * is forgotten here and remembered there; the specification says nothing of it, so both go on from ours.
 * @param {Interview} interview @param {any} root @param {string} answered the question just answered */
function forget(interview, root, answered) {
  for (const question of interview.definition.questions) {
    if (!question.choice_filter || question.path === answered) continue;
    for (const at of interview.tree.places(question.path)) {
      const value = interview.value(question.path, at);
      theirs.keep(root, ours.reference(interview, question.path, at), value === null ? [] : [value].flat());
    }
  }
}

/** @param {any} form @param {number} seed @param {number} steps @param {Map<string, any>} found @param {Set<string>} readings */
async function fill(form, seed, steps, found, readings) {
  const root = await theirs.load(form.xform, form.files);
  form.root = root.currentState.reference.slice(1);
  const [lang] = form.definition.languages;
  const interview = new Interview(form.definition, {}, { now: NOW, today: NOW.slice(0, 10), offset: 0, lang, fresh: true });
  theirs.speak(root, lang);
  if (form.name.startsWith('surveys/')) begin(interview, root);
  const filler = new Filler(form.definition, seed);
  let done = 0;
  for (let n = 0; n <= steps && found.size < MOST; n += 1) {
    differences(form, interview, root, (reference, aspect, mine, other, read = '') => {
      if (read) {
        readings.add(read);
        return;
      }
      const key = `${general(reference)} ${aspect}`;
      if (!found.has(key)) found.set(key, { node: reference, aspect, ours: mine ?? null, theirs: other ?? null, seed, step: n });
    });
    const step = n < steps ? filler.step(interview) : null;
    if (!step) continue;
    const reference = step.path === undefined ? '' : ours.reference(interview, step.path, step.at);
    take(interview, step);
    try {
      theirs.take(root, step, reference);
    } catch (error) {
      // Once they have parted, a step may lead to what only one of them has.
      if (found.size === 0) throw error;
      return done;
    }
    forget(interview, root, step.path ?? '');
    forgetAside(interview);
    if (process.env.TRACE) process.stderr.write(`${n} ${reference} ${JSON.stringify(step)}\n`);
    done += 1;
  }
  return done;
}

/** @param {any} error */
const reason = (error) => String(error?.message ?? error).split('\n')[0]?.slice(0, 300);

/** @param {any} form @param {number} seeds @param {number} steps */
async function compared(form, seeds, steps) {
  try {
    await theirs.load(form.xform, form.files);
  } catch (error) {
    return { name: form.name, result: 'unloadable', reason: reason(error) };
  }
  const found = new Map();
  /** @type {Set<string>} */
  const readings = new Set();
  let done = 0;
  try {
    for (let seed = 1; seed <= seeds; seed += 1) done += await fill(form, seed, steps, found, readings);
  } catch (error) {
    return { name: form.name, result: 'broken', reason: String(/** @type {any} */ (error).stack).split('\n').slice(0, 6).join(' | '), differences: [...found.values()], steps: done };
  }
  return { name: form.name, result: found.size ? 'differ' : 'agree', differences: [...found.values()], readings: [...readings].sort(), steps: done };
}

const { forms, seeds, steps } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
console.error = () => {};
for (const form of forms) writeSync(1, `${JSON.stringify(await compared(form, seeds, steps))}\n`);
process.exit(0);

/**
 * Owns which widget answers which question. Small ones come with the form, rare ones when a form asks for them; what opens
 * over the form comes when it is opened.
 * Promises: a type without a line here is shown as text; the same question keeps the same widget from one answer to the next.
 */
import { Acknowledge, Many, One } from './choose.js';
import { lazy } from './lazy.js';
import { Moment } from './moment.js';
import { NumberInput } from './number.js';
import { Plain } from './plain.js';
import { Reference } from './reference.js';
import { referredIn } from './referred.js';
import { Repeat } from './repeat.js';
import { Text } from './text.js';

/**
 * @typedef {import('../interview.js').Interview} Interview
 * @typedef {import('../interview.js').State} State
 * @typedef {{interview: Interview, state: State, around: import('../view.js').Around, id: string}} Props
 * @typedef {(props: Props) => any} Widget  one that comes lazily also draws `state.readOnly`: looking, not changing
 * @typedef {{Widget: Widget, group: boolean, immediate: boolean}} Drawn  group: several controls under one label;
 *   immediate: chosen rather than typed, so that what is wrong is said at once
 */

/** @type {Record<string, Widget>} */
const CHOSEN = { select_one: One, select_multiple: Many, acknowledge: Acknowledge, repeat: Repeat };
/** @type {Record<string, Widget>} */
const TYPED = { text: Text, integer: NumberInput, decimal: NumberInput, date: Moment, time: Moment, dateTime: Moment };
const several = () => import('./pack/refer.js').then((module) => module.Several);
const scale = () => import('./pack/scale.js').then((module) => module.load());
const trace = () => import('./pack/trace.js').then((module) => module.load());
/** Types that come when asked for; with an appearance (`select_one likert`) before the type alone.
 * @type {Record<string, () => Promise<Widget>>} */
const LAZY = {
  ...Object.fromEntries(['select_one likert', 'select_one label', 'select_one list', 'select_one list-nolabel', 'select_multiple label', 'select_multiple list', 'select_multiple list-nolabel'].map((name) => [name, scale])),
  range: () => import('./pack/range.js').then((module) => module.load()),
  rank: () => import('./pack/rank.js').then((module) => module.load()),
  geopoint: () => import('./pack/point.js').then((module) => module.load()),
  geotrace: trace,
  geoshape: trace,
  'select_one map': () => import('./pack/onground.js').then((module) => module.load()),
  image: () => import('./pack/camera.js').then((module) => module.default),
  audio: () => import('./pack/voice.js').then((module) => module.default),
  video: () => import('./pack/video.js').then((module) => module.default),
  file: () => import('./pack/file.js').then((module) => module.default),
  barcode: () => import('./pack/barcode.js').then((module) => module.default),
};

/** @param {import('../definition.js').Question} question @returns {Widget | null} */
function lazyOf({ type, appearance }) {
  const named = appearance.split(/\s+/).find((word) => word && `${type} ${word}` in LAZY);
  const load = LAZY[named ? `${type} ${named}` : type];
  return load ? lazy(load) : null;
}

/** @param {Interview} interview @param {State} state @returns {Drawn} */
export function widgetOf(interview, { question, readOnly }) {
  const coming = lazyOf(question);
  // A picture or a place is looked at in its own way; any other answer that is only read is text.
  if (readOnly && question.type !== 'repeat' && !(coming && question.holds === 'text' && !question.list)) return { Widget: Plain, group: true, immediate: true };
  if (question.refers && question.type === 'text') return { Widget: Reference, group: true, immediate: true };
  if (question.type === 'repeat' && !readOnly && referredIn(interview, question.path)) return { Widget: lazy(several), group: true, immediate: true };
  const chosen = coming ?? CHOSEN[question.type];
  if (chosen) return { Widget: chosen, group: true, immediate: true };
  return { Widget: TYPED[question.type] ?? Plain, group: !TYPED[question.type], immediate: false };
}

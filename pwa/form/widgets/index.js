/**
 * Owns which widget answers which question. Small ones come with the form; what opens over it comes when it is opened.
 */
import { Acknowledge, Many, One } from './choose.js';
import { Moment } from './moment.js';
import { NumberInput } from './number.js';
import { Plain } from './plain.js';
import { Reference } from './reference.js';
import { Repeat } from './repeat.js';
import { Text } from './text.js';

/**
 * @typedef {import('../interview.js').Interview} Interview
 * @typedef {import('../interview.js').State} State
 * @typedef {{interview: Interview, state: State, around: import('../view.js').Around, id: string}} Props
 * @typedef {{Widget: (props: Props) => any, group: boolean, immediate: boolean}} Drawn  group: several controls under one label;
 *   immediate: chosen rather than typed, so that what is wrong is said at once
 */

/** @type {Record<string, (props: Props) => any>} */
const CHOSEN = { select_one: One, select_multiple: Many, acknowledge: Acknowledge, repeat: Repeat };
/** @type {Record<string, (props: Props) => any>} */
const TYPED = { text: Text, integer: NumberInput, decimal: NumberInput, range: NumberInput, date: Moment, time: Moment, dateTime: Moment };

/** @param {Interview} _interview @param {State} state @returns {Drawn} */
export function widgetOf(_interview, { question, readOnly }) {
  if (readOnly && question.type !== 'repeat') return { Widget: Plain, group: true, immediate: true };
  if (question.refers === 'household' || question.refers === 'person') return { Widget: Reference, group: true, immediate: true };
  const chosen = CHOSEN[question.type];
  if (chosen) return { Widget: chosen, group: true, immediate: true };
  return { Widget: TYPED[question.type] ?? Plain, group: !TYPED[question.type], immediate: false };
}

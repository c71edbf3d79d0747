/** One task as a row: what, whom it is about, when; only a word that was given is told in the colour of what has passed. */
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { daysTo, term } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Row } from '../../ui/parts.js';
import { joined } from '../parts/labels.js';
import './words.js';

/** @typedef {import('../../domain/pack/cadence.js').Task} Task */

/** @type {Record<string, string>} */
const ICONS = {
  ask: 'hand', agreed: 'people', task: 'check', organise: 'people', rectify: 'pen', duty: 'calendar', meet: 'people', agency: 'file', back: 'house', inquiry: 'mic',
  pair: 'hand', pledge: 'hand', decide: 'people', milestone: 'hills', check: 'house', monitored: 'house', asked: 'pen', answered: 'check',
};

/** Whom it is about, in one name. @param {Task} task */
function who({ about, values }) {
  const rec = about ? store.get(about) : undefined;
  return (rec && store.titleOf(rec)) || String(values?.who || values?.about || '');
}

/** @param {Task} task @returns {string} */
export function titleOf(task) {
  return task.titleKey ? t(task.titleKey, { ...task.values, who: who(task) || t('people.someone') }) : task.title || t(`tasks.source.${task.source}`);
}

/** @param {Task} task */
function stateOf({ on, promise }) {
  if (!on || promise) return term(on);
  const days = daysTo(on);
  return days < 0 ? { tone: /** @type {''} */ (''), icon: 'clock', text: t('tasks.over', { n: -days }) } : term(on);
}

/** @param {Task} task */
export const taskRow = (task) => html`<${Row} icon=${ICONS[task.source] ?? 'check'} title=${titleOf(task)} href=${task.href} state=${stateOf(task)} next=${false}
  meta=${joined([t(`tasks.source.${task.source}`), task.titleKey ? '' : who(task)], ' · ')} />`;

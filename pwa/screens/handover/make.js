/**
 * Owns making a pack out of this phone's records and changing a note in it.
 * Promises: what goes in is the table of handover-parts and nothing else; saved like any record, so that it can be taken back.
 */
import { cadenceTasks } from '../../domain/pack/cadence.js';
import { handoverParts, read, written } from '../../domain/pack/handover-parts.js';
import { unitIn } from '../../domain/pack/unit.js';
import { guideOf } from '../../domain/pack/village-expression.js';
import { lang, t, words } from '../../i18n.js';
import { store } from '../../store/store.js';
import { calendarDay, count, today } from '../../ui/format.js';
import { lastSeen } from '../parts/homes.js';
import { choiceLabel } from '../parts/labels.js';
import { titleOf as taskTitle } from '../tasks/row.js';

const FORMS = ['problem', 'consultation', 'project_plan', 'household', 'village_profile', 'guide', 'handover'];
/** What the other parts hold already. */
const ELSEWHERE = ['ask', 'agreed'];

/** @param {number|string|boolean} value @param {string|null} question of the village profile */
const figureOf = (value, question) => {
  if (typeof value === 'number') return count(value);
  if (typeof value === 'boolean' || ['yes', 'no'].includes(value)) return t(value === true || value === 'yes' ? 'answer.yes' : 'answer.no');
  return question ? choiceLabel({ kind: 'village_profile' }, question, value) : value;
};

/** The village in figures, as far as they are known, and where it stands on the ten steps. */
function told() {
  const reading = guideOf(/** @type {any} */ (store), { today: today() });
  if (!reading) return { figures: [], steps: [] };
  const figures = reading.guide.indicators.flatMap(({ id, title, unit, question }) => {
    const value = reading.indicators[id]?.value;
    return value == null || value === '' ? [] : [{ text: words(title), meta: `${figureOf(value, question)} ${unitIn(unit, lang.value, value)}`.trimEnd() }];
  });
  const steps = reading.guide.steps.map(({ id, number, title }) => {
    const { done = 0, all = 0, na = 0 } = reading.steps[id] ?? {};
    return { text: t('handover.step', { n: number, step: words(title) }), meta: t('handover.step.state', { done, all: all - na }) };
  });
  return { figures, steps };
}

/** @returns {Promise<import('../../store/types.js').Saved>} */
export async function makePack() {
  await store.ready('all');
  await Promise.all(FORMS.map((kind) => store.loadForm(kind).catch(() => undefined)));
  const list = (/** @type {string} */ kind) => store.list(kind);
  const nameOf = (/** @type {string} */ id) => {
    const rec = id ? store.get(id) : undefined;
    return rec ? store.titleOf(rec) : '';
  };
  const labelOf = (/** @type {string} */ kind, /** @type {string} */ path, /** @type {any} */ value) => choiceLabel({ kind }, path, value);
  const ground = { list, today: today(), me: store.account.value?.id ?? '', name: store.account.value?.name ?? '', lastSeen, thresholds: /** @type {any} */ (store.form('guide'))?.thresholds ?? {} };
  const due = cadenceTasks(/** @type {any} */ (ground)).filter(({ source }) => !ELSEWHERE.includes(source))
    .map((task) => ({ id: (task.key.split(':')[1] ?? '').split('/')[0] ?? '', text: taskTitle(task), meta: calendarDay(task.on) }));
  const parts = handoverParts(/** @type {any} */ ({ list, today: today(), nameOf, labelOf, dayOf: calendarDay, due, ...told() }));
  const mine = list('assignment').filter(({ answers, created_by }) => (answers.account || created_by) === store.account.value?.id).sort((a, b) => (a.answers.start < b.answers.start ? 1 : -1))[0];
  return store.save({ kind: 'handover', set: { made_on: today(), parts: written(parts), ...(mine ? { assignment: mine.id } : {}), ...(mine?.answers.successor_name ? { to_name: mine.answers.successor_name } : {}) } });
}

/** @param {import('../../store/types.js').Rec} rec @param {string} part @param {string} note */
export function noteOn(rec, part, note) {
  const parts = read(rec.answers.parts).map((one) => (one.part === part ? { ...one, note: note.trim() } : one));
  return store.save({ kind: 'handover', id: rec.id, set: { parts: written(parts) } });
}

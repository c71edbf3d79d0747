/**
 * A problem's way so far and the way ahead, from its log of actions.
 * Promises: reads only; what happened comes from the log, what has no log entry from the days its answers hold.
 */
import { courseOf } from '../../domain/problem-log.js';
import { holder, statusOf } from '../../domain/problem.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { calendarDay } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Timeline } from '../../ui/parts.js';
import { choiceLabel } from './labels.js';
import { problemTitle, shortUnit } from './problem-words.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {import('../../domain/problem-log.js').Action} Action
 * @typedef {{when?: string, title: string, text?: any, meta?: any, state?: 'done' | 'now' | 'next', key: string}} Item
 */

/** A person in an action: an account, or a name as it was written. @param {string | undefined} by */
export function personName(by) {
  if (!by) return '';
  const me = store.account.value;
  if (by === me?.id || by === me?.name) return t('people.you');
  return store.name(by) || by;
}

/** The township's name, as the village speaks of it. */
export const townshipName = () => store.scope.value.find((place) => place.id.startsWith('township:'))?.name ?? t('people.township');

/** @param {string} text */
const quoted = (text) => (text ? html`${t('quote', { text })}` : '');

/** @param {Rec} problem @param {Action} action @returns {Item} */
function itemOf(problem, action) {
  const { kind = 'note', text = '', by, on, id } = action;
  const name = personName(by) || t('people.someone');
  const item = { key: id, when: calendarDay(on), state: /** @type {const} */ ('done') };
  if (kind === 'report') {
    const title = t('timeline.report', { township: townshipName() });
    const other = by && personName(by) !== personName(problem.created_by);
    return { ...item, title, text: text && text !== title ? quoted(text) : '', meta: other ? t('timeline.by', { name }) : '' };
  }
  if (kind === 'assign') {
    const unit = shortUnit(problem);
    const due = problem.answers.due_on;
    const by = due ? t('timeline.assignedUntil', { name, day: calendarDay(due) }) : t('timeline.assignedBy', { name });
    return { ...item, title: unit ? t('timeline.assign', { unit }) : t('timeline.assignPlain'), text: text && quoted(text), meta: by };
  }
  const known = ['return', 'reply', 'progress', 'extend', 'done', 'feedback', 'close', 'reopen', 'register'].includes(kind);
  return { ...item, title: t(known ? `timeline.${kind}` : 'timeline.note', { name }), text: kind === 'register' ? quoted(text) : text };
}

/** Writing it down comes first, also where the log does not tell it. @param {Rec} problem @param {Action[]} actions @returns {Item[]} */
function beginning(problem, actions) {
  if (actions.some((action) => action.kind === 'register')) return [];
  const { content, found_on: on } = problem.answers;
  const own = content && content !== problemTitle(problem) ? quoted(content) : '';
  return [{ key: 'register', when: calendarDay(on ?? problem.created_at), state: 'done', title: t('timeline.register', { name: personName(problem.created_by) || t('people.someone') }), text: own }];
}

/** What is still to come, from where it stands. @param {Rec} problem @returns {Item[]} */
function ahead(problem) {
  const status = statusOf(problem);
  const reporter = problem.answers.reporter_name || store.get(problem.answers.from_household ?? '')?.answers.head_name;
  const tell = reporter ? t('timeline.next.tell', { name: reporter }) : t('timeline.next.tellThem');
  const titles = {
    township: t(store.role.value === 'township_leader' ? 'timeline.next.youDecide' : 'timeline.next.decide'), work: t('timeline.next.work'), done: t('timeline.next.done'), feedback: tell, closed: t('timeline.next.close'),
  };
  const steps = /** @type {(keyof typeof titles)[]} */ (
    status === 'reported' || status === 'accepted_up' ? ['township', 'work', 'done', 'feedback', 'closed']
      : ['done'].includes(status) ? ['feedback', 'closed']
        : ['feedback', 'verified'].includes(status) ? ['closed']
          : ['assigned', 'registered', 'draft', 'returned', 'reopened'].includes(status) ? ['work', 'done', 'feedback', 'closed'] : ['done', 'feedback', 'closed']);
  return steps.map((step) => ({ key: `next-${step}`, title: titles[step], state: /** @type {const} */ ('next') }));
}

/** @param {{problem: Rec}} props */
export function ProblemTimeline({ problem }) {
  const logged = /** @type {Action[]} */ (problem.answers.actions ?? []);
  const actions = courseOf(problem.answers);
  const items = [...beginning(problem, logged), ...actions.map((action) => itemOf(problem, action))];
  const where = holder(problem);
  const last = items[items.length - 1];
  if (where === 'closed' || where === 'watch') return html`<${Timeline} label=${t('timeline.label')} items=${items} />`;
  const [next, ...rest] = ahead(problem);
  // Waiting for the township is a state of its own; otherwise what happened last is where it stands.
  const waits = statusOf(problem) === 'reported' && next;
  if (last && !waits) last.state = 'now';
  return html`<${Timeline} label=${t('timeline.label')} items=${[...items, ...(waits ? [{ ...next, state: 'now' }] : next ? [next] : []), ...rest]} />`;
}

/** Kind, whom it touches, who told: "饮水灌溉 · 38 户用水 · 杨东光反映". @param {Rec} problem */
export function problemFacts(problem) {
  const { answers } = problem;
  const home = store.get(answers.from_household ?? '');
  const reporter = answers.reporter_name || home?.answers.head_name;
  return [
    choiceLabel(problem, 'category', answers.category),
    answers.place,
    answers.affected_households ? t('problem.affects', { n: answers.affected_households }) : answers.affected_people ? t('problem.affectsPeople', { n: answers.affected_people }) : '',
    reporter ? t('problem.toldBy', { name: reporter }) : '',
  ].filter(Boolean).join(' · ');
}

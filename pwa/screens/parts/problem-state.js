/**
 * Where a problem stands now, in one card: state, term, who has it, how much of its time is used.
 */
import { dueOf, holder, statusOf, termOf, timeUsed } from '../../domain/problem.js';
import { t } from '../../i18n.js';
import { day, term, today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Share, Tag } from '../../ui/parts.js';
import { joined } from './labels.js';
import { inside } from './moments.js';
import { statusLabel, unitOf, whoHas } from './problem-words.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** @param {string} status @returns {{tone: '' | 'good' | 'info' | 'soon', icon: string}} */
function look(status) {
  if (status === 'returned') return { tone: 'soon', icon: 'return' };
  if (['reported', 'accepted_up'].includes(status)) return { tone: 'info', icon: 'up' };
  if (['done', 'feedback', 'verified', 'closed'].includes(status)) return { tone: 'good', icon: 'done' };
  if (['registered', 'draft', 'reopened'].includes(status)) return { tone: '', icon: 'ring' };
  if (['shelved', 'rejected'].includes(status)) return { tone: '', icon: 'none' };
  return { tone: 'good', icon: 'half' };
}

/** @param {Rec} problem */
function who(problem) {
  const { responsible_person: person, handler } = problem.answers;
  const unit = unitOf(problem);
  if (unit && holder(problem) === 'township') return t('problem.handledBy', { name: joined([unit, person], ' ') });
  if (handler && holder(problem) === 'village') return t('problem.handledBy', { name: handler });
  // The tag above says the state already.
  const told = whoHas(problem);
  return told === statusLabel(problem) ? day(problem.answers.closed_on) : told;
}

/** @param {{problem: Rec}} props */
export function ProblemState({ problem }) {
  const status = statusOf(problem);
  const near = dueOf(problem, today()) && term(termOf(problem));
  const used = near && timeUsed(problem, today());
  const due = near && (near.tone === 'late' ? near.text : t('problem.dueOn', { day: inside(near.text) }));
  const share = used ? t('problem.daysUsed', { used: used.used, total: used.total }) : '';
  const line = joined([who(problem), share], t('join.clause'));
  const { reply, return_reason: returned, extend_to: extended, actions = [] } = problem.answers;
  // What the log's last entry says already stands right below.
  const logged = actions.some((/** @type {any} */ action) => action.text === reply && action.kind !== 'reply');
  return html`<section class="card" aria-label=${t('problem.now')}><div class="now-line">
    <div class="tags"><${Tag} ...${look(status)} text=${statusLabel(problem)} />${near && html`<${Tag} tone=${near.tone || ''} icon=${near.icon || 'clock'} text=${due} />`}</div>
    ${used && html`<${Share} part=${used.used / used.total} label=${share} />`}
    ${line && html`<p class="quiet small">${line}</p>`}
    ${extended && html`<p class="quiet small">${t('problem.extended')}</p>`}
    ${status === 'returned' && returned && html`<p>${t('problem.returnedBecause', { reason: returned })}</p>`}
    ${reply && !logged && status !== 'returned' && html`<p>${t('problem.replied', { text: reply })}</p>`}
  </div></section>`;
}

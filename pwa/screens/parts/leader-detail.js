/**
 * One reported problem as the township sees it: facts, where it stands, how it got there, what to do.
 */
import { useSignal } from '@preact/signals';
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Button, Tag } from '../../ui/parts.js';
import { Answers } from './answers.js';
import { AssignForm, AssignSheet, SayingSheet, TermSheet, leaderActs } from './leader-acts.js';
import { pressure, villageName } from './leader-words.js';
import { joined } from './labels.js';
import { ProblemState } from './problem-state.js';
import { ProblemTimeline, problemFacts } from './problem-timeline.js';
import { problemTitle } from './problem-words.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** What the page tells in its own way, and what is the village's own business. */
const TOLD = new Set(['content', 'title', 'category', 'place', 'from_household', 'reporter_name', 'affected_households', 'affected_people', 'status', 'due_on', 'actions',
  'lead_unit', 'responsible_person', 'reported_on', 'reported_to', 'assigned_on', 'reply', 'return_reason', 'extend_to', 'found_on', 'done_on', 'feedback_on', 'closed_on', 'handler',
  'result', 'comment', 'close_evidence', 'share_reporter', 'visit', 'extend_reason', 'level', 'handling_mode', 'horizon', 'source']);

/** The acts as buttons, the filled one last. @param {{problem: Rec, onAct: (act: string) => void}} props */
export function LeaderDock({ problem, onAct }) {
  return leaderActs(problem).map((act) => html`<${Button} key=${act} kind=${act === 'assign' ? 'main' : 'line'} onTap=${() => onAct(act)}>${t(act === 'assign' ? 'act.assigned' : `leader.${act}`)}<//>`);
}

/** @param {{problem: Rec, act: string, onClose: () => void}} props */
export function LeaderSheet({ problem, act, onClose }) {
  if (act === 'assign') return html`<${AssignSheet} problem=${problem} onClose=${onClose} />`;
  if (act === 'term') return html`<${TermSheet} problem=${problem} onClose=${onClose} />`;
  return act === 'reply' || act === 'return' ? html`<${SayingSheet} problem=${problem} act=${act} onClose=${onClose} />` : null;
}

/** @param {{problem: Rec, wide?: boolean}} props `wide`: the decision stands beside it, not in a dock */
export function LeaderDetail({ problem, wide }) {
  const act = useSignal('');
  const why = pressure(problem);
  const { content } = problem.answers;
  const acts = leaderActs(problem);
  const saying = acts.filter((one) => one !== 'assign');
  const story = html`${content && content !== problemTitle(problem) && html`<p>${content}</p>`}
    <${ProblemState} problem=${problem} />
    <${ProblemTimeline} problem=${problem} />
    <${Answers} rec=${problem} skip=${(/** @type {any} */ question) => TOLD.has(question.path) || question.path.startsWith('actions/')} />`;
  return html`
    <div class="who"><h2>${problemTitle(problem)}</h2><p>${joined([villageName(problem.village), problemFacts(problem)], ' · ')}</p>
      ${why && html`<div class="tags"><${Tag} tone="late" icon="late" text=${why} /></div>`}</div>
    ${wide
      ? html`<div class="split"><div class="story">${story}</div>${acts.length > 0 && html`<div class="card">
          ${acts.includes('assign') && html`<h3>${t('assign.title')}</h3><${AssignForm} problem=${problem} onDone=${() => undefined} />`}
          <div class="pair">${saying.map((one) => html`<${Button} key=${one} kind="line" low onTap=${() => (act.value = one)}>${t(`leader.${one}`)}<//>`)}</div></div>`}</div>
        <${LeaderSheet} problem=${problem} act=${act.value} onClose=${() => (act.value = '')} />`
      : story}`;
}

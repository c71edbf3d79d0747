/**
 * One problem: where it stands, how it got there, what may be done next.
 * Promises: next acts come from the form's moves and the role; an act the role may not do is not here.
 */
import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { acts, isOpen, statusOf } from '../domain/problem.js';
import { called } from '../domain/household.js';
import { t } from '../i18n.js';
import { go } from '../routes.js';
import { store } from '../store/store.js';
import { html } from '../ui/html.js';
import { Inner, syncing } from '../ui/layout.js';
import { Blank, Button, List, Row, Tap } from '../ui/parts.js';
import { Sheet } from '../ui/sheet.js';
import { offerUndo } from '../ui/undo.js';
import { Answers } from './parts/answers.js';
import { History } from './parts/history.js';
import { formOf } from './parts/labels.js';
import { when } from './parts/moments.js';
import { ActSheet } from './parts/problem-acts.js';
import { ProblemState } from './parts/problem-state.js';
import { ProblemTimeline, problemFacts } from './parts/problem-timeline.js';
import { problemTitle } from './parts/problem-words.js';
import { Opening, useReady } from './parts/ready.js';
import { conflictField, whoDiffer } from './parts/versions.js';
import { OwnReceipt } from './safe/receipt.js';

/**
 * @typedef {import('../store/types.js').Rec} Rec
 * @typedef {import('../domain/problem.js').Act} Act
 */

/** While someone is at work on it, telling how it goes comes first. */
const AT_WORK = new Set(['village_handling', 'assigned', 'handling', 'extended', 'accepted_up', 'reported']);
/** @type {Record<string, string>} */
const ICONS = { extended: 'clock', shelved: 'eye', rejected: 'none', returned: 'return', registered: 'return', village_handling: 'house', handling: 'half', done: 'done', closed: 'done', verified: 'done' };
/** Questions this page tells in its own way. */
const TOLD = new Set(['content', 'title', 'category', 'place', 'from_household', 'reporter_name', 'affected_households', 'affected_people', 'status', 'due_on', 'actions',
  'lead_unit', 'responsible_person', 'reported_on', 'reported_to', 'assigned_on', 'reply', 'return_reason', 'extend_to', 'found_on', 'done_on', 'feedback_on', 'closed_on', 'handler',
  'result', 'comment', 'close_evidence', 'share_reporter', 'visit', 'extend_reason']);

/** @param {{params: Record<string, string>, query: Record<string, string>}} props */
export default function Problem({ params, query }) {
  const ready = useReady('recent');
  const problem = store.get(params.id ?? '');
  if (!problem && !ready) return html`<${Inner} title=${t('title.problem')} backTo="/problems" hideTitle><${Opening} text=${t('opening')} /><//>`;
  if (!problem) return html`<${Inner} title=${t('title.problem')} backTo="/problems"><${Blank} title=${t('problem.gone')} text=${t('household.goneText')} /><//>`;
  if (query.view === 'history') return html`<${History} rec=${problem} title=${problemTitle(problem)} backTo=${`/problem/${problem.id}`} />`;
  return html`<${One} key=${problem.id} problem=${problem} act=${query.act ?? ''} />`;
}

/** What stands in the dock, what under "more". @param {Rec} problem @returns {{main: string, second: string, more: Act[]}} */
function nextActs(problem) {
  const found = acts(formOf(problem)?.moves ?? [], problem, store.role.value);
  const forward = found.filter((act) => !act.side);
  const status = statusOf(problem);
  if (AT_WORK.has(status)) {
    const done = found.find((act) => act.to === 'done');
    return { main: 'progress', second: done ? 'done' : '', more: found.filter((act) => act !== done) };
  }
  const [main, second] = forward;
  return { main: main?.to ?? '', second: second?.to ?? '', more: found.filter((act) => act !== main && act !== second) };
}

/** @param {{problem: Rec, more: Act[], progress: boolean, onAct: (to: string) => void, onClose: () => void}} props */
function MoreSheet({ problem, more, progress, onAct, onClose }) {
  const own = problem.created_by === store.account.value?.id && !problem.answers.reported_on;
  const remove = async () => {
    const saved = await store.remove(problem.id);
    onClose();
    go('/problems', { replace: true });
    offerUndo(t('problem.removed'), () => store.undo(saved));
  };
  return html`<${Sheet} title=${t('problem.more')} onClose=${onClose}><${List}>
    ${progress && html`<${Row} key="progress" slim icon="pen" title=${t('act.progress')} next=${false} onTap=${() => onAct('progress')} />`}
    ${more.map((act) => html`<${Row} key=${act.to} slim icon=${ICONS[act.to] ?? 'up'} title=${t(act.key)} next=${false} onTap=${() => onAct(act.to)} />`)}
    <${Row} key="edit" slim icon="pen" title=${t('problem.edit')} href=${`/record/${problem.id}/edit`} />
    <${Row} key="history" slim icon="clock" title=${t('history.title')} href=${`/problem/${problem.id}?view=history`} />
    ${own && html`<${Row} key="remove" slim icon="erase" title=${t('problem.remove')} next=${false} onTap=${() => void remove()} />`}
  <//><//>`;
}

/** Questions to its answers come after the first look. @type {import('@preact/signals').Signal<typeof import('./review/parts.js') | null>} */
const later = signal(null);

/** @param {{problem: Rec, act: string}} props */
function One({ problem, act }) {
  const open = useSignal(act);
  useEffect(() => void import('./review/parts.js').then((parts) => (later.value = parts), () => undefined), []);
  const { main, second, more } = nextActs(problem);
  const conflicts = store.conflictsOf(problem.id);
  const home = store.get(problem.answers.from_household ?? '');
  const { content } = problem.answers;
  const offline = syncing.value?.phase === 'offline' && problem.answers.reported_on && syncing.value.lastAt;
  const close = () => (open.value = '');
  const button = (/** @type {string} */ to, /** @type {'main' | 'tone'} */ kind) => html`<${Button} kind=${kind} icon=${to === 'progress' ? 'pen' : undefined} onTap=${() => (open.value = to)}>${t(`act.${to}`)}<//>`;
  const dock = main && html`${second && button(second, 'tone')}${button(main, 'main')}`;
  return html`<${Inner} title=${t('title.problem')} hideTitle backTo="/problems" dock=${dock}
    end=${html`<${Tap} icon="more" label=${t('problem.moreLabel')} onTap=${() => (open.value = 'more')} />`}>
    <div class="who"><h2>${problemTitle(problem)}</h2><p>${problemFacts(problem)}</p></div>
    ${conflicts.length > 0 && html`<${List}>${conflicts.map((one) => html`<${Row} key=${one.id} icon="two" title=${t('household.twoVersions', { field: conflictField(one) })}
      meta=${whoDiffer(one)} href=${`/conflict/${one.id}`} />`)}<//>`}
    ${content && content !== problemTitle(problem) && html`<p>${content}</p>`}
    <${ProblemState} problem=${problem} />
    ${offline && html`<p class="quiet small">${t('problems.asOf', { time: when(offline) })}</p>`}
    <${ProblemTimeline} problem=${problem} />
    ${home && html`<${List}><${Row} slim icon="house" title=${called(home, t)} meta=${problem.answers.share_reporter === 'yes' ? t('problem.shared') : t('problem.notShared')} href=${`/household/${home.id}`} /><//>`}
    <${Answers} rec=${problem} skip=${(/** @type {any} */ question) => TOLD.has(question.path) || question.path.startsWith('actions/')} />
    ${later.value && html`<${later.value.FieldQuestions} rec=${problem} />`}
    <${OwnReceipt} id=${problem.id} />
    ${open.value === 'more' && html`<${MoreSheet} problem=${problem} more=${more} progress=${isOpen(problem) && main !== 'progress'} onAct=${(/** @type {string} */ to) => (open.value = to)} onClose=${close} />`}
    ${open.value !== '' && open.value !== 'more' && html`<${ActSheet} key=${open.value} problem=${problem} to=${open.value} onClose=${close} />`}
  <//>`;
}

/**
 * One problem for the township leader: read it, assign it, answer it, return it.
 */
import { useSignal } from '@preact/signals';
import { t } from '../i18n.js';
import { store } from '../store/store.js';
import { html } from '../ui/html.js';
import { Inner } from '../ui/layout.js';
import { Blank, Tap } from '../ui/parts.js';
import { History } from './parts/history.js';
import { LeaderDetail, LeaderDock, LeaderSheet } from './parts/leader-detail.js';
import { leaderActs } from './parts/leader-acts.js';
import { problemTitle } from './parts/problem-words.js';
import { Opening, useReady } from './parts/ready.js';

/** @param {{params: Record<string, string>, query: Record<string, string>}} props */
export default function LeaderProblem({ params, query }) {
  const ready = useReady('all');
  const act = useSignal(query.act ?? '');
  const problem = store.get(params.id ?? '');
  if (!problem && !ready) return html`<${Inner} title=${t('title.problem')} backTo="/leader/problems" hideTitle><${Opening} text=${t('opening')} /><//>`;
  if (!problem) return html`<${Inner} title=${t('title.problem')} backTo="/leader/problems"><${Blank} title=${t('problem.gone')} text=${t('leader.goneText')} /><//>`;
  if (query.view === 'history') return html`<${History} rec=${problem} title=${problemTitle(problem)} backTo=${`/leader/problem/${problem.id}`} />`;
  const dock = leaderActs(problem).length > 0 && html`<${LeaderDock} problem=${problem} onAct=${(/** @type {string} */ which) => (act.value = which)} />`;
  return html`<${Inner} title=${t('title.problem')} hideTitle backTo="/leader/problems" dock=${dock}
    end=${html`<${Tap} icon="clock" label=${t('history.title')} href=${`/leader/problem/${problem.id}?view=history`} />`}>
    <${LeaderDetail} problem=${problem} />
    <${LeaderSheet} problem=${problem} act=${act.value} onClose=${() => (act.value = '')} />
  <//>`;
}

/**
 * The township's problems: what needs a decision, what is overdue, what came in, what is in hand.
 * Promises: two minutes; danger and disputes first; no figures about people, no order of villages; says how old the data is.
 */
import { useComputed, useSignal } from '@preact/signals';
import { SECTIONS, bySection, filtered } from '../domain/leader.js';
import { t } from '../i18n.js';
import { store } from '../store/store.js';
import { today } from '../ui/format.js';
import { html } from '../ui/html.js';
import { Tab } from '../ui/layout.js';
import { Blank, Button, Group, Icon, Row, Tag } from '../ui/parts.js';
import { TopBanner } from './parts/banners.js';
import { LeaderDetail } from './parts/leader-detail.js';
import { AssignSheet, SayingSheet, leaderActs } from './parts/leader-acts.js';
import { Chosen, FilterSheet, clearFilters, filters, isFiltered } from './parts/leader-filters.js';
import { asOfLine, branchOf, leaderLine, leaderState, pressure, reportedProblems, villageName } from './parts/leader-words.js';
import { problemTitle } from './parts/problem-words.js';
import { personName, townshipName } from './parts/problem-timeline.js';
import { inside, whenOn } from './parts/moments.js';
import { Opening, useReady } from './parts/ready.js';
import { useWide } from './parts/wide.js';

/**
 * @typedef {import('../store/types.js').Rec} Rec
 * @typedef {import('../domain/leader.js').Section} Section
 */

/** These stay folded until asked for. */
const FOLDED = new Set(['told', 'closed']);
const AT_ONCE = 30;

/** @param {Rec} problem */
const reporter = (problem) => {
  const by = [...(problem.answers.actions ?? [])].reverse().find((action) => action.kind === 'report')?.by;
  return personName(by ?? problem.created_by);
};

/** Who reported it, and when. @param {Rec} problem */
const byline = (problem) => t('leader.reportedBy', { name: reporter(problem) || t('people.someone'), day: inside(whenOn(problem.answers.reported_on)) });

/** The first that needs a decision, opened. @param {{problem: Rec, onAct: (act: string, problem: Rec) => void}} props */
function Opened({ problem, onAct }) {
  const acts = leaderActs(problem);
  const why = pressure(problem);
  const state = leaderState(problem);
  const { content } = problem.answers;
  const more = content && content !== problemTitle(problem) ? content : '';
  return html`<article class="card">
    ${(why || state?.text) && html`<div class="tags">${why && html`<${Tag} tone="late" icon="late" text=${why} />`}${state?.text && html`<${Tag} tone=${state.tone} icon=${state.icon} text=${state.text} />`}</div>`}
    <h3><a href=${`#/leader/problem/${problem.id}`}>${t('leader.of', { village: villageName(problem.village), title: problemTitle(problem) })}</a></h3>
    ${more && html`<p class="quiet">${more}</p>`}
    <p class="by">${byline(problem)}</p>
    <div class="pair">
      ${acts.filter((act) => act !== 'assign').map((act) => html`<${Button} key=${act} kind="line" low onTap=${() => onAct(act, problem)}>${t(`leader.${act}`)}<//>`)}
      ${acts.includes('assign') && html`<${Button} kind="main" low onTap=${() => onAct('assign', problem)}>${t('act.assigned')}<//>`}
    </div>
  </article>`;
}

/** @param {{problems: Rec[], section: Section, open: boolean, chosen: string, href: (problem: Rec) => string, onAct: (act: string, problem: Rec) => void}} props */
function Section({ problems, section, open, chosen, href, onAct }) {
  const shown = useSignal(FOLDED.has(section) ? 0 : AT_ONCE);
  if (!problems.length) return null;
  const [first, ...others] = problems;
  const rows = open ? others : problems;
  const part = rows.slice(0, shown.value);
  return html`<${Group} title=${t(`leader.section.${section}`)} count=${t('count.things', { n: problems.length })}>
    ${open && first && html`<${Opened} problem=${first} onAct=${onAct} />`}
    ${(part.length > 0 || rows.length > 0) && html`<ul class="list lazy-rows">
      ${part.map((problem) => html`<li key=${problem.id}><${Row} title=${problemTitle(problem)} meta=${leaderLine(problem)} state=${leaderState(problem)} current=${problem.id === chosen} end=${section === 'decide' ? t('act.assigned') : ''} next=${section === 'decide' || undefined} href=${href(problem)} /></li>`)}
      ${part.length < rows.length && html`<li key="more"><${Row} slim icon="down" title=${t(part.length ? 'leader.moreOf' : 'leader.unfold', { n: rows.length - part.length })} next=${false} onTap=${() => (shown.value += AT_ONCE)} /></li>`}
    </ul>`}
  <//>`;
}

/** At a desk the arrows go from problem to problem; Enter opens, as on any link. @param {KeyboardEvent} event */
function arrows(event) {
  const way = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  const rows = /** @type {HTMLElement[]} */ ([.../** @type {HTMLElement} */ (event.currentTarget).querySelectorAll('.row')]);
  const at = rows.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  if (!way || at < 0) return;
  event.preventDefault();
  rows[at + way]?.focus();
}

/** Nothing to show: because nothing is, or because of the filters. */
function Nothing() {
  if (isFiltered()) {
    return html`<${Blank} title=${t('leader.nothingFits')} text=${t('leader.nothingFitsText')} action=${html`<${Button} kind="tone" low onTap=${clearFilters}>${t('filter.clear')}<//>`} />`;
  }
  return html`<${Blank} title=${t('leader.nothing')} text=${t('leader.nothingText')} />`;
}

/** @param {{query: Record<string, string>}} props */
export default function LeaderProblems({ query }) {
  const ready = useReady('all');
  const wide = useWide();
  const sheet = useSignal('');
  const about = useSignal('');
  const all = useComputed(() => filtered(reportedProblems(), filters.value, today()));
  const groups = useComputed(() => bySection(all.value, today(), branchOf));
  const order = SECTIONS.flatMap((section) => groups.value[section]);
  const selected = wide ? order.find((problem) => problem.id === query.id) ?? order[0] : undefined;
  const act = (/** @type {string} */ which, /** @type {Rec} */ problem) => {
    about.value = problem.id;
    sheet.value = which;
  };
  const close = () => (sheet.value = '');
  const problem = store.get(about.value);
  const href = (/** @type {Rec} */ one) => (wide ? `/leader/problems?id=${one.id}` : `/leader/problem/${one.id}`);
  const list = html`<${TopBanner} home />
    <${Chosen} />
    ${!ready && !all.value.length && html`<${Opening} text=${t('opening')} />`}
    ${ready && !all.value.length && html`<${Nothing} />`}
    ${all.value.length > 0 && !groups.value.decide.length && !isFiltered() && html`<p class="quiet">${t('leader.nothingToDecide')}</p>`}
    ${SECTIONS.map((section) => html`<${Section} key=${section} section=${section} problems=${groups.value[section]} open=${!wide && section === 'decide'} chosen=${selected?.id ?? ''} href=${href} onAct=${act} />`)}`;
  const end = html`<button type="button" class="sync held" aria-haspopup="dialog" onClick=${() => (sheet.value = 'filter')}>${t('filter.open')}<${Icon} name="down" /></button>`;
  return html`<${Tab} title=${townshipName()} sub=${asOfLine()} end=${end} current="/leader/problems">
    ${wide ? html`<div class="panes"><div class="pane" onKeyDown=${arrows}>${list}</div><div class="pane detail">${selected && html`<${LeaderDetail} key=${selected.id} problem=${selected} wide />`}</div></div>` : list}
    ${sheet.value === 'filter' && html`<${FilterSheet} onClose=${close} />`}
    ${sheet.value === 'assign' && problem && html`<${AssignSheet} problem=${problem} onClose=${close} />`}
    ${(sheet.value === 'reply' || sheet.value === 'return') && problem && html`<${SayingSheet} problem=${problem} act=${sheet.value} onClose=${close} />`}
  <//>`;
}

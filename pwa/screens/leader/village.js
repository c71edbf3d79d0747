/**
 * One village for its township's leader: its problems, projects and agreed items, its numbers, its ten steps.
 * Promises: no household, no person; says how old it is; no village is set against another.
 */
import { useSignal } from '@preact/signals';
import { NO_FILTERS } from '../../domain/leader.js';
import { isOpen, isOverdue } from '../../domain/problem.js';
import { t, words } from '../../i18n.js';
import { go } from '../../routes.js';
import { store } from '../../store/store.js';
import { today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Blank, Group, List, More, Row } from '../../ui/parts.js';
import { filters } from '../parts/leader-filters.js';
import { joined } from '../parts/labels.js';
import { when } from '../parts/moments.js';
import { Opening, useReady } from '../parts/ready.js';
import { figureText, sectionName, sourceText } from './figures.js';
import { agreedRows, isOver, projectRow } from './projects-words.js';
import { usePage } from './summaries.js';

/** @typedef {import('./summaries.js').Page} Page */
/** @typedef {import('./summaries.js').Figure} Figure */

/** What is read first; the rest is folded. */
const FIRST = new Set(['population', 'safeguard', '急需和在办 / Needs and work']);
/** Values this long still stand at the end of a row. */
const SHORT = 12;

/** @param {{id: string}} props */
function Shared({ id }) {
  const problems = store.list('problem', id);
  const open = problems.filter(isOpen);
  const late = open.filter((problem) => isOverdue(problem, today())).length;
  const projects = store.list('project_plan', id).filter((rec) => !isOver(rec));
  const show = () => {
    filters.value = { ...NO_FILTERS, villages: [id] };
    go('/leader/problems');
  };
  return html`<${List}><${Row} icon="flag" title=${t('leader.village.problems')} meta=${joined([open.length ? t('leader.village.open', { n: open.length }) : t('leader.village.noneOpen'), late ? t('villages.late', { n: late }) : ''], t('join.clause'))} next onTap=${show} /><//>
    ${projects.length > 0 && html`<${Group} title=${t('tab.projects')} count=${t('count.things', { n: projects.length })}><${List}>${projects.map((rec) => html`<${Row} key=${rec.id} ...${projectRow(rec)} />`)}<//><//>`}
    ${agreedRows(id).length > 0 && html`<${Group} title=${t('leader.projects.agreed')}><${List}>${agreedRows(id).map((row) => html`<${Row} key=${row.id} ...${row} />`)}<//><//>`}`;
}

/** A short value stands at the end of its row, a text below its name. @param {Figure} figure */
function told(figure) {
  const text = figureText(figure);
  const source = sourceText(figure);
  return text.length > SHORT ? { meta: html`${text}<br />${source}` } : { meta: source, end: text || t('leader.village.missing') };
}

/** @param {{figures: Figure[], section: string}} props */
function Section({ figures, section }) {
  return html`<${Group} title=${sectionName(section)}><${List}>${figures.map((figure) => html`<${Row} key=${figure.id} slim title=${words(figure.title)} ...${told(figure)} />`)}<//><//>`;
}

/** @param {{page: Page}} props */
function Numbers({ page }) {
  const whole = useSignal(false);
  const sections = [...new Set(page.figures.map(({ section }) => section))];
  const of = (/** @type {string} */ section) => page.figures.filter((figure) => figure.section === section);
  const [first, rest] = [sections.filter((section) => FIRST.has(section)), sections.filter((section) => !FIRST.has(section))];
  return html`${first.map((section) => html`<${Section} key=${section} section=${section} figures=${of(section)} />`)}
    <${More} title=${t('leader.village.whole')} open=${whole.value} onToggle=${(/** @type {boolean} */ open) => (whole.value = open)}>${whole.value && rest.map((section) => html`<${Section} key=${section} section=${section} figures=${of(section)} />`)}<//>
    <${Group} title=${t('leader.village.steps')}><${List}>${page.steps.map((step) => html`<${Row} key=${step.id} slim title=${words(step.title)} end=${t('leader.village.stepOf', { n: step.done, all: step.all - step.na })} />`)}<//>
      <p class="quiet small">${t('leader.village.stepsNote')}</p><//>`;
}

/** @param {{params: Record<string, string>}} props */
export default function LeaderVillage({ params }) {
  const id = params.id ?? '';
  useReady('all');
  const { page, looked, fresh } = usePage(id);
  const place = store.places.value.find((one) => one.id === id);
  if (!place) return html`<${Inner} title=${t('tab.villages')} backTo="/leader/villages"><${Blank} title=${t('leader.village.lost')} text=${t('leader.village.lostText')} /><//>`;
  return html`<${Inner} title=${place.name} name backTo="/leader/villages">
    ${page && html`<p class="quiet">${page.asOf ? t('leader.village.asOf', { time: when(page.asOf) }) : t('leader.village.empty')}${!fresh && html` · ${t('leader.village.kept')}`}</p>`}
    <${Shared} id=${id} />
    ${page ? html`<${Numbers} page=${page} />` : looked ? html`<${Blank} title=${t('leader.village.unread')} text=${t('leader.village.unreadText')} />` : html`<${Opening} text=${t('opening')} />`}
  <//>`;
}

/**
 * All villages of the township, a line each: what is open, how large it is, how fresh its news is.
 * Promises: in the order of their names, never by figures; what is not known says so.
 */
import { useComputed } from '@preact/signals';
import { bySection } from '../domain/leader.js';
import { t } from '../i18n.js';
import { store } from '../store/store.js';
import { ago, today } from '../ui/format.js';
import { html } from '../ui/html.js';
import { Tab } from '../ui/layout.js';
import { Blank, List, Row } from '../ui/parts.js';
import { lineText } from './leader/figures.js';
import { useLines } from './leader/summaries.js';
import { asOfLine, branchOf } from './parts/leader-words.js';
import { joined } from './parts/labels.js';
import { dayOf, inside } from './parts/moments.js';
import { useReady } from './parts/ready.js';

const collator = new Intl.Collator('zh');

/** @typedef {{id: string, name: string, open: number, late: number, waiting: number, news: string}} Line */

/** @returns {Line[]} */
function linesOf() {
  return store.places.value.map(({ id, name }) => {
    const problems = store.list('problem', id);
    const groups = bySection(problems, today(), branchOf);
    const waiting = groups.decide.length + groups.fresh.length;
    const news = problems.reduce((last, problem) => (problem.at > last ? problem.at : last), '');
    return { id, name, waiting, late: groups.late.length, open: waiting + groups.late.length + groups.hand.length, news };
  }).sort((a, b) => collator.compare(a.name, b.name));
}

/** @param {Line} line */
const told = ({ open, late, waiting }) =>
  joined([open ? t('villages.open', { n: open }) : t('villages.noneOpen'), waiting ? t('villages.waiting', { n: waiting }) : '', late ? t('villages.late', { n: late }) : ''], t('join.clause'));

export default function LeaderVillages() {
  useReady('all');
  const lines = useComputed(linesOf);
  const { lines: summaries } = useLines();
  return html`<${Tab} title=${t('tab.villages')} sub=${asOfLine()} sync=${false} current="/leader/villages">
    ${!lines.value.length && html`<${Blank} title=${t('villages.none')} text=${t('villages.noneText')} />`}
    ${lines.value.length > 0 && html`<${List}>${lines.value.map((line) => html`<${Row} key=${line.id} title=${line.name} meta=${joined([told(line), lineText(summaries.get(line.id))], ' · ')}
      end=${line.news ? t('villages.news', { ago: inside(ago(dayOf(line.news))) }) : t('villages.noNews')} href=${`/leader/village/${line.id}`} />`)}<//>`}
    <p class="quiet small">${t('villages.note')}</p>
  <//>`;
}

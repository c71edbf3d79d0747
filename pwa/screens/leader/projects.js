/**
 * All projects of the township: what is under way, what is finished; what villages agreed on and met about.
 * Promises: under way first, each by the day it is to be finished; in the order of villages' names where there is no day.
 */
import { useComputed } from '@preact/signals';
import { lang, t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { day } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Tab } from '../../ui/layout.js';
import { Blank, Group, List, Row } from '../../ui/parts.js';
import { choiceLabel, joined } from '../parts/labels.js';
import { asOfLine, villageName } from '../parts/leader-words.js';
import { Opening, useReady } from '../parts/ready.js';
import { isOver, projectRow } from './projects-words.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

const collator = new Intl.Collator('zh');
const MEETINGS = 20;

/** @param {string} kind @returns {Rec[]} of all villages */
const all = (kind) => store.places.value.flatMap((place) => store.list(kind, place.id));

/** @param {Rec} a @param {Rec} b */
function byDay(a, b) {
  const [one, other] = [a, b].map((rec) => rec.answers.finish_on ?? '9999');
  return one === other ? collator.compare(villageName(a.village), villageName(b.village)) : one < other ? -1 : 1;
}

/** The latest first. */
const meetings = () => all('meeting').sort((a, b) => ((a.answers.held_on ?? '') < (b.answers.held_on ?? '') ? 1 : -1)).slice(0, MEETINGS);

/** @param {{title: string, projects: Rec[]}} props */
const Projects = ({ title, projects }) => projects.length > 0 && html`<${Group} title=${title} count=${t('count.things', { n: projects.length })}><${List}>${projects.map((rec) => html`<${Row} key=${rec.id} ...${projectRow(rec, true)} />`)}<//><//>`;

export default function LeaderProjects() {
  const ready = useReady('all');
  const projects = useComputed(() => all('project_plan').sort(byDay));
  const met = useComputed(meetings);
  const under = projects.value.filter((rec) => !isOver(rec));
  return html`<${Tab} title=${t('tab.projects')} sub=${asOfLine()} sync=${false} current="/leader/projects">
    ${!ready && !projects.value.length && html`<${Opening} text=${t('opening')} />`}
    ${ready && !projects.value.length && html`<${Blank} title=${t('leader.projects.none')} text=${t('leader.projects.noneText')} />`}
    <${Projects} title=${t('leader.projects.underWay')} projects=${under} />
    <${Projects} title=${t('leader.projects.ended')} projects=${projects.value.filter(isOver)} />
    ${met.value.length > 0 && html`<${Group} title=${t('leader.meetings')}><${List}>${met.value.map((rec) => html`<${Row} key=${rec.id} slim title=${store.titleOf(rec) || choiceLabel(rec, 'kind', rec.answers.kind)} meta=${joined([villageName(rec.village), choiceLabel(rec, 'kind', rec.answers.kind)], lang.value === 'en' ? ', ' : '，')} end=${day(rec.answers.held_on)} />`)}<//><//>`}
  <//>`;
}

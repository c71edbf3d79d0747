/**
 * One major matter on its way through four discussions and two publicities: the stage it is at, whether enough people met and
 * agreed, what was passed over, how long it has taken, and the button that opens the next stage's questions.
 * Promises: a guide: any stage can be written at any time; nothing is held back.
 */
import { USUAL_DAYS, daysOf, stageNow, stagesOf } from '../../domain/pack/decision.js';
import { t } from '../../i18n.js';
import { day, today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Banner, Button, Card, Group, List, Row, Tag, Tags, Tap, Timeline } from '../../ui/parts.js';
import { choiceLabel, joined, questionLabel } from '../parts/labels.js';
import { Under } from './under.js';
import './words.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {import('../../domain/pack/decision.js').Stage} Stage
 */

/** Who came and how many agreed, then what the rule says to it. @param {Stage} stage */
function counted({ name, due, present, agree, quorum }) {
  const numbers = [due !== null && t('work.decision.due', { n: due }), present !== null && t('work.decision.present', { n: present }), agree !== null && t('work.decision.agree', { n: agree })].filter(Boolean).join(t('join.list'));
  return joined([numbers, quorum && t(`work.decision.${quorum}.${name}`)], ' · ');
}

/** @param {{rec: Rec}} props */
export function Decision({ rec }) {
  const stages = stagesOf(rec.answers, today());
  const now = stageNow(stages);
  const days = daysOf(stages, today());
  const skipped = stages.filter((stage) => stage.skipped);
  const parked = rec.answers.parked === 'yes';
  const label = (/** @type {string} */ name) => questionLabel(rec, name);
  const edit = (/** @type {string} */ at) => `/record/${rec.id}/edit?at=${encodeURIComponent(at)}`;
  const items = stages.map((stage) => ({
    key: stage.name, title: label(stage.name), state: stage.state, when: stage.on ? day(stage.on) : '',
    text: joined([stage.until ? t('work.decision.until', { day: day(stage.until) }) : '', counted(stage)], ' · '),
    meta: stage.skipped ? t('work.decision.skipped') : '',
  }));
  return html`<${Inner} title=${rec.answers.matter} name backTo="/work/decision" end=${html`<${Tap} icon="pen" label=${t('record.change')} href=${`/record/${rec.id}/edit`} />`}
    dock=${html`<${Button} href=${`/record/${rec.id}?view=all`}>${t('work.answers')}<//>${now && html`<${Button} kind="main" icon="pen" href=${edit(now.at)}>${t('work.decision.next')}<//>`}`}>
    <${Tags}><${Tag} tone=${now ? 'doing' : 'done'} icon=${parked ? 'pause' : now ? 'half' : 'done'} text=${parked ? choiceLabel(rec, 'state', 'parked') : now ? label(now.name) : t('work.decision.done')} />
      ${days !== null && html`<${Tag} text=${t('work.decision.days', { n: days })} />`}<//>
    ${days !== null && days > USUAL_DAYS && now && html`<p class="quiet">${t('work.decision.long', { n: USUAL_DAYS })}</p>`}
    ${skipped.length > 0 && html`<${Banner} tone="soon" icon="info" title=${t('work.decision.missing', { stages: skipped.map(({ name }) => label(name)).join(t('join.list')) })} text=${t('work.decision.missing.what')} />`}
    <${Group} title=${t('work.way')}><${Card}><${Timeline} items=${items} /><//><//>
    <${Group} title=${t('work.decision.stages')}><${List}>${stages.map((stage) => html`<${Row} key=${stage.name} slim title=${label(stage.name)} meta=${counted(stage)} end=${stage.on ? day(stage.on) : t('work.notYet')} next href=${edit(stage.at)} />`)}<//><//>
    <${Under} rec=${rec} />
  <//>`;
}

/**
 * The ten steps: phases, each step with what it has and what is still open, and where one goes on.
 * Promises: a guide, not an assessment: no percentage, no red, no order that must be kept; works without a network.
 */
import './words.js';
import { isThrough, nextStep, PHASES } from '../../domain/pack/steps.js';
import { t, words } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Button, Card, Group, Icon, List, Measure } from '../../ui/parts.js';
import { Opening } from '../parts/ready.js';
import { useSteps } from './reading.js';
import { nth } from './said.js';

/** @typedef {import('../../domain/pack/steps.js').Walked} Walked */

/** @param {{one: Walked}} props */
function StepRow({ one }) {
  const { step, done, all, na, known } = one;
  return html`<a class="steprow" href=${`#/steps/${step.number}`}>
    <span class="n">${step.number}</span><b>${words(step.title)}</b><span class="meta">${known && `${done} / ${all - na}`}</span><${Measure} done=${done} of=${all - na} /></a>`;
}

/** @param {{steps: Walked[]}} props */
function Phases({ steps }) {
  return html`${PHASES.map((phase) => {
    const own = steps.filter(({ step }) => step.phase === phase);
    return own.length > 0 && html`<${Group} key=${phase} title=${t(`steps.phase.${phase}`)}><${List}>${own.map((one) => html`<${StepRow} key=${one.step.id} one=${one} />`)}<//><//>`;
  })}`;
}

export default function Steps() {
  const worked = useSteps();
  const steps = worked?.steps ?? [];
  const next = nextStep(steps);
  const complete = worked?.complete ?? false;
  const untouched = complete && steps.every(({ done }) => done === 0);
  const dock = untouched
    ? html`<${Button} kind="main" icon="pen" href="/visit">${t('steps.visit')}<//>`
    : complete && next && html`<${Button} kind="main" href=${`/steps/${next.step.number}`}>${t(isThrough(next) ? 'steps.look' : 'steps.goOn', { nth: nth(next.step.number) })}<${Icon} name="next" /><//>`;
  return html`<${Inner} title=${t('title.steps')} backTo="/village" dock=${dock}>
    <p class="quiet">${t('steps.about')}</p>
    ${worked === undefined && html`<${Opening} text=${t('steps.opening')} />`}
    ${worked === null && html`<p class="quiet">${t('steps.none')}</p>`}
    ${untouched && html`<${Card} tone="hint" title=${t('steps.empty')}><p>${t('steps.empty.what')}</p><//>`}
    <${Phases} steps=${steps} />
  <//>`;
}

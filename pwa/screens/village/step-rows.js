/** The ten steps by their evidence, one row each with its quiet measure. Promises: nothing without a guide; nothing red, nothing compared. */
import { t, words } from '../../i18n.js';
import { routeOf } from '../../routes.js';
import { html } from '../../ui/html.js';
import { Group, List, Measure, Row } from '../../ui/parts.js';
import { Opening } from '../parts/ready.js';
import { useGuide, useWorked } from './evaluation.js';
import './words.js';

export function StepRows() {
  const guide = useGuide();
  const worked = useWorked(guide, { of: 'steps' });
  if (!guide?.steps.length) return null;
  if (!worked) return html`<${Group} title=${t('village.way.steps')}><${Opening} text=${t('village.counting')} /><//>`;
  return html`<${Group} title=${t('village.way.steps')}><${List}>${guide.steps.map((step) => {
    const { done, all } = /** @type {any} */ (worked.steps[step.id]);
    const href = [`/step/${step.id}`, `/steps/${step.id}`, '/steps'].find(routeOf);
    return html`<${Row} key=${step.id} slim title=${html`${step.number} ${words(/** @type {any} */ (step.title))}`} meta=${html`<${Measure} done=${done} of=${all} />`} end=${`${done} / ${all}`} href=${href} />`;
  })}<//><//>`;
}

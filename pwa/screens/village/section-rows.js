/** The one page's sections as rows: how much of each is known. Promises: nothing without a guide; the way to the whole page stands below. */
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Group, List, Row } from '../../ui/parts.js';
import { Opening } from '../parts/ready.js';
import { sectionName, sectionsOf, useGuide, useWorked } from './evaluation.js';
import { valueOf } from './telling.js';

export function SectionRows() {
  const guide = useGuide();
  const worked = useWorked(guide);
  if (!guide?.indicators.length) return null;
  if (!worked) return html`<${Group} title=${t('village.onePage')}><${Opening} text=${t('village.counting')} /><//>`;
  return html`<${Group} title=${t('village.onePage')}><${List}>
    ${sectionsOf(guide).map(({ id, indicators }) => {
      const n = indicators.filter((indicator) => valueOf(worked, indicator) !== undefined).length;
      return html`<${Row} key=${id} slim title=${sectionName(id)} end=${n ? t('village.partOf', { n, all: indicators.length }) : t('village.unknown')} next href=${`/village?section=${encodeURIComponent(id)}`} />`;
    })}
    <${Row} key="sheet" slim icon="file" title=${t('village.sheet')} next href="/village/sheet" />
  <//><//>`;
}

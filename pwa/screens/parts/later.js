/** What of a record was put off with 回头再问: one row that leads to the first of it. Promises: nothing where there is none. */
import { laterPaths } from '../../form/marks.js';
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { List, Row } from '../../ui/parts.js';
import { joined, questionLabel } from './labels.js';

const NAMED = 2;

/** @param {{rec: import('../../store/types.js').Rec | undefined}} props */
export function Later({ rec }) {
  const paths = rec ? laterPaths(rec.answers) : [];
  if (!rec || !paths.length) return null;
  const names = joined([...new Set(paths)].slice(0, NAMED).map((path) => questionLabel(rec, path)));
  return html`<${List}><${Row} slim icon="clock" title=${t('form.later.list', { n: paths.length })} meta=${names} href=${`/record/${rec.id}`} /><//>`;
}

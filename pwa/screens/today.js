/**
 * Today: the frame at once, what is owed as soon as its module is there.
 * Promises: the dock can be tapped before the list is drawn; what it lists is in parts/owed.js.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { lang, t } from '../i18n.js';
import { fullDay, today } from '../ui/format.js';
import { html } from '../ui/html.js';
import { Tab } from '../ui/layout.js';
import { Button } from '../ui/parts.js';

/** Fetched while the phone's records are still being read: the first screen's own code stays small. */
const coming = import('./parts/owed.js');
/** The second time one looks at Today nothing is waited for. @type {any} */
let there = null;

export default function Today() {
  const Owed = useSignal(there);
  useEffect(() => {
    void coming.then((module) => (Owed.value = there = module.Owed));
  }, []);
  const dock = html`<${Button} kind="tone" href="/problem-new">${t('problem.write')}<//><${Button} kind="main" icon="pen" grow=${lang.value === 'en' ? 13 : 15} href="/visit">${t('visit.write')}<//>`;
  return html`<${Tab} title=${t('tab.today')} sub=${fullDay(today())} place current="/today" dock=${dock}>${Owed.value && html`<${Owed.value} />`}<//>`;
}

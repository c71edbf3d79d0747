/** A new version waits: on Today only, between tasks, at most once a day. Promises: never switches by itself. */
import { t } from '../i18n.js';
import { later, switchNow, update } from '../install.js';
import { html } from './html.js';
import { Banner, Button } from './parts.js';

export function UpdateBanner() {
  if (update.value === 'failed') return html`<${Banner} icon="new" title=${t('update.failed')} text=${t('update.failed_text')} />`;
  const actions = html`<${Button} kind="line" low onTap=${switchNow}>${t('update.now')}<//><${Button} kind="text" low onTap=${later}>${t('update.later')}<//>`;
  return html`<${Banner} tone="good" icon="new" title=${t('update.ready')} text=${t('update.ready_text')} actions=${actions} />`;
}

/** Where the browser may lose what is stored here: says so on Today, and leads to how to install. */
import { t } from '../i18n.js';
import { installLater } from '../install.js';
import { html } from './html.js';
import { Banner, Button } from './parts.js';

/** Inside another app's browser: a state, so it stays. */
export const InsideBanner = () =>
  html`<${Banner} tone="soon" icon="device" title=${t('notice.inside')} text=${t('notice.inside_text')} actions=${html`<${Button} kind="line" low href="/install">${t('notice.how')}<//>`} />`;

/** A tab whose storage the phone may clear: said, and put aside for a week. */
export function RiskBanner() {
  const actions = html`<${Button} kind="line" low href="/install">${t('notice.how')}<//><${Button} kind="text" low onTap=${installLater}>${t('update.later')}<//>`;
  return html`<${Banner} tone="soon" icon="device" title=${t('notice.at_risk')} text=${t('notice.at_risk_text')} actions=${actions} />`;
}

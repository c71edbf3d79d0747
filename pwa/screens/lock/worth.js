/** What the lock keeps out, and what it does not, in plain words. */
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import './words.js';

export const Worth = () => html`<div class="worth"><p>${t('lock.worth.does')}</p><p>${t('lock.worth.not')}</p><p>${t('lock.worth.lost')}</p></div>`;

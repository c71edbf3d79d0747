/** What stands above the list of some kinds: the way to what is more than a list. */
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { List, Row } from '../../ui/parts.js';

/** @type {Record<string, [string, string, string]>} */
const BESIDE = { contact: ['people', 'work.network', '/work/network'], service_agent: ['people', 'work.network', '/work/network'], duty: ['calendar', 'work.rota', '/work/rota'] };

/** @param {string} kind */
export const besideOf = (kind) => kind in BESIDE;

/** @param {{kind: string}} props */
export function Above({ kind }) {
  const [icon, text, href] = BESIDE[kind] ?? ['', '', ''];
  return html`<${List}><${Row} slim icon=${icon} title=${t(text)} href=${href} /><//>`;
}

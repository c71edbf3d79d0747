/**
 * A number shown with its middle hidden until it is tapped. Promises: shut again whenever the screen is drawn anew.
 */
import { useSignal } from '@preact/signals';
import { t } from '../../i18n.js';
import { masked, phone } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Icon } from '../../ui/parts.js';

/** Questions whose answers are numbers that name a person. @param {string} name */
export const isMasked = (name) => /(^|_)phone$|^id_no$|^disability_no$/.test(name);

/** @param {string} name @param {string} value */
export const maskOf = (name, value) => (/(^|_)phone$/.test(name) ? phone(value) : masked(value));

/** A whole row that opens and shuts a number. @param {{name: string, label: string, value: string}} props */
export function MaskedRow({ name, label, value }) {
  const open = useSignal(false);
  const hint = t(open.value ? 'masked.hide' : 'masked.show');
  return html`<button type="button" class="row slim" aria-expanded=${String(open.value)} onClick=${() => (open.value = !open.value)}>
    <span class="text"><b>${label}</b><span class="meta num">${open.value ? value : maskOf(name, value)}</span></span>
    <span class="state"><${Icon} name="eye" />${hint}</span>
  </button>`;
}

/** A picture, a voice, a film or a file among a record's answers; the code that shows it comes when there is one. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';

/** @param {{value: string, type: string, label: string, record: string}} props */
export function ShownFile({ value, type, label, record }) {
  const Thumb = useSignal(/** @type {any} */ (null));
  useEffect(() => {
    import('../../form/widgets/pack/thumb.js').then((module) => (Thumb.value = module.Thumb), () => undefined);
  }, []);
  return html`<div class="row shown-file"><span class="text"><b>${label}</b>${Thumb.value
    ? html`<${Thumb.value} value=${value} type=${type} label=${label} record=${record} />` : html`<span class="meta">${t(`form.file.${type}`)}</span>`}</span></div>`;
}

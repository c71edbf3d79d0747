/**
 * The household something is about: one row that says who, a tap to change it, the list at once when nobody is chosen yet.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { called } from '../../domain/household.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { List, Row } from '../../ui/parts.js';

/**
 * @param {{value: string | undefined, meta: any, none: string, title: string, first?: boolean, clear?: boolean, onChoose: (id: string | null) => void}} props
 * `first`: the list opens by itself while there is no household; `none`: the row's words then.
 */
export function Whom({ value, meta, none, title, first, clear, onChoose }) {
  const Picker = useSignal(/** @type {any} */ (null));
  const open = async () => {
    const { HouseholdPicker } = await import('../../form/widgets/people.js');
    Picker.value = { HouseholdPicker };
  };
  useEffect(() => {
    if (first && !value) void open();
  }, []);
  const choose = (/** @type {string | null} */ id) => {
    Picker.value = null;
    onChoose(id);
  };
  const home = value ? store.get(value) : undefined;
  const name = value ? called(home, t) || t('form.gone') : none;
  return html`<${List}><${Row} slim title=${name} meta=${meta} end=${value ? t('form.change') : ''} onTap=${() => void open()} /><//>
    ${Picker.value && html`<${Picker.value.HouseholdPicker} title=${title} value=${value} clear=${clear} onChoose=${choose} onClose=${() => (Picker.value = null)} />`}`;
}

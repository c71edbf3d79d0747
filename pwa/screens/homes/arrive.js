/** A household that has moved in: whose, which group, where from, since when. The rest is asked on the first visit. */
import { useSignal } from '@preact/signals';
import { todayOf } from '../../domain/dates.js';
import { Day } from '../../form/widgets/moment.js';
import { t } from '../../i18n.js';
import { go } from '../../routes.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Button, Field, TextInput } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { maySave } from './twice.js';
import './words.js';

export default function Arrive() {
  const name = useSignal('');
  const group = useSignal('');
  const house = useSignal('');
  const from = useSignal('');
  const on = useSignal(todayOf());
  const wrong = useSignal(false);
  const save = async () => {
    const said = { head_name: name.value.trim(), group_no: Number.parseInt(group.value, 10) || undefined, house_no: house.value.trim(), 'roll/from': from.value.trim() };
    wrong.value = !said.head_name;
    if (wrong.value) return;
    const set = { ...Object.fromEntries(Object.entries(said).filter(([, value]) => value)), presence: 'resident', types: ['general'], 'roll/in_on': on.value || todayOf() };
    const id = store.newId();
    if (!(await maySave({ kind: 'household', id, answers: set }))) return;
    const saved = await store.save({ kind: 'household', id, set });
    go(`/household/${id}`, { replace: true });
    offerUndo(t('homes.saved'), () => store.undo(saved));
  };
  const field = (/** @type {string} */ id, /** @type {string} */ label, /** @type {import('@preact/signals').Signal<string>} */ text, /** @type {Record<string, any>} */ more = {}) => html`
    <${Field} id=${id} label=${label} soft=${more.wrong === undefined ? t('homes.soft') : t('homes.needed')} wrong=${more.wrong}><${TextInput} value=${text.value} inputmode=${more.inputmode} onInput=${(/** @type {string} */ value) => (text.value = value)} /><//>`;
  return html`<${Inner} title=${t('title.arrive')} backTo="/households" close dock=${html`<${Button} kind="main" onTap=${() => void save()}>${t('form.save')}<//>`}>
    ${field('arrive-name', t('homes.arrive.name'), name, { wrong: wrong.value ? t('homes.arrive.noName') : '' })}
    ${field('arrive-group', t('homes.arrive.group'), group, { inputmode: 'numeric' })}
    ${field('arrive-house', t('homes.roll.house'), house)}
    ${field('arrive-from', t('homes.arrive.from'), from)}
    <${Field} id="arrive-on" label=${t('homes.arrive.on')}><${Day} id="arrive-on" value=${on.value} onInput=${(/** @type {string} */ day) => (on.value = day)} /><//>
  <//>`;
}

/**
 * Adding a place to the village's profile from the list or the map.
 * Promises: a kind is enough; a position only where one was chosen; without a profile of this village one begins with it.
 */
import { useSignal } from '@preact/signals';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { placeName } from '../../ui/layout.js';
import { Button, Chips, Field, TextInput } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { offerUndo } from '../../ui/undo.js';
import { choicesOf, said } from '../parts/labels.js';
import { typeName } from './place-words.js';
import './words.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** Changes the latest profile, or begins this year's. @param {Rec | undefined} profile @param {Record<string, any>} set */
export function saveProfile(profile, set) {
  if (profile) return store.save({ kind: profile.kind, id: profile.id, set });
  return store.save({ kind: 'village_profile', set: { year: new Date().getFullYear(), name: placeName(), ...set } });
}

/** @param {{profile: Rec | undefined, type: string, at: string, onClose: () => void}} props `at`: a position of the map, '' for none */
export function AddPlace({ profile, type, at, onClose }) {
  const chosen = useSignal(type);
  const name = useSignal('');
  const where = useSignal(at ? 'cross' : 'none');
  const busy = useSignal(false);
  const wrong = useSignal('');
  const options = choicesOf({ kind: 'village_profile' }, 'places/type').map((choice) => ({ value: choice.name, label: said(choice.label) }));
  const save = async () => {
    if (busy.value) return;
    busy.value = true;
    const place = { id: store.newId(), type: chosen.value || 'other', ...(name.value.trim() ? { name: name.value.trim() } : {}), ...(where.value === 'cross' ? { geo: at } : {}) };
    const denied = (profile?.answers.no_places ?? []).includes(place.type);
    try {
      const saved = await saveProfile(profile, { places: { put: [place] }, ...(denied ? { no_places: { drop: [place.type] } } : {}) });
      onClose();
      offerUndo(t('place.saved'), () => store.undo(saved));
    } catch {
      wrong.value = t('form.notsaved');
    }
    busy.value = false;
  };
  return html`<${Sheet} title=${chosen.value && type ? t('place.addOf', { type: typeName(type) }) : t('place.add')} onClose=${onClose}>
    ${!type && html`<${Field} id="place-type" group label=${t('place.type')}><${Chips} options=${options} value=${chosen.value} onChange=${(/** @type {string} */ value) => (chosen.value = value)} labelledby="place-type-label" /><//>`}
    <${Field} id="place-name" label=${t('place.name')} soft=${t('field.optional')} wrong=${wrong.value}><${TextInput} value=${name.value} onInput=${(/** @type {string} */ text) => (name.value = text)} maxlength=${60} /><//>
    ${at && html`<${Field} id="place-where" group label=${t('place.where')}><${Chips} options=${[{ value: 'cross', label: t('place.useCross') }, { value: 'none', label: t('place.noWhere') }]} value=${where.value} onChange=${(/** @type {string} */ value) => (where.value = value)} labelledby="place-where-label" /><//>`}
    <div class="dock"><${Button} onTap=${onClose}>${t('act.cancel')}<//><${Button} kind="main" grow=${15} busy=${busy.value} onTap=${() => void save()}>${t('act.save')}<//></div>
  <//>`;
}

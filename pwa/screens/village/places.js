/**
 * The village's places: by kind, with what was looked for and is not there; and a sketch of them and of the homes to scale.
 * Promises: works without a network and without map tiles; a place is added in two taps; "none" is only what somebody said.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { placesByType, unknownTypes } from '../../domain/pack/places.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Button, Group, List, Row, Segments, Tap } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { choicesOf } from '../parts/labels.js';
import { Opening, useReady } from '../parts/ready.js';
import { AddPlace, saveProfile } from './add-place.js';
import { Ground } from './ground-view.js';
import { PROFILE, placeHref, typeName } from './place-words.js';
import { profiles } from './profiles.js';
import './words.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {import('../../domain/pack/places.js').OfType} OfType
 */

/** @param {{query: Record<string, string>}} props */
export default function Places({ query }) {
  const ready = useReady('hot');
  const drawn = useSignal(false);
  const view = useSignal(query.view === 'map' ? 'map' : 'list');
  const adding = useSignal(/** @type {{type: string, at: string} | null} */ (null));
  useEffect(() => {
    void Promise.all(['village_profile', 'household'].map((kind) => store.loadForm(store.forms.current.peek()[kind] ?? kind))).finally(() => (drawn.value = true));
  }, []);
  if (!ready || !drawn.value) return html`<${Inner} title=${t('place.title')} backTo="/village"><${Opening} text=${t('opening')} /><//>`;
  const profile = profiles()[0];
  const add = (/** @type {string} */ type, at = '') => (adding.value = { type, at });
  const views = [{ value: 'list', label: t('place.list') }, { value: 'map', label: t('place.map') }];
  return html`<${Inner} title=${t('place.title')} backTo="/village" tight=${false} dock=${view.value === 'list' && html`<${Button} kind="main" icon="plus" grow=${10} onTap=${() => add('')}>${t('place.add')}<//>`}>
    <${Segments} value=${view.value} options=${views} onChange=${(/** @type {string} */ value) => (view.value = value)} label=${t('place.how')} />
    ${view.value === 'map' ? html`<${Ground} profile=${profile} onAdd=${(/** @type {string} */ at) => add('', at)} />` : html`<${Listed} profile=${profile} onAdd=${add} />`}
    ${adding.value && html`<${AddPlace} profile=${profile} type=${adding.value.type} at=${adding.value.at} onClose=${() => (adding.value = null)} />`}
  <//>`;
}

/** @param {{profile: Rec | undefined, onAdd: (type: string) => void}} props */
function Listed({ profile, onAdd }) {
  const types = placesByType(profile?.answers ?? {}, choicesOf(PROFILE, 'places/type').map(({ name }) => name));
  const open = unknownTypes(types).filter(({ type }) => type !== 'other');
  const none = types.filter((one) => one.none);
  const mark = async (/** @type {string} */ type, /** @type {boolean} */ on) => {
    const saved = await saveProfile(profile, { no_places: on ? { put: [type] } : { drop: [type] } });
    offerUndo(t(on ? 'place.noneMarked' : 'place.noneTaken', { type: typeName(type) }), () => store.undo(saved));
  };
  return html`
    ${open.length > 0 && html`<${Group} title=${t('place.unknown')}><ul class="list">${open.map(({ type }) => html`<li key=${type} class="either"><${Row} slim title=${typeName(type)} state=${{ tone: 'doing', icon: 'plus', text: t('village.write') }} onTap=${() => onAdd(type)} />
      <button type="button" class="button low" onClick=${() => void mark(type, true)} aria-label=${`${typeName(type)}：${t('place.none')}`}>${t('place.none')}</button></li>`)}</ul><//>`}
    ${types.filter(({ places }) => places.length).map((one) => html`<${OfType} key=${one.type} one=${one} onAdd=${onAdd} />`)}
    ${none.length > 0 && html`<${Group} title=${t('place.notThere')}><ul class="list">${none.map(({ type }) => html`<li key=${type} class="kept"><${Row} slim title=${typeName(type)} end=${t('place.isNone')} />
      <${Tap} icon="erase" label=${t('place.noneTaken', { type: typeName(type) })} onTap=${() => void mark(type, false)} /></li>`)}</ul><//>`}`;
}

/** @param {{one: OfType, onAdd: (type: string) => void}} props */
function OfType({ one, onAdd }) {
  return html`<${Group} title=${typeName(one.type)} count=${one.places.length}><${List}>
    ${one.places.map(({ id, name, note, geo }) => html`<${Row} key=${id} slim icon=${geo ? 'pin' : undefined} title=${name || t('place.unnamed')} meta=${note} href=${placeHref(id)} />`)}
    ${one.type && html`<${Row} key="add" slim icon="plus" title=${t('place.addOf', { type: typeName(one.type) })} next=${false} onTap=${() => onAdd(one.type)} />`}
  <//><//>`;
}

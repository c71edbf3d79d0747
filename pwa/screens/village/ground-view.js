/**
 * The sketch of the village: homes by group and places with their names, to scale, north up; a tap shows what it is.
 * Promises: needs no network and no tiles; where the township's administrator provided a map, its pictures lie underneath; draws
 * only what was recorded; one's own position only after a tap.
 */
import { useSignal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import { groupName, place as placeOf } from '../../domain/household.js';
import { groupsOnGround, homesOnGround } from '../../domain/pack/places.js';
import { styled } from '../../form/widgets/pack/address.js';
import { offset, pointOf, textOf, viewOf } from '../../form/widgets/pack/ground.js';
import { usePosition } from '../../form/widgets/pack/position.js';
import { Sketch } from '../../form/widgets/pack/terrain.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { count } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Blank, Button, Chips, Group, List, Row } from '../../ui/parts.js';
import { placeHref, typeName } from './place-words.js';
import { useMap } from './township-map.js';
import './words.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {import('../../form/widgets/pack/terrain.js').Spot} Spot
 * @typedef {import('../../form/widgets/pack/terrain.js').View} View
 * @typedef {import('../../domain/pack/places.js').Place} Place
 */

const HEIGHT = 380;
const NAMED = 14;
/** A finger is not a needle. */
const REACH = 26;
/** A finger that went farther has moved the ground. */
const STILL = 8;
const LOOKS = 4;

await styled('form/widgets/pack/place.css');

/** @param {{profile: Rec | undefined, onAdd: (at: string) => void}} props */
export function Ground({ profile, onAdd }) {
  const group = useSignal('all');
  const picked = useSignal('');
  const frame = useRef(/** @type {HTMLElement | null} */ (null));
  const from = useRef([0, 0]);
  const { standing, fix, late, start } = usePosition(undefined, true);
  const households = store.list('household');
  const homes = useMemo(() => homesOnGround(households, pointOf), [households]);
  const groups = groupsOnGround(/** @type {any} */ (homes));
  const places = /** @type {Place[]} */ (profile?.answers.places ?? []).flatMap((place) => {
    const at = pointOf(place.geo);
    return at ? [{ place, at }] : [];
  });
  const shown = group.value === 'none' ? [] : homes.filter((home) => group.value === 'all' || String(home.group) === group.value);
  /** @type {Spot[]} */
  const spots = [
    ...shown.map(({ home, at, group: n }) => ({ ...at, key: `home/${home.id}`, look: `home g${(n ?? 0) % LOOKS}`, on: picked.value === `home/${home.id}` })),
    ...(group.value === 'none' ? [] : groups.filter((one) => group.value === 'all' || String(one.group) === group.value).map((one) => ({ ...one.at, key: `group/${one.group}`, look: 'bare', name: groupName(one.group, t) }))),
    ...places.map(({ place, at }) => ({ ...at, key: `place/${place.id}`, look: 'place', name: place.name || typeName(place.type ?? ''), on: picked.value === `place/${place.id}` })),
  ];
  const whole = () => viewOf([...homes.map(({ at }) => at), ...places.map(({ at }) => at)], 320);
  const view = useSignal(/** @type {View | null} */ (whole()));
  const tiles = useMap([...homes.map(({ at }) => at), ...places.map(({ at }) => at)]);
  const now = view.value ?? (fix ? viewOf([fix], 320) : null);
  const touched = (/** @type {any} */ event) => {
    if (!now || Math.hypot(event.clientX - (from.current[0] ?? 0), event.clientY - (from.current[1] ?? 0)) > STILL) return;
    const box = frame.current?.querySelector('svg')?.getBoundingClientRect();
    if (!box || event.clientY > box.bottom) return;
    const x = (event.clientX - box.left - box.width / 2) * now.scale;
    const y = (box.top + box.height / 2 - event.clientY) * now.scale;
    const near = spots.filter(({ look }) => look !== 'bare').map((spot) => ({ spot, far: Math.hypot(...difference(offset(now.at, spot), [x, y])) / now.scale })).sort((a, b) => a.far - b.far)[0];
    picked.value = near && near.far <= REACH ? near.spot.key ?? '' : '';
  };
  const here = () => {
    start();
    if (fix) view.value = { at: fix, scale: now?.scale ?? 1 };
  };
  const options = [{ value: 'all', label: t('place.allGroups') }, ...groups.map((one) => ({ value: String(one.group), label: groupName(one.group, t) })), { value: 'none', label: t('place.noHomes') }];
  if (!now) return html`<${Blank} title=${t('place.nothing')} text=${t('place.nothingText')} action=${html`<${Button} kind="tone" icon="pin" onTap=${here}>${t('place.here')}<//>`} />`;
  return html`
    ${groups.length > 1 && html`<${Chips} options=${options} value=${group.value} onChange=${(/** @type {string} */ value) => (group.value = value)} label=${t('place.whichHomes')} />`}
    <div class="ground" ref=${frame} onPointerDown=${(/** @type {any} */ event) => (from.current = [event.clientX, event.clientY])} onClick=${touched}>
      <${Sketch} view=${now} onView=${(/** @type {View} */ next) => (view.value = next)} spots=${spots} tiles=${tiles} here=${fix} cross height=${HEIGHT} named=${NAMED} label=${t('place.sketch', { n: count(shown.length), m: places.length })} /></div>
    <div class="ground-acts"><${Button} low icon="hills" onTap=${() => (view.value = whole() ?? now)}>${t('place.fit')}<//><${Button} low icon="pin" busy=${standing === 'seeking' && !fix} onTap=${here}>${t('place.here')}<//>
      <${Button} kind="tone" low icon="plus" onTap=${() => onAdd(textOf({ lat: now.at.lat, lon: now.at.lon }))}>${t('place.add')}<//></div>
    ${(standing === 'refused' || standing === 'absent' || late) && html`<p class="quiet small" role="status">${t('place.noPosition')}</p>`}
    <${Picked} spot=${picked.value} places=${places} />
    <p class="quiet small">${t('place.homesOf', { n: count(homes.length), all: count(households.length) })}</p>`;
}

/** @param {number[]} a @param {number[]} b */
const difference = (a, b) => a.map((one, at) => one - (b[at] ?? 0));

/** What was tapped, and the way to it. @param {{spot: string, places: {place: Place}[]}} props */
function Picked({ spot, places }) {
  const [kind, id = ''] = spot.split('/');
  const home = kind === 'home' ? store.get(id) : undefined;
  const place = kind === 'place' ? places.find((one) => one.place.id === id)?.place : undefined;
  return html`<div aria-live="polite">${home || place ? html`<${Group} title=${t('place.chosen')}><${List}>
    ${home && html`<${Row} icon="house" title=${store.titleOf(home)} meta=${placeOf(home.answers, t)} href=${`/household/${home.id}`} />`}
    ${place && html`<${Row} icon="pin" title=${place.name || t('place.unnamed')} meta=${[typeName(place.type ?? ''), place.note].filter(Boolean).join(' · ')} href=${placeHref(place.id)} />`}
  <//><//>` : html`<p class="quiet small">${t('place.tapHint')}</p>`}</div>`;
}


/**
 * What changes on the roll: the household leaves or comes back, splits, someone leaves or dies, another head, nobody left.
 * Promises: one saving, one undo; what is proposed (who is what to a new head) can be changed before it is saved.
 */
import { useSignal } from '@preact/signals';
import { inOrder, isGone } from '../../domain/household.js';
import { todayOf } from '../../domain/dates.js';
import { relationsTo } from '../../domain/pack/relations.js';
import { dyingOut, leaving, living, movingBack, movingOut, newHead, splitting } from '../../domain/pack/roll.js';
import { Day } from '../../form/widgets/moment.js';
import { t } from '../../i18n.js';
import { go } from '../../routes.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Blank, Button, Chips, Choices, Field, TextInput } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { headName } from '../parts/homes.js';
import { choiceLabel, joined } from '../parts/labels.js';
import { ageOf } from '../parts/people.js';
import { Opening, useReady } from '../parts/ready.js';
import { RelationRows } from './relation-rows.js';
import './words.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {'out' | 'back' | 'split' | 'left' | 'head' | 'end'} What
 */

/** @param {{params: Record<string, string>, query: Record<string, string>}} props */
export default function Roll({ params, query }) {
  const ready = useReady('hot');
  const home = store.get(params.id ?? '');
  if (!home) return html`<${Inner} title=${t('title.roll')} backTo="/households" close>${ready ? html`<${Blank} scene="homes" title=${t('household.gone')} text=${t('household.goneText')} />` : html`<${Opening} text=${t('opening')} />`}<//>`;
  return html`<${Changing} key=${home.id} home=${home} query=${query} />`;
}

/** What can happen to this household. @param {Rec} home @param {Rec[]} there @returns {What[]} */
function whatCan(home, there) {
  if (isGone(home)) return ['back'];
  return there.length > 1 ? ['left', 'split', 'out', 'head', 'end'] : there.length ? ['left', 'out', 'end'] : ['out', 'end'];
}

/** @param {{home: Rec, query: Record<string, string>}} props */
function Changing({ home, query }) {
  const people = inOrder(store.of(home.id, 'person'));
  const there = living(people);
  const can = whatCan(home, there);
  const what = useSignal(/** @type {What | ''} */ (can.find((one) => one === query.what) ?? (can.length === 1 ? can[0] ?? '' : '')));
  const on = useSignal(todayOf());
  const to = useSignal('');
  const how = useSignal(/** @type {'died' | 'moved_out'} */ ('died'));
  const who = useSignal(query.person ?? '');
  const going = useSignal(/** @type {string[]} */ ([]));
  const head = useSignal('');
  const house = useSignal('');
  const own = useSignal(/** @type {Record<string, string>} */ ({}));
  const wrong = useSignal('');

  const person = there.find((one) => one.id === who.value);
  const split = there.filter((one) => going.value.includes(one.id));
  const heads = what.value === 'split' ? split : what.value === 'left' ? there.filter((one) => one.id !== who.value) : there.filter((one) => one.answers.relation !== 'head');
  const needsHead = what.value === 'head' || (what.value === 'split' && split.length > 0) || (what.value === 'left' && person?.answers.relation === 'head' && heads.length > 0);
  const next = heads.find((one) => one.id === head.value) ?? (heads.length === 1 ? heads[0] : undefined);
  const proposed = next && needsHead ? relationsTo(next, what.value === 'split' ? split : people) : {};
  const relations = { ...proposed, ...Object.fromEntries(Object.entries(own.value).filter(([id]) => id in proposed)) };

  const missing = () => {
    if (!what.value) return t('homes.roll.what');
    if (what.value === 'left' && there.length > 0 && !person) return t('homes.roll.who');
    if (what.value === 'split' && !split.length) return t('homes.roll.whoGoes');
    if (what.value === 'split' && split.length === there.length) return t('homes.roll.notAll');
    return needsHead && !next ? t('homes.roll.whoHead') : '';
  };
  const savings = (/** @type {string} */ id) => {
    const when = on.value || todayOf();
    const said = { on: when, to: to.value.trim() };
    const nextId = next?.id ?? '';
    switch (what.value) {
      case 'out': return movingOut(home, people, said);
      case 'back': return movingBack(home, people, { on: when });
      case 'split': return splitting(home, split, { id, on: when, head: nextId, relations, house_no: house.value.trim() });
      case 'left': return leaving(home, people, /** @type {Rec} */ (person), { how: how.value, ...said, head: needsHead ? nextId : undefined, relations });
      case 'head': return newHead(home, people, /** @type {Rec} */ (next), relations);
      default: return dyingOut(home, people, { on: when, ends: {} });
    }
  };
  const save = async () => {
    wrong.value = missing();
    if (wrong.value) return void requestAnimationFrame(() => document.getElementById('roll-wrong')?.scrollIntoView({ block: 'center' }));
    const id = store.newId();
    const saved = await store.saveMany(savings(id));
    go(`/household/${what.value === 'split' ? id : home.id}`, { replace: true });
    offerUndo(t(`homes.roll.saved.${what.value}`), () => store.undo(saved));
  };
  const option = (/** @type {Rec} */ one) => ({ value: one.id, label: one.answers.name, meta: joined([choiceLabel(one, 'relation', one.answers.relation), ageOf(one) && t('person.age', { n: ageOf(one) })], ' · ') });
  const dated = what.value && what.value !== 'head';
  return html`<${Inner} title=${t('title.roll')} backTo=${`/household/${home.id}`} close dock=${html`<${Button} kind="main" onTap=${() => void save()}>${t('form.save')}<//>`}>
    <p class="quiet small">${headName(home)}</p>
    ${can.length > 1 && html`<${Field} id="roll-what" group label=${t('homes.roll.what')}><${Chips} labelledby="roll-what-label" value=${what.value} options=${can.map((one) => ({ value: one, label: t(`homes.roll.${one}`) }))} onChange=${(/** @type {What} */ one) => (what.value = one)} /><//>`}
    ${what.value === 'back' && html`<p>${t('homes.roll.backText')}</p>`}
    ${what.value === 'end' && html`<p>${t('homes.roll.endText')}</p>`}
    ${what.value === 'left' && html`<${Field} id="roll-how" group label=${t('homes.roll.how')}><${Chips} labelledby="roll-how-label" value=${how.value} options=${[{ value: 'died', label: t('homes.roll.died') }, { value: 'moved_out', label: t('homes.roll.moved') }]} onChange=${(/** @type {any} */ one) => (how.value = one)} /><//>
      <${Field} id="roll-who" group label=${t('homes.roll.who')}><${Choices} labelledby="roll-who-label" value=${who.value} options=${there.map(option)} onChange=${(/** @type {string} */ id) => (who.value = id)} /><//>`}
    ${what.value === 'split' && html`<${Field} id="roll-going" group label=${t('homes.roll.whoGoes')}><${Choices} many labelledby="roll-going-label" value=${going.value} options=${there.map(option)} onChange=${(/** @type {string[]} */ ids) => (going.value = ids)} /><//>
      <${Field} id="roll-house" label=${t('homes.roll.house')} soft=${t('homes.soft')}><${TextInput} value=${house.value} onInput=${(/** @type {string} */ text) => (house.value = text)} /><//>`}
    ${needsHead && heads.length > 1 && html`<${Field} id="roll-head" group label=${t(what.value === 'split' ? 'homes.roll.whoHeadThere' : 'homes.roll.whoHead')}><${Choices} labelledby="roll-head-label" value=${next?.id ?? ''} options=${heads.map(option)} onChange=${(/** @type {string} */ id) => (head.value = id)} /><//>`}
    ${next && needsHead && html`<${RelationRows} head=${next} people=${people} relations=${relations} onChange=${(/** @type {string} */ id, /** @type {string} */ relation) => (own.value = { ...own.value, [id]: relation })} />`}
    ${dated && html`<${Field} id="roll-on" label=${t('homes.roll.on')}><${Day} id="roll-on" value=${on.value} onInput=${(/** @type {string} */ day) => (on.value = day)} /><//>`}
    ${(what.value === 'out' || (what.value === 'left' && how.value === 'moved_out')) && html`<${Field} id="roll-to" label=${t('homes.roll.to')} soft=${t('homes.soft')}><${TextInput} value=${to.value} onInput=${(/** @type {string} */ text) => (to.value = text)} /><//>`}
    <p class="wrong" id="roll-wrong" role="status">${wrong.value}</p>
  <//>`;
}

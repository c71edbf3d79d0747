/**
 * Making one of two records that are the same household or the same person.
 * Promises: nothing is lost and one undo takes all of it back; what the two say differently is asked; whatever belonged to the
 * one that goes follows, and its old id leads to the one that stays.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { called } from '../../domain/household.js';
import { todayOf } from '../../domain/dates.js';
import { loadPinyin, spell } from '../../domain/pinyin.js';
import { compared, joinedUp, merging, pairs } from '../../domain/pack/merging.js';
import { homeTwins, personTwins } from '../../domain/pack/twins.js';
import { t } from '../../i18n.js';
import { go } from '../../routes.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Blank, Button, Chips, Choices, Field, Group, List, Row } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { answerText, formOf, kindLabel, said } from '../parts/labels.js';
import { isMasked, maskOf } from '../parts/masked.js';
import { Opening, useReady } from '../parts/ready.js';
import { useForms } from './referring.js';
import './words.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

const LONGEST = 60;
const APART = new Set(['conflict', 'guide']);

/** @param {Rec} rec */
const screenOf = (rec) => `/${rec.kind}/${rec.id}`;

/** 杨德贵，三组 17 号; 杨建军，1983年生. @param {Rec} rec */
function nameOf(rec) {
  if (rec.kind === 'household') return called(rec, t);
  const home = store.get(rec.answers.household ?? '');
  return [rec.answers.name, home && called(home, t)].filter(Boolean).join(' · ');
}

/** Everything of the village that may name one of them. @param {string} village @returns {Rec[]} */
const everything = (village) => Object.keys(store.forms.current.value).filter((kind) => !APART.has(kind)).flatMap((kind) => store.list(kind, village));

/** @param {{kind: string, form: string}} rec */
const definitionOf = (rec) => store.form(rec.form) ?? store.form(rec.kind);

/** @param {{params: Record<string, string>, query: Record<string, string>}} props */
export default function Merge({ params, query }) {
  // A visit of years ago has to follow as well.
  const rows = useReady('all');
  const forms = useForms(store.village.value, rows);
  const ready = rows && forms;
  const rec = store.get(params.id ?? '');
  const other = useSignal(query.with ?? '');
  const backTo = rec ? screenOf(rec) : '/households';
  if (!rec || !ready) return html`<${Inner} title=${t('title.merge')} backTo=${backTo} close>${ready ? html`<${Blank} scene="homes" title=${t('household.gone')} text=${t('household.goneText')} />` : html`<${Opening} text=${t('opening')} />`}<//>`;
  const second = other.value ? store.get(other.value) : undefined;
  if (second && second.id !== rec.id && second.kind === rec.kind && second.village === rec.village) return html`<${Two} key=${second.id} first=${rec} second=${second} onOther=${() => (other.value = '')} />`;
  return html`<${WhichOther} rec=${rec} backTo=${backTo} onChoose=${(/** @type {string} */ id) => (other.value = id)} />`;
}

/** The likely ones first, then the whole village. @param {{rec: Rec, backTo: string, onChoose: (id: string) => void}} props */
function WhichOther({ rec, backTo, onChoose }) {
  const spelt = useSignal(0);
  useEffect(() => void loadPinyin().then(() => (spelt.value += 1), () => undefined), []);
  const Picker = useSignal(/** @type {any} */ (null));
  const twins = useMemo(() => (rec.kind === 'household' ? homeTwins(rec, store.list('household'), spell) : personTwins(rec, store.list('person'), spell, todayOf())), [rec, spelt.value]);
  const pick = async () => {
    const module = await import('../../form/widgets/people.js');
    Picker.value = { Shown: rec.kind === 'household' ? module.HouseholdPicker : module.PersonPicker };
  };
  const choose = (/** @type {string | null} */ id) => {
    Picker.value = null;
    if (id) onChoose(id);
  };
  const title = t(`homes.merge.which.${rec.kind}`);
  return html`<${Inner} title=${t('title.merge')} backTo=${backTo} close>
    <p>${nameOf(rec)}</p>
    <${Group} title=${title}><${List}>
      ${twins.map(({ rec: twin, why }) => html`<${Row} key=${twin.id} title=${nameOf(twin)} meta=${why.map((one) => t(`homes.twin.${one}`)).join(t('join.clause'))} onTap=${() => choose(twin.id)} />`)}
      <${Row} key="pick" slim icon="search" title=${t('homes.merge.find')} onTap=${() => void pick()} />
    <//><//>
    ${Picker.value && html`<${Picker.value.Shown} title=${title} onChoose=${choose} onClose=${() => (Picker.value = null)} />`}
  <//>`;
}

/** How many records of each kind follow. @param {import('../../domain/pack/merging.js').Saving[]} savings @param {string[]} own */
function following(savings, own) {
  /** @type {Map<string, number>} */
  const kinds = new Map();
  for (const { kind, id } of savings) if (!own.includes(id)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return [...kinds].map(([kind, n]) => t('homes.merge.n', { n, kind: kindLabel({ kind }) }));
}

/** @param {{first: Rec, second: Rec, onOther: () => void}} props */
function Two({ first, second, onOther }) {
  const stays = useSignal(first.id);
  const theirs = useSignal(/** @type {Set<string>} */ (new Set()));
  const apart = useSignal(/** @type {Set<string>} */ (new Set()));
  const [keeper, gone] = stays.value === first.id ? [first, second] : [second, first];
  const definition = formOf(keeper);
  const { fill, clashes } = useMemo(() => (definition ? compared(definition, keeper, gone) : { fill: {}, clashes: [] }), [definition, keeper, gone]);
  const same = useMemo(() => (keeper.kind === 'household' ? pairs(store.of(keeper.id, 'person'), store.of(gone.id, 'person')) : []), [keeper, gone]);
  const savings = useMemo(() => {
    const records = everything(keeper.village);
    const on = todayOf();
    const chosen = Object.fromEntries(clashes.filter(({ question }) => theirs.value.has(question.path)).map(({ question, theirs: value }) => [question.path, value]));
    const joined = same.filter(([, other]) => !apart.value.has(other.id));
    const one = (/** @type {Rec} */ a, /** @type {Rec} */ b, /** @type {Record<string, any>} */ set) =>
      merging({ keeper: a, gone: b, set, on, entry: store.newId(), name: store.titleOf(b), records, definitionOf, except: new Set(joined.map(([, other]) => other.id)) });
    const people = joined.flatMap(([a, b]) => {
      const form = formOf(a);
      return one(a, b, form ? compared(form, a, b).fill : {});
    });
    return joinedUp([...one(keeper, gone, { ...fill, ...chosen }), ...people]);
  }, [keeper, gone, fill, clashes, same, theirs.value, apart.value]);
  const save = async () => {
    const saved = await store.saveMany(savings);
    go(screenOf(keeper), { replace: true });
    offerUndo(t('homes.merge.done', { name: store.titleOf(keeper) }), () => store.undo(saved));
  };
  const toggled = (/** @type {Set<string>} */ set, /** @type {string} */ one, /** @type {boolean} */ on) => new Set(on ? [...set, one] : [...set].filter((other) => other !== one));
  const told = (/** @type {import('../../form/definition.js').Question} */ question, /** @type {any} */ value) => {
    const text = isMasked(question.name) ? maskOf(question.name, String(value)) : answerText(keeper, question.path, value);
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  };
  const follow = following(savings, [keeper.id, gone.id]);
  return html`<${Inner} title=${t('title.merge')} backTo=${screenOf(first)} close dock=${html`<${Button} onTap=${onOther}>${t('homes.merge.another')}<//><${Button} kind="main" onTap=${() => void save()}>${t('homes.merge.do')}<//>`}>
    <${Field} id="merge-stays" group label=${t(`homes.merge.stays.${first.kind}`)} help=${t('homes.merge.help')}>
      <${Choices} labelledby="merge-stays-label" value=${stays.value} options=${[first, second].map((one) => ({ value: one.id, label: nameOf(one) }))} onChange=${(/** @type {string} */ id) => { stays.value = id; theirs.value = new Set(); }} /><//>
    ${clashes.map(({ question, mine, theirs: value }) => html`<${Field} key=${question.path} id=${`merge-${question.path}`} group label=${said(question.label)}>
      <${Chips} labelledby=${`merge-${question.path}-label`} value=${theirs.value.has(question.path) ? 'theirs' : 'mine'}
        options=${[{ value: 'mine', label: told(question, mine) }, { value: 'theirs', label: told(question, value) }]} onChange=${(/** @type {string} */ one) => (theirs.value = toggled(theirs.value, question.path, one === 'theirs'))} /><//>`)}
    ${same.length > 0 && html`<${Field} id="merge-people" group label=${t('homes.merge.people')}>
      <${Choices} many labelledby="merge-people-label" value=${same.filter(([, other]) => !apart.value.has(other.id)).map(([, other]) => other.id)}
        options=${same.map(([, other]) => ({ value: other.id, label: other.answers.name, meta: t('homes.merge.samePerson') }))}
        onChange=${(/** @type {string[]} */ ids) => (apart.value = new Set(same.map(([, other]) => other.id).filter((id) => !ids.includes(id))))} /><//>`}
    <p class="quiet">${follow.length ? t('homes.merge.follow', { what: follow.join(t('join.clause')) }) : t('homes.merge.nothing')}</p>
  <//>`;
}

/**
 * One person of a household: who, how old, where now; the rest by the form's pages.
 * Promises: reads this phone; numbers are masked until tapped.
 */
import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { called } from '../domain/household.js';
import { t } from '../i18n.js';
import { store } from '../store/store.js';
import { calendarDay, moment } from '../ui/format.js';
import { html } from '../ui/html.js';
import { Inner } from '../ui/layout.js';
import { Blank, Button, List, Row, Tag, Tags, Tap } from '../ui/parts.js';
import { Answers } from './parts/answers.js';
import { History } from './parts/history.js';
import { choiceLabel, joined } from './parts/labels.js';
import { MaskedRow } from './parts/masked.js';
import { ageOf } from './parts/people.js';
import { Opening, useReady } from './parts/ready.js';

/** @typedef {import('../store/types.js').Rec} Rec */

const TOLD = new Set(['name', 'household', 'relation', 'phone', 'birth_date', 'birth_year', 'gender', 'at_home', 'more/special_groups']);

/** @param {{params: Record<string, string>, query: Record<string, string>}} props */
export default function Person({ params, query }) {
  const ready = useReady('hot');
  const person = store.get(params.id ?? '');
  if (!person && !ready) return html`<${Inner} title=${t('title.person')} backTo="/households" hideTitle><${Opening} text=${t('opening')} /><//>`;
  if (!person) return html`<${Inner} title=${t('title.person')} backTo="/households"><${Blank} scene="homes" title=${t('person.gone')} text=${t('household.goneText')} /><//>`;
  if (query.view === 'history') return html`<${History} rec=${person} title=${person.answers.name} backTo=${`/person/${person.id}`} />`;
  return html`<${One} key=${person.id} person=${person} />`;
}

/** What comes after the first look. @type {import('@preact/signals').Signal<typeof import('./homes/card.js') | null>} */
const later = signal(null);

/** "儿子 · 男 · 43 岁 · 1983年5月". @param {Rec} person */
function about(person) {
  const { answers } = person;
  const say = (/** @type {string} */ path) => choiceLabel(person, path, answers[path]);
  const age = ageOf(person);
  const born = answers.birth_date ? t('person.bornOn', { day: calendarDay(answers.birth_date) }) : answers.birth_year ? t('person.bornIn', { year: answers.birth_year }) : '';
  return joined([say('relation'), say('gender'), age && t('person.age', { n: age }), born, say('at_home')], ' · ');
}

/** @param {{person: Rec}} props */
function One({ person }) {
  const more = useSignal(false);
  useEffect(() => void import('./homes/card.js').then((card) => (later.value = card)), []);
  const home = store.get(person.answers.household ?? '');
  const { phone } = person.answers;
  const groups = person.answers['more/special_groups'] ?? [];
  const dock = html`${phone && html`<${Button} icon="phone" href=${`tel:${String(phone).replace(/[^\d+]/g, '')}`}>${t('household.call')}<//>`}
    <${Button} kind="main" icon="pen" href=${`/record/${person.id}/edit`}>${t('person.edit')}<//>`;
  return html`<${Inner} title=${person.answers.name ?? t('title.person')} name backTo=${home ? `/household/${home.id}` : '/households'} dock=${dock}
    end=${html`<${Tap} icon="more" label=${t('person.moreLabel')} onTap=${() => (more.value = true)} />`}>
    <div class="who"><p>${about(person)}</p>
      ${groups.length > 0 && html`<${Tags} label=${t('person.groups')}>${groups.map((/** @type {string} */ one) => html`<${Tag} key=${one} text=${choiceLabel(person, 'more/special_groups', one)} />`)}<//>`}</div>
    <${List}>
      ${home && html`<${Row} key="home" slim icon="house" title=${called(home, t)} href=${`/household/${home.id}`} />`}
      ${phone && html`<${MaskedRow} key="phone" name="phone" label=${t('person.phone')} value=${phone} />`}
    <//>
    <${Answers} rec=${person} skip=${(/** @type {any} */ question) => TOLD.has(question.path) || question.path.startsWith('roll/merged')} />
    ${later.value && html`<${later.value.Card} about=${person} /><${later.value.OwnReceipt} id=${person.id} />`}
    <p class="quiet small">${t('record.lastChanged', { name: person.by === store.account.value?.id ? t('people.you') : store.name(person.by) || t('people.someone'), time: moment(person.client_at || person.at) })}</p>
    ${more.value && later.value && html`<${later.value.PersonMore} person=${person} onClose=${() => (more.value = false)} />`}
  <//>`;
}

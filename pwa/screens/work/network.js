/**
 * The contacts network by level: who is a key node, when each was last spoken with, who is still to be found; and where I stand.
 * Promises: the last contact is read from visits, consultations and meetings; ringing up never notes anything by itself.
 */
import { useEffect } from 'preact/hooks';
import { useComputed, useSignal } from '@preact/signals';
import { NEEDED, network } from '../../domain/pack/network.js';
import { styled } from '../../form/widgets/pack/address.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { ago, count, today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Button, Card, Group, List, Row, Search, Tap } from '../../ui/parts.js';
import { choiceLabel, joined, nameOf } from '../parts/labels.js';
import { Opening, useReady } from '../parts/ready.js';
import { contacted } from './acting.js';
import { useFound } from './finding.js';
import { begin } from './kind.js';
import { lastNamed } from './pointing.js';
import './words.js';

await styled('styles/pack/work.css');

/** @typedef {import('../../store/types.js').Rec} Rec */

/** What names a contact when one has spoken with them. */
const SPOKEN = ['visit', 'consultation', 'meeting'];
const MANY = 10;

/** @param {{contact: Rec, last: string}} props */
function Contact({ contact, last }) {
  const { name, post, phone, in_charge_of: charge, is_key_node: key, org, org_name: orgName } = contact.answers;
  const unit = org ? nameOf(org) : orgName ?? '';
  const meta = joined([choiceLabel(contact, 'role', contact.answers.role), joined([unit, post], ' '), charge], ' · ');
  return html`<div class="people-row"><${Row} title=${name} meta=${joined([key === 'yes' ? t('work.key') : '', meta, last ? t('work.spoken', { ago: ago(last) }) : t('work.unspoken')], ' · ')} href=${`/record/${contact.id}`} next=${false} />
    ${phone && html`<${Tap} icon="phone" label=${t('work.call', { name })} href=${`tel:${String(phone).replace(/[^\d+]/g, '')}`} />`}
    <${Tap} icon="check" label=${t('work.spoke', { name })} onTap=${() => void contacted(contact)} /></div>`;
}

/** Where one stands oneself: post and unit of one's own term. */
function Myself() {
  const me = store.account.value;
  const own = store.list('assignment').find((rec) => rec.answers.account === me?.id || rec.answers.person === me?.name);
  if (!own) return html`<${List}><${Row} slim icon="person" title=${t('work.me.none')} meta=${t('work.me.none.what')} onTap=${() => begin('assignment', { person: me?.name ?? '' })} /><//>`;
  const unit = own.answers.unit ? nameOf(own.answers.unit) : own.answers.unit_name ?? '';
  return html`<${List}><${Row} slim icon="person" title=${t('work.me', { name: own.answers.person ?? '' })} meta=${joined([choiceLabel(own, 'post', own.answers.post), unit], ' · ')} href=${`/record/${own.id}`} /><//>`;
}

export default function Network() {
  const ready = useReady('all');
  const typed = useSignal('');
  useEffect(() => void Promise.all([...SPOKEN, 'contact', 'assignment', 'organisation'].map((kind) => store.loadForm(kind).catch(() => undefined))), []);
  const all = store.list('contact');
  const spoken = useComputed(() => lastNamed('contact', SPOKEN, today()));
  const levels = useComputed(() => network(store.list('contact'), today()));
  const found = useFound(useComputed(() => store.list('contact').map((rec) => ({ id: rec.id, name: joined([rec.answers.name, rec.answers.post, rec.answers.in_charge_of], ' ') }))).value, typed.value);
  const lastOf = (/** @type {Rec} */ rec) => [spoken.value.get(rec.id) ?? '', String(rec.answers.first_contacted_on ?? '')].sort().at(-1) ?? '';
  const level = (/** @type {string} */ name) => choiceLabel({ kind: 'contact' }, 'level', name) || t('work.level.none');
  const searched = all.length > MANY;
  const dock = html`${searched && html`<${Search} value=${typed.value} onInput=${(/** @type {string} */ text) => (typed.value = text)} label=${t('work.search.in')} placeholder=${t('work.search.letters')} clearLabel=${t('act.clear')} />`}
    <${Button} kind="main" icon="plus" onTap=${() => begin('contact', {})}>${t('work.contact.new')}<//>`;
  return html`<${Inner} title=${t('work.network')} backTo="/work" dock=${dock} dockKind=${searched ? 'stack' : ''}>
    ${!found && html`<${Myself} />`}
    ${levels.value.map(({ name, contacts, missing }) => {
      const some = found ? contacts.filter(({ id }) => found.has(id)) : contacts;
      if (!some.length && (found || !missing.length)) return null;
      return html`<${Group} key=${name} title=${level(name)} count=${t('count.people', { n: count(some.length) })}>
        ${some.length > 0 && html`<${List}>${some.map((/** @type {any} */ rec) => html`<${Contact} key=${rec.id} contact=${rec} last=${lastOf(rec)} />`)}<//>`}
        ${!found && missing.length > 0 && html`<${List} label=${t('work.missing')}>${missing.map((role) => html`<${Row} key=${role} slim icon="plus" title=${choiceLabel({ kind: 'contact' }, 'role', role)} end=${t('work.notYet')} next=${false} onTap=${() => begin('contact', { role, level: name })} />`)}<//>`}
      <//>`;
    })}
    ${found && !found.size && html`<p class="quiet">${t('work.none', { query: typed.value.trim() })}</p>`}
    ${!ready && html`<${Opening} text=${t('opening')} />`}
    ${ready && !all.length && html`<${Card}><p>${t('work.network.what', { n: Object.values(NEEDED).flat().length })}</p><//>`}
  <//>`;
}

/**
 * What stands above a record's answers: its state and how it got there, then what can be done with it or with its entries.
 * Promises: an act its state does not lead to is not here; each can be taken back.
 */
import { ACTED } from '../../domain/pack/entries.js';
import { LIVES, lineOfLife } from '../../domain/pack/life.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { day } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Button, Card, Chip, Chips, Group, State, Tags, Tag, Timeline } from '../../ui/parts.js';
import { answerText, choiceLabel, joined } from '../parts/labels.js';
import { actsOf, entriesOf } from './acting.js';
import { standingOf } from './line.js';
import './words.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** Those who only read a village change nothing in it. */
const mayAct = () => store.role.value !== 'township_leader';

/** The act that stands in the dock. @param {Rec} rec */
export const mainAct = (rec) => (mayAct() ? actsOf(rec).find((act) => !act.side) : undefined);

/** @param {{rec: Rec}} props */
export function Life({ rec }) {
  const standing = standingOf(rec);
  const line = lineOfLife(rec.kind, rec.answers);
  const path = LIVES[rec.kind]?.path ?? '';
  const main = mainAct(rec);
  const others = mayAct() ? actsOf(rec).filter((act) => act.name !== main?.name) : [];
  const label = (/** @type {string} */ name) => (name === 'reported' ? t('work.life.reported') : choiceLabel(rec, path, name));
  return html`${standing && html`<${Tags}><${Tag} ...${standing} /><//>`}
    ${others.length > 0 && html`<${Chips} label=${t('work.also')}>${others.map((act) => html`<${Chip} key=${act.name} plain onTap=${() => void act.run()}>${t(`work.act.${act.name}`)}<//>`)}<//>`}
    ${line.length > 0 && html`<${Group} title=${t('work.way')}><${Card}><${Timeline} items=${line.map(({ name, on, state }) => ({ key: name, title: label(name), when: on ? day(on) : '', state }))} /><//><//>`}
    ${mayAct() && html`<${Entries} rec=${rec} />`}`;
}

/** What entries ask for, one card each. @param {{rec: Rec}} props */
function Entries({ rec }) {
  const acted = ACTED[rec.kind];
  const open = entriesOf(rec);
  if (!acted || !open.length) return null;
  const say = (/** @type {Record<string, any>} */ entry, /** @type {string} */ name) => answerText(rec, `${acted.repeat}/${name}`, entry[name]);
  return html`<${Group} title=${t(`work.entries.${rec.kind}`)}>${open.map(({ entry, acts }) => html`<${Card} key=${entry.id} title=${say(entry, acted.title)} by=${joined([...new Set(acted.meta.map((name) => say(entry, name)))], ' · ')}>
    ${acted.state && entry[acted.state] && html`<p><${State} text=${say(entry, acted.state)} /></p>`}
    <div class="chips">${acts.map((act) => html`<${Button} key=${act.name} kind="line" low onTap=${() => void act.run()}>${t(`work.act.${act.name}`)}<//>`)}</div><//>`)}<//>`;
}

/**
 * One page of the village's profile: what is missing first, each a tap from its question; then what is written, by whom and when.
 * Promises: what households answer by themselves is counted and says so; written more than a year ago bears a clock.
 */
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { count, daysTo } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Button, Group, List, Row } from '../../ui/parts.js';
import { FieldQuestions } from '../review/parts.js';
import { unitOf, valueWithUnit } from '../parts/answers.js';
import { joined, said } from '../parts/labels.js';
import { whenOn } from '../parts/moments.js';
import { countedAnswers } from './figures.js';
import { profileParts } from './missing.js';
import { profiles } from './profiles.js';
import './words.js';

/** @typedef {import('./parts.js').Part} Part */

const LONG = 12;
const OLD_DAYS = 365;

/** @param {Part} part */
export function partState({ written, missing }) {
  if (!written.length) return t('village.unknown');
  return written.length + missing.length === 1 ? t('village.has') : t('village.partOf', { n: written.length, all: written.length + missing.length });
}

/** @param {{path: string}} props */
export function PartPage({ path }) {
  const part = profileParts().find((one) => one.path === path);
  if (!part) return html`<${Inner} title=${t('village.look')} backTo="/village" />`;
  const { written, missing } = part;
  const profile = profiles()[0];
  const homes = store.list('household');
  const counted = countedAnswers(homes);
  const [next] = missing;
  const edit = (/** @type {string} */ at) => `/village/profile?at=${encodeURIComponent(at)}`;
  const by = profile && (profile.by === store.account.value?.id ? t('people.you') : store.name(profile.by) || t('people.someone'));
  const old = profile && -daysTo(profile.client_at || profile.at) > OLD_DAYS;
  const dock = html`<${Button} kind="main" icon="pen" grow=${10} href=${edit(next?.path ?? part.path)}>${next ? t('village.goOn', { name: said(next.label) }) : t('village.correct')}<//>`;
  return html`<${Inner} title=${part.title} backTo="/village" dock=${dock} tight=${false} end=${html`<span class="state">${t('village.partOf', { n: written.length, all: written.length + missing.length })}</span>`}>
    ${missing.length > 0 && html`<${Group} title=${t('village.notYet')}><${List}>${missing.map((question) => html`<${Row} key=${question.path} slim title=${said(question.label)}
      state=${{ tone: 'doing', icon: 'plus', text: t('village.write') }} href=${edit(question.path)} />`)}<//><//>`}
    ${written.length > 0 && html`<${Group} title=${t('village.already')}><${List}>${written.map((question) => {
      const n = counted[question.path];
      if (n !== undefined) return html`<${Row} key=${question.path} slim title=${said(question.label)} meta=${t('village.countedFrom', { n: count(homes.length) })} end=${joined([count(n), unitOf(question)], ' ')} />`;
      const text = profile ? valueWithUnit(profile, question) : '';
      const long = [...text].length > LONG;
      return html`<${Row} key=${question.path} slim title=${said(question.label)} meta=${long ? text : ''} end=${long ? '' : text} next=${false} href=${edit(question.path)} />`;
    })}<//><//>`}
    ${profile && html`<p class="quiet small">${t('record.lastChanged', { name: by ?? '', time: whenOn(profile.client_at || profile.at) })}</p>`}
    ${old && html`<${List}><${Row} slim icon="clock" title=${t('village.old')} meta=${t('village.oldWhat')} href=${edit(part.path)} /><//>`}
    ${profile && html`<${FieldQuestions} rec=${profile} />`}
  <//>`;
}

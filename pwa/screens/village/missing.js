/**
 * What of the village's profile is written and what is missing, in one row that leads to the first gap; and beginning a new year's.
 * Promises: nothing where there is no form; what is begun from last year's page can be taken back.
 */
import { pageOf } from '../../domain/pack/new-year.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { List, Row } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { said } from '../parts/labels.js';
import { countedAnswers } from './figures.js';
import { partsOf } from './parts.js';
import { profiles } from './profiles.js';
import './words.js';

const NAMED = 2;

/** @returns {import('./parts.js').Part[]} of the latest profile */
export function profileParts() {
  const definition = store.form('village_profile');
  return definition ? partsOf(definition, profiles()[0]?.answers ?? {}, countedAnswers(store.list('household'))) : [];
}

/** The latest profile is of an earlier year: this year's begins with what seldom changes. Counts and sums are asked anew. */
export function NewYear() {
  const [latest] = profiles();
  const year = new Date().getFullYear();
  const page = latest && pageOf(latest.answers, year);
  if (!page) return null;
  const begin = async () => {
    const saved = await store.save({ kind: latest.kind, set: page });
    offerUndo(t('village.yearBegun', { year }), () => store.undo(saved));
  };
  return html`<${List}><${Row} slim icon="plus" title=${t('village.beginYear', { year })} meta=${t('village.beginYearWhat', { year: latest.answers.year })} next=${false} onTap=${() => void begin()} /><//>`;
}

export function Missing() {
  const parts = profileParts();
  const missing = parts.flatMap((part) => part.missing);
  const all = missing.length + parts.reduce((sum, part) => sum + part.written.length, 0);
  if (!all) return null;
  const names = missing.slice(0, NAMED).map((question) => said(question.label)).join(t('join.list'));
  const meta = !missing.length ? t('village.allWritten') : missing.length > NAMED ? t('village.missingMany', { names, n: missing.length }) : t('village.missing', { names });
  return html`<${List}><${Row} title=${t('village.writtenOf', { all, n: all - missing.length })} meta=${meta} state=${{ tone: 'doing', text: t('village.fill') }} next
    href=${missing[0] ? `/village/profile?at=${encodeURIComponent(missing[0].path)}` : '/village/profile'} /><//>`;
}

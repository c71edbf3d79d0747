/**
 * How one change in the outbox is called, and where it is: the words of receipts, refusals and sign-out.
 * Promises: reads only; the words follow the sync state, never the browser's idea of being online.
 */
import { firstSentence } from '../../domain/tasks.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { state } from '../../sync/loop.js';
import { time } from '../../ui/format.js';
import { kindLabel, nameOf, questionLabel } from './labels.js';
import { when } from './moments.js';

/** @typedef {import('../../store/types.js').Entry} Entry */

/** @param {Entry} entry "走访 · 罗永福" */
export function entryTitle(entry) {
  if (entry.kind === 'conflict') return t('writing.chosen', { name: conflictName(entry) });
  const kind = kindLabel(entry);
  const name = subjectOf(entry);
  const verb = entry.set.deleted === true ? 'writing.removed' : entry.created ? '' : 'writing.changed';
  const what = verb ? t(verb, { kind }) : kind;
  return name ? `${what}\u00a0· ${name}` : what;
}

/** Whom or what it is about: the home of a visit, the first sentence of a problem. @param {Entry} entry */
function subjectOf(entry) {
  const answers = { ...entry.before, ...store.get(entry.record)?.answers, ...entry.set };
  if (entry.kind === 'visit' && answers.household) return nameOf(answers.household);
  if (entry.kind === 'problem') return answers.title || firstSentence(answers.content) || entry.title || '';
  return entry.title || store.titleOf({ ...entry, answers });
}

/** @param {Entry} entry */
function conflictName(entry) {
  const conflict = store.get(entry.record);
  const about = conflict && store.get(conflict.answers.record);
  return about ? questionLabel(about, conflict.answers.question) : nameOf(entry.record);
}

/** Why something has not been sent yet, in words. @returns {string} */
export function waitingReason() {
  const { phase, nextTryAt } = state.value;
  if (phase === 'syncing' || phase === 'slow') return t('writing.sending');
  if (phase === 'sign-in') return t('writing.signIn');
  if (phase === 'server') return nextTryAt ? t('writing.serverAt', { time: time(new Date(nextTryAt).toISOString()) }) : t('writing.server');
  if (phase === 'offline') return t('writing.offline');
  return t('writing.soon');
}

/** @typedef {{word: string, note: string, wait: boolean}} Station */

/** The three places of one change, each with its time or the reason it is not there yet. @param {Entry} entry @returns {Station[]} */
export function stationsOf(entry) {
  const there = entry.state === 'acknowledged' || entry.state === 'checked';
  const checked = entry.state === 'checked';
  return [
    { word: t('receipt.kept'), note: when(entry.at), wait: false },
    there
      ? { word: t('receipt.arrived'), note: when(entry.answeredAt ?? ''), wait: false }
      : { word: t('receipt.toServer'), note: entry.state === 'quarantined' ? t('receipt.refused') : waitingReason(), wait: true },
    checked
      ? { word: t('receipt.checked'), note: when(entry.checkedAt ?? ''), wait: false }
      : { word: t('receipt.toCheck'), note: there ? t('receipt.nextTime') : '—', wait: true },
  ];
}

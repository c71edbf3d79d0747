/**
 * What the server did not take: all of it as a list, or one with its reason, its text and the ways on.
 * Promises: nothing here is ever dropped by this phone; the text can be copied, sent again, or written elsewhere.
 */
import { useSignal } from '@preact/signals';
import { t } from '../i18n.js';
import { back, go } from '../routes.js';
import { store } from '../store/store.js';
import { html } from '../ui/html.js';
import { Inner } from '../ui/layout.js';
import { Banner, Blank, Button, List, Row } from '../ui/parts.js';
import { Sheet } from '../ui/sheet.js';
import { offerUndo } from '../ui/undo.js';
import { answerText, kindLabel, questionLabel, questionOf } from './parts/labels.js';
import { isMasked, maskOf } from './parts/masked.js';
import { whenOn } from './parts/moments.js';
import { entryTitle } from './parts/writing.js';
import { isMendable, mend } from './safe/mending.js';

/** @typedef {import('../store/types.js').Entry} Entry */

/** Codes with a sentence of their own. */
const REASONS = new Set(['village_left', 'unknown_village', 'unknown_kind', 'unknown_record', 'unknown_question', 'wrong_type', 'local_only', 'move_not_allowed', 'answer_not_yours', 'malformed_line', 'line_too_large']);
/** These may be taken later, as they stand. */
const AGAIN = new Set(['unknown_record', 'unknown_kind', 'unknown_question', 'move_not_allowed', 'wrong_type']);

/** @param {Entry} entry */
const villageName = (entry) => store.scope.value.find((place) => place.id === entry.village)?.name ?? t('refused.thatVillage');

/** Why, in people and places. @param {Entry} entry */
function reason(entry) {
  const { question } = entry.detail ?? {};
  const values = { village: villageName(entry), question: question ? questionLabel(entry, question) : t('refused.someAnswer') };
  return t(REASONS.has(entry.code ?? '') ? `refused.why.${entry.code}` : 'refused.why.other', values);
}

/** Its answers, one a line. @param {Entry} entry @param {boolean} open masks off @returns {[string, string][]} */
function linesOf(entry, open) {
  return Object.entries(entry.set).filter(([path]) => path !== 'deleted' && path !== 'village').map(([path, value]) => {
    const name = path.split('/').pop() ?? '';
    const plain = value && typeof value === 'object' && !Array.isArray(value) ? value.append ?? value.put ?? '' : value;
    const text = value === null ? t('history.emptied') : !open && isMasked(name) && typeof plain === 'string' ? maskOf(name, plain) : answerText(entry, path, plain);
    return /** @type {[string, string]} */ ([questionLabel(entry, path), text]);
  }).filter(([, text]) => text);
}

/** @param {Entry} entry */
const plainText = (entry) =>
  [entryTitle(entry), `${villageName(entry)} ${whenOn(entry.at)}`, ...linesOf(entry, true).map(([label, text]) => `${label}: ${text}`)].join('\n');

/** What can be written in another village: not what belongs to a home there. @param {Entry} entry */
function elsewhere(entry) {
  const places = store.places.value.filter((place) => place.id !== entry.village && place.role !== 'township_leader');
  const bound = entry.kind !== 'problem' && entry.kind !== 'household';
  return bound || !entry.created ? [] : places;
}

/** The same answers as a new record, without what points into the old village. @param {Entry} entry */
const unbound = (entry) => Object.fromEntries(Object.entries(entry.set).filter(([path]) => !questionOf(entry, path)?.refers));

/** @param {{entry: Entry, onClose: () => void}} props */
function ElsewhereSheet({ entry, onClose }) {
  const write = async (/** @type {string} */ village) => {
    const saved = await store.save({ kind: entry.kind, village, set: unbound(entry) });
    onClose();
    go('/me/refused', { replace: true });
    offerUndo(t('refused.written'), () => store.undo(saved));
  };
  return html`<${Sheet} title=${t('refused.whichVillage')} onClose=${onClose}><${List}>
    ${elsewhere(entry).map((place) => html`<${Row} key=${place.id} slim title=${place.name} next=${false} onTap=${() => void write(place.id)} />`)}
  <//><//>`;
}

/** Lets the text go from this phone; the server keeps its copy. @param {{entry: Entry, onClose: () => void}} props */
function DropSheet({ entry, onClose }) {
  const drop = async () => {
    onClose();
    await store.discardRefused(entry);
    back('/me/refused');
  };
  return html`<${Sheet} title=${t('refused.dropTitle')} text=${t('refused.dropText')} onClose=${onClose}>
    <div class="acts"><${Button} onTap=${onClose}>${t('act.cancel')}<//><${Button} kind="main" onTap=${() => void drop()}>${t('refused.dropDo')}<//></div>
  <//>`;
}

/** @param {{entry: Entry}} props */
function One({ entry }) {
  const copied = useSignal(false);
  const open = useSignal('');
  const lines = linesOf(entry, false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(plainText(entry));
      copied.value = true;
      offerUndo(t('refused.copied'));
    } catch {
      offerUndo(t('refused.selectIt'));
    }
  };
  const again = async () => {
    await store.save({ kind: entry.kind, id: entry.record, village: entry.village, set: entry.set, title: entry.title ?? '' });
    await store.discardRefused(entry);
    offerUndo(t('refused.sentAgain'));
    back('/me/refused');
  };
  const mends = isMendable(entry);
  const resends = AGAIN.has(entry.code ?? '');
  const dock = (mends || resends) && html`${resends && html`<${Button} kind=${mends ? 'tone' : 'main'} onTap=${() => void again()}>${t('refused.again')}<//>`}
    ${mends && html`<${Button} kind="main" icon="pen" onTap=${() => void mend(entry)}>${t('refused.mend')}<//>`}`;
  return html`<${Inner} title=${t('title.refused')} backTo="/me/refused" dock=${dock}>
    <div class="who"><h2 class="question">${t('refused.title', { kind: kindLabel(entry) })}</h2><p>${reason(entry)}</p></div>
    <${Banner} tone="good" icon="device" title=${t('refused.nothingLost')} text=${t(entry.code === 'local_only' ? 'refused.keptHere' : 'refused.kept')} />
    <article class="card">
      <h3>${entryTitle(entry)}</h3>
      ${lines.length > 0 && html`<dl class="pairs">${lines.map(([label, text]) => html`<dt>${label}</dt><dd>${text}</dd>`)}</dl>`}
      ${entry.set.deleted === true && html`<p>${t('refused.wasRemoval')}</p>`}
      <p class="by">${t('refused.by', { time: whenOn(entry.at), village: villageName(entry) })}</p>
    </article>
    <${List}>
      <${Row} key="copy" slim icon="file" title=${t(copied.value ? 'refused.copied' : 'refused.copy')} onTap=${() => void copy()} />
      ${elsewhere(entry).length > 0 && html`<${Row} key="else" slim icon="pen" title=${t('refused.elsewhere')} onTap=${() => (open.value = 'elsewhere')} />`}
      <${Row} key="drop" slim icon="erase" title=${t('refused.drop')} onTap=${() => (open.value = 'drop')} />
    <//>
    <p class="quiet small">${t('refused.code')} <span class="num">${entry.code} · ${entry.n}</span></p>
    ${open.value === 'elsewhere' && html`<${ElsewhereSheet} entry=${entry} onClose=${() => (open.value = '')} />`}
    ${open.value === 'drop' && html`<${DropSheet} entry=${entry} onClose=${() => (open.value = '')} />`}
  <//>`;
}

/** @param {{params: Record<string, string>}} props */
export default function Refused({ params }) {
  const refused = store.outbox.value.filter((entry) => entry.state === 'quarantined').reverse();
  const one = params.n && refused.find((entry) => String(entry.order) === params.n);
  if (one) return html`<${One} key=${one.order} entry=${one} />`;
  if (params.n) return html`<${Inner} title=${t('title.refused')} backTo="/me"><${Blank} title=${t('refused.taken')} text=${t('refused.takenText')} /><//>`;
  return html`<${Inner} title=${t('title.refused')} backTo="/me">
    ${refused.length === 0 && html`<${Blank} title=${t('refused.none')} text=${t('refused.noneText')} />`}
    ${refused.length > 0 && html`<ul class="list">${refused.map((entry) => html`<li key=${entry.order}>
      <${Row} icon="return" title=${entryTitle(entry)} meta=${reason(entry)} href=${`/me/refused/${entry.order}`} /></li>`)}</ul>`}
  <//>`;
}

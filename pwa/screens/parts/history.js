/**
 * Who changed what, of one record. It lies on the server; without a network the copy that was looked at last is shown, with its day.
 * Promises: shows what the server told, newest first, and what lost against another version; a change not sent yet stands above.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n.js';
import { back } from '../../routes.js';
import { store } from '../../store/store.js';
import { history } from '../../sync/api.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Banner, Button, Group } from '../../ui/parts.js';
import { answerText, joined, questionLabel } from './labels.js';
import { isMasked, maskOf } from './masked.js';
import { whenOn } from './moments.js';
import { Opening } from './ready.js';
import { ENTRY } from './versions.js';
import '../safe/words.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {{rev?: number, by: string, at: string, client_at?: string, created?: boolean, set: Record<string, any>, before: Record<string, any>,
 *   origin?: string, phone?: number | null, passed_over?: Record<string, any> | null}} Change
 */

/** @param {Rec} rec @param {string} path @param {any} value @returns {string} */
function valueText(rec, path, value) {
  if (path === 'deleted') return t(value ? 'history.deleted' : 'history.alive');
  if (value && typeof value === 'object' && !Array.isArray(value)) {
    const { put, drop, append, add } = value;
    if (add !== undefined) return `${add > 0 ? '+' : ''}${add}`;
    const parts = [put ?? append, drop && drop.length ? t('history.dropped', { n: drop.length }) : ''];
    return joined(parts.map((part) => (typeof part === 'string' ? part : answerText(rec, path, part))));
  }
  if (typeof value === 'string' && isMasked(path.split('/').pop() ?? '')) return maskOf(path.split('/').pop() ?? '', value);
  return answerText(rec, path, value);
}

/** What stood where entries were changed or taken out. @param {Rec} rec @param {string} path @param {any} value @param {any} old what puts it back; of what is not sent, all that stood @returns {string} */
function formerText(rec, path, value, old) {
  if (typeof old === 'number') return String(old);
  const touched = new Set([...(value.put ?? []), ...(value.drop ?? [])].map((one) => one?.id ?? one));
  const stood = Array.isArray(old) ? old.filter((one) => touched.has(one?.id ?? one)) : old?.put ?? [];
  return stood.length ? answerText(rec, path, stood) : '';
}

/** What was written beside another version and did not come to stand. @param {{rec: Rec, conflict: Rec}} props */
function NotUsed({ rec, conflict }) {
  const { question, mine, mine_by: by, mine_at: at, state } = conflict.answers;
  const name = by === store.account.value?.id ? t('people.you') : store.name(by) || t('people.someone');
  const [, repeat = ''] = ENTRY.exec(question) ?? [];
  const open = state === 'open';
  const rows = question.startsWith('group:') && mine ? Object.entries(mine) : [[repeat || question, repeat && mine ? [mine] : mine]];
  return html`<article class="card lazy">
    <h2>${t(open ? 'history.notYet' : 'history.notUsed', { name })}</h2>
    <dl class="pairs">${rows.map(([path, value]) => html`<dt>${path === 'deleted' ? t('history.record') : questionLabel(rec, path)}</dt><dd>${value === undefined || value === null ? t('history.emptied') : valueText(rec, path, value)}</dd>`)}</dl>
    <p class="by">${whenOn(at)}</p>
    ${open && html`<${Button} kind="line" low href=${`/conflict/${conflict.id}`}>${t('history.choose')}<//>`}
  </article>`;
}

/** One answer's row; a mark beside it was made or taken away, and is no answer. @param {{rec: Rec, change: Change, path: string, value: any}} props */
function Changed({ rec, change, path, value }) {
  if (path.endsWith('#later')) return html`<dt>${questionLabel(rec, path.slice(0, -'#later'.length))}</dt><dd>${t(value ? 'history.marked' : 'history.unmarked')}</dd>`;
  const old = change.before?.[path];
  const was = isOperation(value) ? formerText(rec, path, value, old) : old === undefined || old === null ? '' : valueText(rec, path, old);
  return html`<dt>${path === 'deleted' ? t('history.record') : questionLabel(rec, path)}</dt>
    <dd>${was && html`<s>${was}</s> → `}${valueText(rec, path, value) || t('history.emptied')}</dd>`;
}

/** @param {{rec: Rec, change: Change, unsent?: boolean}} props */
function ChangeCard({ rec, change, unsent }) {
  const rows = Object.entries(change.set).filter(([path]) => path !== 'village');
  const me = change.by === store.account.value?.id;
  const name = me ? t('people.you') : store.name(change.by) || t('people.someone');
  return html`<article class="card lazy">
    <h2>${t(change.created ? 'history.wrote' : 'history.changed', { name })}</h2>
    <dl class="pairs">${rows.map(([path, value]) => html`<${Changed} key=${path} rec=${rec} change=${change} path=${path} value=${value} />`)}</dl>
    ${change.passed_over && html`<p class="small">${t('history.passedOver')}</p><dl class="pairs">${Object.entries(change.passed_over).map(([path, value]) => html`<dt>${questionLabel(rec, path)}</dt><dd>${valueText(rec, path, value)}</dd>`)}</dl>`}
    <p class="by">${unsent ? t('history.unsent') : joined([whenOn(change.client_at || change.at), change.phone ? t('history.phone', { n: change.phone }) : '', change.origin === 'conflict' ? t('history.chosen') : ''], ' · ')}</p>
  </article>`;
}

/** @param {any} value */
const isOperation = (value) => value && typeof value === 'object' && !Array.isArray(value);

/** @param {{rec: Rec, title: string, backTo: string}} props */
export function History({ rec, title, backTo }) {
  const changes = useSignal(/** @type {Change[] | null} */ (null));
  const failed = useSignal(false);
  const as = useSignal('');
  const look = async () => {
    failed.value = false;
    try {
      const told = (await history(rec.id)).changes;
      changes.value = told;
      as.value = '';
      await (await import('../../store/past.js')).keepPast(store, rec.id, told).catch(() => undefined);
    } catch {
      const past = changes.value ? undefined : await import('../../store/past.js').then(({ pastOf }) => pastOf(store, rec.id)).catch(() => undefined);
      if (past) [changes.value, as.value] = [past.changes, past.at];
      failed.value = true;
    }
  };
  useEffect(() => void look(), [rec.id, rec.rev]);
  const unsent = store.unsent.value.filter((entry) => entry.record === rec.id).reverse();
  // What a new record says of each answer is that nothing stood there.
  const told = [...(changes.value ?? [])].sort((a, b) => (b.rev ?? 0) - (a.rev ?? 0))
    .map((change, at, all) => ({ ...change, created: at === all.length - 1 && Object.values(change.before ?? {}).every((old) => old === null || old === false) }));
  // Theirs came to stand, and is told by a change of its own. It stands above the revision it met.
  const beside = store.of(rec.id, 'conflict').filter(({ answers }) => answers.state !== 'kept_mine').map((conflict) => ({ rev: (conflict.answers.at_rev ?? 0) + 0.5, conflict }));
  const lines = [...told, ...beside].sort((a, b) => (b.rev ?? 0) - (a.rev ?? 0));
  return html`<${Inner} title=${t('history.title')} backTo=${backTo} onBack=${() => back(backTo)}>
    <p class="quiet small">${title}</p>
    ${failed.value && html`<${Banner} icon="offline" title=${t(as.value ? 'history.asOf' : 'history.offline', { time: whenOn(as.value) })} text=${t('history.offlineText')}
      actions=${html`<${Button} kind="line" low onTap=${() => void look()}>${t('act.again')}<//>`} />`}
    ${!failed.value && !changes.value && html`<${Opening} text=${t('history.opening')} />`}
    ${(unsent.length > 0 || lines.length > 0) && html`<${Group}>
      ${unsent.map((entry) => html`<${ChangeCard} key=${`o${entry.order}`} rec=${rec} unsent
        change=${{ by: store.account.value?.id ?? '', at: entry.at, set: entry.set, before: entry.before ?? {}, created: entry.created ?? false }} />`)}
      ${lines.map((line) => ('conflict' in line ? html`<${NotUsed} key=${line.conflict.id} rec=${rec} conflict=${line.conflict} />` : html`<${ChangeCard} key=${line.rev} rec=${rec} change=${line} />`))}
    <//>`}
  <//>`;
}

/**
 * A third value in place of two versions: a page on which it is written, with the question's own fields; those of a group together,
 * an entry as a whole. Promises: begins with what stands; nothing of the record is written before it is chosen; what cannot be
 * stored cannot be chosen.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import { todayOf } from '../../domain/dates.js';
import { isEmpty } from '../../form/entry.js';
import { Interview } from '../../form/interview.js';
import { drawn } from '../../form/pages.js';
import { formOf } from '../../form/session.js';
import { Questions } from '../../form/view.js';
import { leaving, useDialog } from '../../form/widgets/dialog.js';
import { lang, t } from '../../i18n.js';
import { localTime } from '../../store/changes.js';
import { html } from '../../ui/html.js';
import { Button, Tap } from '../../ui/parts.js';
import { ENTRY, aboutOf, conflictField } from './versions.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {{interview: Interview, paths: string[], place: string, read: () => any}} Asking  `read`: the value as a conflict holds it
 */

/** Nothing here opens entries, and what stood before is on the page below. */
const AROUND = { openEntry: () => undefined, conflict: () => null, last: () => '' };
/** Files belong to the record that names them, and entries within entries to their form. */
const ELSEWHERE = new Set(['image', 'audio', 'video', 'file', 'repeat']);

/** @param {Rec} conflict @param {import('../../form/definition.js').Definition} definition @returns {Asking} */
function askingOf(conflict, definition) {
  const { question, mine, theirs } = conflict.answers;
  const about = /** @type {Rec} */ (aboutOf(conflict));
  const [, repeat = ''] = ENTRY.exec(question) ?? [];
  const place = repeat ? question.slice(repeat.length + 1) : '';
  const entries = repeat ? (about.answers[repeat] ?? []) : [];
  // An entry that one of the two took away is written over what the other says.
  const answers = repeat && !entries.some((/** @type {any} */ one) => one.id === place)
    ? { ...about.answers, [repeat]: [...entries, { ...(theirs ?? mine), id: place }] } : about.answers;
  const interview = new Interview(definition, answers, { id: about.id, now: localTime(), today: todayOf(), lang: lang.value });
  const fits = (/** @type {string} */ path) => !ELSEWHERE.has(interview.graph.question(path).type);
  const at = interview.tree.atOf(repeat || question, place) ?? [];
  if (repeat) return { interview, place, paths: drawn(interview.graph, repeat).filter(fits), read: () => interview.tree.entries(repeat, []).find((one) => one.id === place) };
  if (!question.startsWith('group:')) return { interview, place, paths: [question].filter(fits), read: () => interview.tree.get(question, at) };
  const members = definition.questions.filter(({ merge, holds }) => merge === question && holds !== 'nothing').map(({ path }) => path);
  const said = () => Object.fromEntries(members.map((path) => [path, interview.tree.get(path, []) ?? null]));
  return { interview, place, paths: members.filter(fits), read: said };
}

/** Nothing, or an entry or a group in which nothing is said. @param {any} value */
const saysNothing = (value) => isEmpty(value) || (typeof value === 'object' && !Array.isArray(value) && Object.entries(value).every(([key, one]) => key === 'id' || isEmpty(one)));

/** @param {{conflict: Rec, onClose: () => void, onWrite: (value: any) => void}} props */
export function WriteAnother({ conflict, onClose, onWrite }) {
  const dialog = useDialog();
  const heading = useId();
  const wrong = useSignal('');
  const asking = useSignal(/** @type {Asking | null} */ (null));
  const about = aboutOf(conflict);
  useEffect(() => {
    if (about) void formOf({ kind: about.kind, key: '', href: '', rec: about }).then((found) => found && (asking.value = askingOf(conflict, found)));
  }, []);
  const now = asking.value;
  const write = () => {
    if (!now) return;
    // What was typed and cannot be stored says so beside its field.
    if (now.interview.raw.size) return;
    const value = now.read();
    if (saysNothing(value)) return void (wrong.value = t('conflict.writeFirst'));
    onWrite(structuredClone(value));
  };
  return html`<dialog class="page" ref=${dialog} aria-labelledby=${heading} onCancel=${leaving(onClose)}><div class="screen">
    <header class="head inner"><${Tap} icon="back" label=${t('act.cancel')} onTap=${onClose} /><h2 class="title" id=${heading} tabindex="-1" autofocus>${t('conflict.anotherTitle', { field: conflictField(conflict) })}</h2></header>
    <div class="scroll">${now && html`<${Questions} interview=${now.interview} paths=${now.paths} place=${now.place} around=${AROUND} />`}
      ${wrong.value && html`<p class="wrong" role="alert">${wrong.value}</p>`}</div>
    <footer><div class="dock"><${Button} onTap=${onClose}>${t('act.cancel')}<//><${Button} kind="main" onTap=${write}>${t('conflict.useWritten')}<//></div></footer>
  </div></dialog>`;
}

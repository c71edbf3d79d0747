/**
 * Two versions of one answer: all open ones as a list, or one to choose from.
 * Promises: none is preset; one tap decides and is kept like any writing, also offline; what was not chosen stays in the history;
 * a masked number is shown open only when the masks would hide the difference.
 */
import { useSignal } from '@preact/signals';
import { t } from '../i18n.js';
import { back } from '../routes.js';
import { store } from '../store/store.js';
import { phone } from '../ui/format.js';
import { html } from '../ui/html.js';
import { Inner } from '../ui/layout.js';
import { Blank, Button, Icon, Row } from '../ui/parts.js';
import { offerUndo } from '../ui/undo.js';
import { differences } from './parts/differences.js';
import { useReady } from './parts/ready.js';
import { answerText, entryText, formOf } from './parts/labels.js';
import { ENTRY, aboutOf, conflictField, conflictSubject } from './parts/versions.js';
import { WriteAnother } from './parts/write-another.js';
import './safe/words.js';
import { when } from './parts/moments.js';

/** @typedef {import('../store/types.js').Rec} Rec */

/** Texts this long may both be right. */
const LONG = 16;

/** @param {{params: Record<string, string>}} props */
export default function Conflict({ params }) {
  const ready = useReady('recent');
  if (!params.id) return html`<${All} />`;
  const conflict = store.get(params.id);
  if (!conflict && !ready) return html`<${Inner} title=${t('conflicts.title')} backTo="/me" />`;
  if (!conflict || conflict.answers.state !== 'open') return html`<${Settled} />`;
  return html`<${One} key=${conflict.id} conflict=${conflict} />`;
}

function All() {
  const open = [...store.conflicts()].sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  return html`<${Inner} title=${t('conflicts.title')} backTo="/me">
    ${open.length === 0 && html`<${Blank} scene="hills" title=${t('conflicts.none')} text=${t('conflicts.noneText')} />`}
    ${open.length > 0 && html`<ul class="list">${open.map((rec) => html`<li key=${rec.id}>
      <${Row} icon="two" title=${t('conflicts.of', { subject: conflictSubject(rec), field: conflictField(rec) })}
        meta=${t('conflicts.both', { name: nameOf(rec.answers.theirs_by), other: alsoOf(rec.answers.mine_by) })} href=${`/conflict/${rec.id}`} />
    </li>`)}</ul>`}
  <//>`;
}

function Settled() {
  return html`<${Inner} title=${t('conflicts.title')} backTo="/me/conflicts">
    <${Blank} scene="hills" title=${t('conflict.settled')} text=${t('conflict.settledText')} />
  <//>`;
}

/** @param {string} id */
const isMe = (id) => id === store.account.value?.id;
/** @param {string} id */
const nameOf = (id) => (isMe(id) ? t('people.you') : store.name(id) || t('people.someone'));

/** The name after another one. @param {string} id */
const alsoOf = (id) => (isMe(id) ? t('people.youToo') : nameOf(id));

/** One side's value as text. @param {Rec} conflict @param {any} value @param {boolean} open masks off */
function valueText(conflict, value, open) {
  const { question } = conflict.answers;
  const about = aboutOf(conflict) ?? { kind: '' };
  if (question === 'deleted') return t(value ? 'conflict.delete' : 'conflict.keep');
  const entry = ENTRY.exec(question);
  if (entry) return value ? entryText(about, /** @type {string} */ (entry[1]), value) : t('conflict.removed');
  if (value === undefined || value === null || value === '') return t('conflict.empty');
  if (!open && isPhone(conflict)) return phone(String(value));
  return answerText(about, question, value);
}

/** @param {Rec} conflict */
const isPhone = (conflict) => /(^|_)phone$/.test(conflict.answers.question.split('/').pop() ?? '');

/** `later`: what stands now when it is neither, else ''. @param {Rec} conflict @returns {{mine: string, theirs: string, later: string}} */
function versionTexts(conflict) {
  const { mine, theirs } = conflict.answers;
  const since = changedSince(conflict);
  const said = (/** @type {boolean} */ open) =>
    ({ mine: valueText(conflict, mine, open), theirs: valueText(conflict, theirs, open), later: since ? valueText(conflict, since.value, open) : '' });
  const shut = said(false);
  return new Set(Object.values(shut)).size < 3 ? said(true) : shut;
}

/** What the answer was changed to after its two versions were kept. @param {Rec} conflict @returns {{value: any} | null} */
function changedSince(conflict) {
  const about = aboutOf(conflict);
  return about && !standing(conflict) ? { value: about.answers[conflict.answers.question] ?? null } : null;
}

/** Whether another value may be put in the place of what stands as any answer is: a state only moves as its form says.
 * @param {Rec} conflict */
function isPlainAnswer(conflict) {
  const about = aboutOf(conflict);
  const form = about && formOf(about);
  const { question } = conflict.answers;
  const moved = form?.moves?.length ? [form.envelope.status, form.envelope.reported_on] : [];
  return Boolean(about && question !== 'deleted' && !moved.includes(question));
}

/** One answer, no entry and no group: only such a choice can be taken back by writing what stood there. @param {Rec} conflict */
const isSingle = (conflict) => isPlainAnswer(conflict) && !ENTRY.test(conflict.answers.question) && !conflict.answers.question.startsWith('group:');

/** What stood there before either was written, where that is known. @param {Rec} conflict */
function originOf(conflict) {
  const { base } = conflict.answers;
  return base === undefined || base === null || !isSingle(conflict) ? '' : valueText(conflict, base, false);
}

/** Which version stands in the record now. @param {Rec} conflict @returns {'mine' | 'theirs' | ''} */
function standing(conflict) {
  const about = aboutOf(conflict);
  const { question, mine, theirs } = conflict.answers;
  if (!about || question.startsWith('group:') || ENTRY.test(question)) return 'theirs';
  const now = written(question === 'deleted' ? about.deleted : about.answers[question]);
  if (now === written(theirs)) return 'theirs';
  return now === written(mine) ? 'mine' : '';
}

/** Several choices are the same in any order. @param {any} value */
const written = (value) => JSON.stringify(Array.isArray(value) ? [...value].sort() : value ?? null);

/** Files and entries within entries are written in their form. */
const IN_FORM = new Set(['image', 'audio', 'video', 'file', 'repeat']);

/** The questions whose answers another value would be, when it can be written by hand. @param {Rec} conflict @returns {import('../form/definition.js').Question[]} */
function writable(conflict) {
  const about = aboutOf(conflict);
  const asked = String(conflict.answers.question);
  if (!about || !isPlainAnswer(conflict)) return [];
  const [, repeat = ''] = ENTRY.exec(asked) ?? [];
  const all = formOf(about)?.questions ?? [];
  const found = all.filter(({ path, merge }) => (repeat ? path.startsWith(`${repeat}/`) : path === asked || merge === asked));
  return found.filter((question) => question.holds !== 'nothing' && !question.calculate && question.read_only !== true && !IN_FORM.has(question.type));
}

/** Who, when, whether it is in use now. @param {Rec} conflict @param {'mine' | 'theirs'} side */
function byline(conflict, side) {
  const by = conflict.answers[`${side}_by`];
  const parts = [t('conflict.by', { name: nameOf(by) }), when(conflict.answers[`${side}_at`])];
  if (standing(conflict) === side) parts.push(t('conflict.inUse'));
  return parts.filter(Boolean).join(' · ');
}

/** @param {{conflict: Rec, side: 'mine' | 'theirs', pieces: import('./parts/differences.js').Piece[], onChoose: () => void}} props */
function Version({ conflict, side, pieces, onChoose }) {
  const by = conflict.answers[`${side}_by`];
  const same = conflict.answers.mine_by === conflict.answers.theirs_by;
  const use = same ? t('conflict.useThis') : isMe(by) ? t('conflict.useMine') : t('conflict.useOf', { name: nameOf(by) });
  const long = pieces.reduce((sum, piece) => sum + piece.text.length, 0) > LONG * 2;
  return html`<section class="version" aria-label=${byline(conflict, side)}>
    <span class="by"><${Icon} name=${isMe(by) ? 'device' : 'cloud-check'} />${byline(conflict, side)}</span>
    <p class=${long ? 'value long' : `value${isPhone(conflict) ? ' num' : ''}`}>${pieces.map((piece) => (piece.differs ? html`<u>${piece.text}</u>` : piece.text))}</p>
    <${Button} kind="line" low onTap=${onChoose}>${use}<//>
  </section>`;
}

/** What the answer was changed to while nobody had chosen. @param {{conflict: Rec, text: string, onChoose: () => void}} props */
function Later({ conflict, text, onChoose }) {
  const by = `${t('conflict.later')} · ${t('conflict.inUse')}`;
  return html`<section class="version" aria-label=${by}>
    <span class="by"><${Icon} name="pen" />${by}</span>
    <p class=${text.length > LONG ? 'value long' : `value${isPhone(conflict) ? ' num' : ''}`}>${text}</p>
    <${Button} kind="line" low onTap=${onChoose}>${t('conflict.useLater')}<//>
  </section>`;
}

/** @param {{conflict: Rec}} props */
function One({ conflict }) {
  const writing = useSignal(false);
  const busy = useSignal(false);
  const { mine_by: mineBy, theirs_by: theirsBy } = conflict.answers;
  const texts = versionTexts(conflict);
  const [theirs, mine] = differences(texts.theirs, texts.mine);
  const questions = writable(conflict);
  const since = changedSince(conflict);
  const origin = originOf(conflict);
  const both = isSingle(conflict) && questions[0]?.type === 'text' && Math.min(texts.mine.length, texts.theirs.length) > LONG;

  /** @param {'mine' | 'theirs' | 'written'} choice @param {any} [value] */
  const settle = async (choice, value) => {
    if (busy.value) return;
    busy.value = true;
    // Settling weighs against what stood when the two were kept: who chooses an older one now has seen the present one.
    const about = since && aboutOf(conflict);
    const wanted = choice === 'written' ? value : conflict.answers[choice];
    const changes = isSingle(conflict) && written(aboutOf(conflict)?.answers[conflict.answers.question]) !== written(wanted);
    /** @type {import('../store/types.js').Saved[]} */
    const saved = [];
    if (about && isPlainAnswer(conflict) && wanted !== since.value) {
      saved.push(await store.save({ kind: about.kind, id: about.id, form: about.form, set: { [conflict.answers.question]: wanted ?? null } }));
    }
    saved.push(await store.settle(conflict.id, choice, value));
    back('/me/conflicts');
    offerUndo(t('conflict.done'), changes ? () => store.undo(saved) : null);
  };

  const dock = html`<p class="why">${t('conflict.why')}</p><${Button} onTap=${() => back('/me/conflicts')}>${t('act.later')}<//>`;
  return html`<${Inner} title=${t('conflicts.title')} close backTo="/me/conflicts" dock=${dock} dockKind="stack">
    <div class="who">
      <h2 class="question">${t('conflict.question', { subject: conflictSubject(conflict), field: conflictField(conflict) })}</h2>
      <p>${mineBy === theirsBy ? t('conflict.twoPhones') : t(standing(conflict) === 'theirs' ? 'conflict.bothStands' : 'conflict.both', { name: nameOf(theirsBy), other: alsoOf(mineBy) })}</p>
      ${origin && html`<p class="quiet small">${t('conflict.was', { value: origin })}</p>`}
    </div>
    <${Version} conflict=${conflict} side="theirs" pieces=${theirs} onChoose=${() => void settle('theirs')} />
    <${Version} conflict=${conflict} side="mine" pieces=${mine} onChoose=${() => void settle('mine')} />
    ${since && html`<${Later} conflict=${conflict} text=${texts.later} onChoose=${() => void settle('written', since.value)} />`}
    ${both && html`<${Button} kind="line" low onTap=${() => void settle('written', `${conflict.answers.theirs}\n${conflict.answers.mine}`)}>${t('conflict.keepBoth')}<//>`}
    ${questions.length > 0 && html`<${Button} kind="text" low icon="pen" onTap=${() => (writing.value = true)}>${t('conflict.another')}<//>`}
    ${writing.value && html`<${WriteAnother} conflict=${conflict} onClose=${() => (writing.value = false)}
      onWrite=${(/** @type {any} */ value) => void settle('written', value)} />`}
  <//>`;
}

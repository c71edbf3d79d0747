/**
 * Private notes about a person, a household or a contact: for whoever writes them, on this phone, and nowhere else.
 * Promises: what is typed is kept as it is typed, in the private store alone: no draft, no change, no receipt; erased is gone.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { called } from '../../domain/household.js';
import { todayOf } from '../../domain/dates.js';
import { NotSaved } from '../../form/filling.js';
import { Interview } from '../../form/interview.js';
import { isEmpty } from '../../form/entry.js';
import { Question } from '../../form/view.js';
import { useNode } from '../../form/node.js';
import { lang, t } from '../../i18n.js';
import { localTime } from '../../store/changes.js';
import { dropNote, keepNote, notesAbout } from '../../store/private.js';
import { store } from '../../store/store.js';
import { day } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Banner, Blank, Button, Field, List, Row, State, Tap, TextInput } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { choiceLabel, joined } from '../parts/labels.js';
import { Opening, useReady } from '../parts/ready.js';
import './words.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {import('../../store/private.js').Note} Note
 */

const KIND = 'person_note';
/** The words first; whom it is about is known. */
const ASKED = ['text', 'stance', 'is_backbone', 'starting_point', 'demands', 'motives', 'on'];
const SETTLES_MS = 300;
const AROUND = { openEntry: () => undefined, conflict: () => null, last: () => '' };

/** @param {Rec} rec */
const screenOf = (rec) => (rec.kind === 'household' || rec.kind === 'person' ? `/${rec.kind}/${rec.id}` : `/record/${rec.id}`);
/** @param {Rec} rec */
const nameOf = (rec) => (rec.kind === 'household' ? called(rec, t) : store.titleOf(rec));

/** @param {{params: Record<string, string>}} props */
export default function Notes({ params }) {
  const rows = useReady('hot');
  const looked = useSignal(false);
  useEffect(() => void store.loadForm(KIND).catch(() => undefined).then(() => (looked.value = true)), []);
  const ready = rows && looked.value;
  const about = store.get(params.id ?? '');
  const form = store.form(KIND);
  if (!about || !form) {
    const text = !ready ? html`<${Opening} text=${t('opening')} />` : html`<${Blank} title=${t(about ? 'form.unknown' : 'household.gone')} text=${t(about ? 'form.unknown.what' : 'household.goneText')} />`;
    return html`<${Inner} title=${t('title.notes')} backTo="/households">${text}<//>`;
  }
  return html`<${About} key=${about.id} about=${about} form=${form} />`;
}

/** @param {{about: Rec, form: import('../../form/definition.js').Definition}} props */
function About({ about, form }) {
  const notes = useSignal(/** @type {Note[] | null} */ (null));
  const open = useSignal(/** @type {Note | 'new' | null} */ (null));
  const look = async () => {
    notes.value = await notesAbout(store, about.id);
  };
  useEffect(() => void look(), [about.id]);
  const close = () => {
    open.value = null;
    void look();
  };
  const erase = async (/** @type {Note} */ note) => {
    await dropNote(store, note.id);
    close();
    offerUndo(t('homes.notes.erased'), async () => {
      await keepNote(store, note);
      await look();
    });
  };
  if (open.value) return html`<${Writing} about=${about} form=${form} note=${open.value === 'new' ? null : open.value} onClose=${close} onErase=${(/** @type {Note} */ note) => void erase(note)} />`;
  const say = (/** @type {Note} */ { answers }) => joined([choiceLabel({ kind: KIND }, 'stance', answers.stance), answers.is_backbone === 'yes' ? t('homes.notes.backbone') : '', day(answers.on)], ' · ');
  return html`<${Inner} title=${t('title.notes')} backTo=${screenOf(about)} dock=${html`<${Button} kind="main" icon="pen" onTap=${() => (open.value = 'new')}>${t('homes.notes.write')}<//>`}>
    <p class="quiet small">${nameOf(about)}</p>
    <${Only} />
    ${notes.value && !notes.value.length && html`<${Blank} title=${t('homes.notes.none')} text=${t('homes.notes.noneText')} />`}
    ${notes.value && notes.value.length > 0 && html`<${List}>${notes.value.map((note) => html`<${Row} key=${note.id} title=${note.answers.text || t('homes.notes.empty')} meta=${say(note)} onTap=${() => (open.value = note)} />`)}<//>`}
  <//>`;
}

/** Said plainly wherever one writes. */
const Only = () => html`<${Banner} icon="lock" title=${t('homes.notes.only')} text=${t('homes.notes.onlyText')} />`;

/** Keeps what is typed once it settles, and what is left when the page goes. @param {Interview} interview @param {Rec} about @param {Note | null} note */
function useKeeping(interview, about, note) {
  const kept = useSignal(note);
  const failed = useSignal(false);
  const erased = useRef(false);
  /** Keeps what is not kept yet; rejects where the phone has no room. */
  const settle = useRef(async () => {});
  useEffect(() => {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    let typed = false;
    const keep = async () => {
      clearTimeout(timer);
      typed = false;
      if (erased.current) return;
      const answers = Object.fromEntries(Object.entries(interview.tree.all).filter(([, value]) => !isEmpty(value)));
      if (!kept.value && !ASKED.some((path) => path !== 'on' && !isEmpty(answers[path])) && isEmpty(answers.sources)) return;
      kept.value = { ...(kept.value ?? { id: store.newId(), about: about.id, at: '' }), answers };
      kept.value = await keepNote(store, kept.value);
      failed.value = false;
    };
    settle.current = async () => {
      if (typed) await keep().catch((error) => {
        typed = failed.value = true;
        throw error;
      });
    };
    const quietly = () => void settle.current().catch(() => undefined);
    const stop = interview.watch(() => {
      typed = true;
      clearTimeout(timer);
      timer = setTimeout(quietly, SETTLES_MS);
    });
    return () => {
      stop?.();
      quietly();
    };
  }, [interview]);
  return { kept, failed, erased, settle };
}

/** @param {{about: Rec, form: import('../../form/definition.js').Definition, note: Note | null, onClose: () => void, onErase: (note: Note) => void}} props */
function Writing({ about, form, note, onClose, onErase }) {
  const pointer = form.questions.find(({ refers, repeat }) => refers === about.kind && !repeat)?.path;
  const interview = useMemo(() => new Interview(form, note?.answers ?? { on: todayOf(), ...(pointer ? { [pointer]: about.id } : {}) }, {
    now: localTime(), today: todayOf(), lang: lang.peek(), fresh: !note, original: note?.answers ?? {},
  }), [form, note]);
  useLayoutEffect(() => interview.speak(lang.value), [lang.value]);
  const { kept, failed, erased, settle } = useKeeping(interview, about, note);
  const leave = () => {
    // A last word may not have settled; the list that comes next shows it.
    /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
    setTimeout(() => void settle.current().then(onClose, () => undefined));
  };
  const erase = async () => {
    await settle.current().catch(() => undefined);
    erased.current = true;
    onErase(/** @type {Note} */ (kept.value));
  };
  const paths = ASKED.filter((path) => interview.graph.questions.has(path));
  return html`<${Inner} title=${t('title.notes')} backTo=${screenOf(about)} onBack=${leave}
    end=${kept.value?.at ? html`<${State} icon="lock" text=${t('homes.notes.kept')} />` : null} dock=${html`<${Button} kind="main" onTap=${leave}>${t('homes.notes.done')}<//>`}>
    <p class="quiet small">${nameOf(about)}</p>
    <${Only} />
    ${failed.value && html`<${NotSaved} />`}
    ${paths.map((path) => html`<${Question} key=${path} interview=${interview} path=${path} place="" around=${AROUND} bare=${false} />`)}
    ${interview.graph.questions.has('sources') && html`<${Sources} interview=${interview} />`}
    ${kept.value?.at && html`<${Button} kind="text" icon="erase" onTap=${() => void erase()}>${t('homes.notes.erase')}<//>`}
  <//>`;
}

/** Who said so: a contested fact wants two. @param {{interview: Interview}} props */
function Sources({ interview }) {
  const state = useNode(interview, 'sources', '');
  const typed = useSignal('');
  const add = () => {
    if (typed.value.trim()) interview.add('sources', '', { text: typed.value.trim() });
    typed.value = '';
  };
  return html`<${Field} id="note-source" label=${state.label}>
    <div class="list-and-field" onFocusOut=${add}>
      ${state.value?.length > 0 && html`<${List}>${state.value.map((/** @type {any} */ one) => html`<div key=${one.id} class="row slim"><span class="text">${one.text}</span><${Tap} icon="close" label=${t('homes.notes.dropSource', { name: one.text ?? '' })} onTap=${() => interview.drop('sources', one.id)} /></div>`)}<//>`}
      <${TextInput} id="note-source" value=${typed.value} onInput=${(/** @type {string} */ text) => (typed.value = text)} end=${typed.value ? html`<${Tap} icon="plus" label=${t('homes.notes.addSource')} onTap=${add} />` : null} />
    </div><//>`;
}

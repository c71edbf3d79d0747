/**
 * Asking about one answer of a record: which one, then one sentence; whom is known from who wrote it.
 * Promises: the sentence is in the draft at once; saving can be taken back; nobody is asked about their own writing by themselves.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ask, authorOf } from '../../domain/pack/questions.js';
import { t } from '../../i18n.js';
import { back, go } from '../../routes.js';
import { store } from '../../store/store.js';
import { today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Blank, Button, Chips, Field, Group, List, Row, TextArea } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { sections } from '../parts/answers.js';
import { answerText, entryText, joined, questionLabel, said } from '../parts/labels.js';
import { isMasked } from '../parts/masked.js';
import { Opening, useReady } from '../parts/ready.js';
import { personName, recordHref, recordName, standing } from './asking.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** @param {{query: Record<string, string>}} props */
export default function Ask({ query }) {
  const ready = useReady('recent');
  const rec = store.get(query.record ?? '');
  const drawn = useSignal(false);
  useEffect(() => {
    if (rec) void Promise.all([store.loadForm(rec.form), store.loadForm(rec.kind), store.loadForm('field_question')]).finally(() => (drawn.value = true));
  }, [rec?.form]);
  if (!rec || !drawn.value) return html`<${Inner} title=${t('question.ask')} backTo="/today" close hideTitle=${!ready}>${ready && !rec ? html`<${Blank} title=${t('question.gone')} text=${t('question.goneText')} />` : html`<${Opening} text=${t('opening')} />`}<//>`;
  return query.path ? html`<${Sentence} key=${query.path} rec=${rec} path=${query.path} place=${query.place ?? ''} />` : html`<${Which} rec=${rec} />`;
}

/** @param {Rec} rec @param {string} path @param {string} [place] */
const askHref = (rec, path, place = '') => `/question/new?${new URLSearchParams({ record: rec.id, path, ...(place ? { place } : {}) })}`;

/** What is written, to be asked about at a tap. @param {{rec: Rec}} props */
function Which({ rec }) {
  const choose = (/** @type {string} */ path, place = '') => () => go(askHref(rec, path, place), { replace: true });
  const row = (/** @type {import('../../form/definition.js').Question} */ question) => {
    if (question.type === 'repeat') return rec.answers[question.path].map((/** @type {any} */ entry) => html`<${Row} key=${entry.id} slim title=${entryText(rec, question.path, entry)} onTap=${choose(question.path, entry.id)} />`);
    const masked = isMasked(question.name);
    return html`<${Row} key=${question.path} slim title=${said(question.label)} meta=${masked ? standing(rec, question.path) : answerText(rec, question.path, rec.answers[question.path])} onTap=${choose(question.path)} />`;
  };
  return html`<${Inner} title=${t('question.which')} backTo=${recordHref(rec)} close>
    <p class="quiet small">${recordName(rec)}</p>
    ${sections(rec, ({ calculate }) => Boolean(calculate)).map(({ title, key, questions }) => html`<${Group} key=${key} title=${title}><${List}>${questions.flatMap(row)}<//><//>`)}
  <//>`;
}

/** Beginnings that fit most questions. */
const BEGINNINGS = ['question.begin.sure', 'question.begin.since', 'question.begin.why'];

/** @param {{rec: Rec, path: string, place: string}} props */
function Sentence({ rec, path, place }) {
  const me = store.account.value?.id ?? '';
  const of = authorOf(rec, me);
  const draft = `ask:${rec.id}:${path}:${place}`;
  const kept = store.draft(draft);
  const text = useSignal(/** @type {string} */ (kept?.answers?.asked_text ?? ''));
  const wrong = useSignal('');
  const busy = useSignal(false);
  const about = joined([recordName(rec), questionLabel(rec, path)], ' · ');
  const value = standing(rec, path, place);
  const set = () => ask({ record: rec.id, kind: rec.kind, path, place, about, text: text.value.trim(), of, on: today() });
  const write = (/** @type {string} */ words) => {
    text.value = words;
    const href = askHref(rec, path, place);
    void store.keepDraft(draft, { href, kind: 'field_question', id: '', village: rec.village, form: store.form('field_question')?.hash ?? '', answers: set(), original: {}, raw: [], page: 0 }).catch(() => undefined);
  };
  const save = async () => {
    if (busy.value) return;
    if (!text.value.trim()) return void (wrong.value = t('question.empty'));
    busy.value = true;
    try {
      const saved = await store.save({ kind: 'field_question', village: rec.village, set: set(), draft, title: text.value.trim() });
      back(recordHref(rec));
      offerUndo(of ? t('question.asked', { name: personName(of) }) : t('question.askedAll'), () => store.undo(saved));
    } catch {
      wrong.value = t('form.notsaved');
    }
    busy.value = false;
  };
  return html`<${Inner} title=${t('question.ask')} backTo=${recordHref(rec)} close dock=${html`<${Button} kind="main" grow=${10} busy=${busy.value} onTap=${() => void save()}>${t('question.send')}<//>`}>
    <${List}><${Row} slim title=${questionLabel(rec, path)} meta=${recordName(rec)} end=${[...value].length <= 10 ? value : ''} />${[...value].length > 10 && html`<${Row} slim title=${value} />`}<//>
    <${Field} id="asked" label=${t('question.what')} help=${of ? t('question.toWhom', { name: personName(of) }) : t('question.toAll')} wrong=${wrong.value}>
      <${TextArea} value=${text.value} onInput=${write} rows=${3} maxlength=${2000} big /><//>
    ${!text.value && html`<${Chips}>${BEGINNINGS.map((key) => html`<button type="button" key=${key} class="chip" onClick=${() => write(t(key))}>${t(key)}</button>`)}<//>`}
  <//>`;
}

/**
 * One question to a field: what is asked, what stands there now, the thread; answered offline, closed by the one who asked.
 * Promises: every sentence is in the draft at once; the way to the field stands above the words about it.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { closed, isOpenQuestion, messagesOf, said } from '../../domain/pack/questions.js';
import { t } from '../../i18n.js';
import { back } from '../../routes.js';
import { localTime } from '../../store/changes.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Blank, Button, Field, Group, List, Row, TextArea, Timeline } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { whenOn } from '../parts/moments.js';
import { Opening, useReady } from '../parts/ready.js';
import { useUnsaid } from '../parts/unsaid.js';
import { fieldHref, fieldName, personName, questionState, recordHref, recordName, standing } from './asking.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** @param {{params: Record<string, string>}} props */
export default function Question({ params }) {
  const ready = useReady('recent');
  const question = store.get(params.id ?? '');
  const about = question && store.get(question.answers.record ?? '');
  const forms = useSignal(false);
  useEffect(() => {
    if (about) void store.loadForm(about.form).then(() => store.loadForm(about.kind)).finally(() => (forms.value = true));
  }, [about?.form]);
  if (!question) return html`<${Inner} title=${t('question.one')} backTo="/today" hideTitle=${!ready}>${ready ? html`<${Blank} title=${t('question.gone')} text=${t('question.goneText')} />` : html`<${Opening} text=${t('opening')} />`}<//>`;
  return html`<${Thread} key=${question.id} question=${question} about=${about} drawn=${forms.value} />`;
}

/** @param {{question: Rec, about: Rec | undefined, drawn: boolean}} props `drawn`: the form of what it is about is here */
function Thread({ question, about, drawn }) {
  const me = store.account.value?.id ?? '';
  const mine = question.created_by === me;
  const open = isOpenQuestion(question);
  const { told, tell, wrong, busy, say } = useUnsaid(question, 'say', { text: '' }, `/question/${question.id}`);
  const { question: path = '', place = '', asked_text: text } = question.answers;
  const value = about && drawn && standing(about, path, place);
  const send = () => say(told.text.trim() ? '' : t('question.empty'), () => said(question, { id: store.newId(), text: told.text.trim(), by: me, at: localTime() }), (saved) => {
    back(mine ? '/review' : '/today');
    offerUndo(t(mine ? 'question.askedAgain' : 'question.replied'), () => store.undo(saved));
  });
  const close = async () => {
    const saved = await store.save({ kind: question.kind, id: question.id, set: closed() });
    back('/review');
    offerUndo(t('question.nowClosed'), () => store.undo(saved));
  };
  const items = [{ when: whenOn(question.client_at && !question.answers.messages ? question.client_at : question.created_at), title: t('question.asks', { name: personName(question.created_by) }), text, key: 'asked' },
    ...messagesOf(question).map((one) => ({ when: whenOn(one.at), title: t(one.by === question.created_by ? 'question.asks' : 'question.answers', { name: personName(one.by) }), text: one.text, key: one.id }))];
  const dock = open && html`${mine && html`<${Button} kind="tone" icon="check" onTap=${() => void close()}>${t('question.close')}<//>`}
    <${Button} kind="main" grow=${14} busy=${busy} onTap=${() => void send()}>${t(mine ? 'question.again' : 'question.reply')}<//>`;
  return html`<${Inner} title=${t('question.one')} backTo=${mine ? '/review' : '/today'} dock=${dock}>
    <${List}>
      <${Row} key="record" slim title=${about ? recordName(about) : question.answers.about} meta=${about ? '' : t('question.lost')} href=${about && recordHref(about)} />
      ${about && drawn && html`<${Row} key="field" slim icon="pen" title=${fieldName(about, question)} meta=${value || t('question.nothingThere')} end=${t(value ? 'question.correct' : 'question.fill')} href=${fieldHref(about, path, place)} />`}
    <//>
    <${Group} title=${t('question.thread')} count=${questionState(question).text}><div class="card"><${Timeline} items=${items} label=${t('question.thread')} /></div><//>
    ${open && html`<${Field} id="say" label=${t(mine ? 'question.moreToAsk' : 'question.yourAnswer')} soft=${mine ? t('field.optional') : ''} wrong=${wrong}>
      <${TextArea} value=${told.text} onInput=${(/** @type {string} */ words) => tell({ text: words })} rows=${3} maxlength=${2000} /><//>`}
  <//>`;
}

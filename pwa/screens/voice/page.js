/**
 * Complaints and suggestions: written with or without a network, with or without an account; where each is; all as plain text.
 * Promises: what is typed stays until it is saved or given out; who is signed in sees which colleagues may read it too.
 */
import { useSignal } from '@preact/signals';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { day, today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Button, Chip, Field, Group, List, Row, TextArea, TextInput } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { joined } from '../parts/labels.js';
import { giveOut } from './text.js';
import './words.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

const DRAFT = 'voice';
const KINDS = ['complaint', 'suggestion'];

/** What was begun: in the account's drafts, or on this page alone where nobody is signed in. */
const begun = () => (store.account.peek() ? store.draft(DRAFT) : undefined) ?? { kind: 'suggestion' };

/** Where one's words are. @param {Rec} rec */
function whereOf(rec) {
  const last = store.outbox.value.filter((entry) => entry.record === rec.id).at(-1);
  if (last?.state === 'quarantined') return { icon: 'return', text: t('voice.where.refused') };
  if (rec.pending) return { icon: 'device', text: t('voice.where.device') };
  return { icon: 'cloud-check', text: rec.answers.state && rec.answers.state !== 'open' ? t(`voice.state.${rec.answers.state}`) : t('voice.where.server') };
}

/** @param {{mine: Rec[]}} props */
const Mine = ({ mine }) => html`<${Group} title=${t('voice.mine')} count=${mine.length}><${List}>${mine.map((rec) => html`<${Row} key=${rec.id} title=${rec.answers.text ?? ''}
  meta=${joined([t(`voice.kind.${rec.answers.kind ?? 'suggestion'}`), day(rec.answers.made_on)], ' · ')} state=${whereOf(rec)} href=${`/record/${rec.id}`} />`)}<//><//>`;

export default function Voice() {
  const said = useSignal(begun());
  const wrong = useSignal('');
  const me = store.account.value?.id;
  const change = (/** @type {Record<string, string>} */ more) => {
    said.value = { ...said.peek(), ...more };
    wrong.value = '';
    if (me) void store.keepDraft(DRAFT, said.peek());
  };
  const ready = () => {
    if (said.peek().text?.trim()) return true;
    wrong.value = t('voice.needText');
    document.getElementById('voice-text')?.focus();
    return false;
  };
  const save = async () => {
    if (!ready()) return;
    const { text, kind, about, contact } = said.peek();
    const filled = Object.entries({ text: text.trim(), kind, about: about?.trim(), contact: contact?.trim(), made_on: today(), state: 'open' }).filter(([, value]) => value);
    const saved = await store.save({ kind: 'suggestion', set: Object.fromEntries(filled), draft: DRAFT });
    said.value = { kind };
    offerUndo(t('form.saved'), () => store.undo(saved));
  };
  const give = () => ready() && giveOut([{ ...said.peek(), made_on: today() }]);
  const mine = me ? store.list('suggestion').filter((rec) => rec.created_by === me).sort((a, b) => (a.created_at < b.created_at ? 1 : -1)) : [];
  const canSave = Boolean(me && store.village.value);
  const dock = canSave
    ? html`${mine.length > 0 && html`<${Button} icon="file" onTap=${() => void giveOut(mine.map((rec) => rec.answers))}>${t('voice.give')}<//>`}<${Button} kind="main" onTap=${() => void save()}>${t('act.save')}<//>`
    : html`<${Button} kind="main" icon="file" onTap=${() => void give()}>${t('voice.giveThis')}<//>`;
  const text = (/** @type {string} */ path) => (/** @type {string} */ value) => change({ [path]: value });
  return html`<${Inner} title=${t('title.voice')} backTo=${me ? '/me' : '/sign-in'} dock=${dock}>
    <p class="quiet">${t(canSave ? 'voice.who' : 'voice.nobody')}</p>
    <div class="chips" role="group" aria-label=${t('voice.kind')}>${KINDS.map((kind) => html`<${Chip} key=${kind} on=${said.value.kind === kind} onTap=${() => change({ kind })}>${t(`voice.kind.${kind}`)}<//>`)}</div>
    <${Field} id="voice-text" label=${t('voice.text')} wrong=${wrong.value}><${TextArea} id="voice-text" value=${said.value.text} rows=${4} maxlength=${2000} onInput=${text('text')} /><//>
    <${Field} id="voice-about" label=${t('voice.about')} soft=${t('field.optional')} help=${t('voice.about.help')}><${TextInput} value=${said.value.about} maxlength=${60} onInput=${text('about')} /><//>
    <${Field} id="voice-contact" label=${t('voice.contact')} soft=${t('field.optional')}><${TextInput} value=${said.value.contact} maxlength=${60} onInput=${text('contact')} /><//>
    ${mine.length > 0 && html`<${Mine} mine=${mine} />`}
  <//>`;
}

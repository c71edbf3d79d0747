/**
 * Troubles someone spoke of, one line each; any of them can become a problem, which is written in the same saving.
 */
import { useSignal } from '@preact/signals';
import { guess } from '../../domain/category.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Field, Icon, List, Tap, TextInput, cls } from '../../ui/parts.js';
import { useNode } from '../../form/node.js';

/**
 * @typedef {import('../../form/session.js').Session} Session
 * @typedef {{id: string, text?: string, problem?: string}} Wish
 */

/** @param {{session: Session}} props */
export function WishesField({ session }) {
  const { interview } = session;
  const state = useNode(interview, 'wishes', '');
  const typed = useSignal(String(session.more.wish ?? ''));
  const type = (/** @type {string} */ text) => {
    typed.value = text;
    session.note({ wish: text });
  };
  const add = () => {
    takeWish(session);
    typed.value = '';
  };
  // The words count as soon as the field is left: nobody has to find a button for them.
  const end = html`<${Tap} icon="plus" label=${t('visit.wish.add')} onTap=${add} />`;
  return html`<${Field} id="visit-wish" label=${t('visit.wishes')} soft=${t('visit.wishes.soft')}>
    <div class="list-and-field">
      ${state.value?.length > 0 && html`<${List}>${state.value.map((/** @type {Wish} */ wish) => html`<${WishRow} key=${wish.id} session=${session} wish=${wish} />`)}<//>`}
      <div onFocusOut=${add} onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === 'Enter' && !event.isComposing && add()}>
        <${TextInput} id="visit-wish" value=${typed.value} onInput=${type} end=${typed.value ? end : null} enterkeyhint="done" />
      </div>
    </div><//>`;
}

/** What is typed becomes a wish. @param {Session} session */
export function takeWish(session) {
  const text = String(session.more.wish ?? '').trim();
  // One draft holds both steps: a kill between them must neither lose the words nor write them twice.
  session.more = { ...session.more, wish: '' };
  if (text) session.interview.add('wishes', '', { text });
}

/** Has its problem been written already? @param {Wish} wish */
const isThere = (wish) => Boolean(wish.problem && store.get(wish.problem));

/** @param {{session: Session, wish: Wish}} props */
function WishRow({ session, wish }) {
  const wanted = useSignal(Boolean(session.more.problems?.[wish.id]));
  const saved = isThere(wish);
  const toggle = () => {
    wanted.value = !wanted.value;
    session.note({ problems: { ...session.more.problems, [wish.id]: wanted.value } });
  };
  return html`<div class="row slim wish"><span class="text"><b>${wish.text}</b></span>
    ${saved
      ? html`<span class="state done"><${Icon} name="done" />${t('visit.wish.problem.is')}</span>`
      : html`<button type="button" class=${cls('chip', 'low')} aria-pressed=${String(wanted.value)} onClick=${toggle}><${Icon} name=${wanted.value ? 'check' : 'flag'} />${t('visit.wish.problem')}</button>`}
    <${Tap} icon="close" label=${t('visit.wish.drop', { text: wish.text ?? '' })} onTap=${() => session.interview.drop('wishes', wish.id)} /></div>`;
}

/** The problems that were asked for, with the wishes pointing to them. @param {Session} session @returns {import('../../store/types.js').Saving[]} */
export function problemsOf(session) {
  const { interview } = session;
  const form = store.form('problem');
  const kinds = form?.lists[form.questions.find((question) => question.path === 'category')?.list ?? ''] ?? [];
  const wishes = /** @type {Wish[]} */ (interview.tree.all.wishes ?? []);
  return wishes.filter((wish) => wish.text && !isThere(wish) && session.more.problems?.[wish.id]).map((wish) => {
    const id = wish.problem ?? store.newId();
    interview.set('wishes/problem', id, wish.id);
    const { household, visited_on: on } = interview.tree.all;
    const category = guess(wish.text ?? '', kinds);
    return {
      kind: 'problem', id, village: session.village,
      set: { content: wish.text, status: 'registered', level: 'village', source: 'visit', found_on: on, visit: session.id, share_reporter: 'no', ...(household ? { from_household: household } : {}), ...(category ? { category } : {}) },
    };
  });
}

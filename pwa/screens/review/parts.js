/**
 * Questions to the fields of one record, for any page that shows it: those not closed, and a way to ask one.
 * Promises: a long press on a row that leads to a field asks about that field; leaders, who hold no such records, see nothing.
 */
import { useEffect, useRef } from 'preact/hooks';
import { askedOf, questionHref } from '../../domain/pack/questions.js';
import { t } from '../../i18n.js';
import { go } from '../../routes.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { isLeader } from '../../ui/layout.js';
import { Group, Icon, List, Row } from '../../ui/parts.js';
import { personName, fieldName, questionState } from './asking.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** Whether anybody can be asked here: the form for it has come, and the role holds the records. */
export const canAsk = () => !isLeader() && Boolean(store.forms.current.value.field_question);

/** A question about an answer that is not closed, beside that answer. @param {{rec: Rec, path: string, place?: string}} props */
export function Asked({ rec, path, place = '' }) {
  const open = askedOf(store.of(rec.id, 'field_question'), rec.id).filter(({ answers }) => answers.question === path && (answers.place ?? '') === place);
  return open.map((question) => html`<a key=${question.id} class="remarked asked" href=${`#${questionHref(question)}`}><${Icon} name="info" /><span>${t('question.beside', { name: personName(question.created_by), text: question.answers.asked_text ?? '' })}</span></a>`);
}

/** Which field a row leads to. @param {EventTarget | null} target */
function fieldOf(target) {
  const row = /** @type {HTMLElement | null} */ (target instanceof Element ? target.closest('[data-ask], a.row[href*="at="]') : null);
  if (!row) return null;
  const query = new URLSearchParams(row.dataset.ask ?? row.getAttribute('href')?.split('?')[1] ?? '');
  const path = query.get('at');
  return path ? { path, place: query.get('place') ?? '' } : null;
}

/** The way to ask about a record, for a list of what can be done with it. @param {Rec} rec */
export const askRow = (rec) => canAsk() && html`<${Row} key="ask" slim icon="info" title=${t('question.ask')} href=${`/question/new?record=${rec.id}`} />`;

/** The open questions of a record, and asking another. @param {{rec: Rec, quiet?: boolean}} props `quiet`: asking stands elsewhere on the page */
export function FieldQuestions({ rec, quiet = false }) {
  const mark = useRef(/** @type {HTMLElement | null} */ (null));
  const asks = canAsk();
  useEffect(() => {
    const page = mark.current?.closest('main');
    if (!page || !asks) return undefined;
    const pressed = (/** @type {Event} */ event) => {
      const field = fieldOf(event.target);
      if (!field) return;
      event.preventDefault();
      go(`/question/new?${new URLSearchParams({ record: rec.id, path: field.path, ...(field.place ? { place: field.place } : {}) })}`);
    };
    page.addEventListener('contextmenu', pressed);
    return () => page.removeEventListener('contextmenu', pressed);
  }, [rec.id, asks]);
  const open = askedOf(store.of(rec.id, 'field_question'), rec.id);
  if (!asks) return null;
  if (quiet && !open.length) return html`<span class="hidden" ref=${mark}></span>`;
  return html`<div ref=${mark}><${Group} title=${open.length > 0 && t('question.some')}><${List}>
    ${open.map((question) => html`<${Row} key=${question.id} slim icon="info" title=${question.answers.asked_text} meta=${t('question.about', { field: fieldName(rec, question), name: personName(question.created_by) })} state=${questionState(question)} href=${questionHref(question)} />`)}
    ${!quiet && askRow(rec)}
  <//><//></div>`;
}

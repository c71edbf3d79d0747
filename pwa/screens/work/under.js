/**
 * What stands below a record's answers: every record that names it, by kind, the newest first.
 * Promises: looks after the record itself is drawn; what is not on this phone is not told.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { recordOf, listOf } from '../../domain/pack/areas.js';
import { t, words } from '../../i18n.js';
import { store } from '../../store/store.js';
import { count } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Group, List, Row } from '../../ui/parts.js';
import { FieldQuestions } from '../review/parts.js';
import { lineOf } from './line.js';
import { loadForms, pointingTo } from './pointing.js';
import './words.js';
import '../homes/words.js';

/** So many of a kind are shown here; the rest is in its list. */
const SHOWN = 5;

/** @param {{rec: import('../../store/types.js').Rec}} props */
export function Under({ rec }) {
  const ready = useSignal(false);
  useEffect(() => {
    let here = true;
    void Promise.all([loadForms(), store.ready('all').catch(() => undefined)]).then(() => here && (ready.value = true), () => undefined);
    return () => {
      here = false;
    };
  }, [rec.id]);
  if (!ready.value) return null;
  const named = [...pointingTo(rec.kind, rec.id)].map(([kind, list]) => html`<${Group} key=${kind} title=${t('work.pointing', { kind: words(store.form(kind)?.title) || kind })} count=${count(list.length)}><${List}>
    ${list.slice(0, SHOWN).map((one) => html`<${Row} key=${one.id} slim ...${lineOf(one)} next=${!lineOf(one).state} href=${recordOf(kind, one.id)} />`)}
    ${list.length > SHOWN && html`<${Row} key="more" slim title=${t('work.pointing.all')} href=${listOf(kind)} />`}<//><//>`);
  // What one thinks of a contact stays on this phone, as of villagers.
  const notes = rec.kind === 'contact' && html`<${List}><${Row} key="notes" slim icon="lock" title=${t('homes.notes')} href=${`/homes/notes/${rec.id}`} /><//>`;
  return html`${named}${notes}<${FieldQuestions} rec=${rec} />`;
}

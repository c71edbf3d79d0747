/** Drafts as rows. Promises: each can be gone on with where it was left; one that is thrown away can be taken back. */
import { t, words } from '../../i18n.js';
import { go } from '../../routes.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Chip, Row, Tap } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { whenOn } from './moments.js';
import { aboutOf } from './named.js';
import { isNote, noteOf } from './notes.js';

/**
 * @typedef {import('../../store/types.js').Draft} Draft
 * @typedef {import('../../form/draft.js').Draft} Begun
 */

/** What it is about, then what it is. @param {Begun} begun @returns {string} */
function titleOf({ kind, form, answers, original, id }) {
  const definition = store.form(form) ?? store.form(kind);
  const about = aboutOf({ kind, form, answers: { ...original, ...answers } });
  const name = words(/** @type {any} */ (definition?.title ?? {})) || kind;
  return [about, store.get(id) ? t('drafts.editing', { kind: name }) : name].filter(Boolean).join(' · ');
}

/** @param {Draft} draft */
async function take({ value }) {
  // A draft belongs to the village it was begun in.
  if (value.village && value.village !== store.village.peek()) await store.setVillage(value.village);
  go(value.href);
}

/** @param {Draft} draft */
async function drop({ key, value }) {
  await store.dropDraft(key);
  offerUndo(t('form.draft.dropped'), () => store.keepDraft(key, value));
}

/** A sentence that waits to become something. @param {{draft: Draft}} props */
const Note = ({ draft: { key, at, value } }) => html`<li class="noted"><p>${value.note}</p><p class="quiet small">${whenOn(at)}</p>
  <div class="chips">${['problem', 'visit'].map((kind) => html`<${Chip} plain key=${kind} icon=${kind === 'visit' ? 'pen' : 'flag'} onTap=${() => go(`/${kind === 'visit' ? 'visit' : 'problem-new'}?note=${noteOf(key)}`)}>${t(kind === 'visit' ? 'drafts.asVisit' : 'drafts.asProblem')}<//>`)}
    <${Tap} icon="erase" label=${t('drafts.drop', { title: value.note.slice(0, 20) })} onTap=${() => void drop({ key, at, value })} /></div></li>`;

/** @param {{drafts: Draft[]}} props */
export function DraftRows({ drafts }) {
  const several = store.places.value.length > 1;
  return html`<ul class="list">${drafts.map((draft) => {
    if (isNote(draft)) return html`<${Note} key=${draft.key} draft=${draft} />`;
    const village = several && store.places.value.find(({ id }) => id === draft.value.village)?.name;
    const title = titleOf(draft.value);
    return html`<li key=${draft.key} class="kept"><${Row} slim icon="pen" title=${title} meta=${[whenOn(draft.at), village].filter(Boolean).join(' · ')} next=${false} onTap=${() => void take(draft)} />
      <${Tap} icon="erase" label=${t('drafts.drop', { title })} onTap=${() => void drop(draft)} /></li>`;
  })}</ul>`;
}

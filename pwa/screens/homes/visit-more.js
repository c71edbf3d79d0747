/**
 * What may be said of a visit beyond whom, why and what was learned: who was met, a promise, changes at home, troubles, what
 * was solved on the spot; and what is saved together with the visit for it.
 * Promises: one saving holds the visit, the household, its people, the problems and the deed.
 */
import { useSignal } from '@preact/signals';
import { isGone } from '../../domain/household.js';
import { firstSentence } from '../../domain/tasks.js';
import { domId, useNode } from '../../form/node.js';
import { Question } from '../../form/view.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Chip, Chips, Field } from '../../ui/parts.js';
import { peopleOf } from '../parts/people.js';
import { ChangesField, changesOf, changesUnstorable } from './changes.js';
import { PromiseField } from './promise.js';
import { WishesField, problemsOf, takeWish } from './wishes.js';
import './words.js';

/**
 * @typedef {import('../../form/session.js').Session} Session
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {import('../../store/types.js').Saving} Saving
 */

/** What is asked when one wants to say more, and the icon of what is not typed. A draft of an older form lacks some. */
const FOLDED = ['done_on_site', 'photo', 'voice', 'location', 'people', 'participants', 'opinions', 'policy_explained', 'topics', 'target_groups', 'mode', 'visited_on'];
/** @type {Record<string, string>} */
const ICONS = { photo: 'camera', voice: 'mic', location: 'pin' };
/** Answered from the start; shown only when asked for. */
const GIVEN = ['mode', 'visited_on'];
/** Nothing here opens entries, and a new visit has no earlier answers. */
const AROUND = { openEntry: () => undefined, conflict: () => null, last: () => '' };

/** Who of the household was there: one tap each. @param {{session: Session, home: Rec}} props */
function Met({ session, home }) {
  const { interview } = session;
  const state = useNode(interview, 'met', '');
  const members = peopleOf(home.id).filter((person) => !isGone(person));
  if (!members.length) return null;
  const entries = /** @type {{id: string, person?: string}[]} */ (state.value ?? []);
  const toggle = (/** @type {Rec} */ person) => {
    const met = entries.filter((entry) => entry.person === person.id);
    if (met.length) for (const entry of met) interview.drop('met', entry.id);
    else interview.add('met', '', { person: person.id });
  };
  return html`<${Field} id="visit-people" group label=${state.label} soft=${t('homes.soft')}>
    <${Chips} labelledby="visit-people-label">${members.map((person) => html`<${Chip} key=${person.id} on=${entries.some((entry) => entry.person === person.id)} onTap=${() => toggle(person)}>${person.answers.name}<//>`)}<//><//>`;
}

/** Promise, changes at home, troubles; the rest waits behind chips. @param {{session: Session, home: Rec | undefined, asked: boolean}} props */
export function Extra({ session, home, asked: tried }) {
  const { interview } = session;
  const foldable = FOLDED.filter((path) => interview.graph.questions.has(path));
  const asked = useSignal(/** @type {string[]} */ (foldable.filter((path) => !GIVEN.includes(path) && interview.state(path).value !== undefined)));
  const add = (/** @type {string} */ path) => {
    asked.value = [...asked.value, path];
    requestAnimationFrame(() => document.getElementById(domId(path, ''))?.focus());
  };
  const rest = foldable.filter((path) => !asked.value.includes(path));
  return html`${home && interview.graph.questions.has('met') && html`<${Met} key=${`met${home.id}`} session=${session} home=${home} />`}
    <${PromiseField} interview=${interview} />
    ${home && html`<${ChangesField} key=${home.id} session=${session} home=${home} asked=${tried} />`}
    <${WishesField} session=${session} />
    ${asked.value.map((path) => html`<${Question} key=${path} interview=${interview} path=${path} place="" around=${AROUND} bare=${false} />`)}
    ${rest.length > 0 && html`<${Chips} label=${t('visit.also')}>${rest.map((path) => html`<${Chip} key=${path} plain icon=${ICONS[path] ?? 'plus'} onTap=${() => add(path)}>${interview.state(path).label}<//>`)}<//>`}`;
}

/** What was solved on the spot is a deed as well, and the visit knows which. @param {Session} session @returns {Saving[]} */
function deedOf(session) {
  const { interview } = session;
  const { done_on_site: done, household, visited_on: on, deed } = interview.tree.all;
  const text = String(done ?? '').trim();
  if (!text || !store.forms.current.value.practical_deed || !interview.graph.questions.has('deed')) return [];
  const id = deed ?? store.newId();
  interview.set('deed', id);
  const title = firstSentence(text);
  const home = household ? { beneficiary_households: 1, households: { put: [{ id: store.newId(), household }] } } : {};
  return [{ kind: 'practical_deed', id, village: session.village, set: { title, done_on: on, ...(title === text ? {} : { content: text }), ...home } }];
}

/** Is there something that cannot be stored as it stands? @param {Session} session */
export const unstorable = (session) => changesUnstorable(session);

/** All that is saved with the visit. @param {Session} session @returns {Promise<{also: Saving[], problems: number}>} */
export async function besides(session) {
  const [changes] = await Promise.all([changesOf(session), store.loadForm('problem').catch(() => undefined)]);
  takeWish(session);
  const problems = problemsOf(session);
  return { also: [...changes, ...problems, ...deedOf(session)], problems: problems.length };
}

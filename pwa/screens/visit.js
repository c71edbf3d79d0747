/**
 * A visit in three taps: the household, why (chosen already), save. All else is folded or may stay empty.
 * Promises: in the draft at every touch; saving never waits for the network; one saving holds visit, household and problems.
 */
import { signal, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { due, todayOf } from '../domain/dates.js';
import { openPromises } from '../domain/tasks.js';
import { DraftState, NotSaved, Resumed, startOver } from '../form/filling.js';
import { useNode } from '../form/node.js';
import { missing } from '../form/review.js';
import { Session, formOf } from '../form/session.js';
import { Question } from '../form/view.js';
import { useTyping } from '../form/widgets/typing.js';
import { wrongText } from '../form/widgets/wrong.js';
import { lang, t } from '../i18n.js';
import { back, route } from '../routes.js';
import { store } from '../store/store.js';
import { calendarDay, day } from '../ui/format.js';
import { html } from '../ui/html.js';
import { Inner } from '../ui/layout.js';
import { Blank, Button, Chips, Field, Icon, TextArea } from '../ui/parts.js';
import { offerUndo } from '../ui/undo.js';
import { optionsOf } from './parts/chosen.js';
import { letGo, noted } from './parts/notes.js';
import { ShortChoices } from './parts/short-choices.js';
import { useSpeak } from './parts/speak.js';
import { Whom } from './parts/whom.js';

/** Why people go most often; the others are behind the last chip. */
const PURPOSES = ['routine', 'problem', 'policy', 'festival', 'followup'];
/** Others than a household that one visits. */
const OTHERS = ['contact_ref', 'organisation', 'contact'];
/** What is folded, once it has come; asked for as soon as the visit is drawn. @type {import('@preact/signals').Signal<typeof import('./homes/visit-more.js') | null>} */
const more = signal(null);
const bringMore = async () => (more.value ??= await import('./homes/visit-more.js'));

/** What this visit is most likely for. @param {string | undefined} household @param {string} today */
function likelyPurpose(household, today) {
  if (!household) return 'routine';
  const owed = openPromises(store.of(household, 'visit')).some((visit) => (due(visit.answers.follow_up_on, today)?.days ?? 99) <= 7);
  if (owed) return 'followup';
  return store.latest(household, 'visit') ? 'routine' : 'first';
}

/** @param {{query: Record<string, string>}} props */
export default function Visit({ query }) {
  const session = useSignal(/** @type {Session | 'unknown' | null} */ (null));
  const begin = async () => {
    await store.ready('recent').catch(() => undefined);
    const { household, contact, organisation, note } = query;
    const whom = household ?? contact ?? organisation ?? note ?? '';
    const task = {
      kind: 'visit', key: `new/visit/${store.village.peek()}/${whom}`, href: whom ? `/visit?${new URLSearchParams(query)}` : '/visit',
      prefill: { ...(household ? { household } : {}), ...(contact ? { contact_ref: contact, target: 'contact' } : {}), ...(organisation ? { organisation, target: 'organisation' } : {}), purpose: likelyPurpose(household, todayOf()), ...noted(note, 'facts') },
    };
    const definition = await formOf(task);
    session.value = definition ? new Session(task, definition) : 'unknown';
  };
  useEffect(() => void begin(), []);
  const now = session.value;
  if (now === null) return html`<${Inner} title=${t('title.visit')} backTo="/today" close />`;
  if (now === 'unknown') return html`<${Inner} title=${t('title.visit')} backTo="/today" close><${Blank} title=${t('form.unknown')} text=${t('form.unknown.what')} /><//>`;
  return html`<${Visiting} key=${now.id} session=${now} start=${query.household ?? ''} other=${query.contact ?? query.organisation ?? ''} note=${query.note} onDrop=${() => void startOver(session, begin)} />`;
}

/** @param {{session: Session, start: string, other: string, note?: string, onDrop: () => void}} props */
function Visiting({ session, start, other, note, onDrop }) {
  const { interview } = session;
  const household = useNode(interview, 'household', '').value;
  const here = useRef(route.peek());
  const failed = useSignal(false);
  const asked = useSignal(false);
  const open = useSignal(Boolean(session.more.open));
  const home = household ? store.get(household) : undefined;
  useLayoutEffect(() => interview.speak(lang.value), [lang.value]);
  useEffect(() => void bringMore().catch(() => undefined), []);
  const backTo = start ? `/household/${start}` : other ? `/record/${other}` : '/today';

  const choose = (/** @type {string | null} */ id) => {
    if (id && !session.more.purpose) interview.set('purpose', likelyPurpose(id, todayOf()));
    interview.set('household', id);
    asked.value = false;
  };
  const unfold = () => {
    open.value = true;
    session.more.open = true; // goes with the draft once there is one; unfolding alone is no writing
    requestAnimationFrame(() => document.getElementById('visit-promise')?.focus());
  };
  const save = async () => {
    failed.value = false;
    try {
      const { homes, problems: wanted, wish } = session.more;
      // Offline before the packs were kept there is nothing unfolded to save; what a draft holds waits for them.
      const parts = open.value ? await bringMore().catch((error) => (homes || wanted || wish ? Promise.reject(error) : null)) : null;
      if (missing(interview).length || parts?.unstorable(session)) return void (asked.value = true);
      const { also, problems } = (await parts?.besides(session)) ?? { also: [], problems: 0 };
      const saved = await session.save(also);
      await letGo(note);
      // Whoever has gone on meanwhile is not called back.
      if (route.peek() === here.current) back(backTo);
      offerUndo(t('visit.saved', { n: problems }), () => store.undo(saved));
    } catch {
      failed.value = true;
    }
  };
  return html`<${Inner} title=${t('title.visit')} backTo=${backTo} close end=${html`<${DraftState} session=${session} />`}
    dock=${html`<${Button} kind="main" onTap=${() => void save()}>${t('form.save')}<//>`} dockKind="stack">
    ${failed.value && html`<${NotSaved} />`}
    <${Resumed} session=${session} onDrop=${onDrop} />
    <${WhomAndWhen} session=${session} onChoose=${choose} asked=${asked.value} />
    <${Why} session=${session} />
    <${Met} session=${session} />
    <${Learned} session=${session} named=${open.value} />
    ${open.value ? more.value && html`<${more.value.Extra} session=${session} home=${home} asked=${asked.value} />` : html`<${Unfold} onTap=${unfold} />`}
  <//>`;
}

/** Nothing here opens entries, and a new visit has no earlier answers. */
const AROUND = { openEntry: () => undefined, conflict: () => null, last: () => '' };

/** @param {{session: Session, onChoose: (id: string | null) => void, asked: boolean}} props */
function WhomAndWhen({ session, onChoose, asked }) {
  const { interview } = session;
  const { value, question } = useNode(interview, 'household', '');
  useNode(interview, 'contact', '');
  const others = OTHERS.filter((path) => interview.graph.questions.has(path));
  const contact = others.some((path) => interview.state(path).value);
  const on = useNode(interview, 'visited_on', '').value;
  const when = day(on) === calendarDay(on) ? day(on) : t('visit.when', { day: day(on), date: calendarDay(on) });
  return html`<div class="asked"><${Whom} value=${value} first=${!session.resumed && !contact} clear title=${t('visit.whom')} none=${t('visit.whom')} meta=${when} onChoose=${onChoose} />
    <span class="wrong" aria-live="polite">${asked && !value && !contact && html`<${Icon} name="late" />${interview.words(question.required_message, [])}`}</span></div>
    ${!value && others.map((path) => html`<${Question} key=${path} interview=${interview} path=${path} place="" around=${AROUND} bare=${false} />`)}`;
}

/** @param {{session: Session}} props */
function Why({ session }) {
  const { interview } = session;
  const { value, label } = useNode(interview, 'purpose', '');
  // The order is fixed when the page opens: chips do not move under the thumb.
  const likely = useRef([...new Set([value, ...PURPOSES])].filter(Boolean).slice(0, 5));
  const choose = (/** @type {string | null} */ name) => {
    session.note({ purpose: true });
    interview.set('purpose', name);
  };
  return html`<${Field} id="visit-why" group label=${label}>
    <${ShortChoices} label=${label} labelledby="visit-why-label" options=${optionsOf(interview, 'purpose')} likely=${likely.current} value=${value} rest=${t('visit.other')} onChange=${choose} /><//>`;
}

/** @param {{session: Session}} props */
function Met({ session }) {
  const { interview } = session;
  const { value, label } = useNode(interview, 'result', '');
  const options = optionsOf(interview, 'result').filter((option) => option.value !== 'phone_ok' || value === 'phone_ok');
  return html`<${Field} id="visit-met" group label=${label}>
    <${Chips} options=${options} value=${value} labelledby="visit-met-label" onChange=${(/** @type {string} */ name) => interview.set('result', name)} /><//>`;
}

/** Its name stands above it once the page is unfolded; before, the hint inside says it. @param {{session: Session, named: boolean}} props */
function Learned({ session, named }) {
  const state = useNode(session.interview, 'facts', '');
  const { value, onInput, onLeave } = useTyping(session.interview, state);
  const { tap, hint } = useSpeak('visit-facts');
  return html`<div class="field learned" onFocusOut=${(/** @type {any} */ event) => event.target.id === 'visit-facts' && onLeave(event.target.value)}>
    ${named && html`<label for="visit-facts">${state.label}</label>`}
    <${TextArea} id="visit-facts" label=${named ? undefined : state.label} placeholder=${named ? '' : t('visit.facts.hint', { label: state.label })} rows=${2} value=${value} onInput=${onInput} end=${tap} />${hint}
    <span class="wrong" aria-live="polite">${state.wrong && html`<${Icon} name="late" />${wrongText(state.wrong, t)}`}</span></div>`;
}

/** What is folded, in one line. @param {{onTap: () => void}} props */
const Unfold = ({ onTap }) => html`<div class="more"><button type="button" class="unfold" aria-expanded="false" onClick=${onTap}>
  <span>${t('visit.more')}<span class="meta">${t('visit.more.what')}</span></span><${Icon} name="down" /></button></div>`;

/**
 * A problem in one sentence: the kind is guessed from it, who can do it is one tap, who told stays in the village.
 * Promises: in the draft at every letter; "to the township" is said on the button that does it; saving can be taken back.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { guesses } from '../domain/category.js';
import { todayOf } from '../domain/dates.js';
import { mayMove, moveSet } from '../domain/problem.js';
import { DraftState, NotSaved, Resumed, startOver } from '../form/filling.js';
import { useNode } from '../form/node.js';
import { missing } from '../form/review.js';
import { Session, formOf } from '../form/session.js';
import { useTyping } from '../form/widgets/typing.js';
import { wrongText } from '../form/widgets/wrong.js';
import { lang, t } from '../i18n.js';
import { back, route } from '../routes.js';
import { store } from '../store/store.js';
import { html } from '../ui/html.js';
import { Inner } from '../ui/layout.js';
import { Blank, Button, Chip, Chips, Choices, Field, TextArea } from '../ui/parts.js';
import { offerUndo } from '../ui/undo.js';
import { optionsOf } from './parts/chosen.js';
import { letGo, noted } from './parts/notes.js';
import { ShortChoices } from './parts/short-choices.js';
import { useSpeak } from './parts/speak.js';
import { Whom } from './parts/whom.js';

/** Spoken of most; shown while the sentence says nothing yet. */
const COMMON = ['housing', 'road', 'water', 'subsidy', 'neighbour', 'medical'];
const LEVELS = ['village', 'township', 'county'];

/** @param {{query: Record<string, string>}} props */
export default function ProblemNew({ query }) {
  const session = useSignal(/** @type {Session | 'unknown' | null} */ (null));
  const begin = async () => {
    await store.ready('hot').catch(() => undefined);
    const { household, note } = query;
    const task = {
      kind: 'problem', key: `new/problem/${store.village.peek()}/${household ?? note ?? ''}`, href: household || note ? `/problem-new?${new URLSearchParams(query)}` : '/problem-new',
      prefill: { ...(household ? { from_household: household } : {}), ...noted(note, 'content') },
    };
    const definition = await formOf(task);
    session.value = definition ? new Session(task, definition) : 'unknown';
  };
  useEffect(() => void begin(), []);
  const now = session.value;
  if (now === null) return html`<${Inner} title=${t('title.problem_new')} backTo="/today" close />`;
  if (now === 'unknown') return html`<${Inner} title=${t('title.problem_new')} backTo="/today" close><${Blank} title=${t('form.unknown')} text=${t('form.unknown.what')} /><//>`;
  return html`<${Writing} key=${now.id} session=${now} start=${query.household ?? ''} note=${query.note} onDrop=${() => void startOver(session, begin)} />`;
}

/** @param {{session: Session, start: string, note?: string, onDrop: () => void}} props */
function Writing({ session, start, note, onDrop }) {
  const { interview } = session;
  const here = useRef(route.peek());
  const failed = useSignal(false);
  const asked = useSignal(false);
  useLayoutEffect(() => interview.speak(lang.value), [lang.value]);
  const backTo = start ? `/household/${start}` : '/problems';
  const level = useNode(interview, 'level', '').value;
  const up = level && level !== 'village' && canReport(session);

  const save = async (/** @type {'registered' | 'reported'} */ status) => {
    failed.value = false;
    if (missing(interview).length) {
      asked.value = true;
      document.getElementById('problem-content')?.focus();
      return;
    }
    for (const [path, value] of Object.entries(moveSet({ answers: {} }, status, todayOf()))) interview.set(path, value);
    try {
      const saved = await session.save();
      await letGo(note);
      // Whoever has gone on meanwhile is not called back.
      if (route.peek() === here.current) back(backTo);
      offerUndo(t(status === 'reported' ? 'problem.saved.reported' : 'form.saved'), () => store.undo(saved));
    } catch {
      failed.value = true;
    }
  };
  const dock = up
    ? html`<${Button} onTap=${() => void save('registered')}>${t('problem.save.only')}<//><${Button} kind="main" icon="up" grow=${15} onTap=${() => void save('reported')}>${t('problem.save.report')}<//>`
    : html`<${Button} kind="main" onTap=${() => void save('registered')}>${t('form.save')}<//>`;
  return html`<${Inner} title=${t('title.problem_new')} backTo=${backTo} close end=${html`<${DraftState} session=${session} />`} dock=${dock}>
    ${failed.value && html`<${NotSaved} />`}
    <${Resumed} session=${session} onDrop=${onDrop} />
    <${Sentence} session=${session} asked=${asked.value} />
    <${Category} session=${session} />
    <${Level} session=${session} />
    <${Told} session=${session} up=${Boolean(up)} />
    ${session.interview.graph.questions.has('photo') && html`<${Photo} session=${session} />`}
  <//>`;
}

/** A new problem may start as reported where the form's moves say so. @param {Session} session */
function canReport({ definition }) {
  const { moves } = definition;
  const first = moves.filter((move) => move.from === '');
  return first.length ? first.some((move) => move.to === 'reported') : mayMove(moves, { answers: { status: 'registered' } }, store.role.value, 'reported');
}

/** @param {{session: Session, asked: boolean}} props */
function Sentence({ session, asked }) {
  const { interview } = session;
  const state = useNode(interview, 'content', '');
  const { value, onInput, onLeave } = useTyping(interview, state);
  const { tap, hint } = useSpeak('problem-content');
  useEffect(() => {
    if (!session.resumed) document.getElementById('problem-content')?.focus();
  }, []);
  const wrong = state.wrong ? wrongText(state.wrong, t) : asked && !state.value ? interview.words(state.question.required_message, []) || t('form.wrong.required') : '';
  return html`<${Field} id="problem-content" label=${state.hint || state.label} wrong=${wrong}>
    <div class="plain" onFocusOut=${(/** @type {any} */ event) => event.target.id === 'problem-content' && onLeave(event.target.value)}>
      <${TextArea} id="problem-content" big rows=${3} value=${value} onInput=${onInput} end=${tap} />${hint}</div><//>`;
}

/** The kind follows the sentence until someone chooses it. @param {{session: Session}} props */
function Category({ session }) {
  const { interview } = session;
  const { value, label, question } = useNode(interview, 'category', '');
  const sentence = useNode(interview, 'content', '').text;
  const own = useRef(Boolean(session.more.category));
  const options = optionsOf(interview, 'category');
  const found = guesses(sentence, interview.definition.lists[question.list ?? ''] ?? []);
  const guessed = found[0] ?? null;
  useEffect(() => {
    if (!own.current && (value ?? null) !== guessed) interview.set('category', guessed);
  }, [guessed]);
  const choose = (/** @type {string | null} */ name) => {
    own.current = name !== null;
    session.note({ category: own.current });
    interview.set('category', name);
  };
  const likely = [...new Set([...found.slice(0, 3), ...COMMON])].slice(0, 6);
  return html`<${Field} id="problem-category" group label=${t('problem.which')} soft=${!own.current && guessed && value === guessed ? t('problem.guessed') : ''}>
    <${ShortChoices} label=${label} labelledby="problem-category-label" options=${options} likely=${likely} value=${value} clear rest=${t('problem.all')} onChange=${choose} /><//>`;
}

/** @param {{session: Session}} props */
function Level({ session }) {
  const { interview } = session;
  const { value, label } = useNode(interview, 'level', '');
  const options = optionsOf(interview, 'level').filter((option) => LEVELS.includes(option.value) || option.value === value);
  return html`<${Field} id="problem-level" group label=${label}>
    <${Chips} options=${options} value=${value} labelledby="problem-level-label" onChange=${(/** @type {string} */ name) => interview.set('level', name)} /><//>`;
}

/** Who told: optional, and the township does not see it unless one says so here. @param {{session: Session, up: boolean}} props */
function Told({ session, up }) {
  const { interview } = session;
  const { value } = useNode(interview, 'from_household', '');
  const share = useNode(interview, 'share_reporter', '');
  const shown = share.value === 'yes' && up;
  return html`<${Whom} value=${value} clear title=${t('problem.who')} none=${t('problem.who.none')} meta=${value ? t(shown ? 'problem.who.shared' : 'problem.who.kept') : t('problem.who.soft')}
      onChoose=${(/** @type {string | null} */ id) => interview.set('from_household', id)} />
    ${up && value && html`<${Choices} many label=${share.label} options=${[{ value: 'yes', label: share.label }]} value=${share.value === 'yes' ? ['yes'] : []}
      onChange=${(/** @type {string[]} */ on) => interview.set('share_reporter', on.length ? 'yes' : 'no')} />`}`;
}

/** Nothing here opens entries, and a new problem has no earlier answers. */
const AROUND = { openEntry: () => undefined, conflict: () => null, last: () => '' };

/** A picture where one helps; its code comes when it is wanted. @param {{session: Session}} props */
function Photo({ session }) {
  const { interview } = session;
  const { value, label } = useNode(interview, 'photo', '');
  const Question = useSignal(/** @type {any} */ (null));
  const open = async () => {
    Question.value = (await import('../form/view.js')).Question;
  };
  useEffect(() => {
    if (value) void open();
  }, []);
  if (Question.value) return html`<${Question.value} interview=${interview} path="photo" place="" around=${AROUND} bare=${false} />`;
  return html`<${Chips} label=${t('visit.also')}><${Chip} plain icon="camera" onTap=${() => void open()}>${label}<//><//>`;
}

/**
 * What has changed in the household and its people, written straight into their own records with the visit: never typed twice.
 */
import { useSignal } from '@preact/signals';
import { useReducer, useEffect, useMemo } from 'preact/hooks';
import { inOrder, isGone } from '../../domain/household.js';
import { lang, t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Button, Icon, List, Row } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { Interview } from '../../form/interview.js';
import { isShown } from '../../form/pages.js';
import { Question } from '../../form/view.js';
import { answerText } from '../../form/widgets/told.js';
import { localTime } from '../../store/changes.js';
import { todayOf } from '../../domain/dates.js';
import { isEmpty, same } from '../../form/entry.js';

/**
 * @typedef {import('../../form/session.js').Session} Session
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {import('../../form/definition.js').Question} Asked
 * @typedef {{rec: Rec, interview: Interview}} Opened
 */

/** What changes most often comes first; of a person, no more than this: the rest is on their own page. */
const OFTEN = ['phone', 'presence', 'resident_count', 'people_count', 'types', 'house/water', 'safeguards/water', 'safeguards/housing'];
const OF_PERSON = ['at_home', 'phone', 'health/state', 'health/note', 'work/kind', 'work/place', 'school/in_school', 'school/grade', 'insurance/medical', 'insurance/pension', 'more/special_groups'];

/** The record's own interview, kept beside the visit's draft. @param {Session} session @param {Rec} rec @returns {Interview | null} */
function open(session, rec) {
  const form = store.form(rec.form) ?? store.form(rec.kind);
  if (!form) return null;
  const kept = session.more.homes?.[rec.id];
  const interview = new Interview(form, kept?.answers ?? rec.answers, {
    now: localTime(), today: todayOf(), lang: lang.peek(), original: kept?.original ?? rec.answers, ...(kept ? { raw: kept.raw } : {}),
  });
  const base = kept?.base ?? rec.rev;
  interview.watch(() => session.note({ homes: { ...session.more.homes, [rec.id]: { base, kind: rec.kind, form: form.hash, ...interview.draft() } } }));
  return interview;
}

/** Those that belong to the household the visit is to: another may have been chosen before. @param {Session} session @returns {[string, any][]} */
function keptOf(session) {
  const home = session.interview.tree.all.household;
  return Object.entries(session.more.homes ?? {}).filter(([id, { kind }]) => (kind === 'person' ? store.get(id)?.answers.household === home : id === home));
}

/** Rejects where a form they were written with cannot be had: what was changed must stay in the draft then.
 * @param {Session} session @returns {Promise<import('../../store/types.js').Saving[]>} */
export async function changesOf(session) {
  const kept = await Promise.all(keptOf(session).map(async ([id, one]) => ({ id, kept: one, form: await store.loadForm(one.form) })));
  return kept.flatMap(({ id, kept, form }) => {
    if (!form) throw new Error(`form ${kept.form} is not on this phone`);
    const set = new Interview(form, kept.answers, { still: true, now: localTime(), today: todayOf(), original: kept.original }).changes();
    // Who is gone is gone since some day; on the visit one heard of it.
    if (isGone({ answers: set }) && !set['roll/on']) set['roll/on'] = session.interview.tree.all.visited_on;
    return Object.keys(set).length ? [{ kind: kept.kind ?? 'household', id, set, base: kept.base, form: form.hash }] : [];
  });
}

/** Does a change hold something that cannot be stored? @param {Session} session */
export const changesUnstorable = (session) => keptOf(session).some(([, kept]) => kept.raw.length);

/** Sheets have no answers of other questions or conflicts to show. */
const AROUND = { openEntry: () => undefined, conflict: () => null, last: () => '' };

/** Questions one may change here. @param {Opened} opened @returns {Asked[]} */
function questionsOf({ rec, interview }) {
  const questions = interview.definition.questions.filter((question) => !question.repeat && !['nothing', 'entries'].includes(question.holds) && isShown(question) && !question.calculate && interview.relevant(question.path, []));
  const often = rec.kind === 'person' ? OF_PERSON : OFTEN;
  const rank = (/** @type {Asked} */ { path }) => (often.indexOf(path) + often.length + 1) % (often.length + 1);
  return questions.filter(({ path }) => rec.kind !== 'person' || often.includes(path)).sort((a, b) => rank(a) - rank(b));
}

/** @param {Opened} opened @returns {Asked[]} */
const changedIn = ({ interview }) => interview.definition.questions.filter(({ path, repeat, holds }) => !repeat && !['nothing', 'entries'].includes(holds)
  && (interview.raw.has(`${path}@`) || !same(interview.original[path], interview.tree.all[path])));

/** @param {{session: Session, home: Rec, asked: boolean}} props  `asked`: saving was tried */
export function ChangesField({ session, home, asked: tried }) {
  const [, redraw] = useReducer((/** @type {number} */ n) => n + 1, 0);
  const members = inOrder(store.of(home.id, 'person')).filter((person) => !isGone(person));
  const all = useMemo(() => /** @type {Opened[]} */ ([home, ...members].map((rec) => ({ rec, interview: open(session, rec) })).filter(({ interview }) => interview)), [session, home.id, members.length]);
  useEffect(() => {
    const stops = all.map(({ interview }) => interview.watch(() => redraw(undefined)));
    return () => stops.forEach((stop) => stop());
  }, [all]);
  const asked = useSignal(/** @type {{opened: Opened, path: string} | null} */ (null));
  const Picker = useSignal(/** @type {any} */ (null));
  const pick = async () => {
    const module = await import('../../form/widgets/picker.js');
    Picker.value = { Shown: module.Picker };
  };
  const nameOf = (/** @type {Opened} */ { rec }) => (rec.kind === 'person' ? rec.answers.name ?? '' : '');
  const options = () => all.flatMap((opened) => questionsOf(opened).map((question) => {
    const label = opened.interview.state(question.path).label;
    return {
      value: `${opened.rec.id}|${question.path}`, label, text: [nameOf(opened), label].filter(Boolean).join(' '), group: nameOf(opened) || t('visit.changes.home'),
      meta: answerText(opened.interview, question, opened.interview.tree.all[question.path]),
    };
  }));
  const choose = (/** @type {string} */ value) => {
    const [id, path = ''] = value.split('|');
    const opened = all.find(({ rec }) => rec.id === id);
    Picker.value = null;
    if (opened) asked.value = { opened, path };
  };
  const changed = all.flatMap((opened) => changedIn(opened).map((question) => ({ opened, question })));
  const now = asked.value;
  const takeBack = () => {
    if (now) now.opened.interview.set(now.path, now.opened.interview.original[now.path] ?? null);
    asked.value = null;
  };
  return html`<div class="field" role="group" aria-labelledby="visit-changes"><span class="label" id="visit-changes">${t('visit.changes')} <span class="soft">${t('visit.changes.soft')}</span></span>
    <${List}>
      ${changed.map(({ opened, question }) => html`<${Row} key=${`${opened.rec.id}${question.path}`} slim title=${[nameOf(opened), opened.interview.state(question.path).label].filter(Boolean).join(' · ')}
        meta=${told(opened.interview, question)} end=${t('visit.changes.edit')} onTap=${() => (asked.value = { opened, path: question.path })} />`)}
      <button type="button" key="more" class="row slim" onClick=${() => void pick()}><span class="text"><span>${t(changed.length ? 'visit.changes.more' : 'visit.changes.one')}</span></span><${Icon} name="plus" /></button>
    <//>
    <span class="wrong" aria-live="polite">${tried && changesUnstorable(session) && html`<${Icon} name="late" />${t('visit.changes.wrong')}`}</span></div>
    ${Picker.value && html`<${Picker.value.Shown} title=${t('visit.changes.which')} options=${options()} value=${null} onChoose=${choose} onClose=${() => (Picker.value = null)} />`}
    ${now && html`<${Sheet} title=${nameOf(now.opened) || t('visit.changes.title')} onClose=${() => (asked.value = null)}>
      <${Question} interview=${now.opened.interview} path=${now.path} place="" around=${AROUND} bare=${false} />
      <div class="acts"><${Button} onTap=${takeBack}>${t('visit.changes.back')}<//>
        <${Button} kind="main" onTap=${() => (asked.value = null)}>${t('visit.changes.done')}<//></div><//>`}`;
}

/** 有保障 → 有风险. @param {Interview} interview @param {Asked} question */
function told(interview, question) {
  const before = answerText(interview, question, interview.original[question.path]) || t('visit.changes.none');
  const raw = interview.raw.get(`${question.path}@`);
  const now = raw ?? (isEmpty(interview.tree.all[question.path]) ? t('visit.changes.none') : answerText(interview, question, interview.tree.all[question.path]));
  return `${before} → ${now}`;
}

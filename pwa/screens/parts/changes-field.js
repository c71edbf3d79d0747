/**
 * What has changed in the household, written straight into the household's own record: never typed twice.
 */
import { useSignal } from '@preact/signals';
import { useReducer, useEffect, useMemo } from 'preact/hooks';
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
 */

/** What changes most often comes first. */
const OFTEN = ['phone', 'presence', 'resident_count', 'people_count', 'types', 'house/water', 'safeguards/water', 'safeguards/housing'];

/** The household's own interview, kept beside the visit's draft. @param {Session} session @param {Rec} home @returns {Interview | null} */
export function openHome(session, home) {
  const form = store.form(home.form) ?? store.form(home.kind);
  if (!form) return null;
  const kept = session.more.homes?.[home.id];
  const interview = new Interview(form, kept?.answers ?? home.answers, {
    now: localTime(), today: todayOf(), lang: lang.peek(), original: kept?.original ?? home.answers, ...(kept ? { raw: kept.raw } : {}),
  });
  const base = kept?.base ?? home.rev;
  interview.watch(() => session.note({ homes: { ...session.more.homes, [home.id]: { base, form: form.hash, ...interview.draft() } } }));
  return interview;
}

/** @param {Session} session @returns {import('../../store/types.js').Saving | null} */
export function homeSaving(session) {
  const id = session.interview.tree.all.household;
  const kept = session.more.homes?.[id];
  const form = kept && store.form(kept.form);
  if (!form) return null;
  const set = new Interview(form, kept.answers, { still: true, now: localTime(), today: todayOf(), original: kept.original }).changes();
  return Object.keys(set).length ? { kind: 'household', id, set, base: kept.base, form: form.hash } : null;
}

/** Does a change hold something that cannot be stored? @param {Session} session */
export const homeUnstorable = (session) => Boolean(session.more.homes?.[session.interview.tree.all.household]?.raw.length);

/** Sheets have no answers of other questions or conflicts to show. */
const AROUND = { openEntry: () => undefined, conflict: () => null, last: () => '' };

/** @param {{session: Session, home: Rec, asked: boolean}} props  `asked`: saving was tried */
export function ChangesField({ session, home, asked: tried }) {
  const interview = useMemo(() => openHome(session, home), [session, home.id]);
  const [, redraw] = useReducer((/** @type {number} */ n) => n + 1, 0);
  useEffect(() => interview?.watch(() => redraw(undefined)), [interview]);
  const asked = useSignal(/** @type {string | null} */ (null));
  const Picker = useSignal(/** @type {any} */ (null));
  if (!interview) return null;
  const questions = interview.definition.questions.filter((question) => !question.repeat && !['nothing', 'entries'].includes(question.holds) && isShown(question) && !question.calculate && interview.relevant(question.path, []));
  const changed = questions.filter(({ path }) => interview.raw.has(`${path}@`) || !same(interview.original[path], interview.tree.all[path]));
  const pick = async () => {
    const module = await import('../../form/widgets/picker.js');
    Picker.value = { Shown: module.Picker };
  };
  const rank = (/** @type {string} */ path) => (OFTEN.indexOf(path) + OFTEN.length + 1) % (OFTEN.length + 1);
  const options = [...questions].sort((a, b) => rank(a.path) - rank(b.path)).map((question) => ({
    value: question.path, label: interview.state(question.path).label, meta: answerText(interview, question, interview.tree.all[question.path]),
  }));
  return html`<div class="field" role="group" aria-labelledby="visit-changes"><span class="label" id="visit-changes">${t('visit.changes')} <span class="soft">${t('visit.changes.soft')}</span></span>
    <${List}>
      ${changed.map((question) => html`<${Row} key=${question.path} slim title=${interview.state(question.path).label} meta=${told(interview, question)} end=${t('visit.changes.edit')} onTap=${() => (asked.value = question.path)} />`)}
      <button type="button" key="more" class="row slim" onClick=${() => void pick()}><span class="text"><span>${t(changed.length ? 'visit.changes.more' : 'visit.changes.one')}</span></span><${Icon} name="plus" /></button>
    <//>
    <span class="wrong" aria-live="polite">${tried && homeUnstorable(session) && html`<${Icon} name="late" />${t('visit.changes.wrong')}`}</span></div>
    ${Picker.value && html`<${Picker.value.Shown} title=${t('visit.changes.which')} options=${options} value=${null} onChoose=${(/** @type {string} */ path) => { Picker.value = null; asked.value = path; }} onClose=${() => (Picker.value = null)} />`}
    ${asked.value && html`<${Sheet} title=${t('visit.changes.title')} onClose=${() => (asked.value = null)}>
      <${Question} interview=${interview} path=${asked.value} place="" around=${AROUND} bare=${false} />
      <div class="acts"><${Button} onTap=${() => { interview.set(asked.value ?? '', interview.original[asked.value ?? ''] ?? null); asked.value = null; }}>${t('visit.changes.back')}<//>
        <${Button} kind="main" onTap=${() => (asked.value = null)}>${t('visit.changes.done')}<//></div><//>`}`;
}

/** 有保障 → 有风险. @param {Interview} interview @param {import('../../form/definition.js').Question} question */
function told(interview, question) {
  const before = answerText(interview, question, interview.original[question.path]) || t('visit.changes.none');
  const raw = interview.raw.get(`${question.path}@`);
  const now = raw ?? (isEmpty(interview.tree.all[question.path]) ? t('visit.changes.none') : answerText(interview, question, interview.tree.all[question.path]));
  return `${before} → ${now}`;
}

/**
 * One mechanism: how often it is to be kept up, when it is next due, its figures, its records, how to do it well.
 * Promises: everything is counted from the records on this phone; nothing here judges or compares.
 */
import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { recordOf } from '../../domain/pack/areas.js';
import { t, words } from '../../i18n.js';
import { go } from '../../routes.js';
import { store } from '../../store/store.js';
import { count, day } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Blank, Button, Group, List, Row, Tag, Tags } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { joined } from '../parts/labels.js';
import { inside } from '../parts/moments.js';
import { Opening, useReady } from '../parts/ready.js';
import { begin } from './kind.js';
import { lineOf } from './line.js';
import { cadenceWords, dueWords, figureText, mechanisms, partsOf, reading } from './mechanisms.js';
import './words.js';

/** @typedef {import('../../domain/pack/village-expression.js').GuideMechanism} Mechanism */

/** So many records are shown; the rest is in the kind's own list. */
const SHOWN = 20;

/** @param {{params: Record<string, string>}} props */
export default function OneMechanism({ params }) {
  const ready = useReady('all');
  const one = mechanisms().find(({ id }) => id === params.id);
  useEffect(() => void store.loadForm('guide').catch(() => undefined), []);
  if (!one) return html`<${Inner} title=${t('title.work')} backTo="/work">${ready && store.form('guide') ? html`<${Blank} title=${t('work.gone')} text=${t('work.gone.what')} />` : html`<${Opening} text=${t('opening')} />`}<//>`;
  return html`<${Shown} key=${one.id} one=${one} ready=${ready} />`;
}

/** Goes to where one is written: a screen of its own, or the form with what is known already. @param {Mechanism} one @param {{kind: string, prefill?: Record<string, string>}} kept */
function write(one, kept) {
  if (one.screen) go(one.screen);
  else if (kept.kind === 'visit') go('/visit');
  else if (kept.kind === 'problem') go('/problem-new');
  else begin(kept.kind, kept.prefill ?? {});
}

/** What one entry of it is called: its choice, else its kind. @param {{kind: string, prefill?: Record<string, string>}} kept */
function nameOf({ kind, prefill = {} }) {
  const form = store.form(kind);
  for (const [path, value] of Object.entries(prefill)) {
    const list = form?.questions.find((question) => question.path === path)?.list;
    const label = list && form?.lists[list]?.find(({ name }) => name === value)?.label;
    if (label) return words(/** @type {any} */ (label));
  }
  return words(form?.title) || kind;
}

/** @param {{one: Mechanism, ready: boolean}} props */
function Shown({ one, ready }) {
  const choosing = useSignal(false);
  const state = ready ? reading()?.mechanisms[one.id] : undefined;
  const parts = state ? partsOf(one, state) : [];
  const due = parts.length ? null : dueWords(state?.due ?? '');
  const ids = state?.evidence() ?? [];
  const records = ids.slice(0, SHOWN).map((id) => store.get(id)).filter((rec) => rec !== undefined);
  const figures = one.figures.map((figure) => ({ ...figure, text: figureText(state?.figures[figure.id], figure.unit) })).filter(({ text }) => text);
  const [first] = one.kinds;
  const tap = () => (one.kinds.length > 1 && !one.screen ? (choosing.value = true) : first && write(one, first));
  const tips = one.tips.map((tip) => words(tip)).filter(Boolean);
  return html`<${Inner} title=${words(one.title)} backTo="/work" dock=${(first || one.screen) && html`<${Button} kind="main" icon="pen" onTap=${tap}>${t(first ? 'work.once' : 'work.reports')}<//>`}>
    <${Tags}>${one.cadence && html`<${Tag} text=${cadenceWords(one.cadence)} />`}${due && html`<${Tag} ...${due} />`}${state?.last && html`<${Tag} text=${t('work.last', { day: inside(day(state.last)) })} />`}<//>
    ${state && parts.length > 0 && html`<${List}>${parts.map(({ name, cadence, last, due }) => html`<${Row} key=${name} slim title=${name} meta=${joined([cadenceWords(cadence), last && t('work.last', { day: inside(day(last)) })], ' · ')} state=${dueWords(due)} />`)}<//>`}
    ${tips.map((tip) => html`<p key=${tip} class="quiet">${tip}</p>`)}
    ${figures.length > 0 && html`<${Group} title=${t('work.figures')}><${List}>${figures.map((figure) => html`<${Row} key=${figure.id} slim title=${words(figure.title)} end=${figure.text} />`)}<//><//>`}
    ${records.length > 0 && html`<${Group} title=${t('work.records')} count=${count(state?.n ?? ids.length)}><${List}>${records.map((rec) => html`<${Row} key=${rec.id} ...${lineOf(rec, { kind: one.kinds.length > 1 })} next=${!lineOf(rec).state} href=${recordOf(rec.kind, rec.id)} />`)}<//><//>`}
    ${!ready && html`<${Opening} text=${t('opening')} />`}
    ${ready && first && !records.length && html`<${Blank} title=${t('work.empty')} text=${t('work.empty.what')} />`}
    ${choosing.value && html`<${Sheet} title=${t('work.which')} onClose=${() => (choosing.value = false)}><${List}>${one.kinds.map((kept, n) => html`<${Row} key=${n} slim title=${nameOf(kept)} onTap=${() => write(one, kept)} />`)}<//><//>`}
  <//>`;
}

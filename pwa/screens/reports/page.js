/**
 * The day's diary and the reports of longer times, drafted from what was written anyway, for the cadre to change and give out.
 * Promises: works offline; what was typed stays until it is saved or drafted anew; what came in since is said, never mixed in.
 */
import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { PERIODS } from '../../domain/pack/report.js';
import { styled } from '../../form/widgets/pack/address.js';
import { lang, t } from '../../i18n.js';
import { go } from '../../routes.js';
import { store } from '../../store/store.js';
import { today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Button, Chips, Field, TextArea } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { Opening, useReady } from '../parts/ready.js';
import { handOut } from '../voice/text.js';
import { FORMS, told } from './text.js';
import './words.js';

await styled('styles/pack/handover.css');

const LONGEST = 10_000;
const ROWS = 16;

/** One's own diary of a day: there is one. @param {string} day */
const diaryOf = (day) => store.list('diary').find(({ answers, created_by }) => answers.diary_date === day && created_by === store.account.value?.id);

/** @param {{query: Record<string, string>}} props */
export default function Reports({ query }) {
  const ready = useReady('all');
  const formed = useSignal(false);
  useEffect(() => void Promise.all(FORMS.map((kind) => store.loadForm(kind).catch(() => undefined))).then(() => (formed.value = true)), []);
  const period = PERIODS.includes(query.period ?? '') ? String(query.period) : 'today';
  const chips = html`<div class="no-print"><${Chips} label=${t('report.period')} value=${period} options=${PERIODS.map((value) => ({ value, label: t(`report.period.${value}`) }))}
    onChange=${(/** @type {string} */ value) => go(`/reports?period=${value}`, { replace: true })} /></div>`;
  if (!ready || !formed.value) return html`<${Inner} title=${t('title.reports')} backTo="/work">${chips}<${Opening} text=${t('opening')} /><//>`;
  return html`<${Written} key=${`${period} ${lang.value} ${store.village.value}`} period=${period} chips=${chips} />`;
}

/** The text as it stands: changed by hand, saved before, or as drafted. @param {string} key @param {string} period */
function useText(key, period) {
  const drafted = told(period, today());
  const kept = store.draft(key);
  const saved = period === 'today' ? diaryOf(drafted.from)?.answers.body : undefined;
  const typed = useSignal(/** @type {{text: string, from: string}|null} */ (kept ?? (saved === undefined ? null : { text: saved, from: '' })));
  const put = (/** @type {{text: string, from: string}|null} */ next) => {
    typed.value = next;
    void (next ? store.keepDraft(key, next) : store.dropDraft(key));
  };
  return {
    ...drafted,
    shown: typed.value?.text ?? drafted.text.slice(0, LONGEST),
    differs: typed.value !== null && typed.value.text !== drafted.text,
    newer: Boolean(typed.value?.from) && typed.value?.from !== drafted.text,
    type: (/** @type {string} */ text) => put({ text, from: typed.peek()?.from || drafted.text }),
    anew: () => {
      const before = typed.peek();
      put(null);
      offerUndo(t('report.anew.said'), async () => put(before));
    },
  };
}

/** Saves the day's diary, or changes the one that is there. @param {string} day @param {string} title @param {string} body @param {string} key */
async function keepDiary(day, title, body, key) {
  const before = store.draft(key);
  const there = diaryOf(day);
  const saved = await store.save({ kind: 'diary', ...(there ? { id: there.id } : {}), set: { diary_date: day, title, body }, draft: key });
  offerUndo(t('form.saved'), async () => {
    await store.undo(saved);
    await store.keepDraft(key, before ?? { text: body, from: '' });
  });
}

/** @param {{period: string, chips: any}} props */
function Written({ period, chips }) {
  const day = today();
  const key = `report/${store.village.value}/${period}/${day.slice(0, period === 'today' ? 10 : 7)}/${lang.value}`;
  const { title, shown, from, differs, newer, type, anew } = useText(key, period);
  const failed = useSignal(false);
  const some = shown.trim();
  const diary = period === 'today';
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(some);
      offerUndo(t('report.copied'));
    } catch {
      failed.value = true;
    }
  };
  const give = () => void handOut(title, `${some}\n`);
  const dock = some && html`<${Button} icon="file" onTap=${() => print()}>${t('report.print')}<//>
    ${diary ? html`<${Button} kind="main" onTap=${() => void keepDiary(from, title, some, key)}>${t('report.keep')}<//>` : html`<${Button} kind="main" onTap=${give}>${t('report.give')}<//>`}`;
  return html`<${Inner} title=${t('title.reports')} backTo="/work" dock=${dock || undefined}>
    ${chips}
    <div class="on-paper">${some.split('\n').map((line, at) => html`<p key=${at}>${line || ' '}</p>`)}</div>
    <p class="quiet no-print">${t(shown ? (diary ? 'report.what.diary' : 'report.what') : 'report.nothing')}</p>
    ${newer && html`<p class="quiet no-print" role="status">${t('report.newer')}</p>`}
    <${Field} id="report-text" label=${title}><${TextArea} id="report-text" value=${shown} rows=${ROWS} maxlength=${LONGEST} onInput=${type} /><//>
    <div class="chips no-print">
      ${some && html`<${Button} kind="text" low icon="file" onTap=${() => void copy()}>${t('report.copy')}<//>`}
      ${some && diary && html`<${Button} kind="text" low onTap=${give}>${t('report.give')}<//>`}
      ${differs && html`<${Button} kind="text" low icon="pen" onTap=${anew}>${t('report.anew')}<//>`}
    </div>
    ${failed.value && html`<p class="quiet" role="status">${t('report.copyByHand')}</p>`}
  <//>`;
}

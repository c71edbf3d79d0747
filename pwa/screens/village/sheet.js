/**
 * The village on one sheet: every figure by section, beside it how it stood a year before; of today or of any day; to print on A4.
 * Promises: says that an earlier day is worked out from what is recorded now; what is not known is an empty place, never 0.
 */
import { useSignal } from '@preact/signals';
import { monthsBefore } from '../../domain/pack/as-of.js';
import { t } from '../../i18n.js';
import { go } from '../../routes.js';
import { store } from '../../store/store.js';
import { calendarDay, moment, today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner, placeName } from '../../ui/layout.js';
import { Button, Chips, Field, TextInput } from '../../ui/parts.js';
import { Opening } from '../parts/ready.js';
import { sectionName, sectionsOf, titleOf, useGuide, useWorked } from './evaluation.js';
import { profileOn } from './profiles.js';
import { beforeOf, told, valueOf } from './telling.js';
import './words.js';

const YEAR = 12;
/** A text this long takes the place of the year before. */
const LONG = 12;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** @param {{query: Record<string, string>}} props */
export default function Sheet({ query }) {
  const now = today();
  const on = DAY.test(query.on ?? '') && String(query.on) <= now ? String(query.on) : now;
  const guide = useGuide();
  const worked = useWorked(guide, { on });
  const before = useWorked(guide, { on: monthsBefore(on, YEAR) });
  const choosing = useSignal(on !== now);
  const to = (/** @type {string} */ day) => DAY.test(day) && day <= now && go(`/village/sheet${day === now ? '' : `?on=${day}`}`, { replace: true });
  const profile = profileOn(on);
  const at = store.pulls.value.get(store.village.value)?.at;
  const options = [{ value: 'now', label: t('village.today') }, { value: 'day', label: t('village.someDay') }];
  const choose = (/** @type {string} */ value) => {
    choosing.value = value === 'day';
    if (value === 'now') to(now);
  };
  return html`<${Inner} title=${t('village.sheet')} backTo="/village" dock=${html`<${Button} kind="main" icon="file" grow=${10} onTap=${() => print()}>${t('village.print')}<//>`}>
    <div class="no-print stacked"><${Chips} options=${options} value=${choosing.value ? 'day' : 'now'} onChange=${choose} label=${t('village.asOfWhen')} />
      ${choosing.value && html`<${Field} id="on" label=${t('village.whichDay')}><${TextInput} type="date" value=${on} max=${now} onChange=${to} /><//>`}</div>
    <article class="sheet-page">
      <h2>${t('village.sheetOf', { name: placeName() })}</h2>
      <p class="small quiet">${t('village.sheetOn', { year: Number(on.slice(0, 4)), month: Number(on.slice(5, 7)), date: Number(on.slice(8)) })}${profile ? ` · ${t('village.profileOf', { year: profile.answers.year })}` : ''}${at ? ` · ${t('leader.asOf', { time: moment(at) })}` : ''}</p>
      ${on !== now && html`<p class="small honest">${t('village.asOfHonest')}</p>`}
      ${guide === null && html`<p class="quiet">${t('village.noGuide')}</p>`}
      ${guide && (!worked || !before) && html`<${Opening} text=${t('village.counting')} />`}
      ${guide && worked && before && html`<div class="sheet-sections">${sectionsOf(guide).map(({ id, indicators }) => html`<section key=${id}><table>
        <thead><tr><th scope="col">${sectionName(id)}</th><th scope="col">${t('village.thisDay')}</th><th scope="col">${t('village.yearBefore')}</th></tr></thead>
        <tbody>${indicators.map((indicator) => {
          const value = valueOf(worked, indicator);
          const was = beforeOf(before, indicator);
          if (typeof value === 'string' && value.length > LONG) return html`<tr key=${indicator.id}><th scope="row">${titleOf(indicator)}</th><td colspan="2" class="long">${told(indicator, value)}</td></tr>`;
          return html`<tr key=${indicator.id}><th scope="row">${titleOf(indicator)}</th><td class=${value === undefined ? 'none' : undefined}>${told(indicator, value)}</td><td>${was === undefined ? '—' : told(indicator, was)}</td></tr>`;
        })}</tbody></table></section>`)}</div>`}
      <p class="small quiet foot">${t('village.sheetBy', { name: store.account.value?.name ?? '', day: calendarDay(now) })}</p>
    </article>
  <//>`;
}

/**
 * What was promised and until when: a line of words, a few days to tap, the phone's calendar for any other.
 */
import { useSignal } from '@preact/signals';
import { addDays, todayOf } from '../../domain/dates.js';
import { t } from '../../i18n.js';
import { calendarDay } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Chips, Field, TextArea } from '../../ui/parts.js';
import { useNode } from '../../form/node.js';
import { Day } from '../../form/widgets/moment.js';
import { useTyping } from '../../form/widgets/typing.js';
import { wrongText } from '../../form/widgets/wrong.js';

const DAYS = [1, 3, 7, 14, 30];

/** @param {{interview: import('../../form/interview.js').Interview}} props */
export function PromiseField({ interview }) {
  const promise = useNode(interview, 'promise', '');
  const on = useNode(interview, 'follow_up_on', '');
  const own = useSignal(false);
  const { value, onInput, onLeave } = useTyping(interview, promise);
  const today = todayOf();
  const days = DAYS.map((n) => addDays(today, n));
  const chosen = days.includes(on.value) ? on.value : on.value || own.value ? 'own' : undefined;
  const choose = (/** @type {string | null} */ day) => {
    own.value = day === 'own';
    if (day !== 'own') interview.set('follow_up_on', day);
  };
  const options = [...days.map((day, at) => ({ value: day, label: t('visit.in', { n: DAYS[at] ?? 0 }) })), { value: 'own', label: on.value && !days.includes(on.value) ? calendarDay(on.value) : t('visit.day.other') }];
  return html`<${Field} id="visit-promise" label=${promise.label} soft=${t('visit.promise.soft')}>
      <div class="promise-line" onFocusOut=${(/** @type {any} */ event) => onLeave(event.target.value)}>
        <${TextArea} id="visit-promise" rows=${1} value=${value} onInput=${onInput} end=${on.value && html`<span class="unit">${calendarDay(on.value)}</span>`} /></div>
    <//>
    ${(promise.value || on.value) && html`<${Field} id="visit-by" group label=${on.label} wrong=${on.wrong ? wrongText(on.wrong, t) : ''}>
      <${Chips} options=${options} value=${chosen} clear labelledby="visit-by-label" onChange=${choose} />
      ${chosen === 'own' && html`<${Day} label=${on.label} value=${on.text} min=${today} onInput=${(/** @type {string} */ day) => interview.write('follow_up_on', day)} />`}
    <//>`}`;
}

/**
 * The week in one line, for whoever asked for it: what I did last week, once, until it is put away.
 * Promises: off unless switched on; counts only one's own and shows them to nobody else; nothing rings, nothing is sent.
 */
import { addDays } from '../../domain/dates.js';
import { FOR_GOOD, days } from '../../domain/pack/task-choices.js';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { today } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Tap } from '../../ui/parts.js';
import { signal } from '@preact/signals';
import { aside, putAside } from './found.js';
import './words.js';

const KEPT = 'shibu.week';
/** @type {import('@preact/signals').Signal<boolean>} */
export const wanted = signal(read());

function read() {
  try {
    return localStorage.getItem(KEPT) === 'on';
  } catch {
    return false;
  }
}

export function switchWeek() {
  wanted.value = !wanted.peek();
  try {
    localStorage.setItem(KEPT, wanted.peek() ? 'on' : 'off');
  } catch {
    // Storage switched off: the choice holds until the page closes.
  }
}

export function WeekLine() {
  if (!wanted.value) return null;
  const monday = addDays(days(today()).monday, -7);
  const key = `week:${monday}`;
  if (aside({ key })) return null;
  const me = store.account.value?.id;
  const within = (/** @type {string|undefined} */ on) => Boolean(on && on >= addDays(monday, -7) && on < monday);
  const mine = (/** @type {string} */ kind, /** @type {string} */ path) => store.list(kind).filter((rec) => rec.created_by === me && within(rec.answers[path])).length;
  return html`<div class="card" style=${{ display: 'flex', alignItems: 'center', gap: '8px' }}>
    <p style=${{ flex: '1' }}>${t('tasks.week', { visits: mine('visit', 'visited_on'), problems: mine('problem', 'found_on') })}</p>
    <${Tap} icon="close" label=${t('tasks.week.away')} onTap=${() => void putAside(key, FOR_GOOD)} /></div>`;
}

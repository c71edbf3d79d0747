/** How a step and its items are said. Promises: reads only; the state's shape carries the meaning, colour only helps. */
import './words.js';
import { lang, t, words } from '../../i18n.js';
import { store } from '../../store/store.js';
import { day } from '../../ui/format.js';
import { joined } from '../parts/labels.js';
import { dayOf, kindOf } from '../work/line.js';

/** @typedef {import('../../domain/pack/steps.js').Item} Item */
/** @typedef {import('../../domain/pack/steps.js').Part} Part */

const NUMERALS = ['', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];
/** A name that fits beside 记 on a button. */
const SHORT = { zh: 8, en: 18 };
/** A hint that takes two lines in a list; longer ones stand on the item's own page. */
const HINT = { zh: 28, en: 56 };

/** 第三步 @param {number} n */
export const nth = (n) => t('steps.nth', { n: lang.value === 'zh' ? NUMERALS[n] ?? n : n });

const STATES = {
  todo: { icon: 'ring', tone: '' },
  doing: { icon: 'half', tone: 'doing' },
  done: { icon: 'done', tone: 'done' },
  na: { icon: 'none', tone: '' },
};

/** @param {Item['told']['state']} state @returns {import('../../ui/parts.js').Standing} */
export const standing = (state) => /** @type {any} */ ({ ...STATES[state], text: t(`steps.state.${state}`) });

/** What its latest record is and of when: 村情 · 8月14日. @param {Item} item */
function latest({ told }) {
  const [id] = told.n ? told.evidence() : [];
  const rec = id ? store.get(id) : undefined;
  if (!rec) return '';
  const on = dayOf(rec);
  return joined([kindOf(rec), told.n > 1 ? t('steps.records', { n: told.n }) : on ? day(on) : ''], ' · ');
}

/** What stands under an item's name in its list. @param {Item} item */
export function meta(item) {
  const { told, hint } = item;
  if (told.state === 'na') return told.na_reason ?? '';
  if (told.by === 'hand' && told.note) return told.note;
  if (told.state !== 'todo') return latest(item);
  const text = words(hint);
  return [...text].length <= HINT[lang.value] ? text : '';
}

/** What a button says that begins the next record of an item. @param {Item} item */
export function makeWords({ title, make }) {
  const name = words(title);
  const fits = [...name].length <= SHORT[lang.value];
  if (make?.kind === 'village_profile') return fits ? t('steps.make', { name }) : t('steps.make.profile');
  if (!make?.kind) return t('steps.make.look');
  const kind = words(/** @type {any} */ (store.forms.shape(make.kind)?.title)) || name;
  const short = fits ? name : kind;
  return t(make.screen === '/problems' || make.screen === '/households' ? 'steps.make.go' : 'steps.make', { name: make.screen ? kind : short });
}

/** "14 项有 11 项" of those that apply. @param {Part} part */
export const has = ({ items, done }) => t('steps.has', { all: items.filter(({ told }) => told.state !== 'na').length, done });

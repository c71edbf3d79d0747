/**
 * Owns how a household is told in one line: where it is, who lives there, what it is called in a list.
 * Promises: pure; takes the translator and the label finder from the caller, leaves out what is not known.
 */

/**
 * @typedef {{id: string, answers: Record<string, any>}} Rec
 * @typedef {(key: string, values?: Record<string, any>) => string} Translate
 * @typedef {(path: string, value: any) => string} Label  the form's own words for an answer
 */

/** 3 → 三, 12 → 十二, as village groups are spoken of; where a language has no word for ten, the digits.
 * @param {number} n @param {string} numerals of the language, from nothing to ten */
export function spoken(n, numerals) {
  const [ten] = numerals.slice(10);
  if (!ten || !Number.isInteger(n) || n < 1 || n > 99) return String(n);
  const tens = Math.floor(n / 10);
  const ones = n % 10;
  return `${tens > 1 ? numerals[tens] : ''}${tens ? ten : ''}${ones ? numerals[ones] : ''}`;
}

/** 三组 / Group 3; words someone wrote stay as they are. @param {any} group @param {Translate} t */
export function groupName(group, t) {
  if (group === undefined || group === null || group === '') return '';
  const n = Number(group);
  return Number.isInteger(n) ? t('called.group', { n: spoken(n, t('called.numerals')) }) : String(group);
}

/** 17 号 / No. 17; an address stays as it is. @param {any} house @param {Translate} t */
export function houseName(house, t) {
  const text = String(house ?? '').trim();
  return /^\d+(-\d+)?$/.test(text) ? t('called.house', { n: text }) : text;
}

/** 三组 17 号. @param {Record<string, any>} answers @param {Translate} t */
export const place = (answers, t) => [groupName(answers.group_no, t), houseName(answers.house_no, t)].filter(Boolean).join(' ');

/** 杨德贵，三组 17 号. @param {Rec | undefined} household @param {Translate} t */
export function called(household, t) {
  if (!household) return '';
  const where = place(household.answers, t);
  const name = household.answers.head_name ?? t('called.unnamed');
  return where ? t('called.with', { name, where }) : name;
}

/** Has the household, or the person, left the roll? @param {{answers: Record<string, any>}} rec */
export const isGone = ({ answers }) => ['moved_out', 'died_out', 'died'].includes(answers.presence ?? answers.at_home);

/** Types that say something: the ordinary one is left out. @param {Record<string, any>} answers @param {Label} label @returns {string[]} */
export const kinds = (answers, label) => (answers.types ?? []).filter((/** @type {string} */ type) => type !== 'general').map((/** @type {string} */ type) => label('types', type));

/** Row of a list: 17 号 · 5 口人 · 特困供养户. @param {Record<string, any>} answers @param {Translate} t @param {Label} label */
export function line(answers, t, label) {
  const parts = [houseName(answers.house_no, t)];
  if (answers.presence && answers.presence !== 'resident') parts.push(label('presence', answers.presence));
  if (answers.people_count) parts.push(t('called.people', { n: answers.people_count }));
  return [...parts, ...kinds(answers, label)].filter(Boolean).join(' · ');
}

/** Head first, then by age, the eldest first. @template {Rec} R @param {readonly R[]} people @returns {R[]} */
export function inOrder(people) {
  const born = (/** @type {R} */ person) => String(person.answers.birth_date ?? person.answers.birth_year ?? '9999');
  const head = (/** @type {R} */ person) => Number(person.answers.relation !== 'head');
  const spouse = (/** @type {R} */ person) => Number(person.answers.relation !== 'spouse');
  return [...people].sort((a, b) => head(a) - head(b) || spouse(a) - spouse(b) || (born(a) < born(b) ? -1 : born(a) > born(b) ? 1 : 0));
}

/** By village group, then house number, as one walks. @template {Rec} R @param {readonly R[]} homes @returns {R[]} */
export function inPlace(homes) {
  const number = (/** @type {any} */ value) => Number(/\d+/.exec(String(value ?? ''))?.[0] ?? Infinity);
  const keyed = homes.map((home) => /** @type {const} */ ([home, number(home.answers.group_no), number(home.answers.house_no), home.answers.head_name ?? '']));
  return keyed.sort((a, b) => compare(a[1], b[1]) || compare(a[2], b[2]) || compare(a[3], b[3])).map(([home]) => home);
}

/** @template {string | number} T @param {T} a @param {T} b */
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Owns the two lists that lead about in a form: the pages with what is still open on each, and what to look at before saving.
 * Promises: counts when it is opened, not at every answer; each row leads to its field.
 */
import { t, words } from '../i18n.js';
import { html } from '../ui/html.js';
import { Group, List, Row } from '../ui/parts.js';
import { Sheet } from '../ui/sheet.js';
import { isEmpty } from './entry.js';
import { pageOf } from './pages.js';
import { plain } from './markdown.js';
import { doubtful, missing } from './review.js';
import { laterMarks } from './marks.js';

/**
 * @typedef {import('./interview.js').Interview} Interview
 * @typedef {import('./pages.js').Page} Page
 * @typedef {{path: string, place: string, label: string, words?: string, code?: string}} Finding
 * @typedef {{asked: number, written: number, needed: number, later: number}} Tally
 */

/** What is answered and what is open on each page. @param {Interview} interview @param {Page[]} pages @returns {Tally[]} */
export function tallies(interview, pages) {
  const tally = pages.map(({ paths }) => {
    const asked = paths.filter((path) => {
      const { holds, type } = interview.graph.question(path);
      return (holds !== 'nothing' || type === 'repeat') && interview.relevant(path, []) && !interview.state(path).readOnly;
    });
    return { asked: asked.length, written: asked.filter((path) => !isEmpty(interview.tree.get(path, []))).length, needed: 0, later: 0 };
  });
  for (const { path } of missing(interview)) {
    const found = tally[pageOf(pages, interview, path)];
    if (found) found.needed += 1;
  }
  for (const { path } of laterMarks(interview)) {
    const found = tally[pageOf(pages, interview, path)];
    if (found) found.later += 1;
  }
  return tally;
}

/** @param {Tally} tally @returns {import('../ui/parts.js').Standing | null} */
function standing({ asked, written, needed, later }) {
  if (needed) return { icon: 'half', tone: 'soon', text: t('form.page.needed', { n: needed }) };
  if (later) return { icon: 'clock', tone: 'doing', text: t('form.page.later', { n: later }) };
  if (!asked) return null;
  if (written === asked) return { icon: 'done', tone: 'done', text: t('form.page.written') };
  return written ? { icon: 'half', text: t('form.page.part', { n: written, of: asked }) } : { icon: 'ring', text: t('form.page.none') };
}

/** @param {{interview: Interview, pages: Page[], present: number, onGo: (at: number) => void, onClose: () => void}} props */
export function PageSheet({ interview, pages, present, onGo, onClose }) {
  const names = namesOf(interview, pages);
  const tally = tallies(interview, pages);
  return html`<${Sheet} title=${t('form.pages')} onClose=${onClose}><${List}>${pages.map((page, at) => html`
    <${Row} key=${page.paths[0]} slim title=${names[at]} state=${standing(/** @type {Tally} */ (tally[at]))} current=${at === present} next=${false} onTap=${() => onGo(at)} />`)}<//><//>`;
}

/** What a page is called. @param {Page} page @param {string} title of a page that has no name of its own @param {import('./definition.js').Words} own the form's, which is no page's own */
export const nameOf = (page, title, own) => (page.title === own ? '' : plain(words(/** @type {any} */ (page.title)))) || title;

/** The names of all, told apart by what they begin with where several are called the same. @param {Interview} interview @param {Page[]} pages @returns {string[]} */
function namesOf(interview, pages) {
  const own = interview.definition.title;
  const names = pages.map((page) => nameOf(page, words(/** @type {any} */ (own)), own));
  return names.map((name, n) => (names.filter((one) => one === name).length < 2 ? name : plain(interview.state(/** @type {string} */ (pages[n]?.paths[0])).label) || name));
}

/** What is still needed, what looks wrong, what was put off; each question once. @param {{interview: Interview, onGo: (finding: Finding) => void}} props */
export function Before({ interview, onGo }) {
  const needed = missing(interview);
  const keyOf = (/** @type {Finding} */ { path, place }) => `${path}@${place}`;
  const first = new Set(needed.map(keyOf));
  const later = /** @type {Finding[]} */ (laterMarks(interview)).filter((finding) => !first.has(keyOf(finding)));
  const putOff = new Set(later.map(keyOf));
  const odd = doubtful(interview).filter((finding) => !putOff.has(keyOf(finding)));
  const row = (/** @type {Finding} */ finding) => html`<${Row} key=${keyOf(finding)} slim title=${plain(finding.label)}
    meta=${finding.words || (finding.code ? t(`form.wrong.${finding.code}`) : '')} onTap=${() => onGo(finding)} />`;
  const group = (/** @type {string} */ title, /** @type {Finding[]} */ found) => found.length > 0 && html`<${Group} title=${title}><${List}>${found.map(row)}<//><//>`;
  return html`${needed.length ? group(t('form.missing', { n: needed.length }), needed) : html`<p>${t('form.missing.none')}</p>`}
    ${group(t('form.doubtful'), odd)}
    ${group(t('form.later.list', { n: later.length }), later)}`;
}

/**
 * Answers to questions that the record's form no longer asks: taken out of a later version, never out of the record.
 * Promises: nothing that was answered is hidden; the words are those of a version this phone still has, else the bare name.
 */
import { todayOf } from '../../domain/dates.js';
import { isEmpty } from '../../form/entry.js';
import { Interview } from '../../form/interview.js';
import { plain } from '../../form/markdown.js';
import { answerText } from '../../form/widgets/told.js';
import { lang } from '../../i18n.js';
import { localTime } from '../../store/changes.js';
import { store } from '../../store/store.js';

/**
 * @typedef {import('../../store/types.js').Rec} Rec
 * @typedef {import('../../form/definition.js').Definition} Definition
 */

/** @param {Rec} rec @param {Definition} definition the record's form @returns {{path: string, label: string, text: string}[]} */
export function formerAnswers(rec, definition) {
  const asked = new Set(definition.questions.map((question) => question.path));
  const paths = Object.keys(rec.answers).filter((path) => !asked.has(path) && !path.includes('#') && !isEmpty(rec.answers[path]));
  if (!paths.length) return [];
  const others = [...store.forms.shapes.values()].filter((other) => other.here && other.kind === rec.kind && other.hash !== definition.hash);
  const versions = others.flatMap(({ hash }) => store.form(hash) ?? []);
  return paths.map((path) => said(rec, path, versions.find((other) => other.questions.some((question) => question.path === path))));
}

/** @param {Rec} rec @param {string} path @param {Definition | undefined} version */
function said(rec, path, version) {
  const value = rec.answers[path];
  const bare = typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (!version) return { path, label: path, text: bare };
  const interview = new Interview(version, rec.answers, { now: localTime(), today: todayOf(), lang: lang.value });
  const { question, label } = interview.state(path, '');
  return { path, label: plain(label) || question.name, text: question.holds === 'entries' ? bare : answerText(interview, question, value) };
}

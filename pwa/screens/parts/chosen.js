/** The choices of a question as chips have them: the short spoken word where there is one, else the form's own. */
import { t } from '../../i18n.js';
import { wordsOf } from '../../form/words.js';

/** @param {import('../../form/interview.js').Interview} interview @param {string} path @returns {{value: string, label: string, group?: string}[]} */
export function optionsOf(interview, path) {
  const kind = interview.definition.kind;
  return interview.choices(path, []).map((choice) => {
    const key = `chip.${kind}.${path}.${choice.name}`;
    const short = t(key);
    const group = interview.lang === 'en' ? choice.group_en : choice.group_label;
    return { value: choice.name, label: short === key ? wordsOf(choice.label, interview, []) : short, ...(group ? { group } : {}) };
  });
}

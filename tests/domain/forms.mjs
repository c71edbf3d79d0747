// Definitions written by hand, so that these tests hold only what they are about.

const BLANK = {
  appearance: '', hint: {}, required: false, required_message: {}, relevant: null, constraint: null, constraint_message: {}, calculate: null,
  default: null, read_only: false, list: null, choice_filter: null, sensitivity: 'internal', merge: 'plain',
};
const HOLDS = { integer: 'number', decimal: 'number', range: 'number', select_multiple: 'list', rank: 'list', repeat: 'entries', group: 'nothing', note: 'nothing' };

/** A form of `[path, type, more]`; repeats are told by their type. `reads`: path → who reads it. */
export function form(rows, { reads = {}, ...more } = {}) {
  const types = new Map(rows.map(([path, type]) => [path, type]));
  const questions = rows.map(([path, type = 'text', own = {}]) => {
    const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
    let repeat = parent;
    while (repeat && types.get(repeat) !== 'repeat') repeat = repeat.includes('/') ? repeat.slice(0, repeat.lastIndexOf('/')) : '';
    return {
      ...BLANK, path, name: path.split('/').at(-1), type, holds: HOLDS[type] ?? 'text', parent, repeat, label: { zh: path, en: path },
      ...(type === 'repeat' ? { merge: 'set' } : {}), ...own,
    };
  });
  const order = questions.filter((one) => one.calculate || one.relevant || one.count).map((one) => one.path);
  return { kind: 'made', hash: 'made', title: { zh: '试' }, languages: ['zh', 'en'], questions, lists: {}, order, dependents: reads, envelope: {}, moves: [], ...more };
}

export const at = (path, depth) => (depth === undefined ? ['path', path] : ['path', path, depth]);
export const num = (value) => ['num', value];
export const str = (value) => ['str', value];
export const call = (...parts) => ['call', ...parts];

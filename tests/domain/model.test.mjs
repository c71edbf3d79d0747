// What an interview makes of forms beyond asking: what they write of themselves, begin with, keep aside, choose from; remarks;
// records of other kinds; records of another shape; and how little an answer costs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rankOrder } from '../../pwa/form/choices.js';
import { entitiesOf } from '../../pwa/form/entities.js';
import { Interview } from '../../pwa/form/interview.js';
import { laterMarks, laterPaths } from '../../pwa/form/marks.js';
import { doubtful, isOdd, missing } from '../../pwa/form/review.js';
import { at, call, form, num, str } from './forms.mjs';

const NOW = '2026-11-23T10:00:00.000+08:00';
const RECORD = '0198a1b2-0000-7000-8000-000000000001';
const begun = (definition, more = {}) => new Interview(definition, {}, { now: NOW, fresh: true, id: RECORD, ...more });
const opened = (definition, answers, more = {}) => new Interview(definition, answers, { now: NOW, id: RECORD, ...more });
const entriesOf = (interview, repeat) => interview.tree.all[repeat] ?? [];

// — what the form writes of itself —

test('an answer that changes writes others, and they in turn', () => {
  const definition = form([['a'], ['b'], ['c'], ['d', 'calculate', { calculate: call('concat', at('a'), str('!')) }]], {
    reads: { a: ['d'] },
    actions: [
      { on: ['value-changed'], from: 'a', ref: 'b', value: call('concat', at('d'), str('?')) },
      { on: ['value-changed'], from: 'b', ref: 'c', value: at('b') },
      { on: ['value-changed'], from: 'c', ref: 'a', value: null },
    ],
  });
  const interview = opened(definition, {});
  interview.set('a', 'x');
  // Its last link erases where it began, and that comes round once more and ends.
  assert.deepEqual(interview.tree.all, { b: '!?', c: '!?', d: '!' });
});

test('writing is not set off by the same answer given again, nor by how a record begins', () => {
  const definition = form([['a', 'text', { default: str('x') }], ['n', 'integer']], {
    actions: [{ on: ['value-changed'], from: 'a', ref: 'n', value: ['+', call('coalesce', at('n'), num(0)), num(1)] }],
  });
  const interview = begun(definition);
  assert.equal(interview.tree.all.n, undefined);
  interview.set('a', 'x');
  assert.equal(interview.tree.all.n, undefined);
  interview.set('a', 'y');
  assert.equal(interview.tree.all.n, 1);
});

test('inside entries only the own entry is written, from outside every one', () => {
  const definition = form([['k'], ['r', 'repeat'], ['r/a'], ['r/b'], ['r/c']], {
    actions: [
      { on: ['value-changed'], from: 'r/a', ref: 'r/b', value: at('r/a', 1) },
      { on: ['value-changed'], from: 'k', ref: 'r/c', value: at('k') },
      { on: ['value-changed'], from: 'r/a', ref: 'k', value: call('concat', at('k'), str('+')) },
    ],
  });
  const interview = opened(definition, { r: [{ id: '1' }, { id: '2' }] });
  interview.set('r/a', 'x', '2');
  assert.deepEqual(interview.tree.all, { k: '+', r: [{ id: '1', c: '+' }, { id: '2', a: 'x', b: 'x', c: '+' }] });
});

test('first-load writes only into new records, load into all that are not merely looked at, new-repeat into new entries', () => {
  const definition = form([['first'], ['each', 'integer'], ['r', 'repeat'], ['r/a'], ['r/b', 'text', { default: str('d') }]], {
    actions: [
      { on: ['first-load'], from: '', ref: 'first', value: str('once') },
      { on: ['load'], from: '', ref: 'each', value: ['+', call('coalesce', at('each'), num(0)), num(1)] },
      { on: ['new-repeat'], from: 'r', ref: 'r/a', value: call('concat', str('of '), at('r/b', 1)) },
    ],
  });
  assert.deepEqual(begun(definition).tree.all, { first: 'once', each: 1 });
  const again = opened(definition, { each: 4 });
  assert.deepEqual(again.changes(), { each: 5 });
  assert.deepEqual(opened(definition, { each: 4 }, { still: true }).changes(), {});
  const id = again.add('r');
  assert.deepEqual(entriesOf(again, 'r'), [{ id, b: 'd', a: 'of d' }]);
  const dropped = again.drop('r', id);
  dropped.entry.a = 'mine';
  again.restore('r', dropped);
  assert.equal(entriesOf(again, 'r')[0].a, 'mine');
});

test('where the phone is, the screen is asked for, also for what was wanted before it was there', () => {
  const definition = form([['a'], ['here', 'geopoint'], ['there', 'geopoint']], {
    actions: [
      { on: ['first-load'], from: '', ref: 'here', value: null, geopoint: true },
      { on: ['value-changed'], from: 'a', ref: 'there', value: null, geopoint: true },
    ],
  });
  const interview = begun(definition);
  const asked = [];
  interview.seeks((path, place) => asked.push([path, place]));
  assert.deepEqual(asked, [['here', '']]);
  interview.set('a', 'x');
  assert.deepEqual(asked, [['here', ''], ['there', '']]);
});

// — how a record begins and ends —

test('defaults may read what was worked out, and other defaults before them', () => {
  const definition = form([
    ['day', 'date', { default: call('today') }], ['sum', 'calculate', { calculate: call('concat', at('day'), str('/'), at('n')) }],
    ['n', 'integer', { default: num(3) }], ['said', 'text', { default: call('concat', at('sum'), str('.')) }], ['before', 'text', { default: ['last', 'said'] }],
  ], { reads: { day: ['sum'], n: ['sum'] } });
  assert.deepEqual(begun(definition, { last: { said: '上次' } }).tree.all, { day: '2026-11-23', n: 3, sum: '2026-11-23/3', said: '2026-11-23/3.', before: '上次' });
});

test('entries that the form gives are there from the start, with ids, and are changes', () => {
  const definition = form([['r', 'repeat', { entries: [{ a: 'x', 's': [{ b: 'y' }] }, {}] }], ['r/a'], ['r/s', 'repeat'], ['r/s/b'], ['n', 'calculate', { calculate: call('count', at('r')) }]], { reads: { r: ['n'] } });
  const interview = begun(definition);
  const [one, two] = entriesOf(interview, 'r');
  assert.deepEqual([one.a, one.s[0].b, two.a, interview.tree.all.n], ['x', 'y', undefined, '2']);
  assert.equal(new Set([one.id, two.id, one.s[0].id]).size, 3);
  assert.equal(interview.changes().r.put.length, 2);
});

test('saving writes down when, in the one zone of the forms', () => {
  const definition = form([['begun', 'meta', { preload: 'start' }], ['ended', 'meta', { preload: 'end' }], ['who', 'meta', { preload: 'username' }]]);
  const interview = begun(definition, { properties: { username: 'cadre1' } });
  assert.deepEqual(interview.tree.all, { begun: NOW, who: 'cadre1' });
  interview.finish('2026-11-23T04:00:00.000Z');
  assert.equal(interview.tree.all.ended, '2026-11-23T12:00:00.000+08:00');
});

test('a value made once stays, also while its question is away', () => {
  const definition = form([['a'], ['key', 'calculate', { calculate: call('once', at('key'), at('a')), relevant: ['!=', at('a'), str('')] }]], { reads: { a: ['key'] } });
  const interview = opened(definition, {});
  interview.set('a', 'x');
  interview.set('a', null);
  assert.equal(interview.state('key').relevant, false);
  interview.set('a', 'y');
  assert.equal(interview.tree.all.key, 'x');
});

test('the form names its record', () => {
  assert.equal(opened(form([['a']], { instance_name: call('concat', at('a'), str('家')) }), { a: '杨' }).name(), '杨家');
  assert.equal(opened(form([['a']]), { a: '杨' }).name(), '');
});

// — entries as many as the form says —

const COUNTED = () => form([['n', 'integer'], ['r', 'repeat', { count: at('n') }], ['r/a'], ['r/m', 'integer'], ['r/s', 'repeat', { count: at('r/m', 1) }], ['r/s/b', 'text', { default: str('d') }]],
  { reads: { n: ['r'], 'r/m': ['r/s'] } });

test('a smaller number takes entries away and keeps them aside, also in a draft; none at all, as while typing, takes nothing', () => {
  const interview = begun(COUNTED());
  interview.set('n', 3);
  const ids = entriesOf(interview, 'r').map((entry) => entry.id);
  ids.forEach((id, n) => interview.set('r/a', `第${n}`, id));
  interview.set('n', null);
  assert.equal(entriesOf(interview, 'r').length, 3);
  interview.set('n', 1);
  assert.deepEqual(entriesOf(interview, 'r').map((entry) => entry.a), ['第0']);
  const { answers, aside } = JSON.parse(JSON.stringify(interview.draft()));
  const later = opened(COUNTED(), answers, { aside, original: {} });
  later.set('n', 4);
  assert.deepEqual(entriesOf(later, 'r').map((entry) => entry.a), ['第0', '第1', '第2', undefined]);
});

test('counted entries inside counted entries follow their own', () => {
  const interview = begun(COUNTED());
  interview.set('n', 2);
  const [one, two] = entriesOf(interview, 'r').map((entry) => entry.id);
  interview.set('r/m', 2, two);
  assert.deepEqual(entriesOf(interview, 'r').map((entry) => (entry.s ?? []).map((inner) => inner.b)), [[], ['d', 'd']]);
  interview.drop('r', one);
  interview.set('r/m', 1, two);
  assert.deepEqual(entriesOf(interview, 'r')[0].s.length, 1);
});

// — choices —

const CHOOSING = () => form([['r', 'repeat'], ['r/name'], ['r/age', 'integer'], ['who', 'select_one', { from: { nodes: ['filter', at('r'), ['>', at('r/age', 1), num(18)]], value: 'name', label: 'name' } }]]);

test('choices from entries come, are renamed and go with them, and so does the answer', () => {
  const interview = begun(CHOOSING());
  const [one, two] = [interview.add('r', '', { name: '杨', age: 30 }), interview.add('r', '', { name: '李', age: 10 })];
  assert.deepEqual(interview.choicesAt('who', '').map((row) => row.name), ['杨']);
  interview.set('r/age', 40, two);
  assert.deepEqual(interview.choicesAt('who', '').map((row) => row.label.zh), ['杨', '李']);
  interview.set('who', '李');
  interview.set('r/age', 50, two);
  assert.equal(interview.tree.all.who, '李');
  interview.drop('r', two);
  assert.equal(interview.tree.all.who, undefined);
  interview.set('who', '杨');
  interview.set('r/name', '王', one);
  assert.equal(interview.tree.all.who, undefined);
});

const LISTED = (more = {}) => form([['up', 'select_one', { list: 'up' }], ['one', 'select_one', { list: 'l', ...more }], ['many', 'select_multiple', { list: 'l' }], ['order', 'rank', { list: 'l', choice_filter: more.choice_filter ?? null }]], {
  reads: { up: ['one', 'order'] },
  lists: { up: [{ name: 'x', label: {} }, { name: 'y', label: {} }], l: 'abcdefgh'.split('').map((name, n) => ({ name, label: { zh: name }, up: n % 2 ? 'x' : 'y' })) },
});

test('shuffled choices stand as they stood whenever the record is opened, and otherwise in another one', () => {
  const order = (id, more = {}) => opened(LISTED({ randomize: true, ...more }), {}, { id }).choicesAt('one', '').map((row) => row.name).join('');
  assert.equal(order('a'), order('a'));
  assert.ok(new Set(['a', 'b', 'c', 'd'].map((id) => order(id))).size > 1);
  // JavaRosa's order of eight choices for the seed 42.
  assert.equal(order('a', { randomize: num(42) }), order('b', { randomize: num(42) }));
  assert.deepEqual([...order('a')].sort().join(''), 'abcdefgh');
});

test('a choice that left the list is kept, shown and softly said; one that its cascade excludes falls away', () => {
  const filtered = LISTED({ choice_filter: ['=', ['field', 'up'], at('up')] });
  const interview = opened(filtered, { up: 'x', one: 'gone', many: ['a', 'gone'], order: ['d', 'b', 'f', 'h'] });
  assert.deepEqual([interview.state('one').value, interview.state('one').wrong, missing(interview)], ['gone', { code: 'gone', words: '' }, []]);
  assert.deepEqual(doubtful(interview).map(({ path, code }) => [path, code]), [['one', 'gone'], ['many', 'gone']]);
  assert.deepEqual(interview.changes(), {});
  interview.set('up', 'y');
  assert.equal(interview.tree.all.one, undefined);
  assert.deepEqual(interview.choicesAt('one', '').map((row) => row.name), ['a', 'c', 'e', 'g']);
});

test('choices whose words read an answer are told when it changes', () => {
  const definition = form([['head'], ['r', 'repeat'], ['r/one', 'select_one', { list: 'l' }]], { lists: { l: [{ name: 'a', label: { zh: [at('head'), '家'] } }] } });
  const interview = opened(definition, { r: [{ id: '1' }] });
  let told = 0;
  interview.subscribe('r/one', '1', () => (told += 1));
  interview.set('head', '杨');
  assert.equal(told, 1);
});

test('a rank shows its answer first, and drops and takes up what its filter drops and lets through', () => {
  const filtered = LISTED({ choice_filter: ['or', ['=', ['field', 'up'], at('up')], ['=', ['field', 'name'], str('a')]] });
  const interview = opened(filtered, { up: 'x', order: ['h', 'a', 'b', 'd', 'f'] });
  assert.deepEqual(rankOrder(['h', 'x', 'b'], interview.choicesAt('order', '').map((row) => row.name)), ['h', 'b', 'a', 'd', 'f']);
  interview.set('up', 'y');
  assert.deepEqual(interview.tree.all.order, ['a', 'c', 'e', 'g']);
});

// — beside the answers —

test('a remark and the mark to come back are kept, told, saved as answers, and wrong nothing', () => {
  const definition = form([['a', 'text', { required: true }], ['note', 'note'], ['secret', 'text', { sensitivity: 'local-only' }], ['r', 'repeat'], ['r/b']]);
  const interview = opened(definition, { a: 'x', r: [{ id: '1', b: 'y' }, { id: '2' }] });
  let told = 0;
  interview.subscribe('a', '', () => (told += 1));
  interview.setRemark('a', ' 问过两次\u0000\ud800 ');
  interview.setLater('r/b', true, '2');
  interview.setLater('r/b', true, '9');
  interview.setLater('note', true);
  interview.setRemark('secret', 'x');
  assert.deepEqual([interview.remark('a'), interview.later('r/b', '2'), interview.later('r/b', '1'), told], ['问过两次', true, false, 1]);
  assert.deepEqual(interview.changes(), { 'a#remark': '问过两次', r: { put: [{ id: '2', 'b#later': 'yes' }] } });
  assert.deepEqual(laterMarks(interview).map(({ path, place }) => [path, place]), [['r/b', '2']]);
  assert.deepEqual(laterPaths({ ...interview.tree.all, 'gone#later': null }), ['r/b']);
  assert.deepEqual([missing(interview), doubtful(interview)], [[], []]);
  const again = opened(definition, { ...interview.tree.all });
  again.setRemark('a', '');
  assert.deepEqual(again.changes(), { 'a#remark': null });
  again.setRemark('a', '长'.repeat(3000));
  assert.equal([...again.remark('a')].length, 2000);
});

test('a required question that was put off holds nothing up; a text that cannot be stored does all the same', () => {
  const interview = opened(form([['a', 'text', { required: true }], ['n', 'integer', { required: true }], ['r', 'repeat'], ['r/b', 'text', { required: true }]]), { r: [{ id: '1' }, { id: '2' }] });
  for (const [path, place] of [['a', ''], ['n', ''], ['r/b', '2']]) interview.setLater(path, true, place);
  assert.deepEqual(missing(interview).map(({ path, place }) => [path, place]), [['r/b', '1']]);
  interview.write('n', '多');
  assert.deepEqual(missing(interview).map(({ path, code }) => [path, code]), [['n', 'number'], ['r/b', 'required']]);
  interview.setLater('a', false);
  assert.deepEqual(missing(interview).map(({ path }) => path), ['a', 'n', 'r/b']);
});

test('an entry is odd while something in it, however deep, cannot be right, and its repeat is told', () => {
  const young = ['<', ['path', 'r/age', 1], ['num', 120]];
  const definition = form([['r', 'repeat'], ['r/age', 'integer', { constraint: young }], ['r/s', 'repeat'], ['r/s/on', 'date']], { reads: { 'r/age': ['r/age'] } });
  const interview = opened(definition, { r: [{ id: '1', age: 20, s: [{ id: 'x' }] }, { id: '2', age: 200 }] });
  const odd = () => [0, 1].map((n) => isOdd(interview, 'r', [n]));
  let told = 0;
  interview.subscribe('r', '', () => (told += 1));
  assert.deepEqual(odd(), [false, true]);
  interview.set('r/age', 100, '2');
  interview.write('r/s/on', '昨天', '1/x');
  assert.deepEqual([odd(), told], [[true, false], 2]);
  interview.set('r/s/on', null, '1/x');
  assert.deepEqual([odd(), told], [[false, false], 3]);
});

// — records of other kinds —

const PERSON = form([['name'], ['age', 'integer'], ['tags', 'select_multiple']], { kind: 'person', envelope: { title: 'name' } });
const MAKING = (entity) => form([['id'], ['r', 'repeat'], ['r/name'], ['r/age'], ['r/gone', 'text', { relevant: call('false') }], ['head'], ['ok']], {
  reads: {}, entities: [{ kind: 'person', repeat: 'r', id: null, create: true, update: false, label: null, properties: { name: 'r/name', age: 'r/age', tags: 'r/gone' }, ...entity }],
});

test('each entry makes one record, the same one when it is saved again, and only what differs is written then', () => {
  const definition = MAKING({});
  const interview = opened(definition, { r: [{ id: '1', name: '杨', age: '30' }, { id: '2', name: '李' }] });
  const made = entitiesOf(interview, () => undefined, () => PERSON);
  assert.deepEqual(made.map(({ kind, set, base }) => [kind, set, base]), [['person', { name: '杨', age: 30 }, undefined], ['person', { name: '李' }, undefined]]);
  assert.match(made[0].id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(made[0].id, made[1].id);
  const held = new Map(made.map((one) => [one.id, { rev: 7, answers: { ...one.set, tags: ['x'] } }]));
  interview.set('r/name', '杨大', '1');
  interview.set('r/age', null, '1');
  assert.deepEqual(entitiesOf(interview, (_, id) => held.get(id), () => PERSON), [{ kind: 'person', id: made[0].id, set: { name: '杨大', age: null }, base: 7 }]);
});

test('a record is changed only where the form says so and it is there', () => {
  const entity = { repeat: '', id: at('id'), create: false, update: ['=', at('ok'), str('yes')], properties: { name: 'head' } };
  const other = '0198a1b2-0000-7000-8000-0000000000aa';
  const interview = opened(MAKING(entity), { id: other, head: '王' });
  const find = (_, id) => (id === other ? { rev: 3, answers: { name: '杨' } } : undefined);
  assert.deepEqual(entitiesOf(interview, find, () => PERSON), []);
  interview.set('ok', 'yes');
  assert.deepEqual(entitiesOf(interview, find, () => PERSON), [{ kind: 'person', id: other, set: { name: '王' }, base: 3 }]);
  assert.deepEqual(entitiesOf(interview, () => undefined, () => PERSON), []);
});

test('a label is the title of what has none', () => {
  const interview = opened(MAKING({ label: call('concat', at('r/name', 1), str('先生')), properties: { age: 'r/age' } }), { r: [{ id: '1', name: '杨' }] });
  assert.deepEqual(entitiesOf(interview, () => undefined, () => PERSON).map((one) => one.set), [{ name: '杨先生' }]);
  const unnamed = opened(MAKING({ label: at('r/name', 1) }), { r: [{ id: '1', age: '30' }] });
  assert.deepEqual(entitiesOf(unnamed, () => undefined, () => PERSON), []);
});

// — records of another shape —

test('answers of whatever shape open, read, fill and save without an error', () => {
  const definition = form([['t'], ['n', 'integer'], ['l', 'select_multiple'], ['g', 'group'], ['g/x'], ['r', 'repeat'], ['r/a'], ['r/s', 'repeat'], ['r/s/b'],
    ['sum', 'calculate', { calculate: call('concat', at('t'), at('n'), call('count', at('r')), call('join', str(','), at('r/s/b'))) }]], { reads: { t: ['sum'], r: ['sum'], 'r/s/b': ['sum'] } });
  const odd = [null, 3, 'x', '4', true, [], {}, ['a', null, 7], [null, 'x', 5, {}, { id: 1 }, { id: 'k', a: 1, s: 'x' }, { id: 'k', s: [null, { b: {} }] }], { deep: { er: [] } }, Number.NaN];
  for (const a of odd) {
    for (const b of odd) {
      const interview = opened(definition, { t: a, n: b, l: a, g: b, 'g/x': a, r: b, 'r#remark': a, 't#later': b, unknown: a });
      assert.deepEqual(interview.changes(), {});
      for (const { path } of definition.questions) for (const where of interview.tree.places(path)) interview.state(path, interview.tree.placeOf(path, where));
      const id = interview.add('r');
      interview.set('r/a', 'x', id);
      interview.set('t', 'y');
      assert.equal(interview.changes().t, a === 'y' ? undefined : 'y');
      assert.ok(interview.changes().r.put.some((entry) => entry.id === id && entry.a === 'x'));
    }
  }
  for (const answers of odd) assert.deepEqual(opened(definition, answers).changes(), {});
});

test('an old answer of another type is shown as what its question holds now', () => {
  const definition = form([['t'], ['n', 'integer'], ['l', 'select_multiple'], ['one', 'select_one']]);
  assert.deepEqual(opened(definition, { t: 5, n: '12', l: 'a b', one: ['x'] }).tree.all, { t: '5', n: 12, l: ['a', 'b'], one: 'x' });
});

// — how little it costs —

/** The median of the processor's milliseconds that each takes: other work of the machine may stop any one of them. */
function median(times, work) {
  const taken = Array.from({ length: times }, (_, n) => {
    const before = process.cpuUsage();
    work(n);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return taken.sort((a, b) => a - b)[Math.floor(times / 2)];
}

test('one answer among 1,000 questions that a sum reads settles at once, and so does opening them', () => {
  const rows = Array.from({ length: 1000 }, (_, n) => [`q${n}`, 'integer', {
    relevant: n % 7 === 3 ? ['>', at(`q${n - 1}`), num(0)] : null, calculate: n % 10 === 9 ? ['+', at(`q${n - 1}`), at(`q${n - 2}`)] : null, constraint: ['<', at(`q${n}`), num(99)],
  }]);
  const reads = {};
  const read = (path, by) => (reads[path] ??= []).push(by);
  for (const [path, , { relevant, calculate }] of rows) {
    const n = Number(path.slice(1));
    if (relevant) read(`q${n - 1}`, path);
    if (calculate) [1, 2].forEach((back) => read(`q${n - back}`, path));
    read(path, 'sum');
  }
  const definition = form([...rows, ['sum', 'calculate', { calculate: ['+', ...rows.map(([path]) => call('coalesce', at(path), num(0)))] }]], { reads });
  const states = (interview) => definition.questions.forEach(({ path }) => interview.state(path));
  const opening = median(9, () => states(begun(definition)));
  assert.ok(opening < 60, `${opening} ms`);
  const interview = begun(definition);
  states(interview);
  const taken = median(99, (n) => {
    interview.set(`q${(n * 37) % 1000}`, n);
    states(interview);
  });
  assert.ok(taken < 8, `${taken} ms`);
});

test('the 200th entry, with calculations, relevance and a sum outside, is added at once and costs what the 20th did', () => {
  const inner = Array.from({ length: 10 }, (_, n) => [`r/q${n}`, 'integer', {
    relevant: n % 3 === 1 ? ['>', at(`r/q${n - 1}`, 1), num(0)] : null, calculate: n % 5 === 4 ? ['+', at(`r/q${n - 1}`, 1), at(`r/q${n - 2}`, 1)] : null,
    default: n === 0 ? num(3) : null, constraint: ['<', at(`r/q${n}`, 1), num(99)],
  }]);
  const reads = { 'r/q4': ['total'], r: ['n'], total: ['more'] };
  for (const [path, , { relevant, calculate }] of inner) {
    const n = Number(path.at(-1));
    for (const back of relevant ? [1] : calculate ? [1, 2] : []) (reads[`r/q${n - back}`] ??= []).push(path);
  }
  const definition = form([['r', 'repeat'], ...inner, ['total', 'calculate', { calculate: call('sum', at('r/q4')) }], ['n', 'calculate', { calculate: call('count', at('r')) }],
    ['more', 'text', { relevant: ['>', at('total'), num(5)] }]], { reads });
  const interview = begun(definition);
  const looked = [];
  const evaluated = interview.value.bind(interview);
  let reading = 0;
  interview.value = (path, place) => {
    reading += 1;
    return evaluated(path, place);
  };
  const add = () => {
    reading = 0;
    const id = interview.add('r');
    for (const path of ['r', 'total', 'n', 'more']) interview.state(path);
    for (const [path] of inner) interview.state(path, id);
    looked.push(reading);
    return id;
  };
  const fill = (id) => [0, 2, 3].forEach((n) => interview.set(`r/q${n}`, n + 1, id));
  for (let n = 0; n < 199; n += 1) fill(add());
  assert.ok(median(15, () => fill(add())) < 15);
  assert.equal(interview.state('total').value, String(214 * 7));
  // A sum reads every entry once; nothing else may read those before.
  assert.ok(looked[199] - looked[19] <= 3 * 180, `${looked[19]} answers read for the 20th, ${looked[199]} for the 200th`);
});

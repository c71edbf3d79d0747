import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compensation, viewOf } from '../../pwa/store/view.js';

const ME = 'me';
let order = 0;
const entry = (set, more = {}) => ({
  device: 'd', village: 'v', n: (order += 1), order, over: 1, state: 'waiting', bytes: 0, record: 'r', kind: 'household',
  form: 'f', base: 1, set, at: '2026-11-23T10:00:00+08:00', ...more,
});
const base = (answers, more = {}) => ({
  id: 'r', village: 'v', kind: 'household', form: 'f', rev: 3, seq: 9, answers, flags: [], deleted: false, by: 'o', at: '', client_at: '',
  created_by: 'o', created_at: '', ...more,
});
const answersOf = (start, ...sets) => viewOf(base(start), sets.map((set) => entry(set)), 'r', ME).answers;

const CASES = [
  ['a plain value replaces', { a: 1 }, [{ a: 2 }], { a: 2 }],
  ['null erases', { a: 1, b: 2 }, [{ a: null }], { b: 2 }],
  ['add counts from nothing', {}, [{ a: { add: 2 } }, { a: { add: 3 } }], { a: 5 }],
  ['add counts on', { a: 4 }, [{ a: { add: -1 } }], { a: 3 }],
  ['put joins a set once', { a: ['x'] }, [{ a: { put: ['y', 'x'] } }], { a: ['x', 'y'] }],
  ['drop leaves a set', { a: ['x', 'y'] }, [{ a: { drop: ['x'] } }], { a: ['y'] }],
  ['the last drop leaves nothing', { a: ['x'] }, [{ a: { drop: ['x'] } }], {}],
  ['put replaces an entry of a repeat in its place', { a: [{ id: '1', v: 1, w: 2 }, { id: '2' }] }, [{ a: { put: [{ id: '1', v: 3 }] } }], { a: [{ id: '1', v: 3 }, { id: '2' }] }],
  ['drop takes an entry by its id', { a: [{ id: '1' }, { id: '2' }] }, [{ a: { drop: ['1'] } }], { a: [{ id: '2' }] }],
  ['append adds each entry once', { a: [{ id: '1' }] }, [{ a: { append: [{ id: '1' }, { id: '2' }] } }], { a: [{ id: '1' }, { id: '2' }] }],
  ['changes apply in order', { a: 1 }, [{ a: 2 }, { a: null }, { a: 3, b: 1 }], { a: 3, b: 1 }],
];
for (const [name, start, sets, wanted] of CASES) {
  test(name, () => assert.deepEqual(answersOf(start, ...sets), wanted));
}

test('a new record stands by its changes alone', () => {
  const rec = viewOf(undefined, [entry({ head: '杨' })], 'r', ME);
  assert.deepEqual([rec.rev, rec.answers, rec.by, rec.pending, rec.deleted], [0, { head: '杨' }, ME, true, false]);
});

test('deleting marks, and a later edit revives', () => {
  assert.equal(viewOf(base({}), [entry({ deleted: true })], 'r', ME).deleted, true);
  assert.equal(viewOf(base({}), [entry({ deleted: true }), entry({ a: 1 })], 'r', ME).deleted, false);
  assert.equal(viewOf(base({}), [entry({ deleted: true }), entry({ deleted: false })], 'r', ME).deleted, false);
});

test('a move changes the village', () => assert.equal(viewOf(base({}), [entry({ village: 'w' })], 'r', ME).village, 'w'));

test('without changes the row itself is shown, and a row that left is not', () => {
  assert.equal(viewOf(base({ a: 1 }), [], 'r', ME).pending, false);
  assert.equal(viewOf(base({}, { gone: true }), [], 'r', ME), undefined);
});

test('closing a conflict shows its value on the record', () => {
  const closing = entry({ state: 'kept_mine' }, { record: 'c', kind: 'conflict', also: { record: 'r', kind: 'household', set: { phone: '2' }, before: { phone: '1' } } });
  assert.deepEqual(viewOf(base({ phone: '1' }), [closing], 'r', ME).answers, { phone: '2' });
});

const UNDONE = [
  ['a value', { a: 1 }, { a: 2 }],
  ['an erasure', { a: 1 }, { a: null }],
  ['a first value', {}, { a: 2 }],
  ['a count', { a: 4 }, { a: { add: 3 } }],
  ['a put', { a: ['x'] }, { a: { put: ['y'] } }],
  ['a drop', { a: ['x', 'y'] }, { a: { drop: ['x'] } }],
  ['an entry changed', { a: [{ id: '1', v: 1 }] }, { a: { put: [{ id: '1', v: 2 }] } }],
  ['an entry dropped', { a: [{ id: '1', v: 1 }, { id: '2' }] }, { a: { drop: ['1'] } }],
  ['an append', { a: [{ id: '1' }] }, { a: { append: [{ id: '2' }] } }],
];
for (const [name, start, set] of UNDONE) {
  test(`undo takes back ${name}`, () => {
    const back = compensation(entry(set, { before: start }));
    const after = answersOf(start, set, back);
    const sorted = (list) => (Array.isArray(list) ? [...list].sort((x, y) => JSON.stringify(x).localeCompare(JSON.stringify(y))) : list);
    assert.deepEqual(sorted(after.a), sorted(start.a));
  });
}

test('undo of a new record deletes it, of a deletion revives it', () => {
  assert.deepEqual(compensation(entry({ a: 1 }, { created: true })), { deleted: true });
  assert.deepEqual(compensation(entry({ deleted: true }, { before: { deleted: false } })), { deleted: false });
});

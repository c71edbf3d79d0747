// A record that was merged into another: its id goes on leading to the living one, and so does what is written under it later.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Records } from '../../pwa/store/records.js';

const rec = (kind, id, answers, more = {}) => ({ kind, id, form: kind, village: 'v', rev: 1, seq: 1, deleted: false, flags: [], answers, ...more });
const opened = () => new Records('me', { parentOf: (row) => row.answers.household, dayOf: () => '' });
const ids = (list) => list.map(({ id }) => id).sort();

/** Household b, which held z before, was merged into a. */
function merged() {
  const records = opened();
  records.take(rec('household', 'a', { 'roll/merged': [{ id: 'e1', record: 'b' }, { id: 'e2', record: 'z' }] }, { rev: 2 }));
  records.take(rec('household', 'b', {}, { rev: 2, gone: true }));
  records.take(rec('visit', 'moved', { household: 'a' }));
  return records;
}

test('an old id leads to the living record, also one from an earlier merging', () => {
  const records = merged();
  assert.deepEqual(['b', 'z', 'nobody'].map((id) => records.get(id)?.id), ['a', 'a', undefined]);
});

test('what a colleague writes under the old id later stands with the living record', () => {
  const records = merged();
  records.take(rec('visit', 'late', { household: 'b' }));
  assert.deepEqual(ids(records.of('a', 'visit')), ['late', 'moved']);
});

test('a record that was revived is itself again, with what is written under it', () => {
  const records = merged();
  records.take(rec('visit', 'late', { household: 'b' }));
  records.take(rec('household', 'b', {}, { rev: 9 }));
  assert.equal(records.get('b')?.id, 'b');
  assert.deepEqual(ids(records.of('a', 'visit')), ['moved']);
});

test('a merging that was taken back leads nowhere any more', () => {
  const records = merged();
  records.take(rec('household', 'a', {}, { rev: 10 }));
  assert.equal(records.get('b'), undefined);
});

test('two that were merged into each other on two phones lead to whichever lives', () => {
  const records = merged();
  records.take(rec('household', 'b', { 'roll/merged': [{ id: 'e3', record: 'a' }] }, { rev: 9 }));
  assert.deepEqual(['a', 'b'].map((id) => records.get(id)?.id), ['a', 'b']);
  records.take(rec('household', 'a', {}, { rev: 11, gone: true }));
  assert.deepEqual(['a', 'b'].map((id) => records.get(id)?.id), ['b', 'b']);
});

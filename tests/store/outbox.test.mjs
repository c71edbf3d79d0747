import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FarSide, VILLAGE, id } from './far_side.mjs';
import { Phone } from './phone.mjs';

async function signedIn(far = new FarSide()) {
  const phone = new Phone(far.fetch);
  await phone.signIn('cadre1');
  await phone.sync();
  return { far, phone, store: phone.store };
}

test('a save is on the disk before it is called saved, and numbered without gaps', async () => {
  const { phone, store } = await signedIn();
  const saved = [];
  for (let i = 0; i < 5; i += 1) saved.push(await store.save({ kind: 'household', set: { head: `杨${i}` } }));
  assert.deepEqual(saved.map((one) => one.n), [1, 2, 3, 4, 5]);
  await phone.kill();
  const again = await phone.open();
  assert.deepEqual(again.list('household').map((rec) => rec.answers.head).sort(), ['杨0', '杨1', '杨2', '杨3', '杨4']);
  assert.ok(again.list('household').every((rec) => rec.pending));
  await phone.off();
});

test('two tabs saving at once never take one number twice', async () => {
  const { far, phone, store } = await signedIn();
  const other = new Phone(far.fetch);
  other.disk = phone.disk;
  await other.open();
  const both = await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? store : other.store).save({ kind: 'household', set: { head: `${i}` } })));
  assert.deepEqual(both.map((one) => one.n).sort((a, b) => a - b), Array.from({ length: 20 }, (_, i) => i + 1));
  await phone.off();
  await other.off();
});

test('what one tab saves the other shows', async () => {
  const { far, phone, store } = await signedIn();
  const other = new Phone(far.fetch);
  other.disk = phone.disk;
  await other.open();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await store.save({ kind: 'household', set: { head: '杨' } });
  await until(() => other.store.list('household').length === 1);
  await phone.sync();
  await until(() => other.store.list('household')[0].rev === 1);
  assert.equal(other.store.outbox.value[0].state, 'checked');
  await phone.off();
  await other.off();
});

test('several records and the draft they came from are one transaction', async () => {
  const { phone, store } = await signedIn();
  await store.keepDraft('visit/1', { facts: '看了' });
  const household = store.newId();
  await store.saveMany([
    { kind: 'household', id: household, set: { head: '杨' } },
    { kind: 'visit', set: { household, date: '2026-11-23' }, draft: 'visit/1' },
  ]);
  await phone.kill();
  const again = await phone.open();
  assert.equal(again.draft('visit/1'), undefined);
  assert.equal(again.of(household, 'visit').length, 1);
  assert.equal(again.outbox.value[1].title, '杨');
  await phone.off();
});

test('a draft survives a kill', async () => {
  const { phone, store } = await signedIn();
  await store.keepDraft('problem', { content: '路' });
  await phone.kill();
  assert.deepEqual((await phone.open()).draft('problem'), { content: '路' });
  await phone.off();
});

test('a full phone says so, keeps the text in memory and earlier data on the disk, and tries again', async () => {
  const { phone, store } = await signedIn();
  await store.save({ kind: 'household', set: { head: '早' } });
  const real = store.db;
  const full = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  store.db = new Proxy(real, { get: (db, key) => (key === 'transaction' ? full : Reflect.get(db, key)) });
  await assert.rejects(store.save({ kind: 'household', set: { head: '晚' } }), { name: 'QuotaExceededError' });
  assert.equal(store.trouble.value.code, 'storage_full');
  assert.deepEqual(store.unsaved.value.map((one) => one.set), [{ head: '晚' }]);
  store.db = real;
  const [saved] = await store.retryUnsaved();
  assert.equal(saved.n, 2);
  assert.deepEqual(store.unsaved.value, []);
  await phone.off();
});

test('a failure inside the transaction leaves no half of it', async () => {
  const { phone, store } = await signedIn();
  const keyless = { kind: 'household', set: { head: '杨' }, village: { no: 'key' } };
  await assert.rejects(store.saveMany([{ kind: 'household', set: { head: '一' } }, keyless]));
  await phone.kill();
  const again = await phone.open();
  assert.deepEqual(again.list('household'), []);
  assert.equal((await again.save({ kind: 'household', set: { head: '二' } })).n, 1);
  await phone.off();
});

test('undo writes the change that takes it back, also of several at once', async () => {
  const { far, phone, store } = await signedIn();
  const household = await store.save({ kind: 'household', set: { head: '杨', phone: '1' } });
  await phone.sync();
  const edits = await store.saveMany([
    { kind: 'household', id: household.id, set: { phone: '2' } },
    { kind: 'visit', set: { household: household.id, date: '2026-11-23' } },
  ]);
  await store.undo(edits);
  assert.equal(store.get(household.id).answers.phone, '1');
  assert.deepEqual(store.of(household.id, 'visit'), []);
  await store.undo(await store.remove(household.id));
  assert.equal(store.get(household.id).answers.head, '杨');
  await phone.sync();
  const removed = await store.remove(household.id);
  await phone.sync();
  assert.equal(store.get(household.id), undefined);
  await store.undo(removed);
  assert.deepEqual(store.get(household.id).answers, { head: '杨', phone: '1' }, 'shown whole although its row is gone');
  await phone.sync();
  assert.deepEqual(far.village(VILLAGE).rows.get(household.id).answers, { head: '杨', phone: '1' });
  assert.equal(store.unsent.value.length, 0);
  await phone.off();
});

test('the base is what the person was looking at, not what came since', async () => {
  const { far, phone, store } = await signedIn();
  far.write(VILLAGE, id(1), 'household', { head: '杨' });
  far.write(VILLAGE, id(1), 'household', { phone: '1' });
  await phone.sync();
  await store.save({ kind: 'household', id: id(1), set: { phone: '2' }, base: 1 });
  await store.save({ kind: 'household', id: id(1), set: { phone: '3' } });
  await store.save({ kind: 'household', id: id(1), set: { phone: '4' }, base: 9 });
  assert.deepEqual(store.outbox.value.map((entry) => entry.base), [1, 2, 2]);
  await phone.off();
});

test('receipts go after thirty days of the server, never of the phone', async () => {
  const { far, phone, store } = await signedIn();
  await store.save({ kind: 'household', set: { head: '杨' } });
  await phone.sync();
  assert.equal(store.outbox.value[0].state, 'checked');
  far.clock += 29 * 86_400_000;
  await phone.sync();
  assert.equal(store.outbox.value.length, 1);
  far.clock += 2 * 86_400_000;
  await phone.sync();
  assert.equal(store.outbox.value.length, 0);
  assert.equal((await store.save({ kind: 'household', set: { head: '李' } })).n, 2);
  await phone.off();
});

export async function until(is, ms = 2000) {
  const end = Date.now() + ms;
  while (!is()) {
    assert.ok(Date.now() < end, 'did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

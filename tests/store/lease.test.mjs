// How long a phone shows what it holds without its server, by clocks that cannot be trusted; and what is written meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FarSide, PERSON, VILLAGE, id } from './far_side.mjs';
import { begun, isOver, raised } from '../../pwa/store/lease.js';
import * as registry from '../../pwa/store/registry.js';
import { Phone, SECRET } from './phone.mjs';

const DAY = 86_400_000;

test('time adds up by the device clock, forwards alone', () => {
  let lease = begun(1000 * DAY);
  const at = (day) => (lease = raised(lease, day * DAY));
  at(1020);
  assert.equal(isOver(lease), false);
  at(500);
  at(509);
  assert.equal(isOver(lease), false, '29 days in all');
  at(512);
  assert.equal(isOver(lease), true, 'a clock set back has not stopped it');
  at(1);
  assert.equal(isOver(lease), true, 'nor does it take anything back');
  assert.equal(isOver(begun(DAY, 7)), false);
  assert.equal(isOver(undefined), false);
});

async function away(t, days) {
  const far = new FarSide();
  far.write(VILLAGE, id(1), 'household', { head: '杨秀英' });
  const phone = new Phone(far.fetch);
  await phone.signIn('cadre1');
  await phone.sync();
  await phone.store.save({ kind: 'household', set: { head: '没发' } });
  await phone.kill();
  const start = Date.now();
  let shift = days * DAY;
  t.mock.method(Date, 'now', () => start + shift);
  const store = await phone.open();
  return { far, phone, store, to: (day) => (shift = day * DAY) };
}

test('away for long: reading is closed, notes are taken, the outbox stays; the server answers and it opens', async (t) => {
  const { far, phone, store } = await away(t, 31);
  assert.equal(store.lock.value, 'lapsed');
  assert.deepEqual([store.db, store.list('household')], [null, []]);
  await store.notes.add('老杨家屋顶漏雨');
  far.fault = () => Promise.reject(new TypeError('offline'));
  await phone.sync();
  assert.equal(store.lock.value, 'lapsed');
  far.fault = null;
  await phone.sync();
  assert.equal(store.lock.value, 'open');
  await phone.sync();
  assert.equal(far.applied.length, 1);
  assert.equal(store.get(id(1)).answers.head, '杨秀英');
  assert.deepEqual((await store.notes.list()).map((note) => note.text), ['老杨家屋顶漏雨']);
  await phone.off();
});

test('a fresh sign-in opens what had lapsed; a clock set back does not', async (t) => {
  const { phone, store, to } = await away(t, 40);
  to(2);
  await phone.kill();
  await phone.open();
  assert.equal(phone.store.lock.value, 'lapsed');
  await phone.signIn('cadre1');
  assert.equal(phone.store.lock.value, 'open');
  assert.equal(phone.store.unsent.value.length, 1);
  assert.notEqual(store, phone.store);
  await phone.off();
});

test('the server says for how many days', async (t) => {
  const { far, phone, to } = await away(t, 1);
  far.leaseDays = 7;
  await phone.sync();
  to(9);
  await phone.kill();
  assert.equal((await phone.open()).lock.value, 'lapsed');
  await phone.off();
});

test('notes are taken while the store is locked or its wrap erased, and leave only as a draft', async () => {
  const far = new FarSide();
  const phone = new Phone(far.fetch);
  await phone.signIn('cadre1');
  await phone.sync();
  while (!(await registry.active()).pen) await new Promise((resolve) => setTimeout(resolve, 1));
  await phone.kill();
  const store = await phone.open(null);
  await store.notes.add('一');
  await registry.alter(PERSON.id, (known) => ({ ...known, vault: { ...known.vault, kind: '', kdf: undefined, wrapped: undefined } }));
  await store.notes.add('二');
  assert.deepEqual([await store.notes.count(), await store.notes.list()], [2, []]);
  await phone.signIn('cadre1');
  const notes = await store.notes.list();
  assert.deepEqual(notes.map((note) => note.text), ['一', '二']);
  const [first, second] = notes;
  await store.notes.turn(first.id, 'problem/a', { answers: { content: first.text } });
  await store.notes.drop(second.id);
  assert.deepEqual([store.draft('problem/a'), await store.notes.count()], [{ answers: { content: '一' } }, 0]);
  await phone.kill();
  assert.deepEqual((await phone.open(SECRET)).draft('problem/a'), { answers: { content: '一' } });
  await phone.off();
});

test('two on one phone: each by their own secret, each with their own notes, and the number of what waits is all one sees of the other', async () => {
  const far = new FarSide();
  const phone = new Phone(far.fetch);
  await phone.signIn('cadre1');
  await phone.store.save({ kind: 'household', set: { head: '甲的' } });
  await phone.store.lockNow();
  const first = phone.store.account.value.id;
  far.person = { id: '00000000-0000-7000-8000-0000000000b2', account: 'cadre2', name: '张岚' };
  await phone.signIn('cadre2', 'pass', '135790');
  assert.deepEqual([phone.store.outbox.value, phone.store.list('household')], [[], []]);
  assert.deepEqual((await phone.store.known()).map((one) => [one.login, one.unsent]), [['cadre1', 1], ['cadre2', 0]]);
  await phone.store.turnTo(first);
  await assert.rejects(phone.store.unlock('135790'), { name: 'WrongSecret' });
  await phone.store.unlock(SECRET);
  assert.equal(phone.store.unsent.value.length, 1);
  assert.equal((await phone.sync()).error.code, 'other_account');
  assert.deepEqual(far.applied, []);
  await phone.off();
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FarSide, PERSON, VILLAGE, id } from './far_side.mjs';
import { VERSION, nameOf } from '../../pwa/store/db.js';
import { Phone, SECRET } from './phone.mjs';

const SECOND = { id: '00000000-0000-7000-8000-0000000000b2', account: 'cadre2', name: '张岚' };

async function signedIn(far = new FarSide()) {
  const phone = new Phone(far.fetch);
  await phone.signIn('cadre1');
  await phone.sync();
  return { far, phone, store: phone.store };
}

test('signing out keeps and names what is unsent, takes the rows away, and the next sign-in goes on', async () => {
  const { far, phone, store } = await signedIn();
  far.write(VILLAGE, id(1), 'household', { head: '杨' });
  await phone.sync();
  phone.loop.start();
  far.fault = (path) => (path === '/api/sync' ? Promise.reject(new TypeError('offline')) : null);
  await store.save({ kind: 'household', set: { head: '没发' } });
  await store.keepDraft('x', 1);
  const { device } = store;
  const left = await store.signOut({ keep: true });
  phone.loop.stop();
  assert.deepEqual(left.map((entry) => entry.set.head), ['没发']);
  assert.equal(far.sessionEnds, 1);
  assert.equal(store.account.value, null);
  assert.deepEqual((await store.known()).map((one) => [one.login, one.unsent]), [['cadre1', 1]]);
  phone.boot();
  assert.equal((await phone.open()).account.value, null, 'nobody is signed in after a restart');
  far.fault = null;
  await phone.signIn('cadre1');
  assert.equal(phone.store.device, device);
  assert.equal(phone.store.list('household').length, 1, 'the unsent one; rows are gone');
  assert.equal(phone.store.draft('x'), 1);
  await phone.sync();
  assert.equal(phone.store.list('household').length, 2);
  assert.equal(phone.store.outbox.value[0].n, 1);
  assert.equal(phone.store.trouble.value, null);
  await phone.off();
});

test('without keeping, nothing of the account stays', async () => {
  const { phone, store } = await signedIn();
  await store.save({ kind: 'household', set: { head: '杨' } });
  await store.signOut({ keep: false });
  assert.deepEqual((await indexedDB.databases()).map((one) => one.name), ['shibu']);
  assert.deepEqual(await store.known(), []);
  await phone.off();
});

test('a sign-out without a network ends the server session at the next chance', async () => {
  const { far, phone, store } = await signedIn();
  phone.loop.start();
  far.fault = () => Promise.reject(new TypeError('offline'));
  await store.signOut();
  phone.loop.stop();
  assert.equal(far.sessionEnds, 0);
  far.fault = null;
  const { active, owesSignOut } = await import('../../pwa/store/registry.js');
  assert.deepEqual([await active(), await owesSignOut()], [undefined, true]);
  await phone.signIn('cadre1');
  assert.equal(await owesSignOut(), false);
  await phone.off();
});

test('two people on one phone: nothing of one is shown to, or sent by, the other', async () => {
  const { far, phone, store } = await signedIn();
  const first = store.device;
  await store.save({ kind: 'household', set: { head: '甲的' } });
  await store.signOut({ keep: true });
  far.person = SECOND;
  phone.boot();
  await phone.signIn('cadre2');
  assert.notEqual(phone.store.device, first);
  assert.deepEqual([phone.store.outbox.value, phone.store.list('household')], [[], []]);
  await phone.sync();
  assert.deepEqual(far.applied, []);
  await phone.off();
});

test('entries are not sent under a session of someone else', async () => {
  const { far, phone, store } = await signedIn();
  await store.save({ kind: 'household', set: { head: '甲的' } });
  await phone.kill();
  await phone.open();
  far.person = SECOND;
  const state = await phone.sync();
  assert.deepEqual([state.phase, state.error.code], ['sign-in', 'other_account']);
  assert.deepEqual(far.applied, []);
  assert.equal(phone.store.outbox.value[0].state, 'waiting');
  far.person = PERSON;
  await phone.sync();
  assert.equal(far.applied.length, 1);
  await phone.off();
});

test('a device id that belongs to another account is given up; what is unsent is renumbered under the new one', async () => {
  const { far, phone, store } = await signedIn();
  await store.save({ kind: 'household', set: { head: '一' } });
  await phone.sync();
  await store.save({ kind: 'household', set: { head: '二' } });
  const { device } = store;
  far.devices.set(device, SECOND.id);
  await phone.signIn('cadre1');
  assert.notEqual(phone.store.device, device);
  assert.deepEqual(phone.store.outbox.value.map((e) => [e.device === device, e.n]), [[true, 1], [false, 1]]);
  await phone.sync();
  assert.equal(phone.store.list('household').length, 2);
  await phone.off();
});

test('a wrong password says so and opens nothing', async () => {
  const far = new FarSide();
  const phone = new Phone(far.fetch);
  await assert.rejects(phone.signIn('cadre1', 'wrong'), { code: 'wrong_password', status: 401 });
  assert.equal(phone.store.account.value, null);
  await phone.off();
});

test('an emptied store under a known device says so, takes a new device id and pulls again', async () => {
  const { far, phone, store } = await signedIn();
  far.write(VILLAGE, id(1), 'household', { head: '杨' });
  await store.save({ kind: 'household', set: { head: '发了' } });
  await phone.sync();
  const { device } = store;
  await phone.kill();
  phone.on();
  await new Promise((resolve, reject) => {
    const asked = indexedDB.deleteDatabase(nameOf(PERSON.id));
    asked.onsuccess = resolve;
    asked.onerror = reject;
  });
  const again = await phone.open();
  assert.equal(again.trouble.value.code, 'store_emptied');
  assert.notEqual(again.device, device);
  await phone.sync();
  assert.equal(again.list('household').length, 2);
  assert.equal((await again.save({ kind: 'household', set: { head: '新' } })).n, 1);
  assert.equal((await phone.sync()).phase, 'idle');
  await phone.off();
});

test('a newer page that upgrades the database is not blocked, and the older one says it is outdated', async () => {
  const { phone, store } = await signedIn();
  await new Promise((resolve, reject) => {
    const asked = phone.disk.open(nameOf(PERSON.id), VERSION + 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('later');
    asked.onblocked = () => reject(new Error('blocked'));
    asked.onsuccess = () => {
      asked.result.close();
      resolve();
    };
  });
  assert.equal(store.trouble.value.code, 'store_outdated');
  await assert.rejects(store.save({ kind: 'household', set: { head: '杨' } }));
  assert.equal(store.unsaved.value.length, 1, 'the text is still in memory');
  await phone.off();
});

test('an older page that holds the database is named while the store waits for it, and no more when it has gone', async () => {
  const { phone } = await signedIn();
  await phone.kill();
  phone.on();
  const { open } = phone.disk;
  const older = await new Promise((resolve, reject) => {
    const asked = open.call(phone.disk, nameOf(PERSON.id), VERSION);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  phone.disk.open = (name, version) => open.call(phone.disk, name, name === nameOf(PERSON.id) ? version + 1 : version);
  const { store } = phone;
  await phone.open('');
  const opening = store.unlock(SECRET);
  for (let turn = 0; turn < 1000 && !store.trouble.value; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual([store.trouble.value?.code, store.lock.value], ['store_blocked', 'locked']);
  older.close();
  await opening;
  assert.deepEqual([store.trouble.value, store.lock.value], [null, 'open']);
  await store.ready('recent');
  await phone.off();
});

test('a save that went wrong is no longer told of when another try went through', async () => {
  const { phone, store } = await signedIn();
  const { db } = store;
  store.db = new Proxy(db, { get: (_, key) => (key === 'transaction' ? () => { throw new DOMException('gone', 'UnknownError'); } : Reflect.get(db, key)) });
  await assert.rejects(store.save({ kind: 'household', set: { head: '杨' } }));
  assert.deepEqual([store.trouble.value.code, store.unsaved.value.length], ['store_broken', 1]);
  store.db = db;
  await store.retryUnsaved();
  assert.deepEqual([store.trouble.value, store.unsaved.value.length, store.list('household').length], [null, 0, 1]);
  await phone.off();
});

test('that an account was cleared from this phone is over when it is here again', async () => {
  const { phone, store } = await signedIn();
  await store.close();
  store.trouble.value = { code: 'cleared' };
  await phone.signIn('cadre1');
  assert.equal(store.trouble.value, null);
  await phone.off();
});

test('a database a newer page has renewed is opened and written by the version before it', async () => {
  const { phone, store } = await signedIn();
  await store.save({ kind: 'household', set: { head: '杨' } });
  await phone.kill();
  await new Promise((resolve, reject) => {
    const asked = phone.disk.open(nameOf(PERSON.id), VERSION + 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('later');
    asked.onerror = reject;
    asked.onsuccess = () => {
      asked.result.close();
      resolve();
    };
  });
  phone.on();
  const again = await phone.open();
  assert.equal(again.trouble.value, null);
  await again.save({ kind: 'household', set: { head: '张' } });
  assert.deepEqual(again.list('household').map((one) => one.answers.head).sort(), ['张', '杨']);
  await phone.off();
});

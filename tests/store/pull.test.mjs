import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FarSide, VILLAGE, id } from './far_side.mjs';
import { Phone, SECRET } from './phone.mjs';

const answersIn = (store, kind) => Object.fromEntries(store.list(kind).map((rec) => [rec.id, rec.answers]));

/** A village with old and new records; day numbers count back from today. */
export function village(far, { households = 30, visits = 60 } = {}) {
  const day = (back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
  for (let n = 0; n < households; n += 1) far.write(VILLAGE, id(n), 'household', { head: `户${n}` });
  for (let n = 0; n < visits; n += 1) {
    far.write(VILLAGE, id(1000 + n), 'visit', { household: id(n % households), date: day(n * 5) });
  }
  far.write(VILLAGE, id(5000), 'problem', { content: '路坏了', household: id(0), status: 'registered', date: day(300) });
  far.write(VILLAGE, id(5001), 'problem', { content: '老问题', household: id(0), status: 'closed', date: day(300) });
}

async function pulled(far = new FarSide(), more) {
  village(far, more);
  const phone = new Phone(far.fetch);
  await phone.signIn('cadre1');
  const state = await phone.sync();
  return { far, phone, store: phone.store, state };
}

test('the first pull brings all, checks it, and a cold start needs no network', async () => {
  const { far, phone, store, state } = await pulled();
  assert.equal(state.phase, 'idle', JSON.stringify(state.error));
  const pull = store.pulls.value.get(VILLAGE);
  assert.deepEqual([pull.complete, pull.count, pull.rows, store.trouble.value], [true, 92, 92, null]);
  assert.equal(store.titleOf(store.get(id(5000))), '路坏了');
  await phone.kill();
  far.fault = () => Promise.reject(new TypeError('no network'));
  const again = await phone.open();
  assert.equal(again.list('household').length, 30);
  assert.equal(again.village.value, VILLAGE);
  assert.equal(again.role.value, 'cadre');
  assert.equal((await again.loadForm('visit')).hash, 'visit-1');
  assert.equal((await phone.sync()).phase, 'offline');
  assert.equal(again.list('household').length, 30);
  await phone.off();
});

test('hot tiers open the app, older visits come when asked, and the last visit is known without them', async () => {
  const { far, phone } = await pulled();
  far.fault = () => Promise.reject(new TypeError('no network'));
  await phone.kill();
  phone.on();
  await phone.store.open();
  await phone.store.unlock(SECRET);
  await phone.store.ready();
  const { store } = phone;
  assert.ok(store.get(id(5000)), 'an open problem is hot however old');
  assert.equal(store.records.shown.has(id(5001)), false, 'a closed old one is not');
  const last = store.latest(id(29), 'visit');
  assert.equal(last.id, id(1029));
  await store.ready('recent');
  assert.equal(store.list('visit').length, 19, 'days 0, 5 … 90');
  await store.ready('all');
  assert.equal(store.list('visit').length, 60);
  assert.deepEqual(store.of(id(3), 'visit').map((rec) => rec.id), [id(1003), id(1033)], 'newest first');
  assert.equal(store.latest(id(3), 'visit').id, id(1003));
  await phone.off();
});

test('a change of an old record that is not in memory keeps the checksum right', async () => {
  const { far, phone } = await pulled();
  await phone.kill();
  await phone.open();
  far.write(VILLAGE, id(1059), 'visit', { facts: '补充' });
  far.write(VILLAGE, id(5001), 'problem', {}, { deleted: true });
  const state = await phone.sync();
  assert.deepEqual([state.phase, phone.store.trouble.value], ['idle', null]);
  assert.equal(phone.store.pulls.value.get(VILLAGE).count, 91);
  assert.equal(far.lastHello.cursors[VILLAGE].includes('after'), true);
  await phone.off();
});

test('later changes win over blocks after a restart, deletions too', async () => {
  const { far, phone } = await pulled();
  far.write(VILLAGE, id(1), 'household', { head: '改' });
  far.write(VILLAGE, id(2), 'household', {}, { deleted: true });
  await phone.sync();
  await phone.kill();
  const store = await phone.open();
  assert.equal(store.get(id(1)).answers.head, '改');
  assert.equal(store.get(id(2)), undefined);
  await phone.off();
});

test('a row that is not newer is ignored', async () => {
  const { phone, store } = await pulled();
  const row = { ...store.get(id(1)), answers: { head: '旧' } };
  assert.equal(store.records.take({ ...row, rev: 1 }), false);
  assert.equal(store.get(id(1)).answers.head, '户1');
  await phone.off();
});

test('many pages arrive, some of them again after a cut, and the village is right', async () => {
  const far = new FarSide();
  const { phone, store } = await pulled(far, { households: 700, visits: 900 });
  const pull = store.pulls.value.get(VILLAGE);
  assert.deepEqual([pull.count, store.trouble.value], [1602, null]);
  assert.deepEqual(far.check(far.village(VILLAGE)), { count: pull.count, check: pull.check });
  await phone.off();
});

test('signals tell who reads, and only them', async () => {
  const { far, phone, store } = await pulled();
  const { effect } = await import('../../pwa/vendor/@preact/signals-core/dist/signals-core.mjs');
  const runs = { household: 0, visit: 0, of: 0 };
  effect(() => void (store.list('household'), (runs.household += 1)));
  effect(() => void (store.list('visit'), (runs.visit += 1)));
  effect(() => void (store.of(id(1), 'visit'), (runs.of += 1)));
  await store.save({ kind: 'household', id: id(1), set: { head: '新' } });
  assert.deepEqual(runs, { household: 2, visit: 1, of: 1 });
  far.write(VILLAGE, id(1999), 'visit', { household: id(1), date: '2026-11-22' });
  await phone.sync();
  assert.deepEqual([runs.visit, runs.of], [2, 2]);
  assert.equal(store.of(id(1), 'visit').some((rec) => rec.id === id(1999)), true);
  await phone.off();
});

test('a wrong checksum is reported and the village is pulled anew, once', async () => {
  const { far, phone, store } = await pulled();
  const broken = store.records.base.get(id(1));
  far.village(VILLAGE).rows.set(id(1), { ...broken, t: 'record', rev: broken.rev + 1, answers: { head: '漏掉的' } });
  const before = phone.requests.length;
  await phone.sync();
  assert.equal(phone.requests.length - before, 2, 'asked again at once');
  assert.equal(store.get(id(1)).answers.head, '漏掉的', 'healed');
  assert.equal(store.trouble.value, null, 'and no longer said');
  far.check = () => ({ count: 1, check: '0000000000000000' });
  await phone.sync();
  await phone.sync();
  assert.equal(store.trouble.value.code, 'check_failed');
  assert.ok(phone.requests.length - before <= 6, 'a standing fault does not download for ever');
  assert.equal(store.list('household').length, 30);
  await phone.off();
});

test('overlay folds into blocks and outdated blocks are written anew, with nothing changed for the reader', async () => {
  const { far, phone } = await pulled();
  const { tidy } = await import('../../pwa/store/fold.js');
  for (let n = 0; n < 20; n += 1) far.write(VILLAGE, id(n), 'household', { head: `新${n}` });
  far.write(VILLAGE, id(25), 'household', {}, { deleted: true });
  far.write(VILLAGE, id(5001), 'problem', { status: 'registered' });
  await phone.sync();
  const { store } = phone;
  await store.ready('all');
  const wanted = ['household', 'visit', 'problem'].map((kind) => answersIn(store, kind));
  for (const limits of [{ overlay: 5 }, { dead: 5 }]) {
    await tidy(phone.store, limits);
    await phone.kill();
    const again = await phone.open();
    assert.ok(again.get(id(5001)), 'reopened: hot');
    await again.ready('all');
    assert.deepEqual(['household', 'visit', 'problem'].map((kind) => answersIn(again, kind)), wanted);
    assert.equal(await again.db.count('rec'), 0);
    far.write(VILLAGE, id(26), 'household', { head: `${limits.dead}` });
    wanted[0][id(26)] = { head: `${limits.dead}` };
    assert.equal((await phone.sync()).phase, 'idle');
    assert.equal(again.trouble.value, null);
  }
  assert.deepEqual(far.check(far.village(VILLAGE)).check, phone.store.pulls.value.get(VILLAGE).check);
  await phone.off();
});

test('a server that begins anew by itself replaces the rows, whatever cursor was sent', async () => {
  const { far, phone, store } = await pulled();
  far.village(VILLAGE).rows.delete(id(7));
  far.forgetful = true;
  assert.equal((await phone.sync()).phase, 'idle');
  assert.equal(store.get(id(7)), undefined);
  assert.equal(store.list('household').length, 29);
  assert.equal(store.trouble.value, null);
  await phone.kill();
  assert.equal((await phone.open()).list('household').length, 29);
  await phone.off();
});

test('a damaged block hides no other, is said, and is fetched again', async () => {
  const { far, phone } = await pulled(undefined, { households: 250 });
  const { db } = phone.store;
  const keys = await db.getAllKeys('blocks');
  const hurt = keys.find((key) => key[2] === 0);
  await db.put('blocks', (await db.get('blocks', hurt)).slice(0, 500), hurt);
  await phone.store.save({ kind: 'household', id: id(1), set: { phone: '1' } });
  await phone.kill();
  const store = await phone.open();
  assert.deepEqual(store.trouble.value, { code: 'store_broken', detail: { village: VILLAGE } });
  assert.ok(store.list('household').length >= 150, 'the others are there');
  assert.equal((await phone.sync()).phase, 'idle');
  assert.equal(store.list('household').length, 250);
  assert.equal(store.get(id(1)).answers.phone, '1');
  assert.equal(store.trouble.value, null);
  assert.equal(far.applied.length, 1);
  await phone.off();
});

test('no room for downloaded rows is said, and nothing of the phone\'s own is touched', async () => {
  const { far, phone, store } = await pulled();
  await store.save({ kind: 'household', set: { head: '自己的' } });
  far.write(VILLAGE, id(3), 'household', { head: '来的' });
  const { db } = store;
  const full = new Proxy(db, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (key !== 'transaction') return typeof value === 'function' ? value.bind(target) : value;
      return (stores, ...rest) => {
        if (stores.includes('blocks') && rest[0] === 'readwrite') throw new DOMException('full', 'QuotaExceededError');
        return target.transaction(stores, ...rest);
      };
    },
  });
  store.db = full;
  const state = await phone.sync();
  assert.deepEqual([state.error.code, store.trouble.value.code], ['storage_full', 'storage_full']);
  assert.equal(store.outbox.value[0].state, 'acknowledged');
  assert.equal(store.list('household').length, 31);
  store.db = db;
  store.trouble.value = null;
  assert.equal((await phone.sync()).phase, 'idle');
  assert.equal(store.get(id(3)).answers.head, '来的');
  assert.equal(store.trouble.value, null);
  await phone.off();
});

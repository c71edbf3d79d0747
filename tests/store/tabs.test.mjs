import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FarSide, VILLAGE, id } from './far_side.mjs';
import FakeEvent from '../node_modules/fake-indexeddb/build/esm/lib/FakeEvent.js';
import { unwrap } from '../../pwa/vendor/idb/build/index.js';
import { Phone } from './phone.mjs';

async function pair() {
  const far = new FarSide();
  for (let n = 0; n < 5; n += 1) far.write(VILLAGE, id(n), 'household', { head: `户${n}` });
  const one = new Phone(far.fetch);
  await one.signIn('cadre1');
  await one.sync();
  const two = new Phone(far.fetch);
  two.disk = one.disk;
  await two.open();
  return { far, one, two };
}

async function until(is, ms = 60_000) {
  const end = Date.now() + ms;
  while (!is()) {
    assert.ok(Date.now() < end, 'did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const heads = (phone) => phone.store.list('household').map((rec) => rec.answers.head).sort();

test('two pages that sync at once, without locks, send each change once and end alike', async () => {
  const { far, one, two } = await pair();
  const counted = [];
  for (let round = 0; round < 6; round += 1) {
    await one.store.save({ kind: 'household', id: id(1), set: { count: { add: 1 } } });
    await two.store.save({ kind: 'household', set: { head: `新${round}` } });
    counted.push(round);
    far.write(VILLAGE, id(2), 'household', { phone: String(round) });
    await Promise.all([one.sync(), two.sync()]);
  }
  await one.sync();
  await two.sync();
  assert.equal(far.applied.length, 12);
  assert.equal(new Set(far.applied).size, 12);
  assert.equal(far.village(VILLAGE).rows.get(id(1)).answers.count, counted.length);
  for (const phone of [one, two]) {
    await until(() => phone.store.unsent.value.length === 0 && phone.store.list('household').length === 11);
    assert.equal(phone.store.get(id(1)).answers.count, counted.length);
    assert.equal(phone.store.get(id(2)).answers.phone, '5');
    assert.equal(phone.store.trouble.value, null);
  }
  assert.deepEqual(heads(one), heads(two));
  await one.off();
  await two.off();
});

test('where the browser has locks, one page syncs and the other only asks', async () => {
  const { far, one, two } = await pair();
  let held = false;
  const locks = {
    async request(_name, _options, work) {
      if (held) return work(null);
      held = true;
      try {
        return await work({});
      } finally {
        held = false;
      }
    },
  };
  Object.defineProperty(globalThis, 'navigator', { value: { locks }, configurable: true });
  let release;
  far.fault = (path) => (path === '/api/sync' ? new Promise((resolve) => (release = () => resolve(null))) : null);
  const fetch = one.api.fetch;
  one.api.fetch = async (input, init) => (await far.fault?.(new URL(input, 'http://far').pathname), fetch(input, init));
  const first = one.sync();
  await until(() => release);
  const before = two.requests.length;
  far.fault = null;
  await two.sync();
  assert.equal(two.requests.length, before, 'the second page sent nothing');
  release();
  await first;
  delete globalThis.navigator;
  await one.off();
  await two.off();
});

test('a first pull in one page is read along by the other', async () => {
  const { far, one, two } = await pair();
  far.places = [...far.places, { id: 'v-new', name: '新村', role: 'cadre', view: 'team.1' }];
  far.version = 2;
  for (let n = 0; n < 700; n += 1) far.write('v-new', id(2000 + n), 'household', { head: `新村${n}` });
  await one.sync();
  await until(() => two.store.list('household', 'v-new').length === 700);
  assert.deepEqual(two.store.places.value.map((place) => place.id), [VILLAGE, 'v-new']);
  assert.equal(two.store.village.value, VILLAGE);
  await two.sync();
  assert.equal(two.store.trouble.value, null);
  far.places = far.places.slice(0, 1);
  far.version = 3;
  await two.sync();
  await until(() => one.store.list('household', 'v-new').length === 0 && one.store.places.value.length === 1);
  await one.off();
  await two.off();
});

test('a draft kept in one page is the draft of the other', async () => {
  const { one, two } = await pair();
  for (const words of ['路', '路坏', '路坏了']) void one.store.keepDraft('problem', words);
  await until(() => two.store.draft('problem') === '路坏了');
  await two.store.save({ kind: 'problem', set: { content: '路坏了' }, draft: 'problem' });
  await until(() => one.store.draft('problem') === undefined);
  await one.off();
  await two.off();
});

test('signing out in one page closes the other', async () => {
  const { one, two } = await pair();
  one.on();
  await one.store.signOut();
  await until(() => two.store.account.value === null);
  await one.off();
  await two.off();
});

test('a database shut by the browser is opened again, and nothing on screen is lost', async () => {
  const { one, two } = await pair();
  const { store } = one.on();
  const shut = store.db;
  shut.close();
  unwrap(shut).dispatchEvent(new FakeEvent('close'));
  await until(() => store.db && store.db !== shut);
  await until(() => store.trouble.value === null);
  assert.equal(store.list('household').length, 5);
  await store.save({ kind: 'household', set: { head: '之后' } });
  assert.equal((await one.sync()).phase, 'idle');
  assert.equal(store.list('household').length, 6);
  await one.off();
  await two.off();
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FarSide, VILLAGE, id, json } from './far_side.mjs';
import { Phone } from './phone.mjs';

async function started() {
  const far = new FarSide();
  const phone = new Phone(far.fetch);
  await phone.signIn('cadre1');
  phone.loop.start();
  await until(() => phone.loop.state.value.lastAt);
  return { far, phone, store: phone.store };
}

async function until(is, ms = 4000) {
  const end = Date.now() + ms;
  while (!is()) {
    assert.ok(Date.now() < end, 'did not happen in time');
    await pause(5);
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const syncs = (phone) => phone.requests.filter((line) => line === 'POST /api/sync').length;

/** What a browser's window offers, for as long as one test runs. */
function windowed(t, visible = 'visible') {
  const bus = new EventTarget();
  const document = Object.assign(new EventTarget(), { visibilityState: visible });
  for (const [name, value] of Object.entries({
    addEventListener: bus.addEventListener.bind(bus), removeEventListener: bus.removeEventListener.bind(bus), document,
  })) Object.defineProperty(globalThis, name, { value, configurable: true });
  t.after(() => ['addEventListener', 'removeEventListener', 'document'].forEach((name) => delete globalThis[name]));
  return { bus, document };
}

test('it syncs when it starts, and by itself after a save', async () => {
  const { far, phone, store } = await started();
  await store.save({ kind: 'household', set: { head: '杨' } });
  await until(() => store.outbox.value[0].state === 'checked');
  assert.equal(far.applied.length, 1);
  assert.equal(phone.loop.state.value.waiting, 0);
  await phone.off();
});

test('several saves in a row are one request', async () => {
  const { phone, store } = await started();
  const before = syncs(phone);
  for (let n = 0; n < 5; n += 1) await store.save({ kind: 'household', set: { head: `${n}` } });
  await until(() => store.unsent.value.length === 0);
  assert.equal(syncs(phone) - before, 1);
  await phone.off();
});

test('a save during a sync is sent right after it', async () => {
  const { far, phone, store } = await started();
  let release;
  const real = phone.api.fetch;
  phone.api.fetch = async (input, init) => {
    if (String(input).endsWith('/api/sync') && !release) await new Promise((resolve) => (release = resolve));
    return real(input, init);
  };
  await store.save({ kind: 'household', set: { head: '一' } });
  await until(() => release);
  await store.save({ kind: 'household', set: { head: '二' } });
  await pause(400);
  assert.equal(far.applied.length, 0);
  release();
  await until(() => store.unsent.value.length === 0);
  assert.equal(far.applied.length, 2);
  await phone.off();
});

test('it syncs when the network says it is back and when the page is looked at, whatever navigator.onLine says', async (t) => {
  const { bus, document } = windowed(t);
  const { far, phone, store } = await started();
  far.fault = () => Promise.reject(new TypeError('offline'));
  await store.save({ kind: 'household', set: { head: '杨' } });
  await until(() => phone.loop.state.value.phase === 'offline');
  far.fault = null;
  bus.dispatchEvent(new Event('online'));
  await until(() => store.unsent.value.length === 0);
  const before = syncs(phone);
  document.visibilityState = 'hidden';
  document.dispatchEvent(new Event('visibilitychange'));
  await pause(100);
  assert.equal(syncs(phone), before);
  document.visibilityState = 'visible';
  document.dispatchEvent(new Event('visibilitychange'));
  await until(() => syncs(phone) === before + 1);
  await phone.off();
});

test('while the server asks to wait, a save waits too; the person may still ask', async () => {
  const { far, phone, store } = await started();
  far.fault = (path) => (path === '/api/sync' ? json(503, { code: 'busy', zh: '忙', en: 'busy' }, { 'retry-after': '60' }) : null);
  await store.save({ kind: 'household', set: { head: '杨' } });
  await until(() => phone.loop.state.value.phase === 'server');
  far.fault = null;
  const before = syncs(phone);
  await store.save({ kind: 'household', set: { head: '李' } });
  await pause(500);
  assert.equal(syncs(phone), before);
  assert.equal(phone.loop.state.value.error.zh, '忙');
  assert.ok(phone.loop.state.value.nextTryAt > Date.now() + 50_000);
  assert.equal((await phone.loop.syncNow()).phase, 'idle');
  assert.equal(far.applied.length, 2);
  await phone.off();
});

test('tries grow apart while it fails', async () => {
  const { far, phone } = await started();
  far.fault = () => Promise.reject(new TypeError('offline'));
  const waits = [];
  for (let n = 0; n < 6; n += 1) {
    const now = Date.now();
    waits.push((await phone.loop.syncNow()).nextTryAt - now);
  }
  waits.forEach((wait, n) => assert.ok(wait >= 2500 * 2 ** n && wait <= 5000 * 2 ** n + 1000, `${wait} at ${n}`));
  await phone.off();
});

test('signed out elsewhere: it says so and sends nothing until someone signs in', async () => {
  const { far, phone, store } = await started();
  far.signedIn = false;
  await store.save({ kind: 'household', set: { head: '杨' } });
  await until(() => phone.loop.state.value.phase === 'sign-in');
  await phone.signIn('cadre1');
  await until(() => store.outbox.value[0]?.state === 'checked');
  assert.equal(store.list('household').length, 1);
  await phone.off();
});

test('a far side that is silent is first called slow, then given up; nothing is acknowledged', async (t) => {
  const { phone, store } = await started();
  phone.loop.stop();
  await store.save({ kind: 'household', set: { head: '杨' } });
  let ask = () => {};
  const asked = new Promise((resolve) => (ask = resolve));
  phone.api.fetch = (_input, init) => new Promise((_resolve, reject) => {
    init.signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    ask();
  });
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const done = phone.loop.syncNow();
  await asked; // packing runs in a thread of its own and takes as long as the machine is busy
  t.mock.timers.tick(9000);
  assert.equal(phone.loop.state.value.phase, 'slow');
  t.mock.timers.tick(60_000);
  const state = await done;
  t.mock.timers.reset();
  assert.deepEqual([state.phase, state.error.code], ['offline', 'silent']);
  assert.equal(store.outbox.value[0].state, 'waiting');
  await phone.off();
});

test('the first pull tells how far it is', async () => {
  const far = new FarSide();
  for (let n = 0; n < 1200; n += 1) far.write(VILLAGE, id(n), 'household', { head: `户${n}` });
  const phone = new Phone(far.fetch);
  await phone.signIn('cadre1');
  const { effect } = await import('../../pwa/vendor/@preact/signals-core/dist/signals-core.mjs');
  const told = [];
  effect(() => void (phone.loop.state.value.pull && told.push(phone.loop.state.value.pull)));
  await phone.sync();
  assert.deepEqual(told.map((one) => [one.name, one.rows, one.count]), [['石桥村', 500, 1200], ['石桥村', 1000, 1200], ['石桥村', 1200, 1200]]);
  assert.equal(phone.loop.state.value.pull, null);
  await phone.off();
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FarSide, VILLAGE, id, json } from './far_side.mjs';
import { Phone } from './phone.mjs';

async function signedIn(far = new FarSide()) {
  const phone = new Phone(far.fetch);
  await phone.signIn('cadre1');
  await phone.sync();
  return { far, phone, store: phone.store };
}

const onSync = (answer) => (path) => (path === '/api/sync' ? answer() : null);
const html = () => new Response('<html>请登录无线网络</html>', { status: 200, headers: { 'content-type': 'text/html' } });

const NOTHING = [
  ['a captive portal', html, 'offline', 'portal'],
  ['a portal that lies about its type', () => new Response('<html>', { status: 200, headers: { 'content-type': 'application/x-ndjson' } }), 'offline', 'cut'],
  ['a portal with line ends', () => new Response('<html>\n</html>\n', { status: 200, headers: { 'content-type': 'application/x-ndjson' } }), 'offline', 'portal'],
  ['an answer without a greeting', () => new Response('{"t":"answer","village":"v","n":1,"result":"ok"}\n{"t":"end"}\n', { status: 200, headers: { 'content-type': 'application/x-ndjson' } }), 'offline', 'portal'],
  ['no network', () => Promise.reject(new TypeError('failed')), 'offline', 'offline'],
  ['signed out', () => json(401, { code: 'sign_in', zh: '请先登录。', en: 'Please sign in.' }), 'sign-in', 'sign_in'],
  ['a broken server', () => new Response('oops', { status: 500 }), 'server', 'server'],
  ['a busy server', () => json(503, { code: 'busy', zh: '忙', en: 'busy' }, { 'retry-after': '77' }), 'server', 'busy'],
  ['a throttle', () => json(429, { code: 'throttled' }, { 'retry-after': '77' }), 'server', 'throttled'],
];
for (const [name, answer, phase, code] of NOTHING) {
  test(`${name}: nothing is acknowledged, the state is honest, and it is sent once later`, async () => {
    const { far, phone, store } = await signedIn();
    await store.save({ kind: 'household', set: { head: '杨' } });
    far.fault = onSync(answer);
    const state = await phone.sync();
    assert.deepEqual([state.phase, state.error.code], [phase, code]);
    assert.equal(store.outbox.value[0].state, 'waiting');
    if (code === 'busy' || code === 'throttled') assert.ok(state.nextTryAt - Date.now() > 70_000);
    far.fault = null;
    assert.equal((await phone.sync()).phase, 'idle');
    assert.equal(store.outbox.value[0].state, 'checked');
    assert.equal(far.applied.length, 1);
    await phone.off();
  });
}

test('an answer cut after every byte: no loss, nothing twice, and in the end all is there', { timeout: 90_000 }, async () => {
  const far = new FarSide();
  for (let n = 0; n < 3; n += 1) far.write(VILLAGE, id(n), 'household', { head: `户${n}` });
  const phone = new Phone(far.fetch);
  await phone.signIn('cadre1');
  let saved = 0;
  let longest = 1;
  let whole = false;
  for (let cut = 0; cut < longest; cut += 1) {
    if (cut % 40 === 0) {
      await phone.store.save({ kind: 'household', set: { head: `新${(saved += 1)}` } });
      far.write(VILLAGE, id(1), 'household', { phone: String(cut) });
    }
    far.mangle = (bytes) => {
      longest = Math.max(longest, Math.min(bytes.length, 2500));
      whole = cut >= bytes.length;
      return { bytes: bytes.slice(0, cut), broken: cut % 2 === 0 };
    };
    const state = await phone.sync();
    assert.equal(state.error?.code, whole ? undefined : 'cut', `after ${cut} bytes`);
    if (cut % 97 === 96) {
      await phone.kill();
      await phone.open();
    }
    const mine = phone.store.list('household').filter((rec) => rec.answers.head.startsWith('新'));
    assert.equal(mine.length, saved, `after ${cut} bytes`);
    assert.equal(phone.store.trouble.value, null, `after ${cut} bytes`);
  }
  assert.ok(longest > 1500, 'the cuts went through greeting, answers, rows and page');
  far.mangle = undefined;
  await phone.sync();
  assert.equal(new Set(far.applied).size, far.applied.length, 'each change once');
  assert.equal(far.applied.length, saved);
  assert.ok(phone.store.outbox.value.every((entry) => entry.state === 'checked'));
  assert.equal(phone.store.list('household').length, 3 + saved);
  await phone.off();
});

test('a first pull cut at random and resumed gives the same as an uncut one', { timeout: 90_000 }, async () => {
  const far = new FarSide();
  for (let n = 0; n < 1300; n += 1) far.write(VILLAGE, id(n), n % 3 ? 'person' : 'household', { name: `人${n}`, head: `户${n}`, household: id(n - (n % 3)) });
  const phone = new Phone(far.fetch);
  await phone.signIn('cadre1');
  let rounds = 0;
  for (let part = 0.15; ; part += 0.11) {
    rounds += 1;
    far.mangle = (bytes) => ({ bytes: bytes.slice(0, Math.floor(bytes.length * Math.min(1, part))), broken: part < 1 });
    far.write(VILLAGE, id(rounds * 7), 'person', { name: `改${rounds}` });
    if (rounds === 3) far.write(VILLAGE, id(900), 'household', {}, { deleted: true });
    if ((await phone.sync()).phase === 'idle') break;
    await phone.kill();
    await phone.open();
  }
  assert.ok(rounds > 3);
  const pull = phone.store.pulls.value.get(VILLAGE);
  assert.deepEqual({ count: pull.count, check: pull.check }, far.check(far.village(VILLAGE)));
  assert.equal(phone.store.trouble.value, null);
  assert.equal(phone.store.get(id(900)), undefined);
  assert.equal(phone.store.get(id(7)).answers.name, '改1');
  await phone.off();
});

test('the answer is lost after the server has taken the change: the repeat does nothing new', async () => {
  const { far, phone, store } = await signedIn();
  await store.save({ kind: 'household', set: { head: '杨', visits: { add: 1 } } });
  far.mangle = (bytes) => ({ bytes: bytes.slice(0, 0), broken: true });
  for (let i = 0; i < 4; i += 1) await phone.sync();
  far.mangle = undefined;
  await phone.sync();
  assert.equal(far.applied.length, 1);
  assert.equal(store.list('household')[0].answers.visits, 1);
  await phone.off();
});

test('batches start at fifty, double, and halve after a cut', async () => {
  const { far, phone, store } = await signedIn();
  await store.saveMany(Array.from({ length: 300 }, (_, n) => ({ kind: 'household', set: { head: `${n}` } })));
  phone.loop.run.limit = 50;
  const sizes = [];
  let cuts = 1;
  const real = far.fetch;
  phone.api.fetch = async (input, init) => {
    if (String(input).includes('/api/sync')) {
      sizes.push(store.outbox.value.filter((entry) => entry.state === 'sent').length);
      if (sizes.length === 2 && cuts--) throw new TypeError('cut');
    }
    return real(input, init);
  };
  await phone.sync();
  await phone.sync();
  assert.deepEqual(sizes, [50, 100, 50, 100, 100]);
  assert.equal(far.applied.length, 300);
  await phone.off();
});

test('one saved visit is one request of less than a kilobyte', async () => {
  const { phone, store } = await signedIn();
  const sizes = [];
  const real = phone.api.fetch;
  phone.api.fetch = (input, init) => {
    sizes.push(init.body.byteLength);
    return real(input, init);
  };
  await store.save({ kind: 'visit', set: { household: id(1), date: '2026-11-23', facts: '老人在家，身体好，药按时吃。'.repeat(4) } });
  await phone.sync();
  assert.equal(sizes.length, 1);
  assert.ok(sizes[0] < 1024, `${sizes[0]} bytes`);
  await phone.off();
});

test('my own edit stays on screen while an older row arrives', async () => {
  const { far, phone, store } = await signedIn();
  far.write(VILLAGE, id(1), 'household', { head: '杨', phone: '1' });
  await phone.sync();
  const { effect } = await import('../../pwa/vendor/@preact/signals-core/dist/signals-core.mjs');
  const seen = new Set();
  effect(() => void seen.add(store.get(id(1)).answers.phone));
  seen.clear();
  await store.save({ kind: 'household', id: id(1), set: { phone: '2' } });
  far.write(VILLAGE, id(1), 'household', { head: '杨树' });
  seen.delete('1');
  await phone.sync();
  assert.deepEqual([...seen], ['2']);
  assert.deepEqual(store.get(id(1)).answers, { head: '杨树', phone: '2' });
  assert.equal(store.get(id(1)).pending, false);
  await phone.off();
});

test('a refused change does not hold up those behind it and stays readable', async () => {
  const { far, phone, store } = await signedIn();
  far.quarantines = (change) => (change.set.head === '坏' ? 'wrong_type' : undefined);
  for (const head of ['好', '坏', '也好']) await store.save({ kind: 'household', set: { head } });
  await phone.sync();
  assert.deepEqual(store.outbox.value.map((entry) => entry.state), ['checked', 'quarantined', 'checked']);
  assert.deepEqual(store.list('household').map((rec) => rec.answers.head).sort(), ['也好', '好']);
  await phone.kill();
  const again = await phone.open();
  const refused = again.outbox.value.find((entry) => entry.state === 'quarantined');
  assert.deepEqual([refused.code, refused.set], ['wrong_type', { head: '坏' }]);
  await again.discardRefused(refused);
  assert.equal(again.outbox.value.length, 2);
  await phone.off();
});

test('an answer the server rewrote is fetched again', async () => {
  const { far, phone, store } = await signedIn();
  far.quarantines = () => 'unknown_kind';
  const { n } = await store.save({ kind: 'household', set: { head: '杨' } });
  await phone.sync();
  assert.equal(store.outbox.value[0].state, 'quarantined');
  const stored = [...far.answers.values()][0].get(n);
  const row = far.write(VILLAGE, store.outbox.value[0].record, 'household', { head: '杨' });
  stored.answer = { t: 'answer', village: VILLAGE, n, result: 'ok', rev: row.rev, seq: row.seq };
  far.ask = { [VILLAGE]: [n] };
  await phone.sync();
  assert.equal(store.outbox.value[0].state, 'checked');
  assert.equal(store.list('household').length, 1);
  await phone.off();
});

test('a gap is filled from what is held, and what is no longer held is skipped', async () => {
  const { far, phone, store } = await signedIn();
  for (let i = 0; i < 3; i += 1) await store.save({ kind: 'household', set: { head: `${i}` } });
  await phone.sync();
  for (const stored of far.answers.values()) for (const n of [2, 3]) stored.delete(n);
  await store.save({ kind: 'household', set: { head: '3' } });
  await phone.sync();
  assert.ok(store.outbox.value.every((entry) => entry.state === 'checked'));
  await phone.off();
});

test('a copied phone takes a new device id and sends what was unanswered under new numbers', async () => {
  const { far, phone, store } = await signedIn();
  await store.save({ kind: 'household', set: { head: '一' } });
  await phone.sync();
  const device = store.device;
  [...far.answers.values()][0].set(2, { content: 'of the copy', answer: {} });
  await store.save({ kind: 'household', set: { head: '二' } });
  await store.save({ kind: 'household', set: { head: '三' } });
  assert.equal((await phone.sync()).phase, 'idle');
  assert.notEqual(store.device, device);
  assert.deepEqual(store.outbox.value.map((e) => [e.device === device, e.n, e.state]), [[true, 1, 'checked'], [false, 1, 'checked'], [false, 2, 'checked']]);
  await phone.kill();
  const again = await phone.open();
  assert.equal(again.list('household').length, 3);
  assert.equal((await again.save({ kind: 'household', set: { head: '四' } })).n, 3);
  await phone.off();
});

test('a restored server: rows are pulled anew, and what it no longer knows is sent again', async () => {
  const { far, phone, store } = await signedIn();
  await store.save({ kind: 'household', set: { head: '备份前', visits: { add: 1 } } });
  await phone.sync();
  const backup = { rows: new Map(far.village(VILLAGE).rows), seq: far.village(VILLAGE).seq, answers: [...far.answers].map(([key, map]) => [key, new Map(map)]) };
  await store.save({ kind: 'household', set: { head: '备份后', visits: { add: 1 } } });
  far.write(VILLAGE, id(9), 'household', { head: '别人的，丢了' });
  await phone.sync();
  assert.equal(store.list('household').length, 3);
  Object.assign(far.village(VILLAGE), { rows: backup.rows, seq: 1_000_000_000 });
  far.answers = new Map(backup.answers);
  far.epoch = 'epoch-2';
  assert.equal((await phone.sync()).phase, 'idle');
  assert.deepEqual(store.list('household').map((rec) => [rec.answers.head, rec.answers.visits]).sort(), [['备份前', 1], ['备份后', 1]].sort());
  assert.ok(store.outbox.value.every((entry) => entry.state === 'checked' && entry.over === 0));
  assert.equal(store.trouble.value, null);
  await phone.kill();
  assert.equal((await phone.open()).list('household').length, 2);
  await phone.off();
});

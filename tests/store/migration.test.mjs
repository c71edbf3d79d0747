// A store from before there were locks moves into a sealed one: all a person wrote comes along, whenever the phone dies.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IDBDatabase } from 'fake-indexeddb';
import { openDB } from 'idb';
import { FORMS, FarSide, PERSON, VILLAGE, id } from './far_side.mjs';
import { hashOf } from '../../pwa/store/files.js';
import { notesAbout } from '../../pwa/store/private.js';
import * as registry from '../../pwa/store/registry.js';
import { signIn } from '../../pwa/sync/session.js';
import { Phone, SECRET } from './phone.mjs';

const DEVICE = '00000000-0000-4000-8000-0000000000d1';
const FILE = `${'7'.repeat(64)}.txt`;
const KEYS = { outbox: ['device', 'village', 'n'], files: 'hash' };
const change = (n, head, more = {}) => ({
  device: DEVICE, village: VILLAGE, n, order: n, over: 1, state: 'waiting', bytes: 200, ...more,
  body: JSON.stringify({ record: id(100 + n), kind: 'household', form: 'household-1', base: 0, set: { head }, at: '2026-11-23T10:00:00.000+08:00', created: true, title: head }),
});

/** As the app of before left it; somebody is signed in. */
async function before(disk, { signedIn = true } = {}) {
  globalThis.indexedDB = disk;
  const db = await openDB(`shibu-${PERSON.id}`, 3, {
    upgrade: (fresh) => {
      for (const name of ['blocks', 'rec', 'outbox', 'drafts', 'meta', 'forms', 'files', 'bytes', 'private']) fresh.createObjectStore(name, KEYS[name] ? { keyPath: KEYS[name] } : undefined);
    },
  });
  await db.put('outbox', change(1, '发过的', { state: 'checked', over: 0, rev: 1, seq: 1, answeredAt: '2026-11-22T00:00:00Z', checkedAt: '2026-11-22T00:00:00Z' }));
  await db.put('outbox', change(2, '没发的'));
  await db.put('outbox', change(3, '带照片的'));
  await db.put('drafts', { at: '2026-11-23', body: JSON.stringify({ facts: '写到一半' }) }, 'visit/x');
  await db.put('files', { hash: hashOf(FILE), type: 'text/plain', bytes: 3, at: '2026-11-23', usedAt: '2026-11-23', villages: {}, body: JSON.stringify('合影.txt') });
  await db.put('bytes', new TextEncoder().encode('abc').buffer, hashOf(FILE));
  await db.put('private', JSON.stringify({ id: 'p', about: id(1), at: '2026-11-23', answers: { text: '心里话' } }), 'p');
  await db.put('forms', JSON.stringify(FORMS[0]), 'household-1');
  await db.put('blocks', JSON.stringify([{ id: id(1) }]), [VILLAGE, 1, 0, 0]);
  const scope = { version: 1, villages: [{ id: VILLAGE, name: '石桥村', role: 'cadre', view: 'team.1' }] };
  const pull = { village: VILLAGE, cursor: 'old', view: 'team.1', generation: 1, filling: 1, complete: true, next: 1, rows: 1, count: 1, check: '0'.repeat(16), dead: 0, step: 3, seq: 1 };
  const aside = { 'hint:1': { until: '2027-01-01', at: '2026-11-23' } };
  for (const [key, value] of Object.entries({ device: DEVICE, order: 3, [`n/${VILLAGE}`]: 3, epoch: 'epoch-1', now: '2026-11-23T00:00:00Z', village: VILLAGE, scope, aside, forms: { household: 'household-1' },
    [`pull/${VILLAGE}`]: pull, 'imported/other|v|1': true })) await db.put('meta', value, key);
  db.close();
  await registry.activate({ id: PERSON.id, login: PERSON.account, name: PERSON.name, device: DEVICE, filled: true, unsent: 2 });
  if (!signedIn) await registry.deactivate();
}

async function isWhole(store) {
  assert.deepEqual(store.outbox.value.map((entry) => [entry.device, entry.n, entry.state, entry.set.head]),
    [[DEVICE, 1, 'checked', '发过的'], [DEVICE, 2, 'waiting', '没发的'], [DEVICE, 3, 'waiting', '带照片的']]);
  assert.deepEqual([store.device, store.draft('visit/x'), store.village.value], [DEVICE, { facts: '写到一半' }, VILLAGE]);
  assert.equal(await (await store.files.blob(FILE)).text(), 'abc');
  assert.equal(store.files.marks.value.get(hashOf(FILE)).name, '合影.txt');
  assert.deepEqual((await notesAbout(store, id(1))).map((note) => note.answers.text), ['心里话']);
  assert.deepEqual(store.aside.value, { 'hint:1': { until: '2027-01-01', at: '2026-11-23' } });
  assert.equal(store.form('household').hash, 'household-1');
  assert.equal(await store.db.get('meta', 'imported/other|v|1'), true);
  assert.deepEqual((await indexedDB.databases()).map(({ name }) => name).sort(), ['shibu', `shibu-${PERSON.id}-sealed`]);
}

function lying(far) {
  far.signedIn = true;
  far.device = DEVICE;
  far.devices.set(DEVICE, PERSON.id);
  return far;
}

test('somebody signed in chooses a secret, without a network, and has everything; rows come again and nothing twice', async () => {
  const far = lying(new FarSide());
  far.write(VILLAGE, id(1), 'household', { head: '远处的' });
  const phone = new Phone(far.fetch);
  await before(phone.disk);
  far.fault = () => Promise.reject(new TypeError('offline'));
  const store = await phone.open(null);
  assert.deepEqual([store.lock.value, store.db, store.account.value.name], ['choose', null, PERSON.name]);
  await phone.sync();
  await store.choose(SECRET);
  assert.equal(store.lock.value, 'open');
  await isWhole(store);
  far.fault = null;
  // What was answered before this far side knew of it.
  far.answers.set(`${DEVICE}|${VILLAGE}`, new Map([[1, { content: '', answer: {} }]]));
  await phone.sync();
  assert.deepEqual(far.applied, [`${DEVICE}|${VILLAGE}|2`, `${DEVICE}|${VILLAGE}|3`]);
  assert.equal(store.get(id(1)).answers.head, '远处的');
  assert.ok(far.keys.get(DEVICE), 'the key has gone up');
  assert.equal((await store.save({ kind: 'household', set: { head: '新' } })).n, 4);
  await phone.off();
});

test('signed out before: the next sign-in moves it, once the server holds the key', async () => {
  const far = lying(new FarSide());
  const phone = new Phone(far.fetch);
  await before(phone.disk, { signedIn: false });
  assert.equal((await phone.open(null)).lock.value, 'none');
  far.fault = (path) => (path === '/api/escrow' ? Promise.reject(new TypeError('offline')) : null);
  await assert.rejects(phone.signIn('cadre1'));
  assert.ok((await indexedDB.databases()).some(({ name }) => name === `shibu-${PERSON.id}`), 'nothing has moved under a key nobody else has');
  far.fault = null;
  await signIn(phone.store, { account: 'cadre1', password: 'pass' }, phone.api);
  assert.equal(phone.store.lock.value, 'choose');
  await phone.store.ready('recent');
  await isWhole(phone.store);
  await phone.off();
});

test('dying at any transaction of the move leaves the old or the new, and the next start ends it', async () => {
  const begin = IDBDatabase.prototype.transaction;
  let died = true;
  for (let writes = 0; died; writes += 1) {
    const phone = new Phone(new FarSide().fetch);
    await before(phone.disk);
    let left = writes;
    died = false;
    IDBDatabase.prototype.transaction = function transaction(stores, mode, options) {
      if (mode === 'readwrite' && (died || (left -= 1) < 0)) {
        died = true;
        throw new DOMException('dead', 'InvalidStateError');
      }
      return begin.call(this, stores, mode, options);
    };
    await phone.open(null).then((store) => store.choose(SECRET)).catch(() => undefined);
    IDBDatabase.prototype.transaction = begin;
    phone.loop.stop();
    await phone.store.close();
    phone.boot();
    const store = await phone.open(SECRET);
    if (store.lock.value === 'choose') await store.choose(SECRET);
    assert.equal(store.lock.value, 'open', `after ${writes} writes`);
    await isWhole(store);
    await phone.off();
    assert.ok(died || writes > 5, `only ${writes} transactions`);
  }
});

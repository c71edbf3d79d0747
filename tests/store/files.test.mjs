// Files of answers on the phone: kept, found again, never let go while something names them.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { filesIn, hashOf } from '../../pwa/store/files.js';
import { NotKept } from '../../pwa/store/filing.js';
import { heldSmalls, keepSmall, named, smallOf } from '../../pwa/store/smalls.js';
import { mayFetchSmalls } from '../../pwa/sync/link.js';
import { purgeLost } from '../../pwa/sync/scope.js';
import { Store } from '../../pwa/store/store.js';
import { openAs } from './phone.mjs';

const ME = { id: 'account', login: 'chen', name: '陈望生' };
const VILLAGE = { id: 'village', name: '石桥村', role: 'cadre', view: 'team.1' };
const DAY_MS = 86_400_000;
const photo = (text = 'photo', type = 'video/mp4') => new Blob([text], { type });

let store;

async function opened() {
  await store?.close();
  store = new Store();
  await openAs(store, ME);
  await store.ready('recent');
  store.scope.value = [VILLAGE];
  store.village.value = VILLAGE.id;
  return store;
}

after(() => store?.close());

beforeEach(async () => {
  await store?.close();
  store = undefined;
  globalThis.indexedDB = new IDBFactory();
  delete globalThis.navigator;
  await opened();
});

/** As if everything had been kept long ago, by another page. */
async function aged(days = 1) {
  const tx = store.db.transaction('files', 'readwrite');
  for (const marks of await tx.store.getAll()) await tx.store.put({ ...marks, at: new Date(Date.parse(marks.at) - days * DAY_MS).toISOString() });
  await tx.done;
  await opened();
}

test('a kept file is named by its content, and read again by a later start', async () => {
  const value = await store.files.keep(photo(), { name: 'IMG_2.HEIC' });
  assert.match(value, /^[0-9a-f]{64}\.mp4$/);
  assert.equal(value, await store.files.keep(photo()), 'the same content is the same file');
  await opened();
  const blob = await store.files.blob(value);
  assert.deepEqual([await blob.text(), blob.type, store.files.marks.value.size], ['photo', 'video/mp4', 1]);
  assert.deepEqual(store.files.state(value), { state: 'local', bytes: 5, sentBytes: 0 });
});

test('what is no file, or not here, is null and absent', async () => {
  for (const value of ['', 'a.jpg', `${'0'.repeat(64)}.jpg`]) {
    assert.equal(await store.files.blob(value), null);
    assert.equal(store.files.state(value).state, 'absent');
  }
  assert.equal(hashOf('../../etc/passwd'), '');
});

test('files are named by their kind, and kinds nobody takes are refused before anything is stored', async () => {
  const kept = async (type, name) => (await store.files.keep(photo('x', type), { name })).slice(65);
  assert.equal(await kept('audio/webm;codecs=opus'), 'webm');
  assert.equal(await kept('application/vnd.ms-excel', 'a.CSV'), 'csv');
  assert.equal(await kept('', '花名册.xlsx'), 'xlsx');
  const refused = (blob, code) => assert.rejects(store.files.keep(blob), (error) => error instanceof NotKept && error.code === code);
  await refused(photo('x', 'application/x-sh'), 'type');
  await refused(photo(''), 'empty');
  assert.equal(store.files.marks.value.size, 1);
});

test('a phone nearly full takes no photo and still takes text', async () => {
  const storage = { persisted: async () => true, estimate: async () => ({ usage: 2_900_000, quota: 3_000_000 }) };
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { storage } });
  await assert.rejects(store.files.keep(photo()), { name: 'QuotaExceededError', code: 'full' });
  await store.save({ kind: 'visit', set: { facts: '老人在家' } });
  assert.deepEqual([store.unsent.value.length, store.files.marks.value.size], [1, 0]);
});

test('a file answer is found wherever it lies in a change', () => {
  const one = `${'1'.repeat(64)}.jpg`;
  const two = `${'2'.repeat(64)}.webm`;
  assert.deepEqual(filesIn({ photo: one, steps: { put: [{ id: 'x', voice: two }, { id: 'y', photo: one }] } }).sort(), [one, two]);
  assert.deepEqual(filesIn({ note: 'see 1.jpg', n: 1, gone: null }), []);
});

test('a change that names a file owes it to its village until the village has checked it', async () => {
  const value = await store.files.keep(photo());
  assert.deepEqual(store.files.owed.value, []);
  await store.save({ kind: 'visit', set: { facts: '老人在家', photo: value } });
  assert.deepEqual(store.files.owed.value.map((need) => [need.value, need.entry.village, need.bytes]), [[value, VILLAGE.id, 5]]);
  const [entry] = store.outbox.value;
  assert.equal(store.files.isDelivered(entry), false);
  await store.files.delivered(hashOf(value), VILLAGE.id, { sentAt: '2026-11-23T08:00:00Z' });
  assert.deepEqual([store.files.state(value).state, store.files.owed.value.length], ['sent', 1]);
  await store.files.delivered(hashOf(value), VILLAGE.id, { sentAt: '2026-11-23T08:00:00Z', checkedAt: '2026-11-23T08:00:01Z' });
  assert.deepEqual([store.files.state(value).state, store.files.owed.value.length, store.files.isDelivered(entry)], ['checked', 0, true]);
  await opened();
  assert.equal(store.files.state(value).state, 'checked', 'on the disk');
});

test('what a draft or a change names stays, what nothing names goes', async () => {
  const drafted = await store.files.keep(photo('draft'));
  const written = await store.files.keep(photo('written'));
  const before = await store.files.keep(photo('before'));
  const erased = await store.files.keep(photo('erased'));
  await store.keepDraft('form', { answers: { photo: drafted } });
  const { id } = await store.save({ kind: 'visit', set: { photo: before } });
  await store.save({ kind: 'visit', id, set: { photo: written } });
  await store.files.collect(0);
  assert.equal(store.files.marks.value.size, 4, 'nothing goes while its draft may not be written yet');
  await aged();
  await store.files.collect(0);
  const left = [...store.files.marks.value.keys()].sort();
  assert.deepEqual(left, [drafted, written, before].map(hashOf).sort());
  assert.equal(await store.files.blob(erased), null);
  await store.dropDraft('form');
  await store.files.collect(0);
  assert.equal(store.files.state(drafted).state, 'absent');
});

test('deleting a record leaves a file that another change names', async () => {
  const value = await store.files.keep(photo());
  const one = await store.save({ kind: 'visit', set: { photo: value } });
  await store.save({ kind: 'visit', set: { photo: value } });
  await store.remove(one.id);
  await aged();
  await store.files.collect(0);
  assert.equal(await (await store.files.blob(value)).text(), 'photo');
});

test('copies of what the server has go by when they were last read; unsent files never', async () => {
  const own = await store.files.keep(photo('own'));
  await store.save({ kind: 'visit', set: { photo: own } });
  const values = [];
  for (const text of ['aaaa', 'bbbb', 'cccc']) {
    const bytes = new TextEncoder().encode(text).buffer;
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
    await store.files.take(`${hash}.jpg`, bytes, VILLAGE.id);
    values.push(`${hash}.jpg`);
    const tx = store.db.transaction('files', 'readwrite');
    await tx.store.put({ ...(await tx.store.get(hash)), usedAt: `2026-01-0${values.length}T00:00:00.000Z` });
    await tx.done;
  }
  await opened();
  assert.equal(await (await store.files.blob(values[0])).text(), 'aaaa', 'reading makes it the youngest');
  await store.files.collect(8);
  assert.deepEqual(values.map((value) => store.files.state(value).state), ['checked', 'absent', 'checked']);
  await store.files.collect(0);
  assert.deepEqual([...store.files.marks.value.keys()], [hashOf(own)]);
});

test('what was sent from here stays as long as its text, for a server that was restored; last of all when room is short', async () => {
  const own = await store.files.keep(photo('own'));
  await store.save({ kind: 'visit', set: { photo: own } });
  const [entry] = store.outbox.value;
  store.takeEntries([{ ...entry, state: 'checked' }]);
  const at = '2026-11-23T08:00:00Z';
  await store.files.delivered(hashOf(own), VILLAGE.id, { sentAt: at, checkedAt: at });
  await aged();
  assert.deepEqual([store.files.copies().length, store.files.copies('', true).length], [0, 1]);
  await store.files.collect(0);
  assert.equal(await (await store.files.blob(own)).text(), 'own', 'kept beside its text');
  await store.files.doubt();
  assert.deepEqual(store.files.owed.value.map((need) => need.value), [own], 'the restored server is offered it again');
  await store.files.delivered(hashOf(own), VILLAGE.id, { sentAt: at, checkedAt: at });
  await keepSmall(store, VILLAGE.id, `${'4'.repeat(64)}.jpg`, new Uint8Array([0xff, 0xd8, 1]).buffer, 9);
  let usage = 2_900_000;
  const storage = { persisted: async () => true, estimate: async () => ({ usage, quota: 3_000_000 }) };
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { storage } });
  const drop = store.db.transaction.bind(store.db);
  store.db.transaction = (names, ...rest) => {
    // Room comes with the small pictures.
    if (String(names) === 'bytes' && rest[0] === 'readwrite') usage = 1_000_000;
    return drop(names, ...rest);
  };
  await store.files.keep(photo('another'));
  assert.deepEqual([await heldSmalls(store), await (await store.files.blob(own)).text()], [[], 'own'], 'small pictures went, what was sent from here did not');
  usage = 2_900_000;
  store.db.transaction = drop;
  await assert.rejects(store.files.keep(photo('one more')), { code: 'full' });
  assert.equal(await store.files.blob(own), null);
});

test('small pictures are sealed to their place, found by their photo, and go with their village', async () => {
  const value = `${'5'.repeat(64)}.jpg`;
  const bytes = new Uint8Array([0xff, 0xd8, 7, 7]).buffer;
  store.scope.value = [VILLAGE, { ...VILLAGE, id: 'other' }];
  await keepSmall(store, VILLAGE.id, value, bytes, 212_000);
  await keepSmall(store, 'other', value, bytes, 212_000);
  await keepSmall(store, 'never-held', value, bytes, 212_000);
  assert.equal((await heldSmalls(store)).length, 2, 'nothing is kept of a village that is not held');
  const { blob, original } = await smallOf(store, VILLAGE.id, value);
  assert.deepEqual([[...new Uint8Array(await blob.arrayBuffer())], blob.type, original], [[0xff, 0xd8, 7, 7], 'image/jpeg', 212_000]);
  assert.equal(await smallOf(store, VILLAGE.id, `${'6'.repeat(64)}.jpg`), null);
  store.pulls.value = new Map([[VILLAGE.id, { village: VILLAGE.id, lost: true }]]);
  await purgeLost(store);
  assert.deepEqual((await heldSmalls(store)).map((key) => key[1]), ['other']);
  await store.signOut();
  store = new Store();
  await openAs(store, ME);
  assert.deepEqual(await heldSmalls(store), []);
});

test('photos that records name are found in answers and repeats, newest first', async () => {
  const name = (digit, ending = 'jpg') => `${digit.repeat(64)}.${ending}`;
  const row = (id, seq, answers) => ({ id, village: VILLAGE.id, kind: 'visit', form: 'f', rev: 1, seq, answers, flags: [], deleted: false, by: 'x', at: '', client_at: '', created_by: 'x', created_at: '' });
  store.records.take(row('a', 1, { photo: name('1'), note: `see ${name('9')}` }), 0);
  store.records.take(row('b', 3, { steps: [{ id: 's', photo: name('2', 'webp') }, { id: 't', photo: name('1') }] }), 0);
  store.records.take(row('c', 2, { voice: name('3', 'webm'), photo: name('4', 'png') }), 0);
  store.records.take({ ...row('d', 9, { photo: name('5') }), deleted: true }, 0);
  const photos = (await named(store)).get(VILLAGE.id);
  assert.deepEqual(photos.map(({ value, record }) => [value[0], record]).sort(), [['1', 'b'], ['2', 'b'], ['4', 'c']]);
  assert.equal(photos.at(-1).record, 'c', 'the oldest is last');
});

test('small pictures come by themselves only over networks their person allowed', () => {
  const kept = new Map();
  globalThis.localStorage = { getItem: (key) => kept.get(key) ?? null };
  const over = (connection, files = '', smalls = '') => {
    kept.set('shibu.files', files);
    kept.set('shibu.smalls', smalls);
    Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { connection } });
    return mayFetchSmalls();
  };
  assert.deepEqual([over({ type: 'wifi' }), over({ type: 'wifi' }, 'wifi'), over(undefined), over({})], [true, true, true, true]);
  assert.deepEqual([over({ type: 'cellular' }), over(undefined, 'wifi'), over({ saveData: true })], [false, false, false]);
  assert.deepEqual([over({ type: 'cellular' }, '', 'any'), over(undefined, 'wifi', 'any')], [true, true]);
  delete globalThis.localStorage;
});

test('signing out keeps the files that no server has, and only those', async () => {
  const own = await store.files.keep(photo('own'));
  await store.save({ kind: 'visit', set: { photo: own }, title: '走访' });
  await store.files.take(`${'3'.repeat(64)}.jpg`, new ArrayBuffer(4), VILLAGE.id);
  const unsent = await store.signOut();
  assert.equal(unsent.length, 1);
  store = new Store();
  await openAs(store, ME);
  assert.deepEqual([...store.files.marks.value.keys()], [hashOf(own)]);
  assert.equal(await (await store.files.blob(own)).text(), 'own');
});

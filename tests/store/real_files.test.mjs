// Files between the shipped phone and the real server (started by test_store.py with a form that asks for a photo).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { hashOf, smallsOf } from '../../pwa/store/files.js';
import { awaited, smallOf } from '../../pwa/store/smalls.js';
import { thisMonth } from '../../pwa/store/traffic.js';
import { purgeLost } from '../../pwa/sync/scope.js';
import { Phone } from './phone.mjs';

const BASE = process.env.SHIBU_TEST_URL;
const PASSWORD = process.env.SHIBU_TEST_PASSWORD;
const far = (input, init) => fetch(input, { ...init, headers: { ...init.headers, origin: BASE } });
const phones = [];
const segment = (marker, data) => Buffer.concat([Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]), data]);
const EXIF = segment(0xe1, Buffer.from('457869660000' + '49492a0008000000' + '0200' + '120103000100000006000000' + '258803000100000063000000' + '4e3236', 'hex'));

/** What a camera writes: a picture, turned, with its place. @param {number} number one of those test_store.py made */
function jpeg(number) {
  const made = readFileSync(`${process.env.SHIBU_TEST_PHOTOS}/${number}.jpg`);
  return Buffer.concat([made.subarray(0, 2), EXIF, made.subarray(2)]);
}

async function phone(login) {
  const made = new Phone(far, BASE);
  phones.push(made);
  await made.signIn(login, PASSWORD);
  made.loop.start();
  await synced(made);
  return made;
}

async function synced(one) {
  one.on();
  const state = await one.loop.syncNow();
  assert.equal(state.phase, 'idle', JSON.stringify(state.error));
  await one.loop.sending;
}

let chen;
let zhang;

before(async () => {
  chen = await phone('chen');
  zhang = await phone('zhang');
});
after(async () => {
  for (const one of phones) {
    (await one.loop.sender)?.stop();
    await one.off();
  }
});

test('a photo from the camera goes without its place, cut at many points, and comes to the other phone to the last byte', { timeout: 60_000 }, async () => {
  const { store } = chen.on();
  const value = await store.files.keep(new Blob([jpeg(0)], { type: 'image/jpeg' }));
  const { id } = await store.save({ kind: 'repair', set: { what: '路灯', photo: value } });
  const real = chen.api.fetch;
  let pieces = 0;
  chen.api.fetch = async (input, init) => {
    if (init.method !== 'PATCH') return real(input, init);
    pieces += 1;
    if (pieces % 3 === 1) throw new TypeError('cut before it left');
    const answer = await real(input, init);
    if (pieces % 3 === 2) throw new TypeError('cut before the answer came');
    return answer;
  };
  await synced(chen);
  for (let turn = 0; turn < 20 && store.files.state(value).state !== 'checked'; turn += 1) {
    const sender = await chen.loop.sender;
    clearTimeout(sender.timer);
    sender.notBefore = 0;
    await synced(chen);
  }
  chen.api.fetch = real;
  assert.ok(pieces >= 6, `${pieces}`);
  const { bytes } = store.files.marks.value.get(hashOf(value));
  assert.deepEqual(store.files.state(value), { state: 'checked', bytes, sentBytes: bytes });
  await synced(zhang);
  const blob = await zhang.store.files.blob(value, id);
  const own = await store.files.blob(value);
  assert.deepEqual(Buffer.from(await blob.arrayBuffer()), Buffer.from(await own.arrayBuffer()));
  assert.equal(Buffer.from(await blob.arrayBuffer()).includes('N26'), false);
  assert.equal(blob.type, 'image/jpeg');
});

test('the same photo on both phones is sent once', async () => {
  const data = () => new Blob([jpeg(1)], { type: 'image/jpeg' });
  const value = await chen.on().store.files.keep(data());
  await chen.store.save({ kind: 'repair', set: { what: '桥', photo: value } });
  await synced(chen);
  assert.equal(await zhang.on().store.files.keep(data()), value);
  await zhang.store.save({ kind: 'repair', set: { what: '同一座桥', photo: value } });
  const before = zhang.requests.length;
  await synced(zhang);
  assert.equal(zhang.store.files.state(value).state, 'checked');
  assert.deepEqual(zhang.requests.slice(before).filter((one) => one.includes('/files/')).map((one) => one.split(' ')[0]), ['HEAD']);
});

test('what the server does not take is told in its words, and the text stays taken', async () => {
  const { store } = chen.on();
  const value = await store.files.keep(new Blob(['no film at all'], { type: 'video/mp4' }), { name: 'a.mp4' });
  await store.save({ kind: 'repair', set: { what: '视频', photo: value } });
  await synced(chen);
  assert.deepEqual([store.outbox.value.at(-1).state, store.files.state(value).state], ['checked', 'failed']);
  const { code, zh } = store.files.delivery(hashOf(value), store.village.value);
  assert.equal(code, 'file_type');
  assert.match(zh, /后缀/);
});

const smallKeys = ({ store }) => store.db.getAllKeys('bytes', smallsOf());

test('a photo of a colleague comes small with the sync, is there without a network, and its original only when asked for', { timeout: 60_000 }, async () => {
  const { store } = chen.on();
  const value = await store.files.keep(new Blob([jpeg(2)], { type: 'image/jpeg' }));
  const { id } = await store.save({ kind: 'repair', set: { what: '桥栏杆', photo: value } });
  await synced(chen);
  assert.equal(store.files.state(value).state, 'checked');
  await zhang.store.signOut();
  const late = await phone('zhang');
  assert.ok((await smallKeys(late)).length > 1);
  assert.equal(late.store.files.marks.value.size, 0, 'no original came');
  const small = await smallOf(late.store, late.store.village.value, value);
  assert.ok(small.blob.size <= 20 * 1024 && small.original === store.files.marks.value.get(hashOf(value)).bytes, `${small.blob.size} ${small.original}`);
  assert.equal(await late.store.files.blob(value), null, 'the original is not on this phone');
  const before = late.requests.length;
  assert.equal((await late.store.hooks.file(value, id, 'small')).original, small.original);
  assert.deepEqual(late.requests.slice(before), [], 'what is kept is not asked for again');
  await synced(late);
  assert.equal(late.requests.slice(before).some((one) => one.includes('/files/')), false, 'nor by the next sync');
  assert.equal((await late.store.files.blob(value, id)).size, small.original);
  const { fetched } = await thisMonth(late.store);
  assert.ok(fetched >= small.original + small.blob.size, `${fetched}`);
  zhang = late;
});

test('a photo that has not come is known by whose phone it is on, and its small picture comes once it has', { timeout: 60_000 }, async () => {
  const { store } = chen.on();
  const value = await store.files.keep(new Blob([jpeg(3)], { type: 'image/jpeg' }));
  const real = chen.api.fetch;
  chen.api.fetch = async (input, init) => (init.method === 'PATCH' ? Promise.reject(new TypeError('the photo cannot leave')) : real(input, init));
  const { id } = await store.save({ kind: 'repair', set: { what: '水渠', photo: value } });
  await synced(chen);
  await synced(zhang);
  assert.equal(await zhang.store.hooks.file(value, id, 'small'), null);
  assert.equal(awaited.get(hashOf(value)).by, store.account.value.id);
  assert.equal(await zhang.store.hooks.file(value, id, 'size'), 0);
  chen.api.fetch = real;
  const sender = await chen.loop.sender;
  clearTimeout(sender.timer);
  sender.notBefore = 0;
  await synced(chen);
  assert.ok((await zhang.store.hooks.file(value, id, 'small')).blob.size > 0);
  assert.equal(awaited.has(hashOf(value)), false);
});

test('small pictures go before anything else when room is short, with the village, and at the sign-out', { timeout: 60_000 }, async () => {
  const { store } = zhang.on();
  assert.ok((await smallKeys(zhang)).length > 1);
  assert.ok((await smallKeys(zhang)).every(([, village]) => village === store.village.value));
  const pulls = new Map(store.pulls.value);
  pulls.set(store.village.value, { ...pulls.get(store.village.value), lost: true });
  store.pulls.value = pulls;
  await purgeLost(store);
  assert.deepEqual(await smallKeys(zhang), [], 'with its village');
  await store.close();
});

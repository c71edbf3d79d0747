// Files between the shipped phone and the real server (started by test_store.py with a form that asks for a photo).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { hashOf } from '../../pwa/store/files.js';
import { Phone } from './phone.mjs';

const BASE = process.env.SHIBU_TEST_URL;
const PASSWORD = process.env.SHIBU_TEST_PASSWORD;
const far = (input, init) => fetch(input, { ...init, headers: { ...init.headers, origin: BASE } });
const phones = [];
const segment = (marker, data) => Buffer.concat([Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]), data]);
const EXIF = segment(0xe1, Buffer.from('457869660000' + '49492a0008000000' + '0200' + '120103000100000006000000' + '258803000100000063000000' + '4e3236', 'hex'));

/** What a camera writes: turned, with its place, and of some size. */
function jpeg(size, seed) {
  const scan = Buffer.from(Array.from({ length: size }, (_, at) => (at * seed) % 251));
  const frame = segment(0xc0, Buffer.from([8, 0, 9, 0, 9, 1, 1, 0x11, 0]));
  return Buffer.concat([Buffer.from([0xff, 0xd8]), EXIF, frame, segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])), scan, Buffer.from([0xff, 0xd9])]);
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
  const value = await store.files.keep(new Blob([jpeg(300_000, 7)], { type: 'image/jpeg' }));
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
  const data = () => new Blob([jpeg(1000, 3)], { type: 'image/jpeg' });
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

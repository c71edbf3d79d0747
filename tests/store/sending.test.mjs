// Files on their way: after the text, in pieces, resumed, never believed too early. The far side fails to order.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { FarSide, VILLAGE, id } from './far_side.mjs';
import { hashOf } from '../../pwa/store/files.js';
import { importUnsent, unsentFile } from '../../pwa/store/unsent.js';
import { inside } from './unsent_file.mjs';
import { Phone } from './phone.mjs';

const sha256 = async (bytes) => Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');

/** The server's shelf of files, over the far side of the sync protocol. */
class Shelf extends FarSide {
  constructor() {
    super();
    this.parts = new Map();
    this.whole = new Map();
    this.asked = [];
    /** What to do instead of the next requests for files: (method) => Response | Promise | null. */
    this.trouble = () => null;
    const sync = this.fetch;
    this.fetch = async (input, init) => {
      const url = new URL(input, 'http://far');
      if (!url.pathname.startsWith('/api/files/')) return sync(input, init);
      const hash = url.pathname.split('/').at(-1);
      this.asked.push(`${init.method} ${init.headers?.['upload-offset'] ?? ''}`.trim());
      return (await this.trouble(init.method, hash)) ?? this.#file(init, hash);
    };
  }

  async #file(init, hash) {
    const told = () => {
      const whole = this.whole.get(hash);
      const offset = (whole ?? this.parts.get(hash) ?? new Uint8Array()).length;
      return { 'upload-offset': String(offset), 'upload-complete': whole ? '?1' : '?0', date: 'Mon, 23 Nov 2026 02:00:00 GMT' };
    };
    if (init.method === 'HEAD') return new Response(null, { headers: told() });
    if (init.method === 'GET') return this.whole.has(hash) ? new Response(this.whole.get(hash)) : refusal(404, 'unknown_file');
    const part = this.parts.get(hash) ?? new Uint8Array();
    const offset = Number(init.headers['upload-offset']);
    if (offset !== part.length) return refusal(409, 'file_offset', { offset: part.length });
    const grown = new Uint8Array([...part, ...new Uint8Array(init.body)]);
    this.parts.set(hash, grown);
    if (grown.length === Number(init.headers['upload-length'])) {
      this.parts.delete(hash);
      if ((await sha256(grown)) !== hash) return refusal(422, 'file_hash');
      this.whole.set(hash, grown);
    }
    return new Response('{}', { headers: { ...told(), 'content-type': 'application/json' } });
  }
}

const refusal = (status, code, detail = {}, headers = {}) =>
  new Response(JSON.stringify({ code, zh: '不', en: 'no', detail }), { status, headers: { 'content-type': 'application/json', ...headers } });
const offline = () => Promise.reject(new TypeError('offline'));
const portal = () => new Response('<html>', { status: 200, headers: { 'content-type': 'text/html' } });
const photo = (size, seed = 1) => new Blob([Uint8Array.from({ length: size }, (_, at) => (at * seed) % 251)], { type: 'video/mp4' });

let far;
let phone;

beforeEach(async () => {
  far = new Shelf();
  phone = new Phone(far.fetch);
  await phone.signIn('cadre1');
  await phone.sync();
});
afterEach(async () => {
  delete globalThis.navigator;
  delete globalThis.localStorage;
  await (await phone.loop.sender)?.stop();
  await phone.off();
});

/** Text and what files may follow. */
async function synced() {
  const state = await phone.sync();
  await phone.loop.sending;
  return state;
}

/** The pause after a failure is over. */
async function later() {
  const sender = await phone.loop.sender;
  clearTimeout(sender.timer);
  sender.notBefore = 0;
  await synced();
}

const visit = async (value, more = {}) => phone.store.save({ kind: 'visit', set: { photo: value, ...more } });
const stateOf = (value) => phone.store.files.state(value).state;

test('after the text a file goes in pieces, and is checked when the server says that it is whole', async () => {
  const value = await phone.store.files.keep(photo(200_000));
  await visit(value);
  assert.equal(stateOf(value), 'local');
  await synced();
  assert.deepEqual(far.asked, ['HEAD', 'PATCH 0', 'PATCH 65536', 'PATCH 196608', 'HEAD']);
  assert.equal(far.whole.get(hashOf(value)).length, 200_000);
  const [entry] = phone.store.outbox.value;
  const { sentAt, checkedAt } = phone.store.files.delivery(hashOf(value), VILLAGE);
  assert.deepEqual([entry.state, stateOf(value), sentAt, checkedAt], ['checked', 'checked', '2026-11-23T02:00:00.000Z', '2026-11-23T02:00:00.000Z']);
  assert.deepEqual(phone.loop.state.value.files, { why: '', bytes: 0 });
  await synced();
  assert.equal(far.asked.length, 5, 'nothing more is asked');
});

test('what the server already has is not sent again', async () => {
  const blob = photo(5000);
  const value = await phone.store.files.keep(blob);
  far.whole.set(hashOf(value), new Uint8Array(await blob.arrayBuffer()));
  await visit(value);
  await synced();
  assert.deepEqual([far.asked, stateOf(value)], [['HEAD'], 'checked']);
});

test('a draft, a text not yet answered, and one the server did not take keep their files here', async () => {
  const drafted = await phone.store.files.keep(photo(10, 1));
  await phone.store.keepDraft('visit', { photo: drafted });
  const refused = await phone.store.files.keep(photo(10, 2));
  far.quarantines = (change) => (change.set.photo === refused ? { code: 'wrong_type' } : undefined);
  await visit(refused);
  await synced();
  const unsent = await phone.store.files.keep(photo(10, 3));
  far.fault = (path) => (path === '/api/sync' ? offline() : null);
  await visit(unsent);
  await synced();
  assert.deepEqual(far.asked, []);
  assert.deepEqual([drafted, refused, unsent].map(stateOf), ['local', 'local', 'local']);
});

for (const [name, fault] of Object.entries({
  'the network is gone': offline,
  'a captive portal answers 200': portal,
  'the server fails': () => refusal(500, 'server_error'),
  'the disk is full': () => refusal(507, 'files_full'),
  'too much today': () => refusal(429, 'files_today', {}, { 'retry-after': '3600' }),
})) {
  test(`nothing is believed while ${name}, and it goes on from where the server is`, async () => {
    const value = await phone.store.files.keep(photo(200_000));
    await visit(value);
    let left = 2;
    far.trouble = () => ((left -= 1) < 0 ? fault() : null);
    await synced();
    assert.equal(stateOf(value), 'local');
    assert.equal(far.parts.get(hashOf(value)).length, 65_536);
    assert.equal(phone.store.outbox.value[0].state, 'checked', 'the text is through');
    const { why, bytes } = phone.loop.state.value.files;
    assert.equal(['offline', 'server', 'full'].includes(why) && bytes, 200_000);
    const before = far.asked.length;
    await synced();
    assert.equal(far.asked.length, before, 'not before the time is up');
    const wait = (await phone.loop.sender).notBefore - Date.now();
    if (name === 'too much today') assert.ok(wait > 3_500_000, `${wait}`);
    far.trouble = () => null;
    await later();
    assert.deepEqual([stateOf(value), far.asked.slice(before, before + 2)], ['checked', ['HEAD', 'PATCH 65536']]);
  });
}

test('an answer lost after the last piece: asked again, it is whole', async () => {
  const value = await phone.store.files.keep(photo(1000));
  await visit(value);
  const real = phone.api.fetch;
  phone.api.fetch = async (input, init) => {
    const answer = await real(input, init);
    return init.method === 'PATCH' ? offline() : answer;
  };
  await synced();
  assert.equal(stateOf(value), 'local');
  phone.api.fetch = real;
  await later();
  assert.deepEqual([stateOf(value), far.asked], ['checked', ['HEAD', 'PATCH 0', 'HEAD']]);
});

test('the phone dies between the pieces, the receipt and the check; the next start goes on', async () => {
  const value = await phone.store.files.keep(photo(200_000));
  await visit(value);
  let left = 3;
  far.trouble = () => ((left -= 1) < 0 ? offline() : null);
  await synced();
  (await phone.loop.sender).stop();
  await phone.kill();
  await phone.open();
  assert.equal(stateOf(value), 'local');
  left = 2;
  await synced();
  assert.equal(stateOf(value), 'sent', 'the last piece was answered, the check was not');
  (await phone.loop.sender).stop();
  await phone.kill();
  await phone.open();
  assert.equal(stateOf(value), 'sent');
  far.trouble = () => null;
  await synced();
  assert.equal(stateOf(value), 'checked');
  assert.equal(far.asked.filter((one) => one === 'PATCH 0').length, 1);
});

test('what the server never takes is marked with its words and lets the rest pass', async () => {
  const bad = await phone.store.files.keep(photo(10, 1));
  const good = await phone.store.files.keep(photo(10, 2));
  await visit(bad);
  await visit(good);
  far.trouble = (method, hash) => (method === 'PATCH' && hash === hashOf(bad) ? refusal(422, 'file_type') : null);
  await synced();
  assert.deepEqual([stateOf(bad), stateOf(good)], ['failed', 'checked']);
  const { code, zh } = phone.store.files.delivery(hashOf(bad), VILLAGE);
  assert.deepEqual([code, zh], ['file_type', '不']);
  const before = far.asked.length;
  await synced();
  assert.equal(far.asked.length, before, 'not asked again at once');
  const [entry] = phone.store.outbox.value;
  await phone.store.files.delivered(hashOf(bad), VILLAGE, { code, dropped: true });
  assert.deepEqual([phone.store.files.owed.value, phone.store.files.isDelivered(entry), stateOf(bad)], [[], true, 'failed'], 'let be');
  await phone.store.files.delivered(hashOf(bad), VILLAGE, { code, triedAt: new Date().toISOString() });
  far.trouble = () => null;
  await phone.loop.sendFilesNow();
  assert.equal(stateOf(bad), 'checked', 'the person says: again');
});

test('content the server finds wrong is sent anew, and not for ever', async () => {
  const value = await phone.store.files.keep(photo(10));
  await visit(value);
  let wrong = 1;
  far.trouble = (method) => (method === 'PATCH' && (wrong -= 1) >= 0 ? refusal(422, 'file_hash') : null);
  await synced();
  assert.equal(stateOf(value), 'checked');
  const other = await phone.store.files.keep(photo(10, 2));
  await visit(other);
  wrong = Infinity;
  const before = far.asked.length;
  await synced();
  assert.equal(stateOf(other), 'local');
  assert.ok(far.asked.length - before < 10);
});

test('text written while a file goes up is sent between its pieces', async () => {
  const value = await phone.store.files.keep(photo(400_000));
  await visit(value);
  phone.loop.start();
  let pieces = 0;
  far.trouble = async (method) => {
    if (method === 'PATCH' && (pieces += 1) === 2) await phone.store.save({ kind: 'household', set: { head: '杨' } });
    return null;
  };
  await synced();
  const wait = async (done) => {
    for (let turn = 0; turn < 400 && !done(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  await wait(() => stateOf(value) === 'checked');
  assert.equal(stateOf(value), 'checked');
  const order = phone.requests.slice(phone.requests.findIndex((one) => one.startsWith('HEAD')));
  const text = order.indexOf('POST /api/sync');
  assert.ok(text > 0 && text < order.lastIndexOf(order.findLast((one) => one.startsWith('PATCH'))), order.join('\n'));
  assert.equal(phone.store.unsent.value.length, 0);
});

test('a session that ended stops the files, keeps them, and asks for sign-in', async () => {
  const value = await phone.store.files.keep(photo(10));
  await visit(value);
  far.trouble = () => refusal(401, 'sign_in');
  const asked = () => phone.requests.filter((one) => one === 'GET /api/session').length;
  const before = asked() + (phone.loop.isConfirmed() ? 0 : 1);
  await synced();
  assert.equal(stateOf(value), 'local');
  for (let turn = 0; turn < 200 && asked() < before + 1; turn += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(asked() > before, 'it asks whose session this is');
});

test('over Wi-Fi only: waits on mobile data and where the browser does not say, goes by a tap or on Wi-Fi', async () => {
  const value = await phone.store.files.keep(photo(10));
  globalThis.localStorage = { getItem: (key) => (key === 'shibu.files' ? 'wifi' : null) };
  await visit(value);
  await synced();
  assert.deepEqual([far.asked, phone.loop.state.value.files], [[], { why: 'wifi', bytes: 10 }]);
  const connection = new EventTarget();
  connection.type = 'cellular';
  Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { connection } });
  await synced();
  assert.deepEqual(far.asked, []);
  connection.type = 'wifi';
  await synced();
  assert.equal(stateOf(value), 'checked');
  connection.type = 'cellular';
  const second = await phone.store.files.keep(photo(10, 2));
  await visit(second);
  await synced();
  assert.equal(stateOf(second), 'local');
  await phone.loop.sendFilesNow();
  assert.equal(stateOf(second), 'checked');
  const third = await phone.store.files.keep(photo(10, 3));
  await visit(third);
  await synced();
  assert.equal(stateOf(third), 'local', 'a yes is for what waited then');
});

test('more than 5 MB asks once; a yes lets that amount go, and little things afterwards', async () => {
  const values = [];
  for (const seed of [1, 2, 3]) values.push(await phone.store.files.keep(photo(2_000_000, seed)));
  for (const value of values) await visit(value);
  await synced();
  assert.deepEqual([far.asked, phone.loop.state.value.files], [[], { why: 'ask', bytes: 6_000_000 }]);
  const real = far.trouble;
  far.trouble = (method) => (method === 'HEAD' ? new Response(null, { headers: { 'upload-offset': '2000000', 'upload-complete': '?1' } }) : null);
  await phone.loop.sendFilesNow();
  far.trouble = real;
  assert.deepEqual(values.map(stateOf), ['checked', 'checked', 'checked']);
  const little = await phone.store.files.keep(photo(10, 4));
  await visit(little);
  await synced();
  assert.equal(stateOf(little), 'checked');
});

test('a change stays on the phone until its files are there, however old it grows', async () => {
  const value = await phone.store.files.keep(photo(10));
  await visit(value);
  await visit(undefined, { facts: '没有照片' });
  far.trouble = offline;
  await synced();
  far.clock += 40 * 86_400_000;
  await synced();
  assert.deepEqual(phone.store.outbox.value.map((entry) => entry.set.photo), [value], 'the other is 40 days old and gone');
  far.trouble = () => null;
  await later();
  await synced();
  assert.equal(phone.store.outbox.value.length, 0);
  assert.equal(stateOf(value), 'checked', 'a copy is still here');
});

test('a server restored from a backup is given the files again', async () => {
  const value = await phone.store.files.keep(photo(10));
  await visit(value);
  await synced();
  far.epoch = 'epoch-2';
  far.whole.clear();
  await synced();
  assert.equal(far.whole.size, 1);
  assert.equal(stateOf(value), 'checked');
});

test("another's photo is fetched once when looked at, compared, and kept as a copy", async () => {
  const bytes = new TextEncoder().encode('a photo of the bridge');
  const value = `${await sha256(bytes)}.jpg`;
  far.write(VILLAGE, id(1), 'visit', { photo: value });
  phone.loop.start();
  await synced();
  const { files } = phone.store;
  assert.equal(await files.blob(value), null, 'not without its record');
  assert.equal(await files.blob(value, id(1)), null, 'not there yet');
  far.whole.set(hashOf(value), new TextEncoder().encode('<html>sign in to the hotel'));
  assert.equal(await files.blob(value, id(1)), null, 'not what its name says');
  assert.equal(stateOf(value), 'absent');
  far.whole.set(hashOf(value), bytes);
  const [one, two] = await Promise.all([files.blob(value, id(1)), files.blob(value, id(1))]);
  assert.deepEqual([await one.text(), await two.text(), one.type], ['a photo of the bridge', 'a photo of the bridge', 'image/jpeg']);
  assert.equal(far.asked.filter((request) => request === 'GET').length, 4, 'one of them the sync asked, for its small picture');
  far.trouble = offline;
  assert.equal(await (await files.blob(value, id(1))).text(), 'a photo of the bridge', 'without a network');
  assert.equal(stateOf(value), 'checked');
});

test('unsent photos travel in the file of what is unsent, and go from the other phone', async () => {
  const value = await phone.store.files.keep(photo(50_000));
  const drafted = await phone.store.files.keep(photo(20, 5));
  const { id: record } = await visit(value);
  far.trouble = offline;
  await synced();
  assert.equal(phone.store.unsent.value.length, 0, 'its text is through');
  const { blob, count, left } = await unsentFile(phone.store, '山路十八弯');
  const text = await inside(blob, '山路十八弯');
  assert.deepEqual([count, left, text.includes(hashOf(value)), text.includes(hashOf(drafted))], [1, 0, true, false]);
  assert.deepEqual(await importUnsent(phone.store, blob, '山路十八弯'), { taken: 0, known: 1, left: 0 });
  far.trouble = () => null;
  const other = new Phone(far.fetch);
  await other.signIn('cadre1');
  await other.sync();
  assert.deepEqual(await importUnsent(other.store, blob, '山路十八弯'), { taken: 1, known: 0, left: 0 });
  await other.sync();
  await other.loop.sending;
  assert.equal(far.whole.get(hashOf(value)).length, 50_000);
  assert.deepEqual([other.store.files.state(value).state, other.store.get(record).answers.photo], ['checked', value]);
  await other.off();
  phone.on();
});

test('a village that is lost takes its copies with it and leaves what is unsent', async () => {
  const own = await phone.store.files.keep(photo(10));
  await visit(own);
  far.trouble = (method) => (method === 'GET' ? null : offline());
  const bytes = new TextEncoder().encode('copy');
  const value = `${await sha256(bytes)}.jpg`;
  far.whole.set(hashOf(value), bytes);
  far.write(VILLAGE, id(1), 'visit', { photo: value });
  phone.loop.start();
  await synced();
  await phone.store.files.blob(value, id(1));
  assert.equal(phone.store.files.marks.value.size, 2);
  far.places = [];
  far.version += 1;
  await synced();
  assert.deepEqual([...phone.store.files.marks.value.keys()], [hashOf(own)]);
});

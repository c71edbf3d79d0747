// A phone that was shut out, the shipped store and sync against the real server (started by test_revoked.py): left, it hands in what
// is unsent and then forgets; lost, it forgets at once; another person on the same phone keeps what is theirs.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import * as registry from '../../pwa/store/registry.js';
import { obeyAtDoor } from '../../pwa/sync/revoked.js';
import { Phone } from './phone.mjs';

const BASE = process.env.SHIBU_TEST_URL;
const PASSWORD = process.env.SHIBU_TEST_PASSWORD;
const far = (input, init) => fetch(input, { ...init, headers: { ...init.headers, origin: BASE } });
const phones = [];
const ADMIN = 'd0000000-0000-4000-8000-0000000001ff';
let cookie = '';

function made() {
  const phone = new Phone(far, BASE);
  phones.push(phone);
  return phone;
}
after(async () => {
  for (const phone of phones) await phone.off();
});

async function admin(method, path, body) {
  if (!cookie) {
    const answer = await far(`${BASE}/api/session`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ account: 'admin', password: PASSWORD, device: ADMIN }),
    });
    cookie = answer.headers.getSetCookie()[0].split(';')[0];
  }
  const answer = await far(BASE + path, { method, headers: { 'content-type': 'application/json', cookie }, ...(body ? { body: JSON.stringify(body) } : {}) });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

const databases = async () => (await indexedDB.databases()).map((one) => one.name).sort();
const shutOut = (device, as) => admin('POST', `/api/devices/${device}/revoke`, { as });

test('left: what is unsent goes to the server first, then nothing of the account stays, and the screen can say why', async () => {
  const phone = made();
  await phone.signIn('chen', PASSWORD);
  await phone.sync();
  const { store } = phone;
  const { device } = store;
  const { id } = store.account.value;
  await store.save({ kind: 'household', set: { head_name: '走之前写的' } });
  await shutOut(device, 'left');
  await phone.sync();
  assert.equal(store.account.value, null);
  assert.deepEqual(await databases(), ['shibu']);
  assert.deepEqual(await store.known(), []);
  const said = await registry.cleared();
  assert.deepEqual([said.id, said.name, said.as], [id, '陈志远', 'left']);
  const { entries } = await admin('GET', '/api/quarantine/all');
  assert.deepEqual(entries.map((entry) => [entry.login, entry.code]), [['chen', 'device_left']]);
  const { devices } = await admin('GET', '/api/devices');
  assert.ok(devices.find((one) => one.id === device).wiped_at, 'the server heard that it is done');
  // Who may still work here signs in anew, as a new phone; what was handed in is taken.
  assert.deepEqual(await admin('POST', `/api/quarantine/${entries[0].id}/apply`, {}), { result: 'ok' });
  await phone.signIn('chen', PASSWORD);
  await phone.sync();
  assert.notEqual(phone.store.device, device);
  assert.deepEqual(phone.store.list('household').map((one) => one.answers.head_name), ['走之前写的']);
});

test('left, and what is unsent does not get through: nothing is removed before it did', async () => {
  const phone = made();
  await phone.signIn('liu', PASSWORD);
  await phone.sync();
  const { store } = phone;
  await store.save({ kind: 'household', set: { head_name: '还没送' } });
  await shutOut(store.device, 'left');
  const through = phone.api.fetch;
  let cuts = 0;
  phone.api.fetch = async (input, init) => {
    const answer = await through(input, init);
    if (!String(input).endsWith('/api/sync')) return answer;
    cuts += 1;
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return new Response(bytes.slice(0, 20), { status: 200, headers: answer.headers });
  };
  await phone.sync();
  assert.ok(cuts > 0);
  assert.deepEqual(store.unsent.value.map((entry) => entry.set.head_name), ['还没送']);
  phone.api.fetch = through;
  await phone.sync();
  assert.equal(store.account.value, null);
});

test('lost: at once, also what is unsent; the other person on this phone keeps what is theirs', async () => {
  const phone = made();
  await phone.signIn('zhou', PASSWORD);
  await phone.sync();
  await phone.store.save({ kind: 'household', set: { head_name: '周的，没送' } });
  await phone.store.signOut({ keep: true });
  await phone.signIn('zhang', PASSWORD);
  await phone.sync();
  const { store } = phone;
  await store.save({ kind: 'household', set: { head_name: '张的，没送' } });
  await shutOut(store.device, 'lost');
  const kept = (await databases()).length;
  await phone.sync();
  assert.equal(store.account.value, null);
  assert.equal((await databases()).length, kept - 1);
  assert.deepEqual((await store.known()).map((one) => one.login), ['zhou']);
  assert.deepEqual([(await registry.cleared()).name, (await registry.cleared()).as], ['张岚', 'lost']);
  await phone.signIn('zhou', PASSWORD);
  assert.deepEqual(phone.store.unsent.value.map((entry) => entry.set.head_name), ['周的，没送']);
});

test('lost, and found out at the door: the account that lay there goes when its person signs in', async () => {
  const phone = made();
  await phone.signIn('outsider', PASSWORD);
  await phone.sync();
  const { device } = phone.store;
  await phone.store.signOut({ keep: true });
  await shutOut(device, 'lost');
  await assert.rejects(phone.signIn('outsider', PASSWORD), (error) => error.code === 'device_revoked' && error.detail.as === 'lost');
  await obeyAtDoor(phone.store, phone.api, 'outsider');
  assert.deepEqual(await phone.store.known(), []);
  assert.deepEqual(await databases(), ['shibu']);
  assert.equal((await registry.cleared()).name, '何平');
});

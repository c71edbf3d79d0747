// Many kinds of forms: heads before the rows, definitions after them in few requests, read from the disk only when asked for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORMS, FarSide, VILLAGE, id } from './far_side.mjs';
import { Phone } from './phone.mjs';

const MANY = Array.from({ length: 40 }, (_, n) => ({
  kind: `extra${n}`, hash: `extra${n}-1`, title: { zh: `表${n}` }, lists: {}, moves: [], envelope: { title: 'name', happened_on: 'on' },
  questions: [{ path: 'name', name: 'name', type: 'text', repeat: '' }, { path: 'spot', name: 'spot', type: 'geopoint', repeat: '' }],
}));

/** A far side with 40 kinds more while `work` runs. */
async function withMany(work) {
  FORMS.push(...MANY);
  const far = new FarSide();
  const phone = new Phone(far.fetch);
  try {
    far.write(VILLAGE, id(1), 'household', { head: '杨德贵' });
    far.write(VILLAGE, id(2), 'extra7', { name: '一条记录', on: '2020-01-01' });
    await phone.signIn('cadre1');
    await work(far, phone);
  } finally {
    FORMS.splice(FORMS.length - MANY.length);
    await phone.off();
  }
}
const formRequests = (phone) => phone.requests.filter((request) => request.includes('/api/forms')).length;

test('forty kinds come in a handful of requests and are all usable afterwards', () => withMany(async (far, phone) => {
  assert.equal((await phone.sync()).phase, 'idle');
  assert.ok(formRequests(phone) <= 8, phone.requests.join(' '));
  for (const { kind, hash } of MANY) assert.equal(phone.store.forms.current.value[kind], hash);
  assert.equal(phone.store.titleOf(phone.store.get(id(2))), '一条记录');
  assert.deepEqual(phone.store.forms.shape('extra7').points, ['spot']);
  const before = formRequests(phone);
  await phone.sync();
  assert.equal(formRequests(phone), before, 'what is here is not asked for again');
}));

test('a start reads none of them; asking for one brings it, without a network', () => withMany(async (far, phone) => {
  await phone.sync();
  await phone.kill();
  far.fault = () => Promise.reject(new TypeError('no network'));
  const store = await phone.open();
  await store.ready('recent');
  assert.equal([...store.forms.read.values()].filter((form) => form.kind.startsWith('extra')).length, 0);
  assert.equal(store.titleOf(store.get(id(2)) ?? { kind: 'extra7', form: 'extra7-1', answers: { name: 'x' } }) !== '', true);
  const more = store.forms.more.value;
  assert.equal(store.form('extra9'), undefined, 'not yet');
  assert.equal((await store.loadForm('extra9')).hash, 'extra9-1');
  assert.equal(store.form('extra9').kind, 'extra9');
  assert.ok(store.forms.more.value > more, 'who draws with it hears');
}));

test('when the definitions do not come, rows are filed all the same and the next sync asks again', () => withMany(async (far, phone) => {
  let broken = true;
  const asked = phone.loop.api.forms.bind(phone.loop.api);
  phone.loop.api.forms = (hashes, heads) => (broken && !heads && hashes.some((hash) => hash.startsWith('extra')) ? Promise.reject(new TypeError('cut')) : asked(hashes, heads));
  assert.equal((await phone.sync()).phase, 'idle');
  assert.equal(phone.store.titleOf(phone.store.get(id(2))), '一条记录');
  assert.equal(phone.store.forms.current.value.extra7, undefined, 'not used before it is stored');
  broken = false;
  await phone.sync();
  assert.equal(phone.store.forms.current.value.extra7, 'extra7-1');
  assert.equal((await phone.store.loadForm('extra7')).kind, 'extra7');
}));

test('a phone filled before there were shapes reads its forms once and then knows them', () => withMany(async (far, phone) => {
  await phone.sync();
  const { db } = phone.store;
  for (const key of await db.getAllKeys('meta')) if (String(key).startsWith('shape/')) await db.delete('meta', key);
  await phone.kill();
  const store = await phone.open();
  assert.equal(store.forms.shape('extra3').title.zh, '表3');
  assert.ok((await store.db.getAllKeys('meta')).includes('shape/extra3-1'));
}));

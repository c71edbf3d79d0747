// The shipped store and sync against the real server (started by test_store.py on an empty township).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Phone } from './phone.mjs';

const BASE = process.env.SHIBU_TEST_URL;
const PASSWORD = process.env.SHIBU_TEST_PASSWORD;
const far = (input, init) => fetch(input, { ...init, headers: { ...init.headers, origin: BASE } });
const phones = [];

async function phone(login) {
  const made = new Phone(far, BASE);
  phones.push(made);
  await made.signIn(login, PASSWORD);
  await idle(made);
  return made;
}

async function idle(one) {
  const state = await one.sync();
  assert.equal(state.phase, 'idle', JSON.stringify(state.error));
  assert.equal(one.store.trouble.value, null);
  return state;
}

let cadre1;
let cadre2;
let household;

before(async () => {
  cadre1 = await phone('chen');
  cadre2 = await phone('zhang');
});
after(async () => {
  for (const one of phones) await one.off();
});

test('sign-in brings the scope, the forms and the names of colleagues', async () => {
  const { store } = cadre1;
  assert.deepEqual(store.places.value.map((place) => [place.name, place.role]), [['石桥村', 'cadre']]);
  for (const kind of ['household', 'person', 'visit', 'problem', 'village_profile', 'conflict', 'colleague']) {
    assert.equal((await store.loadForm(kind))?.kind, kind);
    assert.equal(store.forms.shape(kind)?.kind, kind);
  }
  assert.equal(store.name(cadre2.store.account.value.id), '张岚');
});

test('a household, its visit and a problem written offline arrive on the other phone, checked', async () => {
  const { store } = cadre1;
  household = store.newId();
  await store.saveMany([
    { kind: 'household', id: household, set: { head_name: '杨守田', phone: '13800000001' } },
    { kind: 'visit', set: { household, visited_on: '2026-11-20', facts: '老人在家' } },
    { kind: 'problem', set: { content: '路灯不亮', from_household: household, status: 'registered' } },
  ]);
  assert.equal(store.outbox.value[1].state, 'waiting');
  await idle(cadre1);
  assert.deepEqual(store.outbox.value.map((entry) => entry.state), ['checked', 'checked', 'checked'], JSON.stringify(store.outbox.value));
  await idle(cadre2);
  const other = cadre2.store;
  assert.equal(other.get(household).answers.head_name, '杨守田');
  assert.equal(other.of(household, 'visit').length, 1);
  assert.equal(other.titleOf(other.of(household, 'problem')[0]), '路灯不亮');
  assert.equal(other.latest(household, 'visit').day, '2026-11-20');
});

test('different answers of one record edited on both phones are both kept', async () => {
  await cadre1.store.save({ kind: 'household', id: household, set: { phone: '13800000002' } });
  await cadre2.store.save({ kind: 'household', id: household, set: { head_name: '杨守田（老杨）' } });
  await idle(cadre1);
  await idle(cadre2);
  await idle(cadre1);
  for (const { store } of [cadre1, cadre2]) {
    assert.deepEqual([store.get(household).answers.phone, store.get(household).answers.head_name], ['13800000002', '杨守田（老杨）']);
    assert.deepEqual(store.conflicts(), []);
  }
});

test('one answer edited on both: both see both versions, one tap settles it for both', async () => {
  await cadre1.store.save({ kind: 'household', id: household, set: { phone: '13811111111' } });
  await cadre2.store.save({ kind: 'household', id: household, set: { phone: '13822222222' } });
  await idle(cadre1);
  await idle(cadre2);
  await idle(cadre1);
  assert.equal(cadre2.store.outbox.value.at(-1).conflicts.length, 1);
  for (const { store } of [cadre1, cadre2]) {
    const [conflict] = store.conflictsOf(household);
    assert.deepEqual([conflict.answers.mine, conflict.answers.theirs, conflict.answers.base], ['13822222222', '13811111111', '13800000002']);
    assert.equal(store.name(conflict.answers.mine_by), '张岚');
    assert.equal(store.get(household).answers.phone, '13811111111');
  }
  await cadre1.store.settle(cadre1.store.conflictsOf(household)[0].id, 'mine');
  assert.equal(cadre1.store.get(household).answers.phone, '13822222222', 'at once, before the server knows');
  await idle(cadre1);
  await idle(cadre2);
  for (const { store } of [cadre1, cadre2]) {
    assert.equal(store.get(household).answers.phone, '13822222222');
    assert.equal(store.get(household).pending, false);
    assert.deepEqual(store.conflicts(), []);
  }
});

test('a removal and its undo reach the other phone', async () => {
  const visit = cadre1.store.of(household, 'visit')[0];
  const removed = await cadre1.store.remove(visit.id);
  await idle(cadre1);
  await idle(cadre2);
  assert.deepEqual(cadre2.store.of(household, 'visit'), []);
  await cadre1.store.undo(removed);
  await idle(cadre1);
  await idle(cadre2);
  assert.equal(cadre2.store.of(household, 'visit')[0].answers.facts, '老人在家');
});

test('refused changes are answered, named and readable; the rest goes through', async () => {
  const { store } = cadre1;
  await store.save({ kind: 'household', id: household, set: { no_such_question: 1 } });
  await store.save({ kind: 'no_such_kind', set: { a: 1 } });
  await store.save({ kind: 'household', id: household, set: { phone: '13833333333' } });
  await idle(cadre1);
  assert.deepEqual(store.outbox.value.slice(-3).map((e) => [e.state, e.code ?? '']), [
    ['quarantined', 'unknown_question'], ['quarantined', 'unknown_kind'], ['checked', '']]);
  const held = await cadre1.api.quarantine();
  assert.equal(JSON.stringify(held).includes('no_such_question'), true);
  const { changes } = await cadre1.api.history(household);
  assert.equal(changes.length >= 3, true);
});

test('the leader sees a reported problem and assigns it; the cadre sees that, and whose name is kept back', async () => {
  const { store } = cadre1;
  const problem = store.of(household, 'problem')[0];
  const leader = await phone('leader');
  assert.equal(leader.store.get(problem.id), undefined, 'not before it is reported');
  await store.save({ kind: 'problem', id: problem.id, set: { status: 'reported', reported_on: '2026-11-23' } });
  await idle(cadre1);
  await idle(leader);
  const seen = leader.store.get(problem.id);
  assert.equal(seen.answers.content, '路灯不亮');
  assert.equal(seen.answers.from_household, undefined);
  assert.equal(leader.store.get(household), undefined);
  await leader.store.save({ kind: 'problem', id: problem.id, set: { status: 'assigned', responsible_person: '李站长', due_on: '2026-12-01' } });
  await idle(leader);
  assert.equal(leader.store.outbox.value[0].state, 'checked', JSON.stringify(leader.store.outbox.value[0]));
  await idle(cadre1);
  assert.deepEqual([store.get(problem.id).answers.status, store.get(problem.id).answers.responsible_person], ['assigned', '李站长']);
});

test('two hundred changes go up with the connection cut at many points, each taken once', { timeout: 60_000 }, async () => {
  const { store } = cadre1;
  const ids = Array.from({ length: 200 }, () => store.newId());
  await store.saveMany(ids.map((id, n) => ({ kind: 'household', id, set: { head_name: `人${n}` } })));
  const real = cadre1.api.fetch;
  let cuts = 0;
  cadre1.api.fetch = async (input, init) => {
    const response = await real(input, init);
    if (!String(input).endsWith('/api/sync') || cuts >= 12) return response;
    cuts += 1;
    const bytes = new Uint8Array(await response.arrayBuffer());
    return new Response(bytes.slice(0, Math.floor((bytes.length * cuts) / 13)), { status: 200, headers: response.headers });
  };
  while (cuts < 12) await cadre1.sync();
  cadre1.api.fetch = real;
  await idle(cadre1);
  assert.equal(store.unsent.value.length, 0);
  await idle(cadre2);
  for (const id of ids) assert.equal(cadre2.store.get(id).rev, 1);
});

test('a second phone of the same person pulls all and agrees to the last byte', async () => {
  const second = await phone('chen');
  await second.store.ready('all');
  for (const kind of ['household', 'visit', 'problem', 'conflict']) {
    assert.deepEqual(second.store.list(kind).map((rec) => rec.id).sort(), cadre1.store.list(kind).map((rec) => rec.id).sort());
    for (const { pending, ...rec } of cadre1.store.list(kind)) {
      const { pending: _pending, ...other } = second.store.get(rec.id);
      assert.deepEqual(other, rec);
    }
  }
});

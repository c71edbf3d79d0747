import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FarSide, VILLAGE, id } from './far_side.mjs';
import { Phone } from './phone.mjs';

const OTHER = 'v-liuwan';
const place = (villageId, view = 'team.1') => ({ id: villageId, name: villageId, role: 'cadre', view });

async function two() {
  const far = new FarSide();
  far.places = [place(VILLAGE), place(OTHER)];
  for (let n = 0; n < 5; n += 1) {
    far.write(VILLAGE, id(n), 'household', { head: `石${n}` });
    far.write(OTHER, id(100 + n), 'household', { head: `柳${n}` });
  }
  const phone = new Phone(far.fetch);
  await phone.signIn('cadre1');
  await phone.sync();
  return { far, phone, store: phone.store };
}

const rowsOf = async (store, village) => {
  const range = IDBKeyRange.bound([village], [village, []]);
  return [await store.db.count('blocks', range), await store.db.count('rec', range), await store.db.get('meta', `pull/${village}`)];
};

test('a lost village: what is unsent goes first, then nothing of it remains but its drafts and receipts', async () => {
  const { far, phone, store } = await two();
  await store.setVillage(OTHER);
  await store.save({ kind: 'household', village: OTHER, set: { head: '没发的' } });
  await store.keepDraft(`visit/${OTHER}`, { facts: '没写完' });
  far.places = [place(VILLAGE)];
  far.version = 2;
  far.fault = (path) => (path === '/api/sync' ? Promise.reject(new TypeError('offline')) : null);
  await phone.sync();
  assert.equal(store.list('household', OTHER).length, 6, 'offline it is still there');
  far.fault = null;
  await phone.sync();
  assert.deepEqual(store.list('household', OTHER), []);
  assert.deepEqual(await rowsOf(store, OTHER), [0, 0, undefined]);
  assert.equal(store.village.value, VILLAGE);
  assert.equal(store.outbox.value[0].state, 'quarantined');
  assert.deepEqual(store.draft(`visit/${OTHER}`), { facts: '没写完' });
  await phone.kill();
  const again = await phone.open();
  assert.deepEqual(again.places.value.map((one) => one.id), [VILLAGE]);
  assert.equal(again.get(id(100)), undefined);
  assert.equal(again.outbox.value[0].set.head, '没发的');
  await phone.off();
});

test('more unsent than one request holds: the purge waits for the last of them', async () => {
  const { far, phone, store } = await two();
  await store.saveMany(Array.from({ length: 120 }, (_, n) => ({ kind: 'household', village: OTHER, set: { head: `${n}` } })));
  far.places = [place(VILLAGE)];
  far.version = 2;
  phone.loop.run.limit = 50;
  await phone.sync();
  assert.equal(store.outbox.value.filter((entry) => entry.state === 'quarantined').length, 120);
  assert.deepEqual(await rowsOf(store, OTHER), [0, 0, undefined]);
  const carrying = far.hellos.filter((hello) => hello.first[OTHER]);
  assert.deepEqual(carrying.map((hello) => hello.scope), [1, 1], 'all of it goes under the scope that held the village');
  await phone.sync();
  assert.equal(far.lastHello.scope, 2);
  await phone.off();
});

test('a village lost and gained again is complete', async () => {
  const { far, phone, store } = await two();
  far.places = [place(VILLAGE)];
  far.version = 2;
  await phone.sync();
  far.places = [place(VILLAGE), place(OTHER)];
  far.version = 3;
  far.write(OTHER, id(200), 'household', { head: '新来的' });
  await phone.sync();
  assert.equal(store.list('household', OTHER).length, 6);
  assert.equal(store.trouble.value, null);
  await phone.off();
});

test('another view replaces the rows in one stroke and leaves the outbox alone', async () => {
  const { far, phone, store } = await two();
  await store.save({ kind: 'household', id: id(0), set: { phone: '1' } });
  await phone.sync();
  await store.save({ kind: 'household', id: id(1), set: { phone: '2' } });
  far.places = [place(VILLAGE, 'township.1'), place(OTHER)];
  far.version = 2;
  far.village(VILLAGE).rows.delete(id(4));
  far.village(VILLAGE).rows.get(id(0)).answers = { head: '石0' };
  far.mangle = (bytes) => ({ bytes: bytes.slice(0, Math.floor(bytes.length * 0.6)), broken: true });
  await phone.sync();
  assert.equal(store.list('household', VILLAGE).length, 5, 'the old rows stay until the new ones are whole');
  await phone.kill();
  far.mangle = undefined;
  const again = await phone.open();
  assert.equal(again.list('household', VILLAGE).length, 5);
  await phone.sync();
  assert.deepEqual(again.list('household', VILLAGE).map((rec) => rec.answers.head).sort(), ['石0', '石1', '石2', '石3']);
  assert.deepEqual(again.get(id(0)).answers, { head: '石0' }, 'what the view no longer shows is gone');
  assert.equal(again.get(id(1)).answers.phone, '2');
  assert.equal(again.trouble.value, null);
  assert.ok(again.outbox.value.every((entry) => entry.state === 'checked'));
  await phone.off();
});

test('a record that moved is shown where it is, once, in whichever order the villages tell it', async () => {
  for (const first of [VILLAGE, OTHER]) {
    const { far, phone, store } = await two();
    far.places = first === VILLAGE ? [place(VILLAGE), place(OTHER)] : [place(OTHER), place(VILLAGE)];
    far.version = 2;
    const row = far.village(VILLAGE).rows.get(id(2));
    const old = far.village(VILLAGE);
    old.seq += 1;
    old.rows.set(id(2), { t: 'gone', village: VILLAGE, id: id(2), rev: row.rev + 1, seq: old.seq, deleted: true });
    const now = far.village(OTHER);
    now.seq += 1;
    now.rows.set(id(2), { ...row, village: OTHER, rev: row.rev + 1, seq: now.seq });
    assert.equal((await phone.sync()).phase, 'idle');
    const shows = (view) => [view.get(id(2)).village, view.list('household', VILLAGE).length, view.list('household', OTHER).length];
    assert.deepEqual(shows(store), [OTHER, 4, 6]);
    await phone.kill();
    assert.deepEqual(shows(await phone.open()), [OTHER, 4, 6]);
    assert.equal(phone.store.trouble.value, null);
    await phone.off();
  }
});

test('an edit in the new village waits until the move is answered', async () => {
  const { far, phone, store } = await two();
  await store.save({ kind: 'household', id: id(3), set: { village: OTHER } });
  await store.save({ kind: 'household', id: id(3), set: { phone: '1' } });
  assert.equal(store.get(id(3)).village, OTHER);
  assert.deepEqual(store.outbox.value.map((entry) => entry.village), [VILLAGE, OTHER]);
  const sent = [];
  const real = phone.api.fetch;
  phone.api.fetch = (input, init) => {
    sent.push(store.outbox.value.filter((entry) => entry.state === 'sent').length);
    return real(input, init);
  };
  await phone.sync();
  assert.deepEqual(sent.slice(0, 2), [1, 1]);
  assert.equal(far.applied.length, 2);
  await phone.off();
});

test('the pseudo-village names colleagues and is not a place of work', async () => {
  const { far, phone, store } = await two();
  far.places = [...far.places, { id: 'township:t', name: '清溪镇', role: 'reader', view: 'all.1' }];
  far.version = 2;
  far.write('township:t', id(700), 'colleague', { name: '周敏' });
  await phone.sync();
  assert.equal(store.name(id(700)), '周敏');
  assert.equal(store.name(store.account.value.id), '陈志远');
  assert.equal(store.name(id(701)), '');
  assert.deepEqual(store.places.value.map((one) => one.id), [VILLAGE, OTHER]);
  await phone.off();
});

test('an open conflict is listed; closing it shows the value at once and can be taken back', async () => {
  const { far, phone, store } = await two();
  far.write(VILLAGE, id(0), 'household', { phone: '1' });
  far.write(VILLAGE, id(900), 'conflict', { record: id(0), question: 'phone', base: '0', mine: '2', theirs: '1', state: 'open', at_rev: 2 });
  await phone.sync();
  assert.deepEqual(store.conflictsOf(id(0)).map((rec) => rec.id), [id(900)]);
  assert.equal(store.conflicts().length, 1);
  const closed = await store.settle(id(900), 'mine');
  assert.equal(store.get(id(0)).answers.phone, '2');
  assert.deepEqual(store.conflicts(), []);
  assert.deepEqual(store.outbox.value.map((e) => [e.record, e.set, e.base]), [[id(900), { state: 'kept_mine' }, 1]]);
  await store.undo(closed);
  assert.equal(store.get(id(0)).answers.phone, '1');
  await phone.off();
});

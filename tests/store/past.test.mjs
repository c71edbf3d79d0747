import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FarSide, VILLAGE, id } from './far_side.mjs';
import { keepPast, pastOf } from '../../pwa/store/past.js';
import { Phone } from './phone.mjs';

test('the histories looked at last stay readable, the oldest go, and none stays after signing out', async () => {
  const phone = new Phone(new FarSide().fetch);
  await phone.signIn('cadre1');
  const { store } = phone;
  for (let n = 0; n < 22; n += 1) await keepPast(store, `r${n}`, Array.from({ length: 120 }, (_, rev) => ({ rev })));
  assert.deepEqual([await pastOf(store, 'r0'), await pastOf(store, 'r1')], [undefined, undefined]);
  const { changes } = await pastOf(store, 'r21');
  assert.deepEqual([changes.length, changes.at(-1).rev], [100, 119]);
  assert.equal((await store.db.getAllKeys('meta')).filter((key) => String(key).startsWith('history/')).length, 20);
  await store.signOut({ keep: true });
  await phone.signIn('cadre1');
  assert.equal(await pastOf(phone.store, 'r21'), undefined);
  await phone.off();
});

test('the histories of a village that was lost go with it, those of another stay', async () => {
  const far = new FarSide();
  const place = (village) => ({ id: village, name: village, role: 'cadre', view: 'team.1' });
  far.places = [place(VILLAGE), place('v-liuwan')];
  far.write(VILLAGE, id(1), 'household', { head: '石' });
  far.write('v-liuwan', id(2), 'household', { head: '柳' });
  const phone = new Phone(far.fetch);
  await phone.signIn('cadre1');
  await phone.sync();
  const { store } = phone;
  for (const record of [id(1), id(2)]) await keepPast(store, record, [{ rev: 1 }]);
  far.places = [place(VILLAGE)];
  far.version = 2;
  await phone.sync();
  assert.deepEqual([store.pulls.value.size, (await pastOf(store, id(1))).changes.length, await pastOf(store, id(2))], [1, 1, undefined]);
  assert.deepEqual(await store.db.get('meta', 'histories'), [id(1)]);
  await phone.off();
});

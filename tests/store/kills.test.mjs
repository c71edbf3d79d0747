// The process may die between any two transactions. One story is told again and again, dying at the k-th write; then the
// phone starts over what lies on its disk and finishes. Nothing that was called saved is lost, nothing arrives twice.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FarSide, VILLAGE, id } from './far_side.mjs';
import { Phone } from './phone.mjs';

class Dead extends Error {}

/** After `writes` more read-write transactions the disk takes nothing more. */
function dieAfter(phone, writes) {
  const { db } = phone.store;
  let left = writes;
  phone.store.db = new Proxy(db, {
    get(target, key) {
      const value = Reflect.get(target, key);
      if (key === 'transaction') {
        return (stores, mode, options) => {
          if (mode === 'readwrite' && (left -= 1) < 0) throw new Dead();
          return target.transaction(stores, mode, options);
        };
      }
      if (key === 'put' || key === 'delete') {
        return (...args) => {
          if ((left -= 1) < 0) throw new Dead();
          return target[key](...args);
        };
      }
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  phone.store.forms.db = phone.store.db;
  return () => left < 0;
}

async function story(phone, saved) {
  const save = async (...args) => saved.push(await phone.store.save(...args));
  await save({ kind: 'household', id: id(50), set: { head: '甲', count: { add: 1 } } });
  await phone.sync();
  await save({ kind: 'household', id: id(50), set: { phone: '1', count: { add: 1 } } });
  await save({ kind: 'visit', id: id(51), set: { household: id(50), date: '2026-11-23' } });
  await phone.sync();
  await save({ kind: 'household', id: id(1), set: { head: '改', count: { add: 1 } } });
  await phone.sync();
}

test('dying between any two transactions loses nothing and doubles nothing', { timeout: 90_000 }, async () => {
  for (let writes = 0; ; writes += 1) {
    const far = new FarSide();
    for (let n = 0; n < 3; n += 1) far.write(VILLAGE, id(n), 'household', { head: `户${n}` });
    const phone = new Phone(far.fetch);
    await phone.signIn('cadre1');
    const dead = dieAfter(phone, writes);
    const silent = console.error;
    console.error = () => undefined;
    const saved = [];
    await story(phone, saved).catch((error) => assert.ok(error instanceof Dead, error));
    const died = dead();
    await phone.kill();
    console.error = silent;
    const store = await phone.open();
    assert.deepEqual(store.outbox.value.map((entry) => entry.record), saved.map((one) => one.id), `after ${writes} writes`);
    assert.equal((await phone.sync()).phase, 'idle');
    assert.equal(store.trouble.value, null);
    assert.equal(far.applied.length, saved.length, `after ${writes} writes`);
    const rows = far.village(VILLAGE).rows;
    const counts = saved.filter((one) => one.id === id(50)).length;
    assert.equal(rows.get(id(50))?.answers.count ?? 0, counts);
    assert.equal(store.get(id(50))?.answers.count ?? 0, counts);
    for (const row of rows.values()) assert.deepEqual(store.get(row.id)?.answers, row.answers);
    await phone.off();
    if (!died) {
      assert.ok(writes > 8, `only ${writes} transactions`);
      break;
    }
  }
});

test('dying while rows of another view arrive leaves the old ones or the new ones', { timeout: 90_000 }, async () => {
  for (let writes = 0; ; writes += 1) {
    const far = new FarSide();
    for (let n = 0; n < 1200; n += 1) far.write(VILLAGE, id(n), 'household', { head: `旧${n}` });
    const phone = new Phone(far.fetch);
    await phone.signIn('cadre1');
    await phone.sync();
    far.places = [{ ...far.places[0], view: 'township.1' }];
    far.version = 2;
    for (const row of far.village(VILLAGE).rows.values()) row.answers = { head: row.answers.head.replace('旧', '新') };
    const dead = dieAfter(phone, writes);
    const silent = console.error;
    console.error = () => undefined;
    await phone.sync();
    const died = dead();
    await phone.kill();
    console.error = silent;
    const store = await phone.open();
    const kinds = new Set(store.list('household').map((rec) => rec.answers.head[0]));
    assert.equal(store.list('household').length, 1200, `after ${writes} writes`);
    assert.equal(kinds.size, 1, 'never a mixture');
    assert.equal((await phone.sync()).phase, 'idle');
    assert.equal(store.get(id(3)).answers.head, '新3');
    assert.equal(store.trouble.value, null);
    await phone.off();
    if (!died) break;
  }
});

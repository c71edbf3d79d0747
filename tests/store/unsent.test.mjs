import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FarSide, PERSON, VILLAGE } from './far_side.mjs';
import { renumber } from '../../pwa/store/outbox.js';
import { importUnsent, needsPassphrase, unsentFile } from '../../pwa/store/unsent.js';
import { Phone } from './phone.mjs';
import { bytesOf, inside } from './unsent_file.mjs';

const SECOND = '00000000-0000-7000-8000-0000000000b2';
const WORDS = '山路十八弯';

async function signedIn(far = new FarSide()) {
  const phone = new Phone(far.fetch);
  await phone.signIn('cadre1');
  await phone.sync();
  return { far, phone, store: phone.store };
}

/** Another phone of the same person, in hand; the first keeps its own disk. */
async function another(far) {
  const other = new Phone(far.fetch);
  await other.signIn('cadre1');
  return other;
}

const altered = async (blob, change) => {
  const bytes = await bytesOf(blob);
  const end = bytes.indexOf(10);
  const head = JSON.parse(bytes.subarray(0, end).toString());
  return new Blob([JSON.stringify(change(head) ?? head), '\n', bytes.subarray(end + 1)]);
};

test('unsent changes travel in a sealed file that stock ciphers open; nothing in the open tells of them', async () => {
  const { phone, store } = await signedIn();
  await store.save({ kind: 'household', set: { head: '带走的人家' } });
  const { blob, name, count, left } = await unsentFile(store, WORDS);
  assert.deepEqual([count, left, /^shibu-unsent-\d{4}-\d\d-\d\d\.shibu$/.test(name)], [1, 0, true]);
  const bytes = await bytesOf(blob);
  const head = JSON.parse(bytes.subarray(0, bytes.indexOf(10)).toString());
  assert.deepEqual([head.t, head.proto, head.account, head.login, head.device, head.kdf.name], ['unsent', 2, PERSON.id, 'cadre1', store.device, 'pbkdf2-sha256']);
  assert.ok(head.kdf.iterations >= 600_000);
  assert.equal(bytes.includes('带走的人家'), false);
  const lines = (await inside(blob, WORDS)).trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(lines.map((line) => [line.t, line.set?.head]), [['unsent', undefined], ['change', '带走的人家']]);
  assert.notDeepEqual(await bytesOf((await unsentFile(store, WORDS)).blob), bytes, 'never twice under one key and nonce');
  await phone.off();
});

test('taking it twice, on the phone it came from, or after that phone has sent it, is harmless', async () => {
  const { far, phone, store } = await signedIn();
  await store.save({ kind: 'household', set: { head: '带走' } });
  const { id: second } = await store.save({ kind: 'household', set: { head: '也带走' } });
  await store.save({ kind: 'household', id: second, set: { phone: '1' } });
  const { blob } = await unsentFile(store, WORDS);
  assert.deepEqual(await importUnsent(store, blob, WORDS), { taken: 0, known: 3, left: 0 });
  const other = await another(far);
  assert.equal(await needsPassphrase(other.store, blob), true);
  assert.deepEqual(await importUnsent(other.store, blob, WORDS), { taken: 3, known: 0, left: 0 });
  assert.deepEqual(await importUnsent(other.store, blob, WORDS), { taken: 0, known: 3, left: 0 });
  await phone.sync();
  const [first] = store.outbox.value;
  Object.assign(far.village(VILLAGE).rows.get(first.record), { by: PERSON.id, client_at: first.at });
  const third = await another(far);
  await third.sync();
  // What still stands as it was written is known by that; the rest goes again and says nothing new.
  const again = await importUnsent(third.store, blob, WORDS);
  await other.sync();
  await third.sync();
  const seen = [];
  for (const one of [phone, other, third]) {
    await one.sync();
    seen.push(one.store.list('household').map((rec) => [rec.answers.head, rec.answers.phone]).sort());
    assert.deepEqual(one.store.outbox.value.filter((entry) => entry.state !== 'checked'), []);
    await one.off();
  }
  assert.deepEqual(again, { taken: 2, known: 1, left: 0 });
  assert.deepEqual(seen, Array(3).fill([['也带走', '1'], ['带走', undefined]]));
});

test('a wrong passphrase, a cut file, an altered one, another account, a newer app: refused, and nothing is taken', async () => {
  const { phone, store } = await signedIn();
  await store.save({ kind: 'household', set: { head: '带走' } });
  const { blob } = await unsentFile(store, WORDS);
  const bytes = await bytesOf(blob);
  const spoiled = Buffer.from(bytes);
  spoiled[spoiled.length - 20] ^= 1;
  const refused = [
    [blob, '别的口令', 'wrong_passphrase'],
    [new Blob([spoiled]), WORDS, 'wrong_passphrase'],
    [blob.slice(0, blob.size - 9), WORDS, 'cut_off'],
    [blob.slice(0, 60), WORDS, 'not_a_file_of_ours'],
    [new Blob(['<html>']), WORDS, 'not_a_file_of_ours'],
    [new Blob([]), WORDS, 'not_a_file_of_ours'],
    [await altered(blob, (head) => ({ ...head, account: SECOND })), WORDS, 'other_account'],
    [await altered(blob, (head) => ({ ...head, proto: 3 })), WORDS, 'newer'],
    [await altered(blob, (head) => ({ ...head, kdf: { name: 'argon2id' } })), WORDS, 'newer'],
    [await altered(blob, (head) => ({ ...head, kdf: { ...head.kdf, iterations: 1e12 } })), WORDS, 'not_a_file_of_ours'],
    [await altered(blob, (head) => ({ ...head, iv: '***' })), WORDS, 'not_a_file_of_ours'],
  ];
  await phone.off();
  const other = await another(new FarSide());
  for (const [file, words, code] of refused) await assert.rejects(importUnsent(other.store, file, words), { code }, code);
  assert.deepEqual([other.store.outbox.value, (await other.store.db.getAllKeys('meta')).filter((key) => String(key).startsWith('imported/'))], [[], []]);
  await other.off();
});

test('a file of the app before this one, in plain lines, is taken; one with a line cut off is not, not even its whole lines', async () => {
  const { far, phone, store } = await signedIn();
  await store.save({ kind: 'household', set: { head: '甲' } });
  await store.save({ kind: 'household', set: { head: '乙' } });
  const plain = await inside((await unsentFile(store, WORDS)).blob, WORDS);
  await phone.off();
  const other = await another(far);
  const file = new Blob([plain]);
  assert.equal(await needsPassphrase(other.store, file), false);
  await assert.rejects(importUnsent(other.store, file.slice(0, file.size - 30)), { code: 'not_a_file_of_ours' });
  await assert.rejects(importUnsent(other.store, new Blob([plain.replace('"n":2', '"n":"2"')])), { code: 'not_a_file_of_ours' });
  assert.equal(other.store.outbox.value.length, 0);
  assert.deepEqual(await importUnsent(other.store, file), { taken: 2, known: 0, left: 0 });
  await other.off();
});

test('changes of two numbers of one phone that bear the same n are both taken', async () => {
  const { far, phone, store } = await signedIn();
  far.quarantines = () => 'unknown_question';
  await store.save({ kind: 'household', set: { head: '没收下' } });
  await phone.sync();
  await renumber(store.db, crypto.randomUUID());
  store.outbox.value = [];
  await store.readOutbox();
  await store.save({ kind: 'household', set: { head: '新编号' } });
  assert.deepEqual(store.outbox.value.map((entry) => entry.n), [1, 1]);
  const { blob } = await unsentFile(store, WORDS);
  await phone.off();
  const other = await another(far);
  assert.equal((await importUnsent(other.store, blob, WORDS)).taken, 2);
  assert.equal((await importUnsent(other.store, blob, WORDS)).taken, 0);
  await other.off();
});

test('a change made by an import of a record that stands changed since waits as any other', async () => {
  const { far, phone, store } = await signedIn();
  const { id: record } = await store.save({ kind: 'household', set: { head: '甲' } });
  const { blob } = await unsentFile(store, WORDS);
  await phone.sync();
  far.write(VILLAGE, record, 'household', { head: '别人改的' });
  const other = await another(far);
  await other.sync();
  assert.deepEqual(await importUnsent(other.store, blob, WORDS), { taken: 1, known: 0, left: 0 });
  assert.equal(other.store.unsent.value[0].record, record);
  assert.equal(other.store.unsent.value[0].created, false);
  await phone.off();
  await other.off();
});

test('an amount that is added up is left to the desk: here it would have another number, and count twice', async () => {
  const { far, phone, store } = await signedIn();
  const { id } = await store.save({ kind: 'household', set: { head: '甲' } });
  await store.save({ kind: 'household', id, set: { visits: { add: 1 } } });
  const { blob } = await unsentFile(store, WORDS);
  const other = await another(far);
  assert.deepEqual(await importUnsent(other.store, blob, WORDS), { taken: 1, known: 0, left: 0, desk: 1 });
  await other.sync();
  await phone.sync();
  await other.sync();
  assert.deepEqual([phone, other].map((one) => one.store.get(id).answers), Array(2).fill({ head: '甲', visits: 1 }));
  await phone.off();
  await other.off();
});

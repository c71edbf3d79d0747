// The lock of a phone's store: what opens it, what does not, and that nothing on the disk says anything.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FarSide, PERSON, VILLAGE, id } from './far_side.mjs';
import { nameOf } from '../../pwa/store/db.js';
import { keepNote, notesAbout } from '../../pwa/store/private.js';
import * as registry from '../../pwa/store/registry.js';
import { encrypt, heldOf, newKey } from '../../pwa/store/vault.js';
import { Phone, SECRET } from './phone.mjs';

const WORDS = ['杨秀英', '13900007777', '路灯坏了三盏', '心里不服', '合影.txt', '锁着记的'];
const OTHER = '135790';

async function filled() {
  const far = new FarSide();
  far.write(VILLAGE, id(1), 'household', { head: WORDS[0], phone: WORDS[1] });
  const phone = new Phone(far.fetch);
  await phone.signIn('cadre1');
  await phone.sync();
  const { store } = phone;
  await store.save({ kind: 'visit', set: { household: id(1), date: '2026-11-23', facts: WORDS[2] } });
  await store.keepDraft(`visit/${WORDS[0]}`, { facts: WORDS[2] });
  await keepNote(store, { about: id(1), answers: { text: WORDS[3] } });
  await store.files.keep(new Blob(['words on paper']), { name: WORDS[4], type: 'text/plain' });
  return { far, phone, store };
}

/** Every value of every database of this disk, as text in both ways a browser may write it. */
async function onDisk() {
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => (indexedDB.open(name).onsuccess = (event) => done(event.target.result)));
    for (const store of db.objectStoreNames) {
      for (const what of ['getAll', 'getAllKeys']) {
        const asked = db.transaction(store).objectStore(store)[what]();
        found.push(...(await new Promise((done) => (asked.onsuccess = () => done(asked.result)))));
      }
    }
    db.close();
  }
  return found.flatMap(bytesIn);
}

function bytesIn(value) {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return [Buffer.from(value.buffer ?? value)];
  if (value && typeof value === 'object') return Object.entries(value).flatMap(([key, one]) => [...bytesIn(key), ...bytesIn(one)]);
  return [Buffer.from(String(value))];
}

const holds = (pieces, word) => pieces.some((piece) => piece.includes(Buffer.from(word)) || piece.includes(Buffer.from(word, 'utf16le')));

test('nothing of a record, a change, a draft, a note or a file lies readable on the disk, open or locked', async () => {
  const { phone, store } = await filled();
  for (let n = 0; n < 2; n += 1) {
    const pieces = await onDisk();
    for (const word of [...WORDS, 'words on paper', SECRET]) assert.equal(holds(pieces, word), false, word);
    assert.ok(holds(pieces, PERSON.name), 'the walk finds what is there: who the phone belongs to is known');
    await store.lockNow();
    await store.notes.add(WORDS[5]);
  }
  assert.deepEqual([store.outbox.value, store.drafts(), store.list('household'), store.scope.value, store.held], [[], [], [], [], null]);
  await phone.off();
});

test('the right secret opens after a restart, offline, and all of it is there', async () => {
  const { far, phone } = await filled();
  far.fault = () => Promise.reject(new TypeError('offline'));
  await phone.kill();
  const store = await phone.open(null);
  assert.deepEqual([store.lock.value, store.account.value.name, store.list('household').length], ['locked', PERSON.name, 0]);
  await store.unlock(SECRET);
  await store.ready();
  assert.equal(store.lock.value, 'open');
  assert.equal(store.get(id(1)).answers.head, WORDS[0]);
  assert.equal(store.unsent.value[0].set.facts, WORDS[2]);
  assert.deepEqual(store.draft(`visit/${WORDS[0]}`), { facts: WORDS[2] });
  assert.equal((await notesAbout(store, id(1)))[0].answers.text, WORDS[3]);
  await phone.off();
});

test('wrong ones are counted across restarts, wait longer and longer, and the tenth erases; a sign-in brings all back', async (t) => {
  const { far, phone } = await filled();
  let now = Date.now();
  t.mock.method(Date, 'now', () => now);
  const waits = [];
  for (let left = 9; left > 0; left -= 1) {
    await phone.kill();
    const store = await phone.open(null);
    await assert.rejects(store.unlock('000000'), (error) => {
      assert.deepEqual([error.name, error.left], ['WrongSecret', left]);
      waits.push(error.waitMs);
      return true;
    });
    if (!waits.at(-1)) continue;
    await assert.rejects(store.unlock(SECRET), (error) => error.left === left && error.waitMs === waits.at(-1), 'not even the right one before its time');
    now += waits.at(-1);
  }
  assert.deepEqual(waits.slice(0, 4), [0, 0, 0, 0]);
  assert.ok(waits.slice(4).every((wait, at, all) => wait > (all[at - 1] ?? 0)), String(waits));
  await assert.rejects(phone.store.unlock('000000'), { name: 'Erased' });
  await assert.rejects(phone.store.unlock(SECRET), { name: 'Erased' });
  assert.equal(phone.store.vault.value.kind, '');
  assert.equal((await registry.active()).vault.wrapped, undefined);
  await phone.kill();
  await phone.open(null);
  await phone.signIn('cadre1', 'pass', null);
  const { store } = phone;
  assert.equal(store.lock.value, 'choose');
  assert.equal(store.unsent.value[0].set.facts, WORDS[2]);
  await store.choose(OTHER);
  await phone.kill();
  assert.equal((await phone.open(OTHER)).unsent.value.length, 1);
  await phone.sync();
  assert.equal(far.applied.length, 1);
  await phone.off();
});

test('a try is on the disk before it is made', async () => {
  const { phone, store } = await filled();
  await store.lockNow();
  const going = store.unlock('000000');
  while ((await registry.active()).vault.tries === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await assert.rejects(going, { name: 'WrongSecret' });
  await store.unlock(SECRET);
  assert.equal((await registry.active()).vault.tries, 0);
  await phone.off();
});

test('a secret is six digits or at least eight of anything', async () => {
  const { phone, store } = await filled();
  for (const short of ['', '12345', '1234567', 'abc']) await assert.rejects(store.choose(short), { name: 'TooShort' });
  await store.prove(SECRET);
  await store.choose('石桥村的老槐树下');
  assert.equal((await registry.active()).vault.kind, 'passphrase');
  await phone.kill();
  assert.equal((await phone.open('石桥村的老槐树下')).lock.value, 'open');
  await phone.off();
});

test('another secret wraps the key anew and touches nothing else', async () => {
  const { phone, store } = await filled();
  const before = await registry.active();
  const bodies = (await store.db.getAll('outbox')).map((one) => Buffer.from(one.body).toString('hex'));
  await assert.rejects(store.choose(OTHER), /present secret/, 'whoever finds it open does not change it');
  await assert.rejects(store.prove(OTHER), { name: 'WrongSecret', left: 9 });
  await assert.rejects(store.choose(OTHER), /present secret/);
  await store.prove(SECRET);
  await store.choose(OTHER);
  await assert.rejects(store.choose(SECRET), /present secret/, 'proved once, changed once');
  const after = await registry.active();
  assert.equal(after.vault.id, before.vault.id);
  assert.notDeepEqual(after.vault.wrapped, before.vault.wrapped);
  assert.deepEqual((await store.db.getAll('outbox')).map((one) => Buffer.from(one.body).toString('hex')), bodies);
  await store.lockNow();
  await assert.rejects(store.unlock(SECRET), { name: 'WrongSecret' });
  await store.unlock(OTHER);
  await phone.off();
});

test('parameters below the floor are refused, and so is a wrap moved to another account', async () => {
  for (const spoil of [(vault) => ({ ...vault, kdf: { ...vault.kdf, memory: 8 } }), (vault) => ({ ...vault, kdf: { ...vault.kdf, passes: 1 } }),
    (vault) => ({ ...vault, kdf: { name: 'pbkdf2', passes: 1000, salt: vault.kdf.salt } }), (vault) => ({ ...vault, kdf: { ...vault.kdf, salt: new Uint8Array(4) } })]) {
    const { phone, store } = await filled();
    await store.lockNow();
    await registry.alter(PERSON.id, (known) => ({ ...known, vault: spoil(known.vault) }));
    await assert.rejects(store.unlock(SECRET), { name: 'Erased' });
    await phone.off();
  }
  const { phone, store } = await filled();
  await store.lockNow();
  await registry.alter(PERSON.id, (known) => ({ ...known, vault: { ...known.vault, id: 'another' } }));
  await assert.rejects(store.unlock(SECRET), { name: 'WrongSecret' });
  await phone.off();
});

test('a flipped bit or two swapped ciphertexts are refused; the rest opens, and rows come again', async () => {
  const { far, phone } = await filled();
  for (let n = 2; n < 300; n += 1) far.write(VILLAGE, id(n), 'household', { head: `户${n}` });
  const fresh = new Phone(far.fetch);
  await fresh.signIn('cadre1');
  await fresh.sync();
  const { db } = fresh.store;
  const keys = await db.getAllKeys('blocks');
  const [first, second, third] = await Promise.all(keys.slice(0, 3).map((key) => db.get('blocks', key)));
  await db.put('blocks', second, keys[0]);
  await db.put('blocks', first, keys[1]);
  new Uint8Array(third)[third.byteLength - 1] ^= 1;
  await db.put('blocks', third, keys[2]);
  await fresh.store.keepDraft('a', 1);
  await fresh.store.keepDraft('b', 2);
  const [one, two] = await db.getAllKeys('drafts');
  await db.put('drafts', await db.get('drafts', two), one);
  for (const head of ['甲', '乙', '丙']) await fresh.store.save({ kind: 'household', set: { head } });
  const [entry] = await db.getAll('outbox');
  new Uint8Array(entry.body)[20] ^= 1;
  await db.put('outbox', entry);
  await fresh.kill();
  const store = await fresh.open();
  assert.equal(store.drafts().length, 1);
  assert.equal(store.trouble.value.code, 'store_broken');
  assert.deepEqual(store.unsent.value.map((kept) => kept.set.head), ['乙', '丙']);
  await fresh.sync();
  await fresh.sync();
  await fresh.sync();
  assert.equal(store.unsent.value.length, 0, 'one that cannot be read does not keep the others');
  assert.equal(store.list('household').length, 301);
  assert.equal((await store.db.getAll('outbox')).filter((kept) => kept.state === 'damaged').length, 1, 'it is kept');
  await fresh.off();
  await phone.off();
});

test('a hundred thousand sealings, and no number twice', async () => {
  const { words } = await heldOf(newKey());
  const seen = new Set();
  const bytes = new Uint8Array(1);
  for (let n = 0; n < 100; n += 1) {
    const sealed = await Promise.all(Array.from({ length: 1000 }, () => encrypt(words, 'x', bytes)));
    for (const one of sealed) seen.add(Buffer.from(one, 1, 12).toString('latin1'));
  }
  assert.equal(seen.size, 100_000);
});

test('a lock in one page locks the other, and keeps what the screen held', async () => {
  const { far, phone, store } = await filled();
  const other = new Phone(far.fetch);
  other.disk = phone.disk;
  await other.open();
  other.store.beforeLock.add(() => other.store.keepDraft('typed', '写到一半'));
  await store.lockNow();
  while (other.store.lock.value !== 'locked' || other.store.db) await new Promise((resolve) => setTimeout(resolve, 2));
  other.on();
  await other.store.unlock(SECRET);
  assert.equal(other.store.draft('typed'), '写到一半');
  const requests = phone.requests.length;
  await phone.sync();
  assert.equal(phone.requests.length, requests, 'nothing is asked while it is locked');
  assert.deepEqual((await store.known()).map((one) => one.unsent), [0], 'unlocking takes the number over again');
  await other.off();
  await phone.off();
});

test('what did not fit is there again after the lock', async () => {
  const { phone, store } = await filled();
  const real = store.db;
  store.db = new Proxy(real, { get: (target, key) => (key === 'transaction' ? () => { throw new DOMException('full', 'QuotaExceededError'); } : typeof target[key] === 'function' ? target[key].bind(target) : target[key]) });
  await assert.rejects(store.save({ kind: 'household', set: { head: '晚' } }));
  await store.lockNow();
  assert.deepEqual(store.unsaved.value, []);
  await store.unlock(SECRET);
  assert.deepEqual(store.unsaved.value.map((one) => one.set.head), ['晚']);
  await store.retryUnsaved();
  assert.equal(store.unsent.value.length, 2);
  await phone.off();
});

test('neither the secret nor the server opens it: it stays, and another begins only when its person says so', async () => {
  const { far, phone } = await filled();
  await registry.alter(PERSON.id, (known) => ({ ...known, vault: { ...known.vault, kind: '', kdf: undefined, wrapped: undefined } }));
  far.keys.clear();
  await phone.kill();
  await phone.open(null);
  await assert.rejects(phone.signIn('cadre1'), { name: 'Unopened' });
  assert.ok((await indexedDB.databases()).some(({ name }) => name === nameOf(PERSON.id)));
  const { signIn } = await import('../../pwa/sync/session.js');
  await signIn(phone.store, { account: 'cadre1', password: 'pass', anew: true }, phone.api);
  assert.deepEqual([phone.store.lock.value, phone.store.outbox.value.length], ['choose', 0]);
  assert.equal((await indexedDB.databases()).length, 3, 'the registry, the old one, the new one');
  await phone.store.choose(OTHER);
  await phone.sync();
  assert.equal(phone.store.get(id(1)).answers.head, WORDS[0]);
  await phone.off();
});

test('the server has no key: the phone leaves it at the next sync, and a sign-in without one asks for the secret', async () => {
  const { far, phone, store } = await filled();
  const left = far.keys.get(store.device);
  assert.match(left, /^[0-9A-Za-z+/]{43}=$/);
  far.keys.clear();
  await phone.kill();
  await phone.open();
  await phone.sync();
  assert.equal(far.keys.get(store.device || phone.store.device), left);
  far.keys.clear();
  await phone.kill();
  await phone.open(null);
  await phone.signIn('cadre1', 'pass', null);
  assert.equal(phone.store.lock.value, 'locked');
  await phone.store.unlock(SECRET);
  assert.equal(phone.store.unsent.value.length + far.applied.length, 1);
  await phone.off();
});

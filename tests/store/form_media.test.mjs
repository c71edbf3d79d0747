// Pictures and sounds of forms on the phone: kept by what they are, asked for again until they came, gone with the account's forms.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, beforeEach, test } from 'node:test';
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { arrived, fetchMedia, formMedia } from '../../pwa/store/form-media.js';
import { openAs } from './phone.mjs';
import { Store } from '../../pwa/store/store.js';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const form = (...texts) => ({ kind: 'visit', hash: 'h', files: Object.fromEntries(texts.map((text) => [`${text}.png`, sha256(text)])) });

let store;
let asked;

/** A server that holds these, each by its hash. */
const far = (...texts) => async (hash) => {
  asked.push(hash);
  const found = texts.find((text) => sha256(text) === hash);
  if (found === undefined) throw new Error('offline');
  return new Blob([found], { type: 'image/png' });
};

async function opened(id = 'account') {
  await store?.close();
  store = new Store();
  await openAs(store, { id, login: id, name: id });
  await store.ready('recent');
}

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  asked = [];
  await opened();
});
after(() => store?.close());

test('kept once, there after a restart, and another account has its own', async () => {
  const before = arrived.value;
  await fetchMedia(store, [form('roof', 'wall'), form('roof')], far('roof', 'wall'));
  assert.deepEqual([asked.length, arrived.value - before], [2, 2]);
  await opened();
  const blob = await formMedia(store, sha256('roof'));
  assert.deepEqual([await blob.text(), blob.type], ['roof', 'image/png']);
  await fetchMedia(store, [form('roof', 'wall')], far('roof', 'wall'));
  assert.equal(asked.length, 2, 'what is there is not asked for');
  await opened('another');
  assert.equal(await formMedia(store, sha256('roof')), null);
});

test('one that does not come holds up no other and is asked for the next time', async () => {
  await fetchMedia(store, [form('roof', 'wall')], far('wall'));
  assert.equal(await formMedia(store, sha256('roof')), null);
  assert.ok(await formMedia(store, sha256('wall')));
  await fetchMedia(store, [form('roof', 'wall')], far('roof', 'wall'));
  assert.ok(await formMedia(store, sha256('roof')));
});

test('a portal\'s page in the place of a picture is not kept', async () => {
  await fetchMedia(store, [form('roof')], async () => new Blob(['<html>sign in</html>'], { type: 'text/html' }));
  assert.equal(await formMedia(store, sha256('roof')), null);
});

test('signing out takes them with the forms', async () => {
  await fetchMedia(store, [form('roof')], far('roof'));
  await store.signOut({ keep: true });
  await opened();
  assert.equal(await formMedia(store, sha256('roof')), null);
});

test('a form without files, and a closed store, ask for nothing', async () => {
  await fetchMedia(store, [{ kind: 'visit', hash: 'h' }], far());
  await store.close();
  await fetchMedia(store, [form('roof')], far('roof'));
  assert.equal(asked.length, 0);
  assert.equal(await formMedia(store, sha256('roof')), null);
});

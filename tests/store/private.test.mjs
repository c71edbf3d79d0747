// Private notes: kept on this phone alone, gone when they are erased, told of in numbers only.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { dropNote, keepNote, notesAbout, privateCounts } from '../../pwa/store/private.js';
import { openAs } from './phone.mjs';
import { Store } from '../../pwa/store/store.js';
import { linesOf, unsentEntries } from '../../pwa/store/unsent.js';

const ME = { id: 'account', login: 'chen', name: '陈望生' };
const VILLAGE = { id: 'village', name: '石桥村', role: 'cadre', view: 'team.1' };

let store;

async function opened() {
  await store?.close();
  store = new Store();
  await openAs(store, ME);
  await store.ready('recent');
  store.scope.value = [VILLAGE];
  store.village.value = VILLAGE.id;
  return store;
}

beforeEach(async () => {
  await store?.close();
  store = undefined;
  globalThis.indexedDB = new IDBFactory();
});
after(() => store?.close());

test('a note is there after a restart, and nowhere but in its store', async () => {
  await opened();
  const kept = await keepNote(store, { about: 'p1', answers: { text: '心里不服', stance: 'cold' } });
  await opened();
  assert.deepEqual(await notesAbout(store, 'p1'), [kept]);
  assert.deepEqual(await notesAbout(store, 'p2'), []);
  assert.equal(store.outbox.value.length, 0);
  const lines = [];
  for await (const bytes of linesOf(store, {}, unsentEntries(store), [])) lines.push(new TextDecoder().decode(bytes));
  assert.equal(lines.join('').includes('心里不服'), false);
  for (const name of [...store.db.objectStoreNames].filter((one) => one !== 'private')) {
    assert.equal(JSON.stringify(await store.db.getAll(name)).includes('心里不服'), false, name);
  }
});

test('written anew it replaces itself, erased it is gone at once', async () => {
  await opened();
  const { id } = await keepNote(store, { about: 'p1', answers: { text: '一' } });
  await keepNote(store, { id, about: 'p1', answers: { text: '二' } });
  assert.deepEqual((await notesAbout(store, 'p1')).map(({ answers }) => answers.text), ['二']);
  await dropNote(store, id);
  assert.deepEqual(await notesAbout(store, 'p1'), []);
  assert.equal((await store.db.getAll('private')).length, 0);
});

test('only numbers are told: people by what was last thought of them', async () => {
  await opened();
  const notes = [['p1', { stance: 'cold' }], ['p1', { stance: 'forward', is_backbone: 'yes' }], ['p2', { stance: 'cold', is_backbone: 'no' }], ['p3', { text: '话' }]];
  for (const [about, answers] of notes) {
    await keepNote(store, { about, answers });
    await new Promise((resolve) => setTimeout(resolve, 2)); // their order is their time
  }
  assert.deepEqual(await privateCounts(store), { notes: 4, forward: 1, cold: 1, backbone: 1, forward_backbone: 1, cold_backbone: 0 });
});

test('signing out and keeping what is unsent keeps them, leaving nothing erases them', async () => {
  await opened();
  await keepNote(store, { about: 'p1', answers: { text: '一' } });
  await store.signOut({ keep: true });
  await opened();
  assert.equal((await notesAbout(store, 'p1')).length, 1);
  await store.signOut({ keep: false });
  await opened();
  assert.equal((await notesAbout(store, 'p1')).length, 0);
});

// What must not leave this phone never becomes a change: a private note, and somebody who has not agreed to be listed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FarSide } from './far_side.mjs';
import { Phone } from './phone.mjs';

async function signedIn() {
  const phone = new Phone(new FarSide().fetch);
  await phone.signIn('cadre1');
  await phone.sync();
  return { phone, store: phone.store };
}

const Withheld = { name: 'Withheld' };

test('a private note cannot be saved as a record', async () => {
  const { phone, store } = await signedIn();
  await assert.rejects(store.save({ kind: 'person_note', set: { text: 'private words' } }), Withheld);
  assert.deepEqual(store.outbox.value, []);
  await phone.off();
});

test('whoever has not agreed stays a draft; whoever has goes, and can be taken off again', async () => {
  const { phone, store } = await signedIn();
  await store.keepDraft('new/talent', { answers: { name: '老罗' } });
  await assert.rejects(store.save({ kind: 'talent', set: { name: '老罗' }, draft: 'new/talent' }), Withheld);
  await assert.rejects(store.save({ kind: 'talent', set: { name: '老罗', contact_ok: 'no' }, draft: 'new/talent' }), Withheld);
  assert.deepEqual(store.outbox.value, []);
  assert.deepEqual(store.draft('new/talent').answers, { name: '老罗' });
  assert.deepEqual(store.unsaved.value, [], 'nothing waits for room');
  const saved = await store.save({ kind: 'talent', set: { name: '老罗', contact_ok: 'yes' }, draft: 'new/talent' });
  assert.equal(store.draft('new/talent'), undefined);
  await assert.rejects(store.save({ kind: 'talent', id: saved.id, set: { contact_ok: null } }), Withheld);
  await store.save({ kind: 'talent', id: saved.id, set: { skills: '砌墙' } });
  await store.remove(saved.id);
  assert.deepEqual(store.list('talent'), []);
  await phone.off();
});

// How the ten steps are read on a phone: what comes first, what comes next, what private notes add, and Today's one hint.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextHint } from '../../pwa/domain/pack/step-hints.js';
import { isThrough, localId, makeAddress, nextItem, nextStep, walked } from '../../pwa/domain/pack/steps.js';

const make = (kind, prefill = {}, screen = '') => ({ kind, prefill, screen });
const item = (id, more = {}) => ({ id, group: '甲 / A', title: { zh: id, en: id }, hint: {}, make: make('contact', { level: 'county' }), rule: null, evidence: [], must: false, ...more });
const step = (number, items) => ({ id: `s${number}`, number, phase: 'know', title: { zh: `${number}`, en: `${number}` }, purpose: {}, tips: [], reference: false, items });
const told = (state, more = {}) => ({ state, by: '', n: 0, evidence: () => [], ...more });

/** A reading in which these items stand so; others are missing. */
function reading(steps, states = {}) {
  const items = Object.fromEntries(steps.flatMap((one) => one.items.map(({ id }) => [id, told(states[id] ?? 'todo')])));
  return { items, steps: Object.fromEntries(steps.map((one) => [one.id, { items: one.items.map(({ id }) => id) }])) };
}

test('missing first, then begun, then what does not apply, then what is there', () => {
  const one = step(3, [item('s3.a.done'), item('s3.a.na'), item('s3.b.todo', { group: '乙 / B' }), item('s3.a.doing'), item('s3.a.todo')]);
  const { parts, done, na, all } = walked(one, reading([one], { 's3.a.done': 'done', 's3.a.na': 'na', 's3.a.doing': 'doing' }));
  assert.deepEqual(parts.map(({ title, items, done: there }) => [title.zh, title.en, items.map(({ id }) => id), there]),
    [['甲', 'A', ['s3.a.todo', 's3.a.doing', 's3.a.na', 's3.a.done'], 1], ['乙', 'B', ['s3.b.todo'], 0]]);
  assert.deepEqual([done, na, all], [1, 1, 5]);
});

test('an item of the village stands last, under its own name', () => {
  const one = step(3, [item('s3.a.x')]);
  const own = localId(3, 'abc');
  const given = reading([one]);
  given.items[own] = told('done', { by: 'hand', title: '看古井' });
  given.steps.s3.items.push(own);
  const { parts, all } = walked(one, given);
  assert.equal(own, 's3.local.abc');
  assert.deepEqual([parts[1].items[0].title.en, parts[1].items[0].local, all], ['看古井', true, 2]);
});

test('private notes count for their writer, and never against a reason', () => {
  const ids = ['s5.people.forward', 's5.people.cold', 's5.people.backbone'];
  const one = step(5, ids.map((id) => item(id, { make: null })));
  const states = (notes, given = {}) => Object.fromEntries(walked(one, reading([one], given), notes).parts[0].items.map(({ id, told: { state } }) => [id, state]));
  const notes = { forward: 1, cold: 1, forward_backbone: 1, cold_backbone: 0 };
  assert.deepEqual(states(undefined), { [ids[0]]: 'todo', [ids[1]]: 'todo', [ids[2]]: 'todo' });
  assert.deepEqual(states(notes), { [ids[0]]: 'done', [ids[1]]: 'done', [ids[2]]: 'todo' });
  assert.equal(states({ ...notes, cold_backbone: 1 })[ids[2]], 'done');
  assert.equal(states(notes, { [ids[0]]: 'na' })[ids[0]], 'na');
});

test('next is what matters most, then what is missing, then what is begun; never what only a hand can tell', () => {
  const one = step(2, [item('s2.a.hand', { make: null }), item('s2.a.begun'), item('s2.a.missing'), item('s2.a.must', { must: true })]);
  const next = (states) => nextItem(walked(one, reading([one], { 's2.a.begun': 'doing', ...states })))?.id;
  assert.equal(next({}), 's2.a.must');
  assert.equal(next({ 's2.a.must': 'done' }), 's2.a.missing');
  assert.equal(next({ 's2.a.must': 'na', 's2.a.missing': 'done' }), 's2.a.begun');
  assert.equal(next({ 's2.a.must': 'done', 's2.a.missing': 'done', 's2.a.begun': 'done' }), undefined);
});

test('one goes on with the first step that has something left', () => {
  const steps = [step(1, [item('s1.a.x')]), step(2, [item('s2.a.x')])];
  const going = (states) => nextStep(steps.map((one) => walked(one, reading(steps, states))));
  assert.equal(going({}).step.number, 1);
  assert.equal(going({ 's1.a.x': 'na' }).step.number, 2);
  assert.ok(isThrough(going({ 's1.a.x': 'done', 's2.a.x': 'done' })));
  assert.equal(nextStep([]), undefined);
});

test('the shortest way: an own screen, or the form with what is known', () => {
  assert.equal(makeAddress(null), '');
  assert.equal(makeAddress(make('visit', {}, '/visit')), '/visit');
  assert.equal(makeAddress(make('village_profile', {}, '/village/profile?at=places')), '/village/profile?at=places');
  assert.equal(makeAddress(make('contact', { level: 'county', role: 'handler' })), '/record/new/edit?new=contact&p.level=county&p.role=handler');
  assert.equal(makeAddress(make('', {}, '/households')), '/households');
});

test('Today has one hint, not one that was put away, and none when all is there', () => {
  const guide = { steps: [step(1, [item('s1.a.x')]), step(2, [item('s2.a.hand', { make: null }), item('s2.a.y')])] };
  const hint = (states, put) => nextHint(guide, reading(guide.steps, states), put);
  assert.deepEqual([hint({}).id, hint({}).href, hint({}).item], ['s1.a.x', '/record/new/edit?new=contact&p.level=county', '/steps/1/s1.a.x']);
  assert.equal(hint({}, new Set(['s1.a.x'])).id, 's2.a.y');
  assert.equal(hint({ 's1.a.x': 'done' }).step, 2);
  assert.equal(hint({ 's1.a.x': 'done', 's2.a.y': 'na' }), null);
});

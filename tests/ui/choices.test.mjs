// How choices lie on the page, and the numbers a range may take.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutOf } from '../../pwa/form/widgets/choose.js';
import { nearest, spanOf, stepsOf } from '../../pwa/form/widgets/pack/range.js';
import { emsOf, fitOf } from '../../pwa/form/widgets/pack/scale.js';

const layout = (appearance, n) => Object.values(layoutOf(appearance, n)).join(' ');

test('few are rows, many are a page of their own, and the form may say otherwise', () => {
  assert.equal(layout('', 7), 'rows 0');
  assert.equal(layout('', 8), 'page 0');
  assert.equal(layout('quick', 12), 'rows 0');
  assert.equal(layout('minimal', 2), 'page 0');
  assert.equal(layout('w2 autocomplete', 2), 'page 0');
  assert.equal(layout('columns', 12), 'columns 2');
  assert.equal(layout('columns-3 no-buttons', 12), 'columns 3');
  assert.equal(layout('columns-9', 12), 'columns 4');
  assert.equal(layout('columns-pack', 12), 'chips 0');
  assert.equal(layout('columns-flex', 12), 'chips 0');
  assert.equal(layout('horizontal', 12), 'chips 0');
  assert.equal(layout('compact-2', 12), 'columns 2');
  for (const appearance of ['', 'columns-2', 'quick', 'columns-pack', 'likert']) assert.equal(layout(appearance, 31), 'page 0', appearance);
});

test('a scale of five finds room at 360 px in both languages', () => {
  const room = (360 - 32) / 16;
  assert.equal(fitOf(['非常不满意', '不满意', '一般', '满意', '非常满意'], room), 'level');
  assert.equal(fitOf(['Very dissatisfied', 'Dissatisfied', 'Neutral', 'Satisfied', 'Very satisfied'], room), 'two');
  assert.equal(fitOf(['Strongly disagree', 'Disagree', 'Neither', 'Agree', 'Strongly agree'], room), 'two');
  assert.equal(fitOf(['Never', 'Rarely', 'Often', 'Daily'], room), 'level');
  assert.equal(fitOf(['Internationalisation', 'b', 'c', 'd', 'e'], room), 'rows');
  assert.equal(fitOf(['很长的一句话放在这里就放不下了因为实在太长', '二', '三', '四', '五'], room), 'rows');
  assert.equal(fitOf(['非常不满意', '不满意', '一般', '满意', '非常满意'], (360 - 32) / 20), 'two', 'in the elder size');
  assert.ok(emsOf('满意') === 2 && emsOf('ill') < emsOf('mmm'));
});

test('a range takes the numbers its form says and no other', () => {
  assert.deepEqual(spanOf({ start: '0', end: '60', step: '5' }), { least: 0, most: 60, step: 5, digits: 0, down: false });
  assert.deepEqual(spanOf({}), { least: 1, most: 10, step: 1, digits: 0, down: false });
  assert.deepEqual(spanOf({ start: '5', end: '-5', step: '0.25' }), { least: -5, most: 5, step: 0.25, digits: 2, down: true });
  assert.equal(spanOf({ start: 'x', end: '', step: '0' }).step, 1);
  const tenths = spanOf({ start: '0', end: '2', step: '0.1' });
  assert.equal(nearest(tenths, 0.30000000000000004), 0.3);
  assert.equal(nearest(tenths, 99), 2);
  assert.equal(nearest(tenths, -1), 0);
  assert.equal(nearest(spanOf({ start: '0', end: '10', step: '4' }), 10), 8);
  assert.deepEqual(stepsOf(spanOf({ start: '1', end: '2', step: '0.25' })), [1, 1.25, 1.5, 1.75, 2]);
  assert.deepEqual(stepsOf(spanOf({ start: '3', end: '1', step: '1' })), [3, 2, 1]);
  assert.equal(stepsOf(spanOf({ start: '0', end: '1000000', step: '1' })).length, 200);
});

// What homes are filtered by: alternatives within a row, all rows together, and nobody who left unless they are asked for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sieveOf, valid } from '../../pwa/domain/pack/home-filters.js';

const home = (id, answers = {}) => ({ id, answers: { group_no: 1, phone: '13900001111', presence: 'resident', types: ['general'], ...answers } });
const HOMES = [
  home('plain'), home('monitored', { types: ['monitored'], group_no: 2 }), home('poor', { types: ['out_of_poverty', 'dibao'] }),
  home('silent', { phone: undefined }), home('shared', { phone: undefined }), home('empty', { presence: 'empty' }), home('away', { presence: 'whole_away', group_no: 2 }),
  home('gone', { presence: 'moved_out' }), home('out', { presence: 'died_out' }),
];
const PEOPLE = {
  shared: [{ id: 'p', answers: { phone: '13900002222' } }], silent: [{ id: 'q', answers: { phone: '13900003333', at_home: 'died' } }],
  plain: [{ id: 'r', answers: { 'more/special_groups': ['left_elder'] } }], poor: [{ id: 's', answers: { 'more/special_groups': ['left_elder'], at_home: 'died' } }],
};
const around = { last: (id) => (id === 'plain' || id === 'poor' ? '2026-11-01' : undefined), people: (id) => PEOPLE[id] ?? [] };
const left = (...chosen) => HOMES.filter(sieveOf(chosen, around)).map(({ id }) => id);

test('each filter', () => {
  assert.deepEqual(left('monitored'), ['monitored']);
  assert.deepEqual(left('dibao'), ['poor']);
  assert.deepEqual(left('special'), ['plain'], 'not for one who has died');
  assert.deepEqual(left('empty'), ['empty']);
  assert.deepEqual(left('no_phone'), ['silent'], 'a member who lives has one');
  assert.deepEqual(left('never'), ['monitored', 'silent', 'shared', 'empty', 'away']);
  assert.deepEqual(left('group:2'), ['monitored', 'away']);
});

test('alternatives within a row, all rows together', () => {
  assert.deepEqual(left('monitored', 'dibao'), ['monitored', 'poor']);
  assert.deepEqual(left('monitored', 'dibao', 'never'), ['monitored']);
  assert.deepEqual(left('never', 'group:2', 'away'), ['away']);
});

test('who left the roll is shown only where it is asked for', () => {
  assert.equal(left().some((id) => ['gone', 'out'].includes(id)), false);
  assert.deepEqual(left('gone'), ['gone', 'out']);
});

test('what a phone remembers of an older app is looked at again', () => {
  assert.deepEqual(valid(['never', 'no_such', 'group:3', 7]), ['never', 'group:3']);
  assert.deepEqual(valid('never'), []);
});

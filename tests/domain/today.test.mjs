// What Today finds besides promises and problems, what is put aside, and what a handover pack holds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cadenceTasks, monitoredUnseen, nearlyOver, SOURCES } from '../../pwa/domain/pack/cadence.js';
import { handoverParts, read, tickKey, written } from '../../pwa/domain/pack/handover-parts.js';
import { FOR_GOOD, days, isAside, put } from '../../pwa/domain/pack/task-choices.js';

const TODAY = '2026-11-23';
const ME = 'me';
let made = 0;
const rec = (kind, answers, more = {}) => ({ id: `${kind}-${(made += 1)}`, kind, answers, created_by: ME, by: ME, at: `${TODAY}T08:00:00Z`, created_at: `${TODAY}T08:00:00Z`, ...more });
const ground = (records, more = {}) => ({
  list: (kind) => records.filter((one) => one.kind === kind), today: TODAY, me: ME, name: '陈志远', lastSeen: () => undefined, thresholds: {}, ...more,
});
const found = (...records) => cadenceTasks(ground(records)).map(({ source, on, promise, done }) => [source, on, promise, done?.set ?? null]);

/** Per source: the record, and what it asks for; null: it asks for nothing. */
const TABLE = [
  ['an ask that was promised', rec('consultation', { met_on: '2026-11-01', asks: [{ id: 'a', text: '水管', state: 'promised', due: '2026-11-25' }] }),
    ['ask', '2026-11-25', true, { asks: { put: [{ id: 'a', text: '水管', state: 'arrived', due: '2026-11-25', arrived_on: TODAY }] } }]],
  ['an ask without a term, a month later', rec('consultation', { met_on: '2026-10-20', asks: [{ id: 'a', text: '水管' }] }),
    ['ask', '2026-11-19', false, { asks: { put: [{ id: 'a', text: '水管', state: 'arrived', arrived_on: TODAY }] } }]],
  ['an ask that came', rec('consultation', { met_on: '2026-10-01', asks: [{ id: 'a', text: '水管', state: 'arrived' }] }), null],
  ['an agreed item', rec('consensus_item', { title: '修路', state: 'agreed', due: '2026-11-20' }), ['agreed', '2026-11-20', true, { state: 'done' }]],
  ['one that needs the major decision first', rec('consensus_item', { title: '修路', state: 'agreed', due: '2026-11-20', needs_four_two: 'yes' }), ['agreed', '2026-11-20', true, null]],
  ['an agreed item far off', rec('consensus_item', { title: '修路', state: 'agreed', due: '2026-12-24' }), null],
  ['a task', rec('task', { text: '报表', due: TODAY, state: 'todo' }), ['task', TODAY, true, { state: 'done', done_on: TODAY }]],
  ['somebody else\'s task without a day', rec('task', { text: '报表', state: 'todo' }, { created_by: 'other' }), null],
  ['an item of organisation', rec('org_item', { title: '村规', state: 'doing', due: '2026-11-28' }), ['organise', '2026-11-28', false, { state: 'done' }]],
  ['a rectification', rec('say_do_evaluate', { entries: [{ id: 'e', rectification: '改', due: '2026-11-22' }] }),
    ['rectify', '2026-11-22', false, { entries: { put: [{ id: 'e', rectification: '改', due: '2026-11-22', done: 'yes' }] } }]],
  ['my duty tomorrow', rec('duty', { date: '2026-11-24', person_name: '陈志远', state: 'planned' }), ['duty', '2026-11-24', false, { state: 'done' }]],
  ['another one\'s duty', rec('duty', { date: '2026-11-24', person_name: '张岚', state: 'planned' }), null],
  ['my duty of yesterday is left alone', rec('duty', { date: '2026-11-22', person_name: '陈志远', state: 'planned' }), null],
  ['the next meeting', rec('meeting', { kind: 'two_committees', held_on: '2026-11-01', next_on: '2026-11-24' }), ['meet', '2026-11-24', false, null]],
  ['a case past its promise', rec('agency_case', { content: '办证', state: 'processing', promised_on: '2026-11-20' }), ['agency', '2026-11-20', true, { state: 'done', done_on: TODAY }]],
  ['a case to ask about afterwards', rec('agency_case', { content: '办证', state: 'done', done_on: '2026-11-15' }), ['back', '2026-11-22', false, { state: 'visited', visited_on: TODAY }]],
  ['an inquiry handed on', rec('first_inquiry', { matter: '低保', handled: 'handed_on', received_at: '2026-11-14T09:00:00+08:00' }), ['inquiry', '2026-11-21', false, { answered_on: TODAY }]],
  ['a pair without contact', rec('aid_pair', { start: '2026-01-01', contacts: [{ id: 'c', date: '2026-10-09' }] }), ['pair', '2026-11-23', false, null]],
  ['a pair in touch', rec('aid_pair', { start: '2026-01-01', contacts: [{ id: 'c', date: '2026-11-09' }] }), null],
  ['a pair that has ended', rec('aid_pair', { start: '2026-01-01', state: 'ended' }), null],
  ['a pledge', rec('pledge', { promise: '帮两户', due: '2026-11-30', kept: 'going' }), ['pledge', '2026-11-30', false, { kept: 'kept' }]],
  ['a decision that takes long', rec('decision', { matter: '合作社', started_on: '2026-11-02', state: 'consult' }), ['decide', '2026-11-22', false, null]],
  ['a case done two days ago', rec('agency_case', { content: '办证', state: 'done', done_on: '2026-11-21' }), null],
  ['a milestone', rec('project_plan', { name: '冷库', milestones: [{ id: 'm', name: '封顶', plan_on: '2026-11-20' }] }),
    ['milestone', '2026-11-20', false, { milestones: { put: [{ id: 'm', name: '封顶', plan_on: '2026-11-20', done_on: TODAY }] } }]],
  ['a monitored home\'s next check', rec('monitor_case', { household: 'h', status: 'active', next_check_on: '2026-11-21' }), ['check', '2026-11-21', false, null]],
  ['a question to me', rec('field_question', { asked_text: '几亩？', asked_of: ME, state: 'open' }, { created_by: 'other' }), ['asked', '', false, null]],
  ['my question, answered', rec('field_question', { asked_text: '几亩？', asked_of: 'other', state: 'answered' }), ['answered', '', false, null]],
];

for (const [name, record, expected] of TABLE) test(name, () => assert.deepEqual(found(record), expected ? [expected] : []));

test('every source stands in the table', () => {
  const told = new Set(TABLE.flatMap(([, , expected]) => (expected ? [expected[0]] : [])));
  assert.deepEqual(Object.keys(SOURCES).filter((source) => !told.has(source)), []);
});

test('what a person asked comes first, then the oldest, what has no day last', () => {
  const asked = rec('field_question', { asked_text: '几亩？', asked_of: ME, state: 'open' }, { created_by: 'other' });
  const all = found(TABLE[0][1], rec('consensus_item', { title: 'x', state: 'agreed', due: '2026-11-10' }), rec('task', { text: 'y', state: 'todo' }), asked);
  assert.deepEqual(all.map(([source]) => source), ['asked', 'agreed', 'ask', 'task']);
});

test('monitored homes nobody has seen are one row; an empty house is none of them, nor is one that is gone', () => {
  const homes = Object.entries({ a: '', b: 'whole_away', c: 'resident', d: 'empty', e: 'moved_out', f: 'died_out' }).map(([id, presence]) => rec('household', { types: ['monitored'], ...(presence ? { presence } : {}) }, { id }));
  const seen = { a: '2026-11-20', b: '2026-10-01' };
  const [row, ...rest] = monitoredUnseen(ground(homes, { lastSeen: (id) => seen[id], thresholds: { monitored_unseen_days: 31 } }));
  assert.deepEqual([rest.length, row.values.n, row.values.days, row.titleKey], [0, 2, 31, 'tasks.monitored.many']);
  assert.deepEqual(monitoredUnseen(ground(homes, { lastSeen: () => '2026-10-01', thresholds: { monitored_unseen_days: 60, month_days: 31 } })), []);
});

test('after how many days something is looked at again is the township\'s to set', () => {
  const records = ['consultation', 'agency_case', 'first_inquiry'].map((kind) => TABLE.find(([, one, expected]) => one.kind === kind && expected && expected[2] === false)[1]);
  const on = (thresholds) => cadenceTasks(ground(records, { thresholds })).map((task) => task.on).sort();
  assert.deepEqual(on({}), ['2026-11-19', '2026-11-21', '2026-11-22']);
  assert.deepEqual(on({ ask_again_days: 20, answer_within_days: 3, visit_back_days: 1 }), ['2026-11-09', '2026-11-16', '2026-11-17']);
});

test('a month nearly over asks once for what the village does each month and has not done', () => {
  const mechanisms = [['m.a', 'month'], ['m.b', 'month'], ['m.c', 'month'], ['m.d', 'quarter'], ['m.e', '']].map(([id, cadence]) => ({ id, title: { zh: id, en: id }, kinds: [], cadence }));
  const states = {
    'm.a': { last: '2026-10-12', covered: false, due: '2026-11-30' }, 'm.b': { last: '2026-11-12', covered: true, due: '2026-12-31' },
    'm.c': { last: '', covered: false, due: '2026-11-30' }, 'm.d': { last: '2026-08-01', covered: false, due: '2026-12-31' }, 'm.e': { last: '2026-08-01', covered: null, due: '' },
  };
  assert.deepEqual(nearlyOver({ mechanisms, states, today: '2026-11-25' }).map(({ id }) => id), ['m.a']);
  assert.deepEqual(nearlyOver({ mechanisms, states, today: '2026-11-23' }).map(({ id }) => id), []);
  assert.deepEqual(nearlyOver({ mechanisms, states, today: '2026-12-20' }).map(({ id }) => id), ['m.d']);
});

test('a meeting of one kind hides no missing meeting of another, and each is told by its own name', () => {
  const kinds = [['大会', 'quarter'], ['支委会', 'month'], ['党小组会', 'month'], ['党课', 'quarter']].map(([zh, cadence]) => ({ kind: 'meeting', cadence, title: { zh, en: zh } }));
  const state = (last, covered, due) => ({ last, covered, due });
  const states = { 'm.three': { ...state('2026-12-10', false, '2026-12-31'), kinds: [state('2026-08-10', false, '2026-12-31'), state('2026-12-10', true, '2027-01-31'), state('2026-11-03', false, '2026-12-31'), state('', false, '2026-12-31')] } };
  const told = (today) => nearlyOver({ mechanisms: [{ id: 'm.three', title: { zh: '三会一课', en: '' }, kinds, cadence: '' }], states, today });
  assert.deepEqual(told('2026-12-28').map(({ title, part, on }) => [title.zh, part, on]), [['大会', 0, '2026-12-31'], ['党小组会', 2, '2026-12-31']]);
  assert.deepEqual(told('2026-12-20').map(({ title }) => title.zh), ['大会']);
  assert.equal(new Set(told('2026-12-28').map(({ key }) => key)).size, 2);
  const [only] = nearlyOver({ mechanisms: [{ id: 'm.three', title: { zh: '队伍', en: '' }, kinds: kinds.map((one, n) => (n === 2 ? one : { ...one, cadence: '' })), cadence: '' }], states, today: '2026-12-28' });
  assert.equal(only.title.zh, '队伍', 'where only one has a cadence, the mechanism is named');
});

test('what was put aside stays until its day, and a changed term brings it back', () => {
  assert.deepEqual(days(TODAY), { tomorrow: '2026-11-24', monday: '2026-11-30' });
  const aside = put({}, 'ask:1:2026-11-25', '2026-11-25', TODAY);
  assert.deepEqual([isAside(aside, 'ask:1:2026-11-25', TODAY), isAside(aside, 'ask:1:2026-11-25', '2026-11-25'), isAside(aside, 'ask:1:2026-12-01', TODAY)], [true, false, false]);
  const later = put(put(aside, 'x', FOR_GOOD, TODAY), 'y', FOR_GOOD, '2026-12-01');
  assert.deepEqual(Object.keys(later), ['x', 'y']);
  assert.deepEqual(Object.keys(put(later, 'z', FOR_GOOD, '2028-01-05')), ['z']);
});

test('a pack holds what is open, leads to its records, and never a private note', () => {
  const asked = [];
  const records = [
    rec('problem', { content: '路灯坏了', status: 'registered' }), rec('problem', { content: '修好了', status: 'closed' }),
    rec('visit', { household: 'h', visited_on: '2026-11-01', promise: '带申请表' }), rec('contact', { name: '普通', valid_until: '2027-06-30' }), rec('contact', { name: '关键', is_key_node: 'yes' }),
    rec('contact', { name: '调走的', valid_until: '2026-11-22' }), rec('household', { head_name: '搬走的', types: ['monitored'], presence: 'moved_out' }), rec('household', { head_name: '在外的', types: ['monitored'], presence: 'whole_away' }),
    rec('person_note', { text: '不能说的话' }),
  ];
  const parts = handoverParts({
    list: (kind) => (asked.push(kind), records.filter((one) => one.kind === kind)), today: TODAY, nameOf: () => '李秀兰', labelOf: (kind, path, value) => value ?? '', dayOf: (day) => day ?? '',
    figures: [{ text: '户数', meta: '16 户' }], steps: [], due: [],
  });
  assert.deepEqual(parts.map(({ part, items }) => [part, items.map(({ text }) => text)]), [['promises', ['带申请表']], ['problems', ['路灯坏了']], ['contacts', ['关键', '普通']], ['monitored', ['在外的']], ['profile', ['户数']]]);
  assert.ok(!asked.includes('person_note'));
  const text = written(parts);
  assert.ok(!text.includes('不能说的话'));
  assert.deepEqual(read(text), parts);
  assert.deepEqual(read(`${text}\nnot ours`), parts);
  assert.notEqual(tickKey('a', 'problems', 1), tickKey('a', 'problems', 11));
});

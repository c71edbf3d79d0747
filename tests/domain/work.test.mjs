// What one tap does to records that go through states, and what decisions, projects, rotas and the network work out.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { GROUPS, HIDDEN, groupOf, grouped } from '../../pwa/domain/pack/areas.js';
import { daysOf, quorumOf, stageNow, stagesOf } from '../../pwa/domain/pack/decision.js';
import { ACTED, LINK, become, entryAfter } from '../../pwa/domain/pack/entries.js';
import { LIVES, isClosed, lineOfLife, movesOf, setOf, stateOf, toneOf } from '../../pwa/domain/pack/life.js';
import { NEEDED, network } from '../../pwa/domain/pack/network.js';
import { holds, prefillOf } from '../../pwa/domain/pack/prefill.js';
import { moneyOf, openQuestions, timelineOf } from '../../pwa/domain/pack/project.js';
import { nextMonth, shares, turns } from '../../pwa/domain/pack/rota.js';

const forms = JSON.parse(await readFile(process.env.SHIBU_FORMS, 'utf8'));
const questionsOf = (kind) => new Map(forms[kind].questions.map((question) => [question.path, question]));
const choicesOf = (kind, path) => (forms[kind].lists[questionsOf(kind).get(path)?.list] ?? []).map(({ name }) => name);
const entry = (repeat, fields) => ({ put: [fields] });

test('every state, day, log and link that an act writes is asked by its form', () => {
  for (const [kind, life] of Object.entries(LIVES)) {
    const asked = questionsOf(kind);
    const states = choicesOf(kind, life.path);
    assert.ok(states.includes(life.first), `${kind}: ${life.first}`);
    for (const [state, moves] of Object.entries(life.moves)) {
      assert.ok(states.includes(state), `${kind}: ${state}`);
      for (const { to, day, log } of moves) {
        assert.ok(states.includes(to), `${kind}: ${state} → ${to}`);
        for (const path of [day, log].filter(Boolean)) assert.ok(asked.has(path), `${kind}: ${path}`);
      }
    }
    for (const day of Object.values(life.days)) assert.ok(asked.has(day), `${kind}: ${day}`);
  }
  for (const [kind, { repeat, title, meta, state, acts }] of Object.entries(ACTED)) {
    const asked = questionsOf(kind);
    for (const name of [title, state, ...meta].filter(Boolean)) assert.ok(asked.has(`${repeat}/${name}`), `${kind}: ${repeat}/${name}`);
    for (const act of acts({ [title]: 'x' })) for (const name of Object.keys(act.set ?? {})) assert.ok(asked.has(`${repeat}/${name}`), `${kind}: ${name}`);
  }
});

test('what something becomes is answered as the other form asks', () => {
  const from = { text: '修渠', owner: 'c1', owner_name: '吴', due: '2026-12-01', handed_to: '李', first_inquiry: 'yes' };
  for (const kind of Object.keys(LINK)) {
    const made = become(kind, from, { held_on: '2026-11-01', asker: '石', phone: '1', household: 'h', decision: 'd' }, 'id', '2026-11-24');
    const asked = questionsOf(kind);
    for (const [path, value] of Object.entries(made)) {
      assert.ok(asked.has(path), `${kind}: ${path}`);
      if (asked.get(path).list && typeof value === 'string') assert.ok(choicesOf(kind, path).includes(value), `${kind}: ${path} ${value}`);
    }
    assert.ok(Object.values(made).includes('修渠'));
  }
});

test('a case walks its seven steps, each with its day; a day that is there is kept', () => {
  const has = () => true;
  let answers = { entrusted_on: '2026-11-01', done_on: '2026-11-09' };
  const seen = [];
  for (let n = 0; n < 10; n += 1) {
    const move = movesOf('agency_case', answers, () => true).find(({ side }) => !side);
    if (!move) break;
    seen.push(move.name ?? move.to);
    answers = { ...answers, ...setOf('agency_case', answers, move, { today: '2026-11-24', has, entry }) };
  }
  assert.deepEqual(seen, ['accepted', 'submitted', 'done', 'delivered', 'archived', 'reported', 'visited']);
  assert.equal(answers.done_on, '2026-11-09');
  assert.equal(answers.reported_on, '2026-11-24');
  assert.deepEqual(new Set(lineOfLife('agency_case', answers).map(({ state }) => state)), new Set(['done']));
  assert.equal(lineOfLife('agency_case', { ...answers, state: 'submitted', done_on: '', delivered_on: '', archived_on: '', reported_on: '', visited_on: '' }).find(({ state }) => state === 'now').name, 'done');
  assert.equal(lineOfLife('agency_case', { ...answers, state: 'archived', visited_on: '' }).find(({ state }) => state === 'now').name, 'reported');
});

test('an act the form does not offer is not there; a log takes the day; nothing unfinished looks like a fault', () => {
  assert.deepEqual(movesOf('task', {}, (path, value) => value !== 'done').map(({ to }) => to), ['doing', 'dropped']);
  const [start] = movesOf('consensus_item', { state: 'agreed' }, () => true);
  assert.deepEqual(setOf('consensus_item', {}, start, { today: '2026-11-24', has: () => true, entry }), { state: 'started', progress: { put: [{ date: '2026-11-24' }] } });
  assert.equal(stateOf('consensus_item', {}), 'agreed');
  assert.deepEqual([isClosed('done'), isClosed('started'), isClosed(undefined)], [true, false, false]);
  assert.deepEqual([toneOf('done').tone, toneOf('started').tone, toneOf('proposed').tone, toneOf('refused').icon], ['done', 'doing', '', 'none']);
});

test('an ask that arrives takes its day and, where nothing else was said, its amount', () => {
  const ask = { id: '1', text: '资金', amount: 5, state: 'promised' };
  const arrived = ACTED.consultation.acts(ask).find(({ name }) => name === 'arrived');
  assert.deepEqual(entryAfter(ask, arrived, '2026-11-24'), { ...ask, state: 'arrived', arrived_on: '2026-11-24', amount_arrived: 5 });
  assert.equal(entryAfter({ ...ask, amount_arrived: 3 }, arrived, '2026-11-24').amount_arrived, 3);
  assert.deepEqual(ACTED.consultation.acts({ state: 'arrived' }), []);
  assert.deepEqual(ACTED.meeting.acts({ text: 'x', consensus: 'id' }), [], 'never twice');
});

test('quorum: two thirds there and over half of all; of those present over half', () => {
  const said = (name, due, present, agree) => quorumOf(name, { due, present, agree });
  assert.equal(said('deliberate', 30, 20, 16), 'full');
  assert.equal(said('deliberate', 30, 19, 16), 'short');
  assert.equal(said('deliberate', 30, 20, 15), 'short');
  assert.equal(said('resolve', 60, 41, 21), 'full');
  assert.equal(said('resolve', 60, 42, 21), 'short');
  assert.equal(said('resolve', 60, 42, null), 'unknown');
  assert.equal(said('propose', 5, 1, 1), '');
});

test('a decision stands where its days say, and tells what was passed over', () => {
  const today = '2026-11-24';
  const stages = stagesOf({ 'propose/held_on': '2026-11-01', 'deliberate/held_on': '2026-11-05' }, today);
  assert.deepEqual(stages.map(({ state }) => state), ['done', 'next', 'done', 'now', 'next', 'next', 'next']);
  assert.deepEqual(stages.filter(({ skipped }) => skipped).map(({ name }) => name), ['consult']);
  assert.equal(daysOf(stages, today), 23);
  assert.equal(stageNow(stagesOf({}, today)).at, 'propose/held_on');
  const all = { 'propose/held_on': '2026-11-01', 'consult/held_on': '2026-11-02', 'deliberate/held_on': '2026-11-03', 'resolve/held_on': '2026-11-04', 'publish_resolution/from': '2026-11-05' };
  assert.deepEqual([stageNow(stagesOf(all, today)).name, stageNow(stagesOf(all, today)).at], ['publish_resolution', 'publish_resolution/to']);
  assert.equal(stageNow(stagesOf({ ...all, 'publish_resolution/to': '2026-11-12' }, today)).name, 'implement');
  const end = { ...all, 'publish_resolution/to': '2026-11-12', 'implement/started_on': '2026-11-13', 'implement/done_on': '2026-11-14', 'publish_result/from': '2026-11-15', 'publish_result/to': '2026-11-20' };
  assert.equal(stageNow(stagesOf(end, today)), null);
  assert.equal(daysOf(stagesOf(end, today), today), 19);
  for (const { at } of stagesOf({}, today)) assert.ok(questionsOf('decision').has(at), at);
});

test("a project's money: arrived, granted, missing; sums that do not meet are told, not mended", () => {
  const funding = [{ source: 'a', amount: 51.6, state: 'arrived' }, { source: 'b', amount: 20, state: 'granted' }, { source: 'c', amount: 10, state: 'intended' }];
  const { total, arrived, granted, missing } = moneyOf({ 'budget/total': 86, funding });
  assert.deepEqual([total, arrived.amount, granted.amount, Math.round(missing.amount * 10) / 10, missing.sources], [86, 51.6, 20, 14.4, ['c']]);
  assert.equal(moneyOf({}).total, null);
  assert.equal(moneyOf({ funding }).total, 81.6);
  assert.equal(moneyOf({ 'budget/total': 60, funding }).missing.amount, 0);
});

test("a project's line: the last that happened is now, what is planned follows", () => {
  const events = timelineOf({ stage: 'building', approvals: [{ id: 'a', on: '2026-03-01' }], progress: [{ id: 'p', date: '2026-11-01', text: 'x' }], milestones: [{ id: 'n', name: 'later', plan_on: '2026-12-01' }, { id: 'd', name: 'done', done_on: '2026-09-10' }] });
  assert.deepEqual(events.map(({ key, state }) => `${key}:${state}`), ['a:done', 'd:done', 'p:now', 'n:next', 'acceptance:next', 'handover:next']);
  assert.ok(timelineOf({ stage: 'operating', progress: [{ id: 'p', date: '2026-11-01' }] }).every(({ state }) => state === 'done'));
  assert.deepEqual(openQuestions({ 'd/a': 'fits', 'd/b': 'unknown', selling: [{}], market_risks: [{}], 'asset/manager': 'x' }, ['d/a', 'd/b']), { answered: 1, open: ['d/b'] });
});

test('a rota is a fair turn over the free days of a month', () => {
  const people = ['甲', '乙', '丙'].map((name) => ({ id: name, name }));
  const list = turns({ month: '2026-12', people, weekends: false, from: '2026-12-03', taken: ['2026-12-04'] });
  assert.equal(list[0].date, '2026-12-03');
  assert.ok(!list.some(({ date }) => ['2026-12-04', '2026-12-05', '2026-12-06'].includes(date)), 'taken days and weekends are left');
  const counts = [...shares(list).values()];
  assert.ok(Math.max(...counts) - Math.min(...counts) <= 1);
  assert.ok(list.every(({ person }, n) => n === 0 || person !== list[n - 1].person));
  assert.equal(turns({ month: '2026-02', people, weekends: true, from: '2026-01-01', taken: [] }).length, 28);
  assert.deepEqual([nextMonth('2026-12'), nextMonth('2026-09'), turns({ month: '2026-12', people: [], weekends: true, from: '', taken: [] }).length], ['2027-01', '2026-10', 0]);
});

test('the network: key nodes first, who is missing, nobody whose time is over', () => {
  const contact = (id, answers) => ({ id, answers });
  const levels = network([contact('1', { role: 'township_head' }), contact('2', { role: 'township_secretary', level: 'township', is_key_node: 'yes' }), contact('3', { role: 'county_main', level: 'county', valid_until: '2026-01-01' }), contact('4', { role: 'former_first_secretary', level: 'village' }), contact('5', { role: 'other' })], '2026-11-24');
  const at = (name) => levels.find((level) => level.name === name);
  assert.deepEqual(at('township').contacts.map(({ id }) => id), ['2', '1']);
  assert.ok(at('county').missing.includes('county_main'));
  assert.ok(!at('village').missing.includes('former_resident'));
  assert.deepEqual(at('').contacts.map(({ id }) => id), ['5']);
  for (const role of Object.values(NEEDED).flat()) assert.ok(choicesOf('contact', 'role').includes(role), role);
});

test('an address begins a record and narrows a list with the same answers', () => {
  const { questions } = forms.meeting;
  let n = 0;
  const made = prefillOf(questions, { 'p.kind': 'theme_day', 'p.due': '30', 'p.present': 'many', 'p.topics': 'a b', 'p.nothing': 'x', 'p.resolutions/text': '修路' }, () => `e${(n += 1)}`);
  assert.deepEqual(made, { kind: 'theme_day', due: 30, topics: ['a', 'b'], resolutions: [{ id: 'e1', text: '修路' }] });
  assert.ok(holds({ kind: 'theme_day', topics: ['a'] }, { kind: 'theme_day', topics: 'a' }));
  assert.ok(!holds({ kind: 'x' }, { kind: 'theme_day' }));
});

test('every kind that ships has a place to be found; an unknown one is under other forms', () => {
  for (const kind of Object.keys(forms)) if (!HIDDEN.has(kind)) assert.notEqual(groupOf(kind), 'other', kind);
  assert.equal(groupOf('well_check'), 'other');
  const all = [...grouped(['well_check', 'meeting', 'conflict', 'duty'])];
  assert.deepEqual(all, [['meet', ['meeting']], ['serve', ['duty']], ['other', ['well_check']]]);
  assert.deepEqual(all.map(([group]) => group), GROUPS.filter((group) => all.some(([one]) => one === group)));
});

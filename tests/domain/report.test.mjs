// The diary and the reports: told from records made here, line by line; nothing where nothing was written; no villager named.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { COUNTED, DUTIES, PERIODS, periodOf, report } from '../../pwa/domain/pack/report.js';

const forms = JSON.parse(await readFile(process.env.SHIBU_FORMS, 'utf8'));
const TODAY = '2026-11-23';
const me = 'me';

const ground = (records) => {
  const asked = new Set();
  const rows = Object.entries(records).flatMap(([kind, some]) => some.map((answers, n) => ({ id: answers.id ?? `${kind}${n}`, kind, created_by: answers.by ?? me, answers })));
  return { asked, me, list: (kind) => (asked.add(kind), rows.filter((rec) => rec.kind === kind)), labelOf: (kind, path, value) => `<${value}>` };
};
const said = (records, period) => Object.fromEntries(report(ground(records), period, TODAY).sections.map(({ id, lines }) => [id, lines.map((line) => [line.id, line.values, line.parts])]));

const VILLAGE = {
  household: [{ id: 'h1', head_name: '杨德贵' }, { id: 'h2', head_name: '石昌', presence: 'resident' }, { id: 'h3', head_name: '吴明', presence: 'whole_away' }, { id: 'h4', head_name: '龙平', presence: 'moved_out' }],
  person: [{ name: '李秀兰' }],
  visit: [
    { household: 'h1', visited_on: '2026-11-23', result: 'met', facts: '慢病药断了', promise: '带申请表', follow_up_on: '2026-11-30', policy_explained: ['medical', 'dibao'] },
    { household: 'h1', visited_on: '2026-11-02', policy_explained: ['medical'] },
    { household: 'h3', visited_on: '2026-11-23', by: 'other', facts: '别人去的' },
    { contact: '农技站', visited_on: '2026-11-23' },
    { household: 'h2', visited_on: '2026-10-31' },
  ],
  problem: [
    { found_on: '2026-11-23', content: '三组水管断了', category: 'water', status: 'reported', reported_on: '2026-11-23', due_on: '2026-12-01' },
    { found_on: '2026-11-03', content: '李秀兰家漏雨', category: 'housing', status: 'closed', done_on: '2026-11-10', closed_on: '2026-11-12' },
    { found_on: '2026-10-01', content: '路灯', category: 'streetlight', status: 'village_handling', due_on: '2026-11-01' },
    { found_on: '2026-11-04', content: '没写完', status: 'draft' },
  ],
  meeting: [
    { kind: 'theme_day', held_on: '2026-11-05' }, { kind: 'branch_congress', held_on: '2026-11-06' }, { kind: 'theme_day', held_on: '2026-11-07' },
    { kind: 'courtyard', held_on: '2026-11-08', suggestions: [{ text: '晒坝装灯' }, { text: '给李秀兰修屋' }] },
  ],
  practical_deed: [{ title: '修好水渠', done_on: '2026-11-09' }, { title: '给李秀兰送药', done_on: '2026-11-09' }],
  support_in: [{ what: '水泥', received_on: '2026-11-11', amount: 3000 }, { what: '书', received_on: '2026-11-12' }],
  project_plan: [{ name: '村路硬化', stage: 'building', progress: [{ date: '2026-11-01', physical_pct: 40, text: '基层' }, { date: '2026-11-20', physical_pct: 60, text: '面层' }, { date: '2026-11-24', physical_pct: 90 }] }],
  consultation: [{ met_on: '2026-11-02', level: 'county', asks: [{ text: '泵', state: 'arrived', arrived_on: '2026-11-15' }, { text: '路灯', state: 'asked' }] }],
  task: [{ text: '公示', duty: 'govern', state: 'done', done_on: '2026-11-13' }, { text: '填表', state: 'todo' }],
  consensus_item: [{ title: '修晒坝', agreed_on: '2026-11-01', state: 'started' }],
  person_note: [{ text: '不可外传', made_on: TODAY }],
};

test('a month is told under the four duties, line by line', () => {
  assert.deepEqual(said(VILLAGE, 'month'), {
    visited: [
      ['visits', { homes: 2, n: 3 }, []], ['coverage', { n: 1, all: 2, share: 50 }, []], ['elsewhere', { n: 1 }, []],
      ['policies', { n: 3 }, ['<medical> 2', '<dibao> 1']],
    ],
    party: [['partyLife', { n: 3 }, ['<theme_day> 2', '<branch_congress> 1']]],
    prosper: [
      ['consulted', { n: 1 }, ['<county> 1']], ['arrived', { n: 1 }, ['泵']], ['supportSum', { n: 2, sum: 3000 }, ['水泥', '书']],
      ['project', { name: '村路硬化' }, ['<building>', '60%', '面层']],
    ],
    govern: [['meetings', { n: 1 }, ['<courtyard> 1']], ['agreed', { n: 1 }, ['修晒坝']], ['tasks', { n: 1 }, ['公示']]],
    serve: [
      ['found', { n: 2 }, ['<water> 1', '<housing> 1']], ['reported', { n: 1 }, ['<water> 1']], ['settled', { n: 1 }, ['<housing> 1']],
      ['deeds', { n: 2 }, ['修好水渠']],
    ],
    difficulties: [['open', { n: 2 }, ['<water> 1', '<streetlight> 1']], ['late', { n: 1 }, []], ['asks', { n: 1 }, ['路灯']], ['suggestions', { n: 1 }, ['晒坝装灯']]],
    ahead: [['toAgreed', { n: 1 }, ['修晒坝']], ['toTasks', { n: 1 }, ['填表']], ['toPromises', { n: 1 }, []]],
  });
});

test('today is one\'s own diary: homes by name, what was learned, what was promised', () => {
  assert.deepEqual(said(VILLAGE, 'today'), {
    homes: [['home', { name: '杨德贵' }, ['<met>', '慢病药断了']], ['home', { name: '农技站' }, []]],
    promises: [['promiseBy', { name: '杨德贵', text: '带申请表', day: '2026-11-30' }, []]],
    done: [['found', { n: 1 }, ['三组水管断了']], ['reported', { n: 1 }, ['<water> 1']]],
  });
});

test('nothing written, nothing told; no report names a villager or looks at a private note', () => {
  for (const period of PERIODS) {
    assert.deepEqual(report(ground({}), period, TODAY).sections, []);
    assert.deepEqual(report(ground({ household: VILLAGE.household }), period, TODAY).sections, []);
    const from = ground(VILLAGE);
    const text = JSON.stringify(report(from, period, TODAY));
    assert.ok(!from.asked.has('person_note') && !text.includes('不可外传'));
    if (period !== 'today') for (const name of ['杨德贵', '石昌', '吴明', '龙平', '李秀兰']) assert.ok(!text.includes(name), `${period}: ${name}`);
  }
});

test('each time begins and ends where the calendar says', () => {
  assert.deepEqual(PERIODS.map((period) => periodOf(period, TODAY)), [
    ['2026-11-23', '2026-11-23'], ['2026-11-01', '2026-11-23'], ['2026-10-01', '2026-10-31'], ['2026-10-01', '2026-11-23'], ['2026-07-01', '2026-11-23'], ['2026-01-01', '2026-11-23'],
  ]);
  assert.deepEqual(periodOf('last', '2026-01-15'), ['2025-12-01', '2025-12-31']);
});

test('what a line counts is asked by its form; words quoted in a report are not personal', () => {
  for (const { duty, id, kind, days, each, by, quote, sum } of COUNTED) {
    assert.ok(DUTIES.includes(duty), id);
    const questions = new Map(forms[kind].questions.map((question) => [question.path, question]));
    const at = (path) => (each ? `${each}/${path}` : path);
    for (const path of [...days, by, quote, sum].filter(Boolean)) assert.ok(questions.has(at(path)), `${id}: ${kind} ${at(path)}`);
    if (by) assert.ok(questions.get(at(by)).list, `${id}: ${by}`);
    if (quote) assert.ok(!['personal', 'sensitive'].includes(questions.get(at(quote)).sensitivity), `${id}: ${quote}`);
  }
});

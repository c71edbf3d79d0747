// The village's small charts, places, earlier days and looks; the first secretary's review and questions to a field.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asOf, monthsBefore } from '../../pwa/domain/pack/as-of.js';
import { differenceOf, pyramidOf, surnamesOf, yearsOf } from '../../pwa/domain/pack/charts.js';
import { changedSince, lookBefore, withLook } from '../../pwa/domain/pack/looks.js';
import { pageOf } from '../../pwa/domain/pack/new-year.js';
import { groupsOnGround, homesOnGround, placesByType, unknownTypes } from '../../pwa/domain/pack/places.js';
import { ask, askedOf, authorOf, closed, messagesOf, questionsFor, said } from '../../pwa/domain/pack/questions.js';
import { changedBy, gapHref, gapsOf, isNew, sinceOf } from '../../pwa/domain/pack/review.js';
import { pointOf } from '../../pwa/form/widgets/pack/ground.js';
import { applySet } from '../../pwa/store/view.js';

const TODAY = '2026-11-23';
let next = 0;
const rec = (kind, answers = {}, more = {}) => ({ id: `r${(next += 1)}`, kind, rev: 1, answers, by: 'chen', at: '2026-11-20T08:00:00Z', created_by: 'chen', created_at: '2026-11-01T08:00:00Z', ...more });

test('people stand by age at home or away, who has moved away or died nowhere', () => {
  const people = [
    { birth_date: '1950-01-01', at_home: 'home' }, { birth_date: '2020-11-24', at_home: 'home' }, { birth_year: 1990, at_home: 'away' },
    { at_home: 'school' }, { birth_year: 1960, at_home: 'died' }, { birth_year: 1960, at_home: 'moved_out' }, { birth_year: 2008 },
  ].map((answers) => ({ answers }));
  const { bands, home, away, unknown } = pyramidOf(people, TODAY);
  const at = (from) => bands.find((band) => band.from === from);
  assert.deepEqual([home, away, unknown], [3, 2, 1]);
  assert.equal(at(70).home, 1);
  assert.equal(at(0).home, 1, 'six until tomorrow');
  assert.equal(at(30).away, 1);
  assert.equal(at(18).home, 1);
  assert.equal(bands.reduce((sum, band) => sum + band.home + band.away, 0) + unknown, home + away);
});

test('surnames as written, else counted from heads, the rest as one', () => {
  const homes = ['杨德贵', '杨仕林', '欧阳修远', '欧阳明', '罗勇', '赵永', '钱五', '孙六'].map((head_name) => ({ answers: { head_name } }));
  const counted = surnamesOf(homes, [], 2);
  assert.deepEqual(counted.rows.map(({ name, n }) => [name, n]), [['杨', 2], ['欧阳', 2]]);
  assert.deepEqual([counted.rest, counted.restNames, counted.all, counted.counted], [4, 4, 8, true]);
  const written = surnamesOf(homes, [{ surname: '杨', households: 5 }, { surname: '罗', households: 1 }], 5);
  assert.deepEqual([written.rest, written.counted], [2, false], 'of eight homes two are of no surname that was written');
});

test('a figure by year has no gap filled and no more years than asked for', () => {
  const all = [2026, 2025, 2023, 2022].map((year) => ({ answers: { year, ...(year === 2023 ? {} : { n: year - 2000 }) } }));
  assert.deepEqual(yearsOf(all, 'n', 2), [{ year: 2025, value: 25 }, { year: 2026, value: 26 }]);
  assert.equal(differenceOf(3, undefined), null);
  assert.equal(differenceOf(0.3, 0.1), 0.2);
});

test('an earlier day takes back what bears a date, and nothing else', () => {
  const home = rec('household', { presence: 'moved_out', 'roll/on': '2026-05-01', types: ['dibao', 'monitored'], 'monitor/since': '2026-06-01', 'monitor/status': 'active' });
  const came = rec('household', { 'roll/in_on': '2026-07-01' });
  const dead = rec('person', { birth_year: 1940, at_home: 'died', 'roll/on': '2026-03-01' });
  const child = rec('person', { birth_date: '2026-02-02' });
  const visit = rec('visit', { visited_on: '2026-04-02' });
  const profile = rec('village_profile', { year: 2026 });
  const all = { household: [home, came], person: [dead, child], visit: [visit], village_profile: [profile] };
  const day = (on) => asOf({ list: (kind) => all[kind] ?? [] }, on, (one) => one.answers.visited_on ?? one.created_at);
  const then = day('2026-01-31');
  assert.deepEqual(then.list('household').map(({ id }) => id), [home.id]);
  const [before] = then.list('household');
  assert.equal(before.answers.presence, undefined);
  assert.deepEqual(before.answers.types, ['dibao']);
  assert.equal('monitor/status' in before.answers, false);
  assert.deepEqual(then.list('person').map(({ answers }) => answers.at_home), [undefined]);
  assert.deepEqual(then.list('visit'), []);
  assert.equal(day('2026-04-02').list('visit').length, 1);
  assert.deepEqual(day('2025-12-31').list('village_profile'), []);
  assert.equal(home.answers['monitor/status'], 'active', 'the records themselves stand');
  assert.equal(then.list('household'), then.list('household'), 'worked out once');
  assert.deepEqual([monthsBefore('2026-11-23', 12), monthsBefore('2026-03-31', 1), monthsBefore('2024-02-29', 12)], ['2025-11-23', '2026-02-28', '2023-02-28']);
});

test('looks are kept a day each for a month, then one a month, and compared with a month ago', () => {
  let looks = [];
  for (let n = 0; n < 90; n += 1) looks = withLook(looks, { on: new Date(Date.UTC(2026, 7, 26) + n * 86_400_000).toISOString().slice(0, 10), values: { homes: n } });
  assert.equal(looks.at(-1).on, TODAY);
  assert.ok(looks.length <= 34, `${looks.length} looks`);
  const before = lookBefore(looks, TODAY);
  assert.ok(before.on <= '2026-10-24', before.on);
  assert.deepEqual(changedSince(before, { homes: 89, other: 1 }), [{ id: 'homes', was: before.values.homes, now: 89 }]);
  assert.equal(lookBefore([{ on: TODAY, values: {} }], TODAY), null, 'today is no look back');
  assert.equal(lookBefore([{ on: '2026-11-20', values: {} }], TODAY).on, '2026-11-20', 'the first there is');
  assert.deepEqual(withLook([{ on: TODAY, values: { homes: 1 } }], { on: TODAY, values: { homes: 2 } }), [{ on: TODAY, values: { homes: 2 } }]);
});

test('a kind of place has some, has none, or nobody has looked', () => {
  const types = placesByType({ places: [{ id: 'a', type: 'river' }, { id: 'b', type: 'cave' }], no_places: ['pond', 'river'] }, ['mountain', 'river', 'pond']);
  assert.deepEqual(types.map(({ type, places, none }) => [type, places.length, none]), [['mountain', 0, false], ['river', 1, false], ['pond', 0, true], ['', 1, false]]);
  assert.deepEqual(unknownTypes(types).map(({ type }) => type), ['mountain']);
});

test('only what has a position is on the ground, groups in the middle of their homes', () => {
  const homes = homesOnGround([{ id: 'a', answers: { geo: '27.1 104.2 0 5', group_no: 2 } }, { id: 'b', answers: { geo: '27.3 104.4', group_no: 2 } }, { id: 'c', answers: {} }, { id: 'd', answers: { geo: 'x' } }], pointOf);
  assert.deepEqual(homes.map(({ home }) => home.id), ['a', 'b']);
  const [group] = groupsOnGround(homes);
  assert.deepEqual([group.group, group.n, group.at.lat.toFixed(4), group.at.lon.toFixed(4)], [2, 2, '27.2000', '104.3000']);
});

test('a question goes to the author, is answered, asked again and closed', () => {
  const set = ask({ record: 'h1', kind: 'household', path: 'phone', about: '农户', text: '对吗？', of: 'chen', on: TODAY });
  const asked = (answers) => rec('field_question', answers, { created_by: 'zhao', by: 'zhao' });
  let answers = applySet({}, set);
  assert.deepEqual(questionsFor([asked(answers)], 'chen').toAnswer.length, 1);
  assert.deepEqual(questionsFor([asked(answers)], 'zhao').waiting.length, 1);
  assert.deepEqual(questionsFor([asked(answers)], 'zhang'), { toAnswer: [], answered: [], waiting: [] });
  answers = applySet(answers, said(asked(answers), { id: 'm1', text: '换号了', by: 'chen', at: '2026-11-23T10:00:00+08:00' }));
  assert.equal(answers.state, 'answered');
  assert.deepEqual(questionsFor([asked(answers)], 'chen').toAnswer, []);
  assert.equal(questionsFor([asked(answers)], 'zhao').answered.length, 1);
  answers = applySet(answers, said(asked(answers), { id: 'm0', text: '哪天换的？', by: 'zhao', at: '2026-11-23T11:00:00+08:00' }));
  assert.equal(questionsFor([asked(answers)], 'chen').toAnswer.length, 1);
  assert.deepEqual(messagesOf(asked(answers)).map(({ text }) => text), ['换号了', '哪天换的？']);
  assert.equal(askedOf([asked(answers), asked({ ...answers, record: 'h2' })], 'h1').length, 1);
  answers = applySet(answers, closed());
  assert.deepEqual(questionsFor([asked(answers)], 'zhao'), { toAnswer: [], answered: [], waiting: [] });
  assert.deepEqual(askedOf([asked(answers)], 'h1'), []);
});

test('nobody is asked about their own writing', () => {
  assert.equal(authorOf({ by: 'chen', created_by: 'zhang' }, 'zhao'), 'chen');
  assert.equal(authorOf({ by: 'zhao', created_by: 'zhang' }, 'zhao'), 'zhang');
  assert.equal(authorOf({ by: 'zhao', created_by: 'zhao' }, 'zhao'), '');
});

test('what others changed since then, by person; one\'s own and the app\'s own left out', () => {
  const since = '2026-11-15T00:00:00Z';
  const old = rec('visit', {}, { at: '2026-11-14T23:59:59Z' });
  const mine = rec('visit', {}, { by: 'zhao' });
  const question = rec('field_question');
  const visits = [rec('visit', {}, { at: '2026-11-16T08:00:00+08:00' }), rec('visit', {}, { at: '2026-11-18T08:00:00+08:00', created_at: '2026-11-18T00:00:00Z' })];
  const home = rec('household', {}, { by: 'zhang', at: '2026-11-19T08:00:00Z' });
  const found = changedBy([old, mine, question, ...visits, home], since, 'zhao');
  assert.deepEqual(found.map(({ by, kinds }) => [by, kinds.map(({ kind, records }) => [kind, records.length])]), [['zhang', [['household', 1]]], ['chen', [['visit', 2]]]]);
  assert.equal(found[1].kinds[0].records[0], visits[1], 'the latest first');
  assert.deepEqual([isNew(visits[1], since), isNew(visits[0], since)], [true, false]);
  assert.equal(sinceOf(null, Date.parse('2026-11-23T00:00:00Z')), '2026-11-16T00:00:00.000Z');
});

test('homes are grouped by what they lack; who has left lacks nothing', () => {
  const whole = { phone: '1', group_no: 1, presence: 'resident', types: ['general'], 'house/water': 'tap', 'house/grade': 'A' };
  const people = { a: [{ id: 'p', answers: { birth_year: 1950 } }], b: [{ id: 'q', answers: {} }], c: [] };
  const homes = [['a', whole], ['b', { ...whole, phone: undefined, no_phone: 'yes' }], ['c', { ...whole, presence: 'moved_out' }], ['d', { ...whole, phone: undefined }]].map(([id, answers]) => ({ ...rec('household', answers), id }));
  const found = gapsOf(homes, (id) => people[id] ?? [{ id: 'r', answers: { birth_year: 1 } }]);
  assert.deepEqual(found.map(({ what, homes: held }) => [what, held.map(({ id }) => id)]), [['phone', ['d']], ['birth', ['b']]]);
  assert.equal(gapHref(homes[1], 'birth', people.b), '/record/q/edit?at=birth_date');
  assert.equal(gapHref(homes[3], 'house/water', []), '/household/d/edit?at=house%2Fwater');
});

test('a new year begins with what seldom changes, counts and sums are asked anew', () => {
  const last = { year: 2026, name: '石桥村', 'land/paddy': 360, 'land/paddy#later': true, 'population/labour': 30, 'income/total': 1, needs: [{ id: 'n' }], places: [{ id: 'p' }] };
  assert.deepEqual(pageOf(last, 2027), { year: 2027, name: '石桥村', 'land/paddy': 360, places: [{ id: 'p' }] });
  assert.equal(pageOf(last, 2026), null);
});

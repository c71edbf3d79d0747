// What changes on the roll: leaving, dying, splitting, a new head, one record of two, and the hint that someone is there already.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { isGone } from '../../pwa/domain/household.js';
import { compared, joinedUp, merging, pairs } from '../../pwa/domain/pack/merging.js';
import { relationsTo } from '../../pwa/domain/pack/relations.js';
import { dyingOut, headCount, leaving, movingBack, movingOut, splitting } from '../../pwa/domain/pack/roll.js';
import { homeTwins, personTwins } from '../../pwa/domain/pack/twins.js';
import { loadPinyin, spell } from '../../pwa/domain/pinyin.js';
import { applySet } from '../../pwa/store/view.js';

const forms = JSON.parse(readFileSync(process.env.SHIBU_FORMS, 'utf8'));
const ON = '2026-11-23';
const rec = (kind, id, answers) => ({ kind, id, form: kind, village: 'v', rev: 1, seq: 1, deleted: false, flags: [], answers });
const home = (id, answers = {}) => rec('household', id, { head_name: '杨德贵', group_no: 3, ...answers });
const person = (id, relation, answers = {}) => rec('person', id, { name: id, household: 'h', relation, at_home: 'home', ...answers });
const FAMILY = [
  person('德贵', 'head', { gender: 'male' }), person('桂芳', 'spouse', { gender: 'female' }), person('建军', 'son', { gender: 'male' }),
  person('代桂', 'daughter_in_law', { gender: 'female' }), person('小雨', 'granddaughter', { gender: 'female' }), person('老太', 'mother', { gender: 'female' }),
];
const after = (records, savings) => {
  const byId = new Map(records.map((one) => [one.id, one]));
  for (const { kind, id, set: { deleted, ...set } } of savings) {
    const old = byId.get(id) ?? rec(kind, id, {});
    byId.set(id, { ...old, deleted: deleted ?? old.deleted, answers: applySet(old.answers, set) });
  }
  return byId;
};

before(() => loadPinyin(() => import(process.env.SHIBU_PINYIN)));

test('a household moves out with everyone still in it, and comes back with those who left with it', () => {
  const people = [...FAMILY.slice(0, 3), person('早走', 'daughter', { at_home: 'moved_out', 'roll/on': '2020-01-01' })];
  const start = [home('h', { presence: 'resident' }), ...people];
  const out = after(start, movingOut(start[0], people, { on: ON, to: '县城' }));
  assert.ok([...out.values()].every(isGone));
  assert.equal(out.get('h').answers['roll/to'], '县城');
  assert.equal(out.get('早走').answers['roll/on'], '2020-01-01');
  const back = after([...out.values()], movingBack(out.get('h'), people.map(({ id }) => out.get(id)), { on: ON }));
  assert.deepEqual([...back.values()].filter(isGone).map(({ id }) => id), ['早走']);
  assert.equal(back.get('h').answers['roll/to'], undefined);
});

test('the head dies: another takes the place, and everyone stands to them as they do', () => {
  const [head, wife, son] = FAMILY;
  assert.deepEqual(relationsTo(wife, FAMILY), { 德贵: 'spouse', 建军: 'son', 代桂: 'daughter_in_law', 小雨: 'granddaughter', 老太: 'mother_in_law' });
  const relations = relationsTo(son, FAMILY);
  assert.deepEqual(relations, { 德贵: 'father', 桂芳: 'mother', 代桂: 'spouse', 小雨: 'daughter', 老太: 'grandparent' });
  const start = [home('h', { people_count: 6, resident_count: 5 }), ...FAMILY];
  const done = after(start, leaving(start[0], FAMILY, head, { how: 'died', on: ON, head: son.id, relations }));
  assert.deepEqual([done.get('h').answers.head_name, done.get('h').answers.people_count, done.get('h').answers.resident_count], ['建军', 5, 4]);
  assert.deepEqual([...done.values()].filter(({ answers }) => answers.relation === 'head').map(({ id }) => id), ['建军']);
  assert.deepEqual([done.get('德贵').answers.at_home, done.get('德贵').answers['roll/on'], done.get('德贵').answers.relation], ['died', ON, 'father']);
});

test('two sons leave open whose wife and children the others are', () => {
  const more = [...FAMILY, person('建民', 'son', { gender: 'male' })];
  const relations = relationsTo(more[2], more);
  assert.deepEqual([relations.代桂, relations.小雨, relations.建民], ['other', 'nephew_niece', 'sibling']);
});

test('a head who moves in with a parent or grandchild at the head', () => {
  assert.deepEqual(relationsTo(FAMILY[5], FAMILY), { 德贵: 'son', 桂芳: 'daughter_in_law', 建军: 'grandson', 代桂: 'other', 小雨: 'great_grandchild' });
  assert.deepEqual(relationsTo(FAMILY[4], FAMILY), { 德贵: 'grandparent', 桂芳: 'grandparent', 建军: 'father', 代桂: 'mother', 老太: 'other' });
});

test('the last one dies and the household with them; nobody left is one tap for all', () => {
  const alone = [person('德贵', 'head')];
  const done = after([home('h'), ...alone], leaving(home('h'), alone, alone[0], { how: 'died', on: ON }));
  assert.deepEqual([done.get('h').answers.presence, done.get('德贵').answers.at_home], ['died_out', 'died']);
  const all = after([home('h', { resident_count: 2 }), ...FAMILY.slice(0, 2)], dyingOut(home('h', { resident_count: 2 }), FAMILY.slice(0, 2), { on: ON, ends: { 桂芳: 'moved_out' } }));
  assert.deepEqual([all.get('h').answers.resident_count, all.get('德贵').answers.at_home, all.get('桂芳').answers.at_home], [0, 'died', 'moved_out']);
});

test('a household splits: the members go with their counts, both know of each other', () => {
  const start = [home('h', { people_count: 6, resident_count: 6, phone: '1' }), ...FAMILY];
  const going = FAMILY.slice(2, 5);
  const done = after(start, splitting(start[0], going, { id: 'n', on: ON, head: '建军', relations: relationsTo(FAMILY[2], FAMILY), house_no: '18' }));
  const made = done.get('n').answers;
  assert.deepEqual([made.head_name, made.group_no, made.house_no, made.people_count, made['roll/split_from'], made['roll/in_on'], made.phone], ['建军', 3, '18', 3, 'h', ON, undefined]);
  assert.deepEqual(going.map(({ id }) => [done.get(id).answers.household, done.get(id).answers.relation]), [['n', 'head'], ['n', 'spouse'], ['n', 'daughter']]);
  assert.deepEqual([done.get('h').answers.people_count, done.get('h').answers.resident_count, done.get('德贵').answers.household], [3, 3, 'h']);
});

test('heads are counted from the people, where people are recorded', () => {
  assert.deepEqual(headCount(home('h', { people_count: 5 }), [...FAMILY.slice(0, 3), person('走', 'son', { at_home: 'died' })]), { written: 5, recorded: 3 });
  assert.equal(headCount(home('h', { people_count: 3 }), FAMILY.slice(0, 3)), null);
  assert.equal(headCount(home('h', { people_count: 3 }), []), null);
});

test('two records of one household: what one lacks is taken over, what differs is asked, entries are united', () => {
  const keeper = home('a', { phone: '13900001111', types: ['dibao'], policies: [{ id: '1', policy: 'dibao', state: 'receiving' }] });
  const gone = home('b', { phone: '13900002222', house_no: '17', types: ['dibao', 'monitored'], policies: [{ id: '2', policy: 'dibao', state: 'applied' }, { id: '3', policy: 'lunch', state: 'receiving' }] });
  const { fill, clashes } = compared(forms.household, keeper, gone);
  assert.deepEqual(fill, { house_no: '17', types: { put: ['monitored'] }, policies: { put: [{ id: '3', policy: 'lunch', state: 'receiving' }] } });
  assert.deepEqual(clashes.map(({ question, mine, theirs }) => [question.path, mine, theirs]), [['phone', '13900001111', '13900002222']]);
});

/** Everything of a small village, merged, on the phone's own index. */
function merged() {
  const keeper = home('a');
  const gone = home('b', { 'roll/merged': [{ id: 'e0', record: 'z', name: '更早的' }] });
  const others = [
    person('p1', 'head', { household: 'b' }), rec('visit', 'v1', { household: 'b', met: [{ id: 'm', person: 'p1' }] }), rec('visit', 'v2', { household: 'a' }),
    rec('problem', 'q', { from_household: 'b', content: '路' }),
  ];
  const savings = merging({ keeper, gone, set: { house_no: '17' }, on: ON, entry: 'e1', name: '杨德贵', records: others, definitionOf: ({ kind }) => forms[kind] });
  return { all: after([keeper, gone, ...others], savings), savings };
}

test('merging points everything to the one that stays, which remembers the other id and those before it', () => {
  const { all, savings } = merged();
  assert.deepEqual(['p1', 'v1', 'v2'].map((id) => all.get(id).answers.household), ['a', 'a', 'a']);
  assert.equal(all.get('q').answers.from_household, 'a');
  assert.deepEqual([all.get('b').deleted, all.get('b').answers['roll/merged_into']], [true, 'a']);
  assert.deepEqual(all.get('a').answers['roll/merged'].map(({ record }) => record), ['b', 'z']);
  assert.equal(savings.some(({ id }) => id === 'v2'), false, 'what is right already is not written');
});

test('members of both with one name are one, unless their birth says otherwise', () => {
  const kept = [person('a1', 'head', { name: '杨德贵', birth_year: 1955 }), person('a2', 'son', { name: '杨建军', birth_date: '1983-05-01' })];
  const other = [person('b1', 'head', { name: '杨德贵' }), person('b2', 'son', { name: '杨建军', birth_date: '1990-01-01' }), person('b3', 'other', { name: '杨德贵', birth_year: 1955 })];
  assert.deepEqual(pairs(kept, other).map(([a, b]) => [a.id, b.id]), [['a1', 'b1']]);
});

test('savings of one record become one, entries put together', () => {
  const found = joinedUp([{ kind: 'visit', id: 'v', set: { household: 'a', met: { put: [{ id: '1', person: 'x' }] } } }, { kind: 'visit', id: 'v', set: { met: { put: [{ id: '2', person: 'y' }] } } }]);
  assert.deepEqual(found, [{ kind: 'visit', id: 'v', set: { household: 'a', met: { put: [{ id: '1', person: 'x' }, { id: '2', person: 'y' }] } } }]);
});

test('a household that may be there already is told with the reason', () => {
  const homes = [home('same', { phone: '139 0000 1111' }), home('group', { group_no: 4 }), home('sound', { head_name: '杨得贵' }), home('other', { head_name: '罗永福', phone: '+86 139-0000-1111', group_no: 1 })];
  const found = homeTwins(home('new', { phone: '13900001111' }), homes, spell);
  assert.deepEqual(found.map(({ rec: { id }, why }) => [id, why]), [['same', ['phone', 'name']], ['other', ['phone']], ['sound', ['sound']]]);
  assert.deepEqual(homeTwins(home('new', { head_name: '周大山', group_no: 9 }), homes, spell), []);
});

test('a person by number, by name with birth or household, never by a shared telephone alone', () => {
  const people = [
    person('id', 'son', { name: '杨军', id_no: '11010519491231002x' }), person('born', 'son', { name: '杨建军', household: 'x', birth_date: '1983-05-01' }),
    person('home', 'son', { name: '杨建军' }), person('wife', 'spouse', { name: '王桂芳', phone: '13900001111' }),
  ];
  const written = person('new', 'son', { name: '杨建军', birth_date: '1983-05-01', id_no: '11010519491231002X', phone: '13900001111' });
  const found = personTwins(written, people, spell, ON);
  assert.deepEqual(found.map(({ rec: { id }, why }) => [id, why]), [['id', ['id']], ['born', ['name']], ['home', ['name']]]);
});

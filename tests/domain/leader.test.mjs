// What the township reads, and the pure rules behind two screens, over tests/cases/leader.json.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { NO_FILTERS, bySection, filtered, sectionOf, suggestedUnits } from '../../pwa/domain/leader.js';
import { differences } from '../../pwa/screens/parts/differences.js';
import { countedAnswers, figuresOf } from '../../pwa/screens/village/figures.js';

const cases = JSON.parse(readFileSync(new URL('../cases/leader.json', import.meta.url), 'utf8'));
const forms = JSON.parse(readFileSync(process.env.SHIBU_FORMS, 'utf8'));
const groupOf = (category) => cases.groups[category] ?? '';

test('a problem stands in one group', () => {
  for (const problem of cases.problems) assert.equal(sectionOf(problem, cases.today, groupOf), problem.section, problem.id);
});

test('danger and disputes first, then by term', () => {
  const groups = bySection(cases.problems, cases.today, groupOf);
  for (const [section, ids] of Object.entries(cases.order)) assert.deepEqual(groups[section].map(({ id }) => id), ids, section);
  assert.equal(Object.values(groups).flat().length, cases.problems.length);
});

test('filters narrow and never widen', () => {
  for (const { filters, count } of cases.filters) {
    assert.equal(filtered(cases.problems, { ...NO_FILTERS, ...filters }, cases.today).length, count, JSON.stringify(filters));
  }
});

test('units are offered by kind and words, from the list as it is', () => {
  const units = forms.problem.lists[forms.problem.questions.find(({ path }) => path === 'lead_unit').list];
  for (const { first, ...problem } of cases.units) assert.equal(suggestedUnits(units, problem)[0] ?? null, first, problem.content);
});

test('where two versions differ', () => {
  for (const { one, other, marked } of cases.differences) {
    const found = differences(one, other);
    assert.deepEqual(found.map((pieces) => pieces.map(({ text }) => text).join('')), [one, other], 'the pieces are the text');
    assert.deepEqual(found.map((pieces) => pieces.filter(({ differs }) => differs).map(({ text }) => text).join('|')), marked, `${one} ${other}`);
  }
});

test('a long text with several edits keeps what is common', () => {
  const [before, after] = differences('甲'.repeat(400) + '乙丙丁' + '戊'.repeat(400), '甲'.repeat(400) + '乙X丁' + '戊'.repeat(400));
  assert.deepEqual(before.filter(({ differs }) => differs).map(({ text }) => text), ['丙']);
  assert.deepEqual(after.filter(({ differs }) => differs).map(({ text }) => text), ['X']);
});

test('figures are counted where there is something to count', () => {
  const { households, people, figures, counted, profile } = cases.village;
  const found = figuresOf({ households, people, profile });
  assert.deepEqual({
    homes: found.homes.value, residentHomes: found.homes.small, people: found.people.value, residentPeople: found.people.small,
    monitored: found.monitored.value, outOfPoverty: found.outOfPoverty.value,
  }, figures);
  assert.deepEqual(countedAnswers(households), counted);
});

test('what is not known is unknown, never 0', () => {
  const { profile } = cases.village;
  const found = figuresOf({ households: [], people: [], profile });
  assert.deepEqual(found.homes, { value: 412, counted: false, small: undefined });
  assert.deepEqual(found.people, { value: undefined, counted: false, small: 902 });
  assert.equal(found.monitored.value, undefined);
  assert.deepEqual(countedAnswers([{ answers: {} }]), {});
});

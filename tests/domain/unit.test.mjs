// A unit of the guide in both languages, and that every one in its tables can be read in English.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { unitIn } from '../../pwa/domain/pack/unit.js';

const told = (unit, n) => ['zh', 'en'].map((lang) => unitIn(unit, lang, n));

test('a unit is read in the language of the screen; a measure word is not said in English', () => {
  assert.deepEqual(told('元 / yuan', 3), ['元', 'yuan']);
  assert.deepEqual([told('人 / people', 1), told('天 / days', 1), told('天 / days', 2)], [['人', 'person'], ['天', 'day'], ['天', 'days']]);
  assert.deepEqual([told('个', 2), told('℃', 2), told('', 2), told(undefined)], [['个', ''], ['℃', '℃'], ['', ''], ['', '']]);
});

test('what is counted in money, time or people says so in English', () => {
  const [, ...rows] = readFileSync(new URL('../../surveys/figures.csv', import.meta.url), 'utf8').split('\n');
  const units = new Set(rows.filter(Boolean).map((row) => row.split(',')[4]));
  assert.ok(units.has('元 / yuan') && units.has('户 / households'));
  for (const zh of ['元', '人', '户', '天', '个月', '小时', '人次']) assert.equal(units.has(zh), false, zh);
});

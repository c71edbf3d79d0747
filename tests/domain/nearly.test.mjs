// Finding someone whose name was typed nearly right, or whose characters can be read in another way.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { nearly, ready, slips } from '../../pwa/domain/pack/nearly.js';
import { loadPinyin, readings, spell } from '../../pwa/domain/pinyin.js';
import { Finder } from '../../pwa/domain/search.js';

const NAMES = ['杨德贵', '单雄', '仇志高', '解文静', '任长贵', '查小雨', '曾大妹', '尉迟敏', '翟天明', '区少华', '朴顺姬', '吕建国', '王乐', '张三丰'];
const finder = new Finder(spell);
const find = (query) => {
  const exact = finder.find(query).map((hit) => hit.id);
  return { exact, near: nearly(finder.keys, query, new Set(exact), readings).map((hit) => hit.id) };
};

before(async () => {
  await loadPinyin(() => import(process.env.SHIBU_PINYIN));
  finder.take(NAMES.map((name) => ({ id: name, household: name, name })));
  ready(finder.keys, readings);
});

test('surnames are read as surnames, by their letters and by their initials', () => {
  const read = { shanxiong: '单雄', qiuzhigao: '仇志高', xiewenjing: '解文静', renchanggui: '任长贵', zhaxiaoyu: '查小雨', zengdamei: '曾大妹', yuchimin: '尉迟敏', zhaitianming: '翟天明', oushaohua: '区少华', piaoshunji: '朴顺姬', lvjianguo: '吕建国', lujianguo: '吕建国' };
  for (const [query, name] of Object.entries(read)) assert.deepEqual(find(query).exact, [name], query);
  for (const [query, name] of Object.entries({ ycm: '尉迟敏', zdm: '曾大妹', qzg: '仇志高', xwj: '解文静' })) assert.ok(find(query).exact.includes(name), query);
});

test('another reading of a character finds the name as well, after what is exact', () => {
  const other = { danxiong: '单雄', chouzhigao: '仇志高', jiewenjing: '解文静', chaxiaoyu: '查小雨', cengdamei: '曾大妹', weichi: '尉迟敏', ditianming: '翟天明', qushaohua: '区少华', wangyue: '王乐' };
  for (const [query, name] of Object.entries(other)) {
    const { exact, near } = find(query);
    assert.deepEqual(exact, [], query);
    assert.equal(near[0], name, query);
  }
});

test('one letter wrong, missing, too many, or two swapped', () => {
  for (const query of ['yangdrgui', 'yandegui', 'yangdeegui', 'yagndegui', 'yangdegiu', 'tangdegui', 'yangdegu1'.slice(0, 8), 'degiu']) {
    const { exact, near } = find(query);
    assert.ok(exact.includes('杨德贵') || near[0] === '杨德贵', query);
  }
  assert.deepEqual(find('yengdrgui').near, [], 'two letters wrong are another name');
  assert.deepEqual(find('dyg').near[0], '杨德贵', 'initials in another order, where nothing else is found');
});

test('what is exact is not told twice, and a slip in the last letter only where nothing is exact', () => {
  const { exact, near } = find('yangdegui');
  assert.deepEqual([exact, near], [['杨德贵'], []]);
  assert.equal(slips('yangdegui', 0, 'yangx', false), false);
  assert.equal(slips('yangdegui', 0, 'yangx', true), true);
});

test('a few letters that are exact somewhere are not read in other ways as well', () => {
  assert.deepEqual([find('dx').near, find('ydg').near], [['单雄'], []]);
});

test('short words and numbers tolerate nothing', () => {
  assert.deepEqual(find('yb').near, []);
  assert.deepEqual(find('17').near, []);
  assert.deepEqual(find('杨贵德').near, []);
});

test('a word that is nearly right goes together with one that is', () => {
  const more = new Finder(spell);
  more.take([{ id: 'a', household: 'a', name: '杨德贵', house: '17' }, { id: 'b', household: 'b', name: '杨德贵', house: '18' }]);
  assert.deepEqual(nearly(more.keys, '17 yangdgeui', new Set(), readings).map((hit) => hit.id), ['a']);
});

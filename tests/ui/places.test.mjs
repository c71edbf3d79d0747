// Places as ODK writes them, and the small piece of ground that is drawn around one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as ground from '../../pwa/form/widgets/pack/ground.js';
import { better } from '../../pwa/form/widgets/pack/position.js';

const { areaOf, between, degreesOf, lengthOf, lineOf, lineText, moved, muOf, offset, pairOf, pointOf, roundLength, swappedOf, textOf, viewOf } = ground;
const WELL = { lat: 27.851234, lon: 104.721234 };

test('a place is written and read back, and by hand it claims no accuracy', () => {
  assert.equal(textOf({ ...WELL, alt: 812.34, acc: 12.06 }), '27.851234 104.721234 812.3 12.1');
  assert.equal(textOf({ ...WELL, acc: 8 }), '27.851234 104.721234 0 8');
  assert.equal(textOf(WELL), '27.851234 104.721234');
  assert.deepEqual(pointOf('27.851234 104.721234 812.3 12.1'), { ...WELL, alt: 812.3, acc: 12.1 });
  assert.deepEqual(pointOf('27.851234 104.721234 0 0'), WELL);
  assert.deepEqual(pointOf(' -33.5  -70.25 '), { lat: -33.5, lon: -70.25 });
  assert.equal(textOf({ lat: 0.00000001, lon: -0 }), '0 0');
  for (const nonsense of ['', null, undefined, '27.8', '91 104', '27 181', 'a b', '27,104', '1 2 3 4 5', 'NaN NaN', '1e3 2', '27.8 104.7 x']) assert.equal(pointOf(nonsense), null, String(nonsense));
});

test('lines stay open, areas close by themselves and open again for the next point', () => {
  const corners = [{ lat: 1, lon: 1 }, { lat: 1, lon: 2 }, { lat: 2, lon: 2 }];
  assert.equal(lineText(corners, false), '1 1;1 2;2 2');
  assert.equal(lineText(corners, true), '1 1;1 2;2 2;1 1');
  assert.equal(lineText([corners[0]], true), '1 1;1 1');
  assert.equal(lineText([], true), null);
  assert.deepEqual(lineOf('1 1;1 2;2 2;1 1', true), corners);
  assert.deepEqual(lineOf('1 1; 1 2 0 0 ;2 2;', false), corners);
  assert.deepEqual(lineOf('1 1;1 1', true), [corners[0]]);
  assert.equal(lineOf('1 1;1 2;1 1', false).length, 3);
  assert.deepEqual(lineOf(null, true), []);
  for (const n of [1, 2, 3, 7]) {
    const all = Array.from({ length: n }, (_, at) => ({ lat: 27 + at / 1000, lon: 104 + (at % 3) / 1000 }));
    for (const closed of [true, false]) assert.deepEqual(lineOf(lineText(all, closed), closed), all, `${n} ${closed}`);
  }
});

test('lengths and areas are those of the ground', () => {
  const side = 100;
  const square = [WELL, moved(WELL, side, 0), moved(WELL, side, side), moved(WELL, 0, side)];
  assert.ok(Math.abs(lengthOf(square, true) - 400) < 2, String(lengthOf(square, true)));
  assert.ok(Math.abs(lengthOf(square, false) - 300) < 2);
  assert.ok(Math.abs(areaOf(square) - 10_000) < 100, String(areaOf(square)));
  assert.equal(areaOf(square.slice(0, 2)), 0);
  assert.equal(lengthOf([WELL], true), 0);
  assert.deepEqual([muOf(10_000), muOf(667), muOf(100), muOf(66_667)], ['15', '1', '0.15', '100']);
});

test('to the side and back again, also across the date line', () => {
  for (const [east, north] of [[0, 0], [500, -20], [-3000, 1200]]) {
    const [e, n] = offset(WELL, moved(WELL, east, north));
    assert.ok(Math.abs(e - east) < 2 && Math.abs(n - north) < 0.01, `${east} ${north}: ${e} ${n}`);
  }
  const east = moved({ lat: 0, lon: 179.9999 }, 100, 0);
  assert.ok(east.lon < 0 && Math.abs(offset({ lat: 0, lon: 179.9999 }, east)[0] - 100) < 0.01);
  assert.ok(Math.abs(between(WELL, moved(WELL, 0, 1000)) - 1000) < 5);
});

test('everything known is seen, and a single place is not seen through a microscope', () => {
  const view = viewOf([WELL, moved(WELL, 1000, 0), moved(WELL, 0, 400)], 300);
  for (const point of [WELL, moved(WELL, 1000, 0), moved(WELL, 0, 400)]) {
    const [e, n] = offset(view.at, point);
    assert.ok(Math.abs(e / view.scale) <= 150 && Math.abs(n / view.scale) <= 150);
  }
  assert.ok(viewOf([WELL], 300).scale * 300 >= 60);
  assert.equal(viewOf([], 300), null);
  assert.deepEqual([7, 49, 50, 130, 0.9].map(roundLength).map((n) => Number(n.toFixed(3))), [5, 20, 50, 100, 0.5]);
});

test('a place is typed as people write one', () => {
  const cases = [['27.8512', 'lat', 27.8512], ['２７．８５１２', 'lat', 27.8512], ['27°51′4″N', 'lat', 27 + 51 / 60 + 4 / 3600], ['北纬27度51分', 'lat', 27.85], ['27 51 4', 'lat', 27 + 51 / 60 + 4 / 3600],
    ['E 104.72', 'lon', 104.72], ['东经104.72°', 'lon', 104.72], ['33.5S', 'lat', -33.5], ['-33.5', 'lat', -33.5]];
  for (const [text, which, wanted] of cases) assert.ok(Math.abs(degreesOf(text, which) - wanted) < 1e-9, text);
  for (const text of ['', 'abc', '91', '27.8x', '27 61', '1 2 3 4', '27,8,1,1']) assert.equal(degreesOf(text, 'lat'), null, text);
  assert.deepEqual(pairOf('27.85, 104.72'), { lat: 27.85, lon: 104.72 });
  assert.deepEqual(pairOf('27.85 104.72'), { lat: 27.85, lon: 104.72 });
  for (const text of ['27.85', '27.85, 204.72', 'well, yard', '']) assert.equal(pairOf(text), null, text);
});

test('the better of two positions stands for a while, then the newer one', () => {
  const fix = (acc, at) => ({ ...WELL, acc, at });
  assert.equal(better(null, fix(50, 0)).acc, 50);
  assert.equal(better(fix(10, 0), fix(40, 5_000)).acc, 10);
  assert.equal(better(fix(40, 0), fix(10, 5_000)).acc, 10);
  assert.equal(better(fix(10, 0), fix(40, 60_000)).acc, 40);
});

test('two numbers written in each other\'s field are known by where they would be', () => {
  assert.deepEqual(swappedOf('104.721234', '27.851234'), WELL);
  assert.deepEqual(swappedOf('东经 87.6', '43.8'), { lat: 43.8, lon: 87.6 });
  for (const [lat, lon] of [['27.851234', '104.721234'], ['', '27.8'], ['104.7', 'x'], ['0', '0'], ['200', '27'], ['48.85', '2.35']]) assert.equal(swappedOf(lat, lon), null, `${lat} ${lon}`);
  assert.deepEqual(pairOf('104.721234,27.851234'), WELL);
  assert.equal(pairOf('104.7, 99'), null);
});

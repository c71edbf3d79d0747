// Which pictures of a township's map a village needs, and where they lie in its sketch.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boxOf, covers, groundOf, meets, tilesOf, zoomsFor } from '../../pwa/domain/pack/tiles.js';
import { between, moved, offset } from '../../pwa/form/widgets/pack/ground.js';

const MIDDLE = { lat: 27.8512, lon: 104.7213 };
const village = (metres) => [moved(MIDDLE, -metres, -metres), MIDDLE, moved(MIDDLE, metres, metres)];
const inside = (box, { lat, lon }) => covers(box, { west: lon, east: lon, south: lat, north: lat });
const MAP = { minZoom: 5, maxZoom: 18 };

test('a box holds its places with ground around, and nothing has no box', () => {
  assert.equal(boxOf([]), null);
  for (const metres of [0, 50, 3000]) {
    const box = boxOf(village(metres));
    for (const point of village(metres + 300)) assert.ok(inside(box, point), `${metres}`);
  }
  assert.ok(boxOf([{ lat: 89, lon: 0 }, { lat: -89, lon: 0 }]).north < 85.06, 'no map reaches the poles');
});

test('the tiles of a box cover it whole, the middle ones first, and each lies on its own ground', () => {
  const box = boxOf(village(2000));
  const tiles = tilesOf(box, 16);
  assert.equal(new Set(tiles.map(({ x, y }) => `${x}/${y}`)).size, tiles.length);
  const grounds = tiles.map(groundOf);
  for (let east = 0; east <= 10; east += 1) {
    for (let north = 0; north <= 10; north += 1) {
      const point = { lat: box.south + ((box.north - box.south) * north) / 10, lon: box.west + ((box.east - box.west) * east) / 10 };
      assert.ok(grounds.some((ground) => inside(ground, point)), JSON.stringify(point));
    }
  }
  for (const ground of grounds) assert.ok(meets(ground, box), 'no tile is brought for nothing');
  const far = (tile) => between(MIDDLE, { lat: (groundOf(tile).south + groundOf(tile).north) / 2, lon: (groundOf(tile).west + groundOf(tile).east) / 2 });
  assert.ok(far(tiles[0]) < far(tiles.at(-1)));
});

test('tiles are numbered as everybody numbers them', () => {
  const world = groundOf({ z: 0, x: 0, y: 0 });
  assert.deepEqual([world.west, world.east, world.north.toFixed(4), world.south.toFixed(4)], [-180, 180, '85.0511', '-85.0511']);
  const berlin = { west: 13.3776, east: 13.3777, south: 52.5162, north: 52.5163 };
  assert.deepEqual(tilesOf(berlin, 14), [{ z: 14, x: 8800, y: 5373 }], 'the Brandenburg Gate, as on any map of such tiles');
  assert.equal(tilesOf({ west: -200, east: 200, south: -85, north: 85 }, 1).length, 4, 'there is no tile outside of the world');
});

test('neighbours meet without a gap where the sketch draws them, to scale', () => {
  const [tile] = tilesOf(boxOf([MIDDLE]), 16);
  const [ground, right, below] = [groundOf(tile), groundOf({ ...tile, x: tile.x + 1 }), groundOf({ ...tile, y: tile.y + 1 })];
  assert.deepEqual([ground.east, ground.south], [right.west, below.north]);
  const [west, north] = offset(MIDDLE, { lat: ground.north, lon: ground.west });
  const [east, south] = offset(MIDDLE, { lat: ground.south, lon: ground.east });
  // The earth's girth over 2^16 tiles, shorter towards the pole.
  const side = (40_075_017 / 2 ** 16) * Math.cos((MIDDLE.lat * Math.PI) / 180);
  assert.ok(Math.abs(east - west - side) < 2 && Math.abs(north - south - side) < 2, `${east - west} ${north - south} ${side}`);
});

test('one or two zooms, few tiles, and only what the map has', () => {
  for (const metres of [10, 400, 3000, 20_000]) {
    const box = boxOf(village(metres));
    const zooms = zoomsFor(box, MAP);
    assert.ok(zooms.length >= 1 && zooms.length <= 2 && zooms.every((z) => z >= 5 && z <= 18), `${zooms}`);
    assert.ok(tilesOf(box, zooms[0]).length <= 6 && tilesOf(box, zooms.at(-1)).length <= 36);
    assert.ok(tilesOf(box, zooms.at(-1) + 1).length > 36 || zooms.at(-1) === 18, 'as near as few tiles allow');
  }
  const box = boxOf(village(2000));
  assert.deepEqual(zoomsFor(box, { minZoom: 12, maxZoom: 12 }), [12]);
  assert.deepEqual(zoomsFor(box, { minZoom: 20, maxZoom: 22 }), [], 'a map of single houses alone is too much for a phone');
});

test('what is asked again: ground that is not covered', () => {
  const [small, large] = [boxOf(village(100)), boxOf(village(5000))];
  assert.deepEqual([covers(large, small), covers(small, large)], [true, false]);
  assert.ok(!meets(small, boxOf([moved(MIDDLE, 50_000, 0)])));
});

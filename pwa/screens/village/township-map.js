/**
 * The pictures of the township's map under a village's places: those on this phone at once, newer ones when there is a network.
 * Promises: at most 3 MB a village, brought once; without a map or a network the sketch is as it would be. Pictures and places
 * are both WGS-84 and nothing from the internet is drawn, so nothing is shifted to GCJ-02.
 */
import { useEffect, useState } from 'preact/hooks';
import { boxOf, covers, groundOf, meets, tilesOf, zoomsFor } from '../../domain/pack/tiles.js';
import { dropMap, keepMap, keptMap } from '../../store/map-tiles.js';
import { store } from '../../store/store.js';
import { isFree, isWifiOnly } from '../../sync/link.js';

/**
 * @typedef {import('../../domain/pack/tiles.js').Point} Point
 * @typedef {import('../../domain/pack/tiles.js').Box} Box
 * @typedef {import('../../store/map-tiles.js').Picture} Picture
 * @typedef {import('../../form/widgets/pack/terrain.js').Tile} Tile
 * @typedef {Awaited<ReturnType<typeof keptMap>>} Kept
 */

const MOST_BYTES = 3 * 2 ** 20;
const AT_ONCE = 4;
/** By the number PMTiles gives a kind of picture. @type {Record<number, string>} */
const TYPES = { 2: 'image/png', 3: 'image/jpeg', 4: 'image/webp' };
const TOWNSHIP = 'township:';

/** What lies under these places. @param {Point[]} points @returns {Tile[]} */
export function useMap(points) {
  const [tiles, setTiles] = useState(/** @type {Tile[]} */ ([]));
  const village = store.village.value;
  const box = boxOf(points);
  useEffect(() => {
    /** @type {Tile[]} */
    let shown = [];
    let gone = false;
    const show = (/** @type {Kept} */ map) => {
      for (const { url } of shown) URL.revokeObjectURL(url);
      shown = gone || !map ? [] : map.pictures.map(({ tile, bytes }) => ({ key: `${tile.z}/${tile.x}/${tile.y}`, ground: groundOf(tile), url: URL.createObjectURL(new Blob([bytes], { type: map.type })) }));
      if (!gone) setTiles(shown);
    };
    const look = async () => {
      if (!box) return;
      const kept = await keptMap(store, village);
      if (kept) show(kept);
      if (isWifiOnly() && !isFree()) return;
      const now = await current(village, box, points, kept);
      if (now !== kept) show(now);
    };
    // Without a network, or with a map that cannot be read: what is kept stays.
    void look().catch(() => undefined);
    return () => {
      gone = true;
      show(null);
    };
  }, [village, JSON.stringify(box)]);
  return tiles;
}

/** What the server has for this ground: the same as is kept, a newer one, or none. @param {string} village @param {Box} box
 * @param {Point[]} points @param {Kept} kept @returns {Promise<Kept>} */
async function current(village, box, points, kept) {
  const { NoMap, mapOf } = await import('../../sync/maps.js');
  const { db } = store;
  for (const { id } of store.scope.peek().filter((place) => place.id.startsWith(TOWNSHIP))) {
    const map = mapOf(id.slice(TOWNSHIP.length));
    const head = await map.getHeader().catch((/** @type {unknown} */ error) => {
      if (error instanceof NoMap) return null;
      throw error;
    });
    const type = head && TYPES[head.tileType];
    if (!head || !type || !meets({ west: head.minLon, south: head.minLat, east: head.maxLon, north: head.maxLat }, box)) continue;
    const etag = head.etag ?? '';
    const isSame = kept?.etag === etag && points.every(({ lat, lon }) => covers(kept.box, { west: lon, east: lon, south: lat, north: lat }));
    if (isSame) return kept;
    const pictures = await brought(map, zoomsFor(box, head).flatMap((z) => tilesOf(box, z)));
    if (!pictures.length) continue;
    if (store.db === db) await keepMap(store, village, { etag, type, box }, pictures);
    return { etag, type, box, pictures };
  }
  await dropMap(store, village);
  return null;
}

/** As many as may be kept, the first ones surely. @param {import('pmtiles').PMTiles} map @param {import('../../domain/pack/tiles.js').Tile[]} tiles
 * @returns {Promise<Picture[]>} in the order of the tiles */
async function brought(map, tiles) {
  /** @type {Picture[]} */
  const pictures = [];
  let bytes = 0;
  for (let at = 0; at < tiles.length && bytes < MOST_BYTES; at += AT_ONCE) {
    const some = tiles.slice(at, at + AT_ONCE);
    const found = await Promise.all(some.map(({ z, x, y }) => map.getZxy(z, x, y)));
    for (const [nth, tile] of some.entries()) {
      const data = found[nth]?.data;
      if (!data?.byteLength || bytes + data.byteLength > MOST_BYTES) continue;
      bytes += data.byteLength;
      pictures.push({ tile, bytes: data });
    }
  }
  return pictures;
}

/**
 * Owns reading a township's map from our own server, a few ranges of its PMTiles file; no other map is asked for anywhere.
 * Promises: never the whole file; a file that changed meanwhile is read anew; a township without one is `NoMap`.
 */
import { EtagMismatch, PMTiles } from 'pmtiles';
import { api } from './api.js';

/** No directory and no picture of such a map is larger. */
const MOST_BYTES = 2 * 2 ** 20;

/** The township's administrator provided none. */
export class NoMap extends Error {}

/** @param {string} township @returns {PMTiles} */
export const mapOf = (township) =>
  new PMTiles({
    getKey: () => township,
    getBytes: async (from, length, _signal, etag) => {
      if (length > MOST_BYTES) throw new RangeError('a map with pieces too large for a phone');
      const piece = await api.map(township, from, length);
      if (!piece) throw new NoMap(township);
      if (etag && piece.etag !== etag) throw new EtagMismatch();
      return piece;
    },
  });

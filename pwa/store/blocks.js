/**
 * Owns how downloaded rows lie on the disk: blocks of up to 100 by tier, and how they are read without freezing the screen.
 * Promises: the newest copy of a row never lies in a colder tier than an older copy, so hot tiers alone are never stale.
 *
 * Tiers: 0 households · 1 persons · 2 open and undated items · 3 the last 90 days · 4 the rest.
 * The app opens on 0–2, reads 3 right after, 4 when asked. For tier 4 `old/<village>` keeps the latest day per parent.
 */
import { breathe, placeOf, unseal } from './db.js';

/**
 * @typedef {import('./types.js').Row} Row
 * @typedef {import('./db.js').Db} Db
 * @typedef {{happened_on?: string, status?: string, parent?: string, title?: string}} Envelope
 * @typedef {{envelope: Envelope, moves?: {from: string}[]}} Shape
 */

export const HOT = 2;
export const RECENT = 3;
export const OLD = 4;
export const BLOCK = 100;
const RECENT_DAYS = 90;
const FRAME_MS = 10;
const AHEAD = 4;

/** @param {number} now milliseconds @returns {string} the first day that still counts as recent */
export const recentFrom = (now) => new Date(now - RECENT_DAYS * 86_400_000).toISOString().slice(0, 10);

/** @param {Row} row @param {Shape|undefined} shape @returns {string} the day it happened, else the day it was made */
export function dayOf(row, shape) {
  const path = shape?.envelope.happened_on;
  const day = path ? row.answers?.[path] : undefined;
  return day ? String(day) : row.created_at ?? '';
}

/** @param {Row} row @param {Shape|undefined} shape @param {string} recent @returns {number} */
export function tierOf(row, shape, recent) {
  if (row.kind === 'household') return 0;
  if (row.kind === 'person') return 1;
  if (row.gone || row.deleted) return OLD;
  if (!shape || !(shape.envelope.happened_on || shape.envelope.status)) return HOT;
  const day = dayOf(row, shape).slice(0, 10);
  // What happened in a whole year is few and looked at often.
  if (day.length < 10 || isOpen(row, shape)) return HOT;
  return day >= recent ? RECENT : OLD;
}

/** A state that some move still leaves is open. @param {Row} row @param {Shape} shape */
function isOpen(row, shape) {
  const status = shape.envelope.status ? row.answers?.[shape.envelope.status] : undefined;
  if (row.kind === 'conflict') return row.answers?.state === 'open';
  return shape.moves?.some((move) => move.from === status) ?? false;
}

/** A block cannot be read; the others were. */
export class Damaged extends Error {
  /** @param {string} village @param {unknown} cause */
  constructor(village, cause) {
    super(`a block of ${village} cannot be read`, { cause });
    this.village = village;
  }
}

/** What blocks hold, a few opened ahead: one by one, each would wait for its turn with the cipher.
 * @param {Db} db @param {IDBValidKey[]} keys @param {any[]} all @returns {AsyncGenerator<{rows?: Row[], error?: unknown}>} */
async function* opened(db, keys, all) {
  const coming = [];
  for (const [at, sealed] of all.entries()) {
    coming.push(unseal(db, placeOf('blocks', keys[at]), sealed).then((rows) => ({ rows }), (error) => ({ error })));
    if (coming.length > AHEAD) yield /** @type {Promise<{rows?: Row[], error?: unknown}>} */ (coming.shift());
  }
  for (const one of coming) yield one;
}

/** Reads sealed blocks of one village, hottest first. A damaged one does not stand before the others.
 * @param {Db} db @param {string} village @param {number} generation @param {number} from @param {number} to
 * @param {(row: Row, tier: number) => void} take */
export async function pour(db, village, generation, from, to, take) {
  let turn = performance.now();
  /** @type {Damaged|undefined} */
  let damaged;
  for (let tier = from; tier <= to; tier += 1) {
    const range = IDBKeyRange.bound([village, generation, tier], [village, generation, tier, []]);
    const [keys, all] = await Promise.all([db.getAllKeys('blocks', range), db.getAll('blocks', range)]);
    for await (const { rows, error } of opened(db, keys, all)) {
      try {
        if (!rows) throw error;
        for (const row of rows) take(row, tier);
      } catch (error) {
        damaged = new Damaged(village, error);
      }
      if (performance.now() - turn < FRAME_MS) continue;
      await breathe();
      turn = performance.now();
    }
  }
  if (damaged) throw damaged;
}

/** The overlay: rows changed since their block was written.
 * @param {Db} db @param {string} village @param {number} generation @param {(row: Row) => void} take */
export async function pourOverlay(db, village, generation, take) {
  const range = IDBKeyRange.bound([village, generation], [village, generation, []]);
  const [keys, all] = await Promise.all([db.getAllKeys('rec', range), db.getAll('rec', range)]);
  const rows = await Promise.allSettled(all.map((kept, at) => unseal(db, placeOf('rec', keys[at]), kept.body)));
  for (const row of rows) if (row.status === 'fulfilled') take(row.value);
  const damaged = rows.find((row) => row.status === 'rejected');
  if (damaged) throw new Damaged(village, damaged.reason);
}

/** Rows of some tiers, parsed in pieces; with the hottest tier comes the overlay.
 * @param {Db} db @param {import('./types.js').Pull} pull @param {number} from @param {number} to
 * @param {(row: Row, tier?: number) => void} take */
export async function readRows(db, { village, generation }, from, to, take) {
  // A damaged row does not stand before the blocks.
  const overlay = from === 0 ? await pourOverlay(db, village, generation, take).catch((error) => error) : undefined;
  await pour(db, village, generation, from, to, take);
  if (overlay) throw overlay;
}

/** @param {Map<number, Row[]>} byTier @returns {{tier: number, rows: Row[]}[]} */
export function cut(byTier) {
  const blocks = [];
  for (const [tier, rows] of [...byTier].sort((a, b) => a[0] - b[0])) {
    for (let at = 0; at < rows.length; at += BLOCK) blocks.push({ tier, rows: rows.slice(at, at + BLOCK) });
  }
  return blocks;
}

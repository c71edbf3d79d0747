/**
 * Owns keeping the disk in shape: the overlay is folded into blocks, and blocks with many outdated rows are written anew.
 * Promises: what a reader finds is the same before and after; a kill in between leaves one or the other.
 */
import { OLD, cut, pour, pourOverlay, recentFrom, tierOf } from './blocks.js';
import { placeOf, rangeOf, seal, sealMeta, transact } from './db.js';

/**
 * @typedef {import('./store.js').Store} Store
 * @typedef {import('./types.js').Pull} Pull
 * @typedef {import('./types.js').Row} Row
 * @typedef {import('./db.js').Db} Db
 */

const OVERLAY_ROWS = 400;
const DEAD_ROWS = 2000;

/** Looks after every village whose first pull has ended. Only the syncing tab calls this.
 * @param {Store} store @param {{overlay?: number, dead?: number}} [limits] */
export async function tidy(store, { overlay = OVERLAY_ROWS, dead } = {}) {
  for (const { village } of [...store.pulls.value.values()].filter((pull) => pull.complete && !pull.lost)) {
    const { db } = store;
    const pull = store.pulls.value.get(village);
    if (!db || !pull) return;
    if (pull.dead > (dead ?? Math.max(DEAD_ROWS, pull.count / 2))) await rewrite(store, db, pull);
    else if ((await db.count('rec', rangeOf(village, pull.generation))) > overlay) await fold(store, db, pull);
  }
}

/** @param {Store} store @param {Db} db @param {Pull} pull */
async function fold(store, db, pull) {
  const { village, generation } = pull;
  await store.ready('recent');
  /** @type {Row[]} */
  const rows = [];
  await pourOverlay(db, village, generation, (row) => rows.push(row));
  const recent = recentFrom(Date.now());
  const { tiers } = store.records;
  const placed = rows.map((row) => ({ row, tier: Math.min(tierOf(row, store.forms.shapeOf(row), recent), tiers.get(row.id) ?? OLD) }));
  const blocks = await sealed(db, village, generation, pull.next, placed);
  const dead = placed.filter(({ row }) => row.gone || row.deleted || row.rev > 1).length;
  const next = { ...pull, next: pull.next + blocks.length, dead: pull.dead + dead, step: pull.step + 1 };
  const latest = withLatest(store, village, placed);
  const kept = latest && (await sealMeta(db, `old/${village}`, latest));
  await replace(db, pull, next, async (tx) => {
    for (const block of blocks) await tx.objectStore('blocks').put(block.body, block.key);
    for (const { id } of rows) await tx.objectStore('rec').delete([village, generation, id]);
    if (kept) await tx.objectStore('meta').put(kept, `old/${village}`);
  });
  for (const { row, tier } of placed) tiers.set(row.id, tier);
  told(store, next);
}

/** @param {Store} store @param {Db} db @param {Pull} pull */
async function rewrite(store, db, pull) {
  const { village, generation } = pull;
  /** @type {Map<string, Row>} */
  const newest = new Map();
  const take = (/** @type {Row} */ row) => {
    if ((newest.get(row.id)?.rev ?? -1) < row.rev) newest.set(row.id, row);
  };
  await pour(db, village, generation, 0, OLD, take);
  await pourOverlay(db, village, generation, take);
  const recent = recentFrom(Date.now());
  const placed = [...newest.values()].filter((row) => !row.gone && !row.deleted)
    .map((row) => ({ row, tier: tierOf(row, store.forms.shapeOf(row), recent) }));
  const fresh = generation + 1;
  const blocks = await sealed(db, village, fresh, 0, placed);
  const next = { ...pull, generation: fresh, filling: fresh, next: blocks.length, dead: 0, rows: placed.length, step: pull.step + 1 };
  store.latestOld.delete(village);
  const latest = await sealMeta(db, `old/${village}`, withLatest(store, village, placed) ?? {});
  await replace(db, pull, next, async (tx) => {
    await tx.objectStore('blocks').delete(rangeOf(village));
    await tx.objectStore('rec').delete(rangeOf(village));
    for (const block of blocks) await tx.objectStore('blocks').put(block.body, block.key);
    await tx.objectStore('meta').put(latest, `old/${village}`);
  });
  for (const { row, tier } of placed) store.records.tiers.set(row.id, tier);
  told(store, next);
}

/** @param {Db} db @param {string} village @param {number} generation @param {number} from number of the first block @param {{row: Row, tier: number}[]} placed */
async function sealed(db, village, generation, from, placed) {
  /** @type {Map<number, Row[]>} */
  const byTier = new Map();
  for (const { row, tier } of placed) byTier.set(tier, [...(byTier.get(tier) ?? []), row]);
  return Promise.all(cut(byTier).map(async ({ tier, rows }, at) => {
    const key = [village, generation, tier, from + at];
    return { key, body: await seal(db, placeOf('blocks', key), rows) };
  }));
}

/** @param {Db} db @param {Pull} pull @param {Pull} next @param {(tx: import('./db.js').Tx) => Promise<void>} work */
const replace = (db, pull, next, work) =>
  transact(db, ['blocks', 'rec', 'meta'], async (tx) => {
    const meta = tx.objectStore('meta');
    if ((await meta.get(`pull/${pull.village}`))?.step !== pull.step) throw new Error('another tab wrote meanwhile');
    await work(tx);
    await meta.put(next, `pull/${pull.village}`);
  });

/** @param {Store} store @param {string} village @param {{row: Row, tier: number}[]} placed */
function withLatest(store, village, placed) {
  const old = placed.filter(({ row, tier }) => tier === OLD && !row.gone && !row.deleted);
  if (!old.length) return undefined;
  const latest = store.latestOld.get(village) ?? {};
  for (const { row } of old) store.forms.note(latest, row);
  store.latestOld.set(village, latest);
  return latest;
}

/** @param {Store} store @param {Pull} next */
function told(store, next) {
  store.pulls.value = new Map(store.pulls.value).set(next.village, next);
  store.tabs?.tell({ t: 'page', village: next.village, step: next.step, rows: [], blocks: [], reload: true });
}

/** Photos as they are kept: made small beside the page where the browser can, on the page where it cannot. */
import { addressOf, ownWorker } from '../../../addresses.js';
import { Unfit } from './keep.js';

/** @typedef {import('./scaler.js').Limits} Limits */

const LONGEST = 1600;
const MOST_BYTES = 300 * 1024;
/** Of an original, as server/contents.py takes it. */
const ORIGINAL_BYTES = 20 * 2 ** 20;
const ORIGINAL_SIDE = 12_000;
const ORIGINAL_PIXELS = 50_000_000;
/** A worker that says nothing for so long will say nothing. */
const PATIENCE_MS = 60_000;

/** What the form's `max-pixels` says comes before ours; a larger picture may weigh more. @param {Record<string, string>} [parameters] @returns {Limits} */
export function limitsOf(parameters = {}) {
  const asked = Math.round(Number(parameters['max-pixels']));
  const longest = asked > 0 ? asked : LONGEST;
  return { longest, most: Math.round(MOST_BYTES * Math.max(1, (longest / LONGEST) ** 2)) };
}

class NoWorker extends Error {}

/** @param {Blob} blob @param {Limits} limits @returns {Promise<Blob>} */
function beside(blob, limits) {
  return new Promise((resolve, reject) => {
    if (typeof Worker === 'undefined' || typeof OffscreenCanvas === 'undefined') return reject(new NoWorker());
    const worker = new Worker(ownWorker(addressOf('form/widgets/pack/scaler.js')), { type: 'module' });
    const end = (/** @type {() => void} */ tell) => {
      clearTimeout(timer);
      worker.terminate();
      tell();
    };
    const timer = setTimeout(() => end(() => reject(new NoWorker())), PATIENCE_MS);
    worker.onmessage = ({ data }) => end(() => (data.blob ? resolve(data.blob) : reject(data.error ? new Error(data.error) : new NoWorker())));
    worker.onerror = () => end(() => reject(new NoWorker()));
    worker.postMessage({ blob, limits });
  });
}

/** @param {Blob & {name?: string}} file */
const isHeic = (file) => /hei[cf]/i.test(file.type) || /\.hei[cf]$/i.test(file.name ?? '');

/** Whether its person wants photos kept as large as they were taken. */
function wantsOriginals() {
  try {
    return localStorage.getItem('shibu.original') === 'yes';
  } catch {
    return false;
  }
}

/** How large a JPEG is drawn, by its head; null where that is not found. @param {ArrayBuffer} bytes @returns {[number, number] | null} */
export function jpegSize(bytes) {
  const view = new DataView(bytes);
  for (let at = 2; at + 9 < view.byteLength && view.getUint16(0) === 0xffd8; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff || marker === 0xda) return null;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return [view.getUint16(at + 7), view.getUint16(at + 5)];
  }
  return null;
}

/** Whether a photo may go as it was taken: a JPEG within what the server takes. @param {Blob} file */
async function mayStay(file) {
  if (file.type !== 'image/jpeg' || file.size > ORIGINAL_BYTES) return false;
  const [width, height] = jpegSize(await file.arrayBuffer()) ?? [Infinity, Infinity];
  return Math.max(width, height) <= ORIGINAL_SIDE && width * height <= ORIGINAL_PIXELS;
}

/** The photo being made small: two at once would take a small phone's memory. @type {Promise<unknown>} */
let busy = Promise.resolve();

/** A photo made small and clean, or as it was taken where its person wants that; what cameras note goes when it is kept.
 * @param {File | Blob} file @param {Record<string, string>} [parameters] @returns {Promise<Blob>} */
export function small(file, parameters) {
  const done = busy.then(async () => (wantsOriginals() && !parameters?.['max-pixels'] && (await mayStay(file)) ? file : shrunk(file, parameters)));
  busy = done.catch(() => undefined);
  return done;
}

/** @param {File | Blob} file @param {Record<string, string>} [parameters] @returns {Promise<Blob>} */
async function shrunk(file, parameters) {
  const limits = limitsOf(parameters);
  try {
    return await beside(file, limits).catch(async (error) => {
      if (!(error instanceof NoWorker)) throw error;
      return (await import('./scaler.js')).shrink(file, limits);
    });
  } catch (error) {
    console.warn('a picture could not be read', error);
    throw new Unfit(isHeic(file) ? 'heic' : 'picture');
  }
}

/** Photos as they are kept: made small beside the page where the browser can, on the page where it cannot. */
import { addressOf, ownWorker } from '../../../addresses.js';
import { Unfit } from './keep.js';

/** @typedef {import('./scaler.js').Limits} Limits */

const LONGEST = 1600;
const MOST_BYTES = 300 * 1024;
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

/** A photo made small and clean. @param {File | Blob} file @param {Record<string, string>} [parameters] @returns {Promise<Blob>} */
export async function small(file, parameters) {
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

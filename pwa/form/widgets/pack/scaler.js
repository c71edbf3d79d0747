/**
 * Makes a photo small enough to be sent from a village. Runs in a worker of its own, or on the page where there is none, so
 * it imports nothing. Promises: at most as long and as large as asked; as a JPEG without anything the camera wrote beside
 * the picture (place, time, phone); upright as it was taken; what was transparent is white.
 */

/** Tried from the best; below the last one a smaller picture looks better. */
const QUALITIES = [0.86, 0.78, 0.7, 0.6, 0.5];
const SMALLER = 0.8;
const SMALLEST = 64;

/**
 * @typedef {OffscreenCanvas | HTMLCanvasElement} Canvas
 * @typedef {{longest: number, most: number}} Limits  pixels of the longer side, bytes
 */

/** Some browsers have canvases, and none to draw on in a worker. */
class NoCanvas extends Error {}

/** @param {number} width @param {number} height @returns {Canvas} */
export function canvasOf(width, height) {
  if (typeof document === 'undefined') return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement('canvas'), { width, height });
}

/** @param {Canvas} canvas @param {string} type @param {number} [quality] @returns {Promise<Blob>} */
export function blobOf(canvas, type, quality) {
  if ('convertToBlob' in canvas) return canvas.convertToBlob({ type, quality });
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture came'))), type, quality));
}

/** @param {ImageBitmap | Canvas} picture @param {Limits} limits @returns {Promise<Blob>} */
export async function pressed(picture, { longest, most }) {
  let scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  for (;;) {
    const canvas = canvasOf(Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale)));
    const pen = /** @type {OffscreenCanvasRenderingContext2D | null} */ (canvas.getContext('2d', { alpha: false }));
    if (!pen) throw new NoCanvas();
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of QUALITIES) {
      const blob = await blobOf(canvas, 'image/jpeg', quality);
      if (blob.size <= most || Math.max(canvas.width, canvas.height) <= SMALLEST) return blob;
    }
    scale *= SMALLER;
  }
}

/** Rejects with what the browser says when it cannot read the picture. @param {Blob} blob @param {Limits} limits @returns {Promise<Blob>} */
export async function shrink(blob, limits) {
  const picture = await createImageBitmap(blob);
  try {
    return await pressed(picture, limits);
  } finally {
    picture.close();
  }
}

if (typeof document === 'undefined' && typeof addEventListener === 'function') {
  addEventListener('message', (/** @type {any} */ { data }) => {
    const tell = (/** @type {any} */ answer) => /** @type {any} */ (globalThis).postMessage(answer);
    shrink(data.blob, data.limits).then((blob) => tell({ blob }), (error) => tell(error instanceof NoCanvas ? {} : { error: String(error) }));
  });
}

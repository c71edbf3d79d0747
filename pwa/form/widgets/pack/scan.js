/**
 * Reads barcodes in pictures: by the browser where it can, else by WebAssembly of our own address.
 * Promises: what reads is fetched once, when the first code is wanted; a picture without a code gives ''.
 */
import { addressOf } from '../../../addresses.js';

/** @typedef {(source: HTMLVideoElement | ImageBitmap, hard: boolean) => Promise<string>} Reader */

/** Frames this wide are read fast on a slow phone, and still hold the thin bars of a book's code. */
const FRAME = 960;
const CARE = 2000;

/** @type {Promise<Reader> | null} */
let coming = null;

/** @returns {Promise<Reader>} */
export function reader() {
  coming ??= found();
  // Without a network and before its pack came: the next try may find it.
  coming.catch(() => (coming = null));
  return coming;
}

async function found() {
  const Own = /** @type {any} */ (globalThis).BarcodeDetector;
  const formats = await Own?.getSupportedFormats?.().catch(() => []);
  if (!formats?.length) return byWasm();
  const detector = new Own({ formats });
  return async (/** @type {HTMLVideoElement | ImageBitmap} */ source) => String((await detector.detect(source))[0]?.rawValue ?? '');
}

async function byWasm() {
  const { prepareZXingModule, readBarcodes } = await import('zxing-wasm/reader');
  await prepareZXingModule({ overrides: { locateFile: () => addressOf('vendor/zxing-wasm/dist/reader/zxing_reader.wasm') }, fireImmediately: true });
  const canvas = document.createElement('canvas');
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
  return async (/** @type {HTMLVideoElement | ImageBitmap} */ source, /** @type {boolean} */ hard) => {
    const width = 'videoWidth' in source ? source.videoWidth : source.width;
    const height = 'videoHeight' in source ? source.videoHeight : source.height;
    if (!width || !height) return '';
    const scale = Math.min(1, (hard ? CARE : FRAME) / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    pen.drawImage(source, 0, 0, canvas.width, canvas.height);
    const codes = await readBarcodes(pen.getImageData(0, 0, canvas.width, canvas.height), { tryHarder: hard, maxNumberOfSymbols: 1 });
    return codes.find((code) => code.isValid)?.text ?? '';
  };
}

/** The first code in a picture, '' when there is none; rejects when it is no picture. @param {Blob} blob */
export async function codeIn(blob) {
  const picture = await createImageBitmap(blob);
  try {
    return await (await reader())(picture, true);
  } finally {
    picture.close();
  }
}

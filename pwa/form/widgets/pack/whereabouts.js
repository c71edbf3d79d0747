/**
 * Owns asking the phone once where it is, because the form wants it and nobody taps for it.
 * Promises: never asks twice at a time, never waits longer than its patience, never rejects: a phone that cannot or may not tell says ''.
 */
import { textOf } from './ground.js';

const PATIENCE_MS = 20_000;
/** As good as new for so long. */
const FRESH_MS = 30_000;

/** @type {Promise<string> | null} */
let asking = null;

/** @returns {Promise<string>} as a geopoint's answer, '' when it is not known */
export function whereabouts() {
  asking ??= ask().finally(() => (asking = null));
  return asking;
}

/** @returns {Promise<string>} */
const ask = () => new Promise((done) => {
  if (!navigator.geolocation || !isSecureContext) return done('');
  const found = (/** @type {GeolocationPosition} */ { coords: { latitude: lat, longitude: lon, altitude: alt, accuracy: acc } }) =>
    done(textOf({ lat, lon, ...(alt ? { alt } : {}), ...(acc ? { acc } : {}) }) ?? '');
  navigator.geolocation.getCurrentPosition(found, () => done(''), { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: FRESH_MS });
});

/**
 * Owns asking the phone where it is: only while someone waits for it, better and better, until it is taken.
 * Promises: never asked for without a tap; stops with the widget; a phone that cannot or may not tell says which.
 */
import { useEffect, useRef, useState } from 'preact/hooks';

/**
 * @typedef {import('./ground.js').Point} Point
 * @typedef {Point & {at: number}} Fix  `at`: when it came, in ms
 * @typedef {'idle' | 'seeking' | 'refused' | 'absent'} Standing  refused: this page may not ask; absent: the phone has none
 */

/** A better fix stands for so long, in case the person walks on. */
const STANDS_MS = 15_000;
/** Without any fix for so long there is no signal here. */
const PATIENCE_MS = 12_000;

/** The better of two fixes, as long as the older one is fresh. @param {Fix | null} before @param {Fix} now @returns {Fix} */
export const better = (before, now) => (before && now.at - before.at < STANDS_MS && (before.acc ?? Infinity) < (now.acc ?? Infinity) ? before : now);

/** @param {GeolocationPosition} position @returns {Fix} */
function fixOf({ coords, timestamp }) {
  const { latitude: lat, longitude: lon, altitude: alt, accuracy: acc } = coords;
  return { lat, lon, at: timestamp, ...(alt ? { alt } : {}), ...(acc ? { acc } : {}) };
}

/** Keeps the screen on while something is recorded, where the phone lets it. */
async function awake() {
  const lock = await /** @type {any} */ (navigator).wakeLock?.request('screen').catch(() => null);
  return () => void lock?.release().catch(() => undefined);
}

/** @param {(fix: Fix) => void} [onFix] told of each @param {boolean} [walking] where one is now, not where it was best known a moment ago */
export function usePosition(onFix, walking = false) {
  const [standing, stand] = useState(/** @type {Standing} */ ('idle'));
  const [fix, found] = useState(/** @type {Fix | null} */ (null));
  const [late, setLate] = useState(false);
  const latest = useRef(/** @type {Fix | null} */ (null));
  const ending = useRef(() => {});
  const told = useRef(onFix);
  told.current = onFix;
  const stop = () => {
    ending.current();
    ending.current = () => {};
    stand('idle');
  };
  const start = () => {
    if (!navigator.geolocation || !isSecureContext) return stand('absent');
    ending.current();
    latest.current = null;
    found(null);
    setLate(false);
    stand('seeking');
    const patience = setTimeout(() => setLate(!latest.current), PATIENCE_MS);
    const release = awake();
    const watch = navigator.geolocation.watchPosition((position) => {
      const now = fixOf(position);
      latest.current = walking ? now : better(latest.current, now);
      setLate(false);
      found(latest.current);
      told.current?.(latest.current);
    }, (error) => {
      if (error.code !== error.PERMISSION_DENIED) return setLate(!latest.current);
      stop();
      stand('refused');
    }, { enableHighAccuracy: true, maximumAge: 2_000, timeout: 20_000 });
    ending.current = () => {
      clearTimeout(patience);
      navigator.geolocation.clearWatch(watch);
      void release.then((letGo) => letGo());
    };
  };
  useEffect(() => () => ending.current(), []);
  return { standing, fix, late, start, stop };
}

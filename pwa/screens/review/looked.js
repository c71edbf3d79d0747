/**
 * Owns when this person last looked over a village: kept on this phone, in the account's own database, never sent.
 * Promises: the moment is the server's, as old as what the phone then held; taking it back puts the old one there again.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { store } from '../../store/store.js';

const keyOf = (/** @type {string} */ village) => `review/${village}`;

/** @param {string} village @param {string | null} at */
async function keep(village, at) {
  if (at) await store.db?.put('meta', at, keyOf(village));
  else await store.db?.delete('meta', keyOf(village));
}

/** @param {string} village @returns {{at: string | null | undefined, look: () => Promise<() => Promise<void>>}} `at` undefined until it is read; `look` gives its undoing */
export function useLooked(village) {
  const at = useSignal(/** @type {string | null | undefined} */ (undefined));
  useEffect(() => {
    let here = true;
    at.value = undefined;
    void Promise.resolve(store.db?.get('meta', keyOf(village))).then((value) => here && (at.value = value ?? null), () => here && (at.value = null));
    return () => {
      here = false;
    };
  }, [village]);
  const put = async (/** @type {string | null} */ value) => {
    await keep(village, value);
    at.value = value;
  };
  const look = async () => {
    const before = at.peek() ?? null;
    await put(store.pulls.peek().get(village)?.at ?? new Date().toISOString());
    return () => put(before);
  };
  return { at: at.value, look };
}

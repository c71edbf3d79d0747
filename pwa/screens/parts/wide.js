/**
 * Whether there is room for a list and what is chosen in it side by side.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

const ROOM = '(min-width: 1000px)';

/** @returns {boolean} */
export function useWide() {
  const wide = useSignal(matchMedia(ROOM).matches);
  useEffect(() => {
    const media = matchMedia(ROOM);
    const hear = () => (wide.value = media.matches);
    media.addEventListener('change', hear);
    return () => media.removeEventListener('change', hear);
  }, []);
  return wide.value;
}

/**
 * Whether what a screen reads has been brought into memory, and what to say while it is not.
 * Promises: nothing is said for half a second; then words, never a spinner.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';

const PATIENCE_MS = 500;

/** @param {'hot' | 'recent' | 'all'} [tier] @returns {boolean} */
export function useReady(tier = 'hot') {
  const ready = useSignal(false);
  const account = store.account.value?.id;
  useEffect(() => {
    let here = true;
    ready.value = false;
    void store.ready(tier).then(() => here && (ready.value = true), () => undefined);
    return () => {
      here = false;
    };
  }, [tier, account]);
  return ready.value;
}

/** Words in place of a list that takes longer than half a second. @param {{text: string}} props */
export function Opening({ text }) {
  const late = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => (late.value = true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return html`<p class="quiet" role="status">${late.value ? text || t('opening') : ''}</p>`;
}

/**
 * What the browser promises about this phone's storage, as one row and as a banner when the person should do something.
 */
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n.js';
import { lookAtStorage } from '../../store/persistence.js';
import { store } from '../../store/store.js';
import { size } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Row } from '../../ui/parts.js';

/** Bytes still free, null when the browser does not say. */
export function roomLeft() {
  const { usage, quota } = store.storage.value ?? { usage: null, quota: null };
  return usage === null || quota === null ? null : Math.max(0, quota - usage);
}

/** One word on the state of this phone: 'good', 'at-risk' or 'unknown'. */
export function verdict() {
  const storage = store.storage.value;
  if (store.trouble.value || storage?.persistence === 'at-risk') return 'at-risk';
  return storage?.persistence === 'kept' ? 'good' : 'unknown';
}

export function StorageLine() {
  useEffect(() => void (store.storage.peek() ?? lookAtStorage(store)), []);
  const left = roomLeft();
  const parts = [t(`storage.${store.storage.value?.persistence ?? 'unknown'}`), left === null ? '' : t('storage.left', { size: size(left) })];
  return html`<${Row} slim icon="pulse" title=${t(`doctor.verdict.${verdict()}`)} meta=${parts.filter(Boolean).join(t('join.clause'))} href="/me/doctor" />`;
}

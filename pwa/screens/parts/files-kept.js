/**
 * What this phone does with photos and files besides sending them, and what that took of this month's data.
 * Promises: takes effect at once; the bytes are those that went through, by whatever network.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n.js';
import { store } from '../../store/store.js';
import { thisMonth } from '../../store/traffic.js';
import { isFree, isWifiOnly } from '../../sync/link.js';
import { size } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Choices } from '../../ui/parts.js';
import '../../form/widgets/pack/device-words.js';

/** Key in this phone's settings, and what is kept there when it is chosen. @type {Record<string, string>} */
const SWITCHES = { original: 'yes', smalls: 'any' };

export function FilesKept() {
  const month = useSignal(/** @type {import('../../store/traffic.js').Traffic | null} */ (null));
  useEffect(() => void thisMonth(store).then((found) => (month.value = found)), []);
  const { sent = 0, fetched = 0 } = month.value ?? {};
  const offered = Object.keys(SWITCHES).filter((name) => name !== 'smalls' || isFree() !== null || isWifiOnly());
  const chosen = useSignal(offered.filter((name) => localStorage.getItem(`shibu.${name}`) === SWITCHES[name]));
  const choose = (/** @type {string[]} */ names) => {
    chosen.value = names;
    for (const [name, on] of Object.entries(SWITCHES)) {
      if (names.includes(name)) localStorage.setItem(`shibu.${name}`, on);
      else localStorage.removeItem(`shibu.${name}`);
    }
  };
  return html`<${Choices} many label=${t('device.kept')} value=${chosen.value} options=${offered.map((value) => ({ value, label: t(`device.kept.${value}`), meta: t(`device.kept.${value}.meta`) }))} onChange=${choose} />
    ${sent + fetched > 0 && html`<p class="quiet small">${t('device.month', { sent: size(sent), fetched: size(fetched) })}</p>`}`;
}

/**
 * Why what was on this phone is not there any more, said where one signs in: its administrator took it, or the browser did.
 * Promises: said until that account is on this phone again, the administrator's reason no longer than a month; who left this
 * phone themselves is told nothing.
 */
import { useEffect, useState } from 'preact/hooks';
import { bring, t } from '../../i18n.js';
import * as registry from '../../store/registry.js';
import { html } from '../../ui/html.js';
import { Banner, Button } from '../../ui/parts.js';
import texts from './texts.js';

bring(texts);

const CLEARED_MS = 30 * 86_400_000;

/** @param {{known: registry.Known[]}} props */
export default function Why({ known }) {
  const [cleared, setCleared] = useState(/** @type {registry.Cleared|undefined} */ (undefined));
  const [taken, setTaken] = useState(false);
  useEffect(() => {
    void registry.cleared().then(setCleared, () => undefined);
    void registry.isTaken().then(setTaken, () => undefined);
  }, [known]);
  if (taken) {
    const how = html`<${Button} kind="line" low href="/install">${t('notice.how')}<//>`;
    return html`<${Banner} tone="soon" icon="device" title=${t('gone.taken')} text=${t('gone.taken_text')} actions=${how} />`;
  }
  if (!cleared || Date.now() - cleared.at > CLEARED_MS || known.some(({ id }) => id === cleared.id)) return null;
  return html`<${Banner} tone="soon" icon="device" title=${t(`sign.cleared_${cleared.as}`, { name: cleared.name })} />`;
}

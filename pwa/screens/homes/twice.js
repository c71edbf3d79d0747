/**
 * The hint, before a household or a person is saved, that they may be there already. Promises: asks once, in a sheet; saving
 * is always one of the ways on, and going to look leaves the draft as it is.
 */
import { render } from 'preact';
import { called } from '../../domain/household.js';
import { todayOf } from '../../domain/dates.js';
import { loadPinyin, spell } from '../../domain/pinyin.js';
import { homeTwins, personTwins } from '../../domain/pack/twins.js';
import { t } from '../../i18n.js';
import { go } from '../../routes.js';
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Button, List, Row } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import './words.js';

/** @typedef {{rec: import('../../store/types.js').Rec, why: import('../../domain/pack/twins.js').Why[]}} Twin */

/** @param {{kind: string, id: string, answers: Record<string, any>}} written @returns {Promise<Twin[]>} */
async function twinsOf({ kind, id, answers }) {
  // Without the letters, names are compared by their characters.
  await loadPinyin().catch(() => undefined);
  const written = { id, answers };
  return kind === 'household' ? homeTwins(written, store.list('household'), spell) : personTwins(written, store.list('person'), spell, todayOf());
}

/** May it be saved? False when the person went to see the one that is there. @param {{kind: string, id: string, answers: Record<string, any>}} written @returns {Promise<boolean>} */
export async function maySave(written) {
  const twins = await twinsOf(written);
  if (!twins.length) return true;
  const place = document.createElement('div');
  document.body.append(place);
  return new Promise((resolve) => {
    const end = (/** @type {boolean} */ save, /** @type {string} */ address = '') => {
      render(null, place);
      place.remove();
      if (address) go(address);
      resolve(save);
    };
    render(html`<${Asking} kind=${written.kind} twins=${twins} onEnd=${end} />`, place);
  });
}

/** @param {{kind: string, twins: Twin[], onEnd: (save: boolean, address?: string) => void}} props */
function Asking({ kind, twins, onEnd }) {
  const nameOf = (/** @type {Twin} */ { rec }) => (kind === 'household' ? called(rec, t) : [rec.answers.name, called(store.get(rec.answers.household ?? ''), t)].filter(Boolean).join(' · '));
  return html`<${Sheet} title=${t(`homes.twice.${kind}`)} text=${t('homes.twice.text')} onClose=${() => onEnd(false)}>
    <${List}>${twins.map((twin) => html`<${Row} key=${twin.rec.id} icon="house" title=${nameOf(twin)} meta=${twin.why.map((one) => t(`homes.twin.${one}`)).join(t('join.clause'))}
      end=${t('homes.twice.open')} next onTap=${() => onEnd(false, `/${kind}/${twin.rec.id}`)} />`)}<//>
    <div class="acts"><${Button} onTap=${() => onEnd(false)}>${t('homes.twice.back')}<//><${Button} kind="main" onTap=${() => onEnd(true)}>${t('homes.twice.save')}<//></div><//>`;
}

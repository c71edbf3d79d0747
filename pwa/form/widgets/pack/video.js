/** A short film as an answer: the phone's own camera or gallery. What is too long to be sent says how to make it shorter. */
import { t } from '../../../i18n.js';
import { html } from '../../../ui/html.js';
import { plain } from '../../markdown.js';
import { Erase, Pick, Told, useKeep } from './keep.js';
import { Thumb, lookedOr } from './thumb.js';

const MOST_BYTES = 25 * 2 ** 20;
const FILMS = 'video/*';

/** @param {import('../index.js').Props} props */
function Film(props) {
  const { question, value } = props.state;
  const label = plain(props.state.label || question.name);
  const { busy, said, keepFile, erase } = useKeep(props);
  const take = (/** @type {File} */ file) => void keepFile(file, MOST_BYTES);
  const pick = (/** @type {'film' | 'picture'} */ icon, /** @type {string} */ words, /** @type {string} */ capture) =>
    html`<${Pick} low=${Boolean(value)} icon=${icon} words=${words} label=${`${words}，${label}`} accept=${FILMS} capture=${capture || undefined} onFile=${take} />`;
  const only = /\bnew\b|\bnew-front\b/.test(question.appearance);
  const picks = html`${pick('film', t(value ? 'device.film.again' : 'device.film'), /\bnew-front\b/.test(question.appearance) ? 'user' : 'environment')}
    ${!only && pick('picture', t(value ? 'device.pick.again' : 'device.pick.film'), '')}`;
  return html`<div class="taken">${value && html`<${Thumb} value=${value} type="video" label=${label} record=${props.interview.id} />`}
    ${value ? html`<div class="acts">${picks}<${Erase} onTap=${erase} /></div>` : html`<div class="picks">${picks}</div>`}
    <${Told} busy=${busy} said=${said} /></div>`;
}

export default lookedOr(Film);

/** Any small document as an answer: chosen on the phone, shown by its name. */
import { t } from '../../../i18n.js';
import { html } from '../../../ui/html.js';
import { plain } from '../../markdown.js';
import { Erase, Pick, Told, useKeep } from './keep.js';
import { Thumb, lookedOr } from './thumb.js';

const MOST_BYTES = 10 * 2 ** 20;

/** @param {import('../index.js').Props} props */
function FileAnswer(props) {
  const { question, value } = props.state;
  const label = plain(props.state.label || question.name);
  const { busy, said, keepFile, erase } = useKeep(props);
  const take = (/** @type {File} */ file) => void keepFile(file, MOST_BYTES);
  const words = t(value ? 'device.file.again' : 'device.file');
  const pick = html`<${Pick} low=${Boolean(value)} icon="file" words=${words} label=${`${words}，${label}`} accept=${question.parameters?.accept} onFile=${take} />`;
  return html`<div class="taken">${value && html`<${Thumb} value=${value} type="file" label=${label} record=${props.interview.id} />`}
    ${value ? html`<div class="acts">${pick}<${Erase} onTap=${erase} /></div>` : html`<div class="picks">${pick}</div>`}
    <${Told} busy=${busy} said=${said} /></div>`;
}

export default lookedOr(FileAnswer);

/**
 * What is written beside an answer: a remark, and that one will come back to it. Behind one quiet button at the question;
 * neither is ever asked for, and neither holds anything up.
 */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Icon, List, Row, TextArea } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { afterTap } from '../node.js';
import { plain } from '../markdown.js';
import { LONGEST } from '../remarks.js';


/** The remark as text, and as a field while it is written. @param {{interview: import('./index.js').Interview, path: string, place: string, remark: string, writing: boolean, onWrite: (writing: boolean) => void}} props */
function Remark({ interview, path, place, remark, writing, onWrite }) {
  const id = useId();
  const [typed, type] = useState(/** @type {string | null} */ (null));
  const field = useRef(/** @type {HTMLElement | null} */ (null));
  // Later than the sheet gives the focus back.
  useEffect(() => {
    if (writing) field.current?.focus();
  }, [writing]);
  const take = (/** @type {string} */ text) => {
    type(text);
    interview.setRemark(path, text, place);
  };
  const left = () => afterTap(() => {
    type(null);
    onWrite(false);
  });
  if (writing) {
    return html`<div class="remark"><label class="small" for=${id}>${t('form.remark')}</label>
      <div class="plain" onFocusOut=${left}><${TextArea} id=${id} rows=${2} value=${typed ?? remark} maxlength=${LONGEST} inputRef=${field} onInput=${take} /></div></div>`;
  }
  return remark && html`<button type="button" class="mark" onClick=${() => onWrite(true)}><${Icon} name="pen" label=${t('form.remark')} /><span>${remark}</span></button>`;
}

/** @param {{interview: import('./index.js').Interview, state: import('./index.js').State, id: string}} props */
export function Marks({ interview, state, id }) {
  const { path } = state.question;
  const { place } = state;
  const [open, setOpen] = useState(false);
  const [writing, write] = useState(false);
  const remark = interview.remark(path, place);
  const later = interview.later(path, place);
  const label = plain(state.label);
  const put = (/** @type {boolean} */ on) => {
    interview.setLater(path, on, place);
    setOpen(false);
  };
  const begin = () => {
    setOpen(false);
    write(true);
  };
  return html`<div class="marks">
    <button type="button" class="tap quiet" id=${`${id}-marks`} aria-haspopup="dialog" aria-label=${t('form.marks')} aria-describedby=${`${id}-label`} onClick=${() => setOpen(true)}><${Icon} name="more" /></button>
    ${later && html`<button type="button" class="mark" onClick=${() => put(false)}><${Icon} name="clock" /><span>${t('form.later.on')}</span><b>${t('form.later.off')}</b></button>`}
    <${Remark} interview=${interview} path=${path} place=${place} remark=${remark} writing=${writing} onWrite=${write} />
    ${open && html`<${Sheet} title=${label} onClose=${() => setOpen(false)}><${List}>
      <${Row} key="remark" slim icon="pen" title=${t(remark ? 'form.remark.change' : 'form.remark.write')} next=${false} onTap=${begin} />
      <${Row} key="later" slim icon="clock" title=${t(later ? 'form.later.off' : 'form.later.put')} meta=${later ? '' : t('form.later.what')} next=${false} onTap=${() => put(!later)} />
    <//><//>`}
  </div>`;
}

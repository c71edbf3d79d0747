/**
 * A widget whose code comes when a form asks for it: a quiet place of the same height until then, a plain sentence and
 * another try where it cannot come. Promises: once it is there it is drawn at once.
 */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Button } from '../../ui/parts.js';

/**
 * @typedef {import('./index.js').Props} Props
 * @typedef {(props: Props) => any} Widget
 * @typedef {() => Promise<Widget>} Load
 */

/** @type {Map<Load, Widget>} */
const there = new Map();
/** @type {Map<Load, Widget>} */
const waiting = new Map();

/** @param {Load} load @returns {Widget} the same one for the same loader, so that it is not drawn anew at every answer */
export function lazy(load) {
  let widget = waiting.get(load);
  if (!widget) waiting.set(load, (widget = (props) => Coming({ load, props })));
  return widget;
}

/** @param {{load: Load, props: Props}} props */
function Coming({ load, props }) {
  const [, redraw] = useState(0);
  const [failed, fail] = useState(false);
  const fetchIt = () => {
    fail(false);
    load().then((widget) => {
      there.set(load, widget);
      redraw(1);
    }, () => fail(true));
  };
  useEffect(() => {
    if (!there.has(load)) fetchIt();
  }, []);
  const Widget = there.get(load);
  if (Widget) return html`<${Widget} ...${props} />`;
  if (failed) return html`<div class="coming" role="status"><p>${t('form.widget.offline')}</p><${Button} kind="line" low onTap=${fetchIt}>${t('act.again')}<//></div>`;
  return html`<div class="coming" aria-busy="true"></div>`;
}

/**
 * Owns the pictures, sounds and films of labels, as the rest of a form meets them; what shows them comes when a form has some.
 */
import { useEffect, useState } from 'preact/hooks';
import { html } from '../ui/html.js';

/** @typedef {Parameters<typeof import('./widgets/pack/media.js').Media>[0]} Props */

/** @type {typeof import('./widgets/pack/media.js') | null} */
let shower = null;

/** What stands beside a label: its picture (the large one where there is one), sound, film. @param {Props} props */
export function Media(props) {
  const [, redraw] = useState(false);
  const wanted = Boolean(props.media);
  useEffect(() => {
    if (!shower && wanted) void import('./widgets/pack/media.js').then((module) => redraw(Boolean((shower = module))), () => undefined);
  }, [wanted]);
  return wanted && shower ? html`<${shower.Media} ...${props} />` : null;
}

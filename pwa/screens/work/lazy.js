/** A page whose code comes when it is opened; until then the frame alone. Promises: the second time nothing is waited for. */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Opening } from '../parts/ready.js';

/** @template {object} P @param {() => Promise<(props: P) => any>} load @returns {(props: P) => any} */
export function lazyScreen(load) {
  /** @type {((props: P) => any) | null} */
  let there = null;
  return function Coming(props) {
    const [, redraw] = useState(0);
    useEffect(() => {
      if (!there) void load().then((found) => {
        there = found;
        redraw(1);
      });
    }, []);
    const Page = there;
    return Page ? html`<${Page} ...${props} />` : html`<${Inner} title=${t('title.record')} backTo="/work" hideTitle><${Opening} text=${t('opening')} /><//>`;
  };
}

/** What stands before the app while its store is shut. Promises: nothing of the store is drawn here. */
import { store } from '../../store/store.js';
import { html } from '../../ui/html.js';
import { Choose } from './choose.js';
import { Lapsed } from './lapsed.js';
import { Unlock } from './unlock.js';

export default function Door() {
  const now = store.lock.value;
  if (now === 'choose') return html`<${Choose} />`;
  if (now === 'lapsed') return html`<${Lapsed} />`;
  return html`<${Unlock} key=${store.account.value?.id} />`;
}

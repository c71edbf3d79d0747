/** One entry of a repeat on a page of its own; what is typed is in the draft at once, so leaving is always safe. */
import { useId } from 'preact/hooks';
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Offer } from '../../ui/layout.js';
import { Button, Tap } from '../../ui/parts.js';
import { offerUndo } from '../../ui/undo.js';
import { isEmpty } from '../entry.js';
import { plain } from '../markdown.js';
import { drawn } from '../pages.js';
import { Questions, useGoal } from '../view.js';
import { leaving, useDialog } from './dialog.js';

/**
 * @param {{interview: import('../interview.js').Interview, repeat: string, id: string, place: string, around: import('../view.js').Around,
 *   goal: {path: string, place: string} | null, onClose: () => void}} props
 */
export function EntryPage({ interview, repeat, id, place, around, goal, onClose }) {
  const dialog = useDialog();
  const heading = useId();
  const inside = place ? `${place}/${id}` : id;
  const here = goal?.place === inside ? goal : null;
  useGoal(here);
  const at = interview.tree.atOf(repeat, place) ?? [];
  const entries = interview.tree.entries(repeat, at);
  const n = entries.findIndex((one) => one.id === id);
  const drop = (/** @type {boolean} */ told) => {
    const dropped = interview.drop(repeat, id, place);
    onClose();
    if (dropped && told) offerUndo(t('form.entry.dropped'), () => interview.restore(repeat, dropped, place));
  };
  const question = interview.graph.question(repeat);
  const fixed = interview.locked.has(repeat) || Boolean(question.count) || Boolean(question.fixed) || interview.state(repeat, place).readOnly;
  const leave = () => {
    const entry = entries[n] ?? {};
    // An entry in which nothing was written was opened by mistake.
    if (!fixed && Object.entries(entry).every(([key, value]) => key === 'id' || isEmpty(value))) drop(false);
    else onClose();
  };
  return html`<dialog class="page" ref=${dialog} aria-labelledby=${heading} onCancel=${leaving(leave)}><div class="screen">
    <header class="head inner"><${Tap} icon="back" label=${t('form.back')} onTap=${leave} /><h2 class="title" id=${heading} tabindex="-1" autofocus>${plain(interview.state(repeat, place).label)}</h2>
      ${entries.length > 1 && html`<span class="state">${t('form.entry.of', { n: n + 1, of: entries.length })}</span>`}</header>
    <div class="scroll"><${Questions} interview=${interview} paths=${drawn(interview.graph, repeat)} place=${inside} around=${around} goal=${here} /></div>
    <footer><${Offer} /><div class="dock">${!fixed && html`<${Button} icon="erase" onTap=${() => drop(true)}>${t('form.entry.drop')}<//>`}<${Button} kind="main" grow=${15} onTap=${leave}>${t('form.entry.done')}<//></div></footer>
  </div></dialog>`;
}

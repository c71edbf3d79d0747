/**
 * A list on a page of its own, over the form: what is picked on top, search at the bottom where the thumb is.
 * A real dialog: Escape and back leave it, focus returns. One choice closes it; several wait for 选好.
 */
import { useId, useMemo, useState } from 'preact/hooks';
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Button, Chip, Chips, Choices, Group, Search, Tap } from '../../ui/parts.js';
import { leaving, useDialog } from './dialog.js';

/**
 * @typedef {{value: string, label: string, meta?: any, group?: import('../definition.js').Words | string | undefined}} Option
 * @typedef {object} Props
 * @property {string} title
 * @property {Option[]} options  when `find` is given: what is shown while nothing is searched
 * @property {string | string[] | null | undefined} value
 * @property {boolean} [many]
 * @property {boolean} [clear]  one choice may be taken back
 * @property {(value: any) => void} onChoose
 * @property {() => void} onClose
 * @property {(query: string) => (Option & {shown?: any})[]} [find]  absent: characters of the label
 * @property {string} [hint]  placeholder of the search
 */

/** @param {{text: string, query: string}} props */
function Hit({ text, query }) {
  const at = query ? text.toLowerCase().indexOf(query) : -1;
  return at < 0 ? text : html`<span>${text.slice(0, at)}<mark class="hit">${text.slice(at, at + query.length)}</mark>${text.slice(at + query.length)}</span>`;
}

/** @param {Props} props */
export function Picker({ title, options, value, many, clear, onChoose, onClose, find, hint }) {
  const dialog = useDialog();
  const id = useId();
  const [typed, setTyped] = useState('');
  const query = typed.trim().toLowerCase();
  const rows = useMemo(() => {
    if (!query) return options;
    return find ? find(query) : options.filter((option) => option.label.toLowerCase().includes(query));
  }, [query, options, find]);
  const picked = many ? options.filter((option) => Array.isArray(value) && value.includes(option.value)) : [];
  const heading = query ? t('form.found', { query: typed.trim() }) : '';
  const drop = (/** @type {string} */ name) => onChoose(/** @type {string[]} */ (value).filter((one) => one !== name));
  return html`<dialog class="page" ref=${dialog} aria-labelledby=${id} onCancel=${leaving(onClose)}><div class="screen">
    <header class="head inner"><${Tap} icon="back" label=${t('form.back')} onTap=${onClose} /><h2 class="title" id=${id}>${title}</h2></header>
    <main class="tight">
      ${picked.length > 0 && html`<${Chips} label=${t('form.picked', { n: picked.length })}>${picked.map((option) => html`
        <${Chip} key=${option.value} on label=${t('form.unpick', { name: option.label })} onTap=${() => drop(option.value)}>${option.label}<//>`)}<//>`}
      <${Group} title=${heading} count=${query ? t('form.items', { n: rows.length }) : ''}>
        ${rows.length > 0
          ? html`<${Choices} many=${many} clear=${clear} label=${title} value=${value} onChange=${onChoose}
              options=${rows.map((/** @type {any} */ row) => ({ value: row.value, meta: row.meta, label: row.shown ?? html`<${Hit} text=${row.label} query=${query} />` }))} />`
          : html`<p class="quiet">${t('form.found.none')}</p>`}
      <//>
    </main>
    <footer><div class="dock"><${Search} value=${typed} onInput=${setTyped} label=${t('form.search')} placeholder=${hint} clearLabel=${t('form.clear')} />
      ${many && html`<${Button} kind="main" onTap=${onClose}>${t('form.picked.done')}<//>`}</div></footer>
  </div></dialog>`;
}

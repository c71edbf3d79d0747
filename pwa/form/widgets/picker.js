/**
 * A list on a page of its own, over the form: what is picked on top, search at the bottom where the thumb is.
 * A real dialog: Escape and back leave it, focus returns. One choice closes it; several wait for 选好.
 */
import { useEffect, useId, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { loadPinyin, spell } from '../../domain/pinyin.js';
import { Finder } from '../../domain/search.js';
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Button, Chip, Chips, Choices, Group, Icon, List, Row, Search, Tap } from '../../ui/parts.js';
import { leaving, useDialog } from './dialog.js';
import { Washed } from './washed.js';

/**
 * @typedef {{value: string, label: any, text?: string, meta?: any, shown?: any, group?: string}} Option  `text`: the label's words
 *   where it is more than text; `shown`: the label with what matched, or what draws it; `group`: heading above it and those that
 *   follow with the same one
 * @typedef {object} Props
 * @property {string} title
 * @property {Option[]} options  while nothing is searched
 * @property {string | string[] | null | undefined} [value]
 * @property {boolean} [many]
 * @property {boolean} [clear]  the one choice may be taken back
 * @property {(value: any) => void} onChoose
 * @property {() => void} onClose
 * @property {(query: string) => Option[]} [find]  absent: by the characters of the label
 * @property {string} [hint]  placeholder of the search
 * @property {(typed: string) => any} [extra]  stands under the rows, knowing the words of the search
 */

/** Rows drawn at first, and more of them each time the end comes near: a village has a thousand homes. */
const FIRST = 60;
const NEAR = 1200;

const textOf = (/** @type {Option} */ { text, label }) => text ?? String(label);

/** The row's words, with what matched. @param {{row: Option, query: string}} props */
function Hit({ row, query }) {
  if (row.shown) return typeof row.shown === 'function' ? row.shown() : row.shown;
  const text = textOf(row);
  const at = query ? text.toLowerCase().indexOf(query) : -1;
  return at < 0 ? row.label : html`${text.slice(0, at)}<mark class="hit">${text.slice(at, at + query.length)}</mark>${text.slice(at + query.length)}`;
}

/** Finds by characters anywhere in the label, then by the letters of its pinyin. @param {Option[]} options @param {boolean} own the caller finds in its own way */
function useFinding(options, own) {
  const [spelt, redraw] = useReducer((/** @type {number} */ n) => n + 1, 0);
  useEffect(() => {
    // Without the letters, characters and numbers are found all the same.
    if (!own && spell('一') === null) loadPinyin().then(() => redraw(undefined), () => undefined);
  }, [own]);
  const finder = useMemo(() => {
    const made = new Finder(spell);
    if (!own) made.take(options.map((option) => ({ id: option.value, household: '', name: textOf(option) })));
    return made;
  }, [options, own, spelt]);
  return (/** @type {string} */ query) => {
    const plain = options.filter((option) => textOf(option).toLowerCase().includes(query));
    const found = new Set(plain.map((option) => option.value));
    const byId = new Map(options.map((option) => [option.value, option]));
    const spelled = finder.find(query, Infinity).flatMap((hit) => {
      const option = found.has(hit.id) ? undefined : byId.get(hit.id);
      return option ? [{ ...option, shown: () => html`<${Washed} name=${textOf(option)} ranges=${hit.ranges} />` }] : [];
    });
    return [...plain, ...spelled];
  };
}

/** Runs of rows under the same heading. @param {Option[]} rows @returns {{group: string, rows: Option[]}[]} */
function runs(rows) {
  /** @type {{group: string, rows: Option[]}[]} */
  const found = [];
  for (const row of rows) {
    const last = found.at(-1);
    if (last && last.group === (row.group ?? '')) last.rows.push(row);
    else found.push({ group: row.group ?? '', rows: [row] });
  }
  return found;
}

/** Rows that are tapped once: a radio group would choose, and close, with every arrow key.
 * @param {{rows: Option[], query: string, value: string | null, clear: boolean, onChoose: (value: string | null) => void}} props */
function Rows({ rows, query, value, clear, onChoose }) {
  return html`${clear && value && !query && html`<${List}><${Row} slim title=${t('form.none')} next=${false} onTap=${() => onChoose(null)} /><//>`}
    ${runs(rows).map((run) => html`<${Group} key=${run.group} title=${run.group}><${List}>${run.rows.map((row) => html`
      <${Row} key=${row.value} slim title=${html`<${Hit} row=${row} query=${query} />`} meta=${row.meta} current=${row.value === value}
        end=${row.value === value ? html`<${Icon} name="check" label=${t('form.chosen')} />` : ''} next=${false} onTap=${() => onChoose(row.value)} />`)}<//><//>`)}`;
}

/** @param {Props} props */
export function Picker({ title, options, value, many, clear, onChoose, onClose, find, hint, extra }) {
  const dialog = useDialog();
  const id = useId();
  const [typed, setTyped] = useState('');
  const [shown, show] = useState(FIRST);
  const body = useRef(/** @type {HTMLElement | null} */ (null));
  const query = typed.trim().toLowerCase();
  const finding = useFinding(options, Boolean(find));
  const rows = useMemo(() => (query ? (find ?? finding)(query) : options), [query, options, find, spell('一')]);
  const chosen = Array.isArray(value) ? value : [];
  const picked = many ? options.filter((option) => chosen.includes(option.value)) : [];
  const type = (/** @type {string} */ text) => {
    setTyped(text);
    show(FIRST);
    if (body.current) body.current.scrollTop = 0;
  };
  const grow = () => {
    const { scrollTop = 0, clientHeight = 0, scrollHeight = 0 } = body.current ?? {};
    if (shown < rows.length && scrollTop + clientHeight + NEAR > scrollHeight) show(shown + FIRST);
  };
  const some = rows.slice(0, shown);
  return html`<dialog class="page" ref=${dialog} aria-labelledby=${id} onCancel=${leaving(onClose)}><div class="screen">
    <header class="head inner"><${Tap} icon="back" label=${t('form.back')} onTap=${onClose} /><h2 class="title" id=${id} tabindex="-1" autofocus>${title}</h2></header>
    <div class="scroll tight" ref=${body} onScroll=${grow}>
      ${picked.length > 0 && html`<${Chips} label=${t('form.picked', { n: picked.length })}>${picked.map((option) => html`
        <${Chip} key=${option.value} plain icon="close" label=${t('form.unpick', { name: option.label })} onTap=${() => onChoose(chosen.filter((one) => one !== option.value))}>${option.label}<//>`)}<//>`}
      <div class="hidden" role="status">${query ? t('form.items', { n: rows.length }) : ''}</div>
      <${Group} title=${query ? t('form.found', { query: typed.trim() }) : t('form.choices.all')} count=${t('form.items', { n: rows.length })} />
      ${many && some.length > 0 && html`<${Choices} many label=${title} value=${value} onChange=${onChoose}
        options=${some.map((row) => ({ value: row.value, meta: row.meta, label: html`<${Hit} row=${row} query=${query} />` }))} />`}
      ${!many && some.length > 0 && html`<${Rows} rows=${some} query=${query} value=${typeof value === 'string' ? value : null} clear=${Boolean(clear)} onChoose=${onChoose} />`}
      ${some.length < rows.length && html`<p class="quiet rest">${t(query ? 'form.choices.rest.found' : 'form.choices.rest', { n: rows.length - some.length })}</p>`}
      ${!rows.length && html`<p class="quiet">${t('form.found.none')}</p>`}
      ${extra?.(typed.trim())}
    </div>
    <footer><div class="dock"><${Search} value=${typed} onInput=${type} label=${t('form.search')} placeholder=${hint ?? t('form.search.letters')} clearLabel=${t('form.clear')} />
      ${many && html`<${Button} kind="main" onTap=${onClose}>${t('form.picked.done')}<//>`}</div></footer>
  </div></dialog>`;
}

/**
 * The parts every screen is made of: what is shown, what is chosen, what is written in. No reading of records, no network.
 * Promises: ids, labels and live regions are real; one stop for Tab in a radio group, arrows move within it.
 */
import { createContext, toChildArray } from 'preact';
import { useContext } from 'preact/hooks';
import { html } from './html.js';

/**
 * @typedef {any} Content  text or drawn parts
 * @typedef {''|'done'|'doing'|'soon'|'late'|'info'|'good'} Tone
 * @typedef {{tone?: Tone, icon?: string, text: string}} Standing
 */

/** Joins class names. @param {...(string|false|null|undefined)} names */
export const cls = (...names) => names.filter(Boolean).join(' ') || undefined;

/** An icon beside a word; alone it needs a `label`. @param {{name: string, label?: string}} props */
export function Icon({ name, label }) {
  return html`<svg class="icon" role=${label ? 'img' : undefined} aria-label=${label} aria-hidden=${label ? undefined : 'true'}><use href=${`#i-${name}`} /></svg>`;
}

/** A heading with its count at the right end, then what belongs to it. @param {{title?: Content, count?: Content, children?: any, label?: string}} props */
export function Group({ title, count, children, label }) {
  return html`<section class="group" aria-label=${label}>${title && html`<h2>${title}${count != null && count !== '' && html` <span>${count}</span>`}</h2>`}${children}</section>`;
}

/** A list on one card; each child is an item. @param {{children?: any, label?: string}} props */
export function List({ children, label }) {
  return html`<ul class="list" aria-label=${label}>${toChildArray(children).map((child) => html`<li key=${/** @type {any} */ (child)?.key}>${child}</li>`)}</ul>`;
}

/**
 * One thing on one line: what, then who and where, its state at the end. The whole row is the target.
 * `state` has an icon and a tone; `end` is plain words. An arrow shows where there is neither; `next` shows it beside them too.
 * @param {{href?: string, onTap?: (event: Event) => void, icon?: string, title: Content, meta?: Content, state?: Standing|null,
 *   end?: Content, next?: boolean, slim?: boolean, current?: boolean, hint?: boolean, label?: string, id?: string}} props
 */
export function Row({ href, onTap, icon, title, meta, state, end, next, slim, current, hint, label, id }) {
  const acts = Boolean(href || onTap);
  const said = state?.text || (end != null && end !== '');
  const arrow = next ?? (acts && !said);
  const inside = html`${icon && html`<${Icon} name=${icon} />`}<span class="text"><b>${title}</b>${meta && html`<span class="meta">${meta}</span>`}</span>
    ${state?.text && html`<${State} ...${state} />`}${end != null && end !== '' && html`<span class="state">${end}</span>`}${arrow && html`<${Icon} name="next" />`}`;
  const look = cls('row', slim && 'slim', hint && 'card hint');
  if (href) return html`<a class=${look} id=${id} href=${address(href)} aria-current=${current ? 'true' : undefined} aria-label=${label}>${inside}</a>`;
  if (onTap) return html`<button type="button" class=${look} id=${id} onClick=${onTap} aria-current=${current ? 'true' : undefined} aria-label=${label}>${inside}</button>`;
  return html`<div class=${look} id=${id}>${inside}</div>`;
}

/** Screens write '/today'; the browser wants '#/today'. @param {string} href */
export const address = (href) => (href.startsWith('/') ? `#${href}` : href);

/** The icon's shape carries the meaning, the word says it, colour only helps. @param {Standing} props */
export function State({ tone, icon, text }) {
  return html`<span class=${cls('state', tone)}>${icon && html`<${Icon} name=${icon} />`}${text}</span>`;
}

/** A fact in a box; not a control. @param {{tone?: Tone, icon?: string, children?: any, text?: Content}} props */
export function Tag({ tone, icon, children, text }) {
  return html`<span class=${cls('tag', tone)}>${icon && html`<${Icon} name=${icon} />`}${text ?? children}</span>`;
}

/** Tags side by side. @param {{children?: any, label?: string}} props */
export function Tags({ children, label }) {
  return html`<ul class="tags" aria-label=${label}>${toChildArray(children).map((child) => html`<li>${child}</li>`)}</ul>`;
}

/** One matter with its own reading and, if needed, its own buttons.
 * @param {{title?: Content, by?: Content, tone?: 'note'|'hint'|'', href?: string, children?: any, level?: 2|3}} props */
export function Card({ title, by, tone, href, children, level = 3 }) {
  const inside = html`${title && (level === 2 ? html`<h2>${title}</h2>` : html`<h3>${title}</h3>`)}${children}${by && html`<p class="by">${by}</p>`}`;
  return href ? html`<a class=${cls('card', tone)} href=${address(href)}>${inside}</a>` : html`<article class=${cls('card', tone)}>${inside}</article>`;
}

/**
 * kind: main (one per screen), tone (second likely act), line (equal alternatives), text (rare), plain.
 * `grow`: its share of the width in tenths, where the dock's own proportion does not fit.
 * @param {{kind?: 'main'|'tone'|'line'|'text'|'plain', icon?: string, onTap?: (event: any) => void, href?: string, type?: 'button'|'submit', low?: boolean,
 *   grow?: number, label?: string, lang?: string, children?: any, id?: string, busy?: boolean, form?: string}} props
 */
export function Button({ kind = 'plain', icon, onTap, href, type = 'button', low, grow, label, lang, children, id, busy, form }) {
  const look = cls('button', kind !== 'plain' && kind, low && 'low');
  const style = grow ? { flex: String(grow / 10) } : undefined;
  const inside = html`${icon && html`<${Icon} name=${icon} />`}${children}`;
  if (href) return html`<a class=${look} href=${address(href)} id=${id} style=${style} aria-label=${label} lang=${lang}>${inside}</a>`;
  return html`<button class=${look} type=${type} onClick=${onTap} id=${id} form=${form} style=${style} aria-label=${label} aria-busy=${busy ? 'true' : undefined} lang=${lang}>${inside}</button>`;
}

/** An icon alone that can be touched: back, close, more, clear, show, speak, erase.
 * @param {{icon: string, label: string, onTap?: (event: any) => void, href?: string, pressed?: boolean, expanded?: boolean}} props */
export function Tap({ icon, label, onTap, href, pressed, expanded }) {
  const inside = html`<${Icon} name=${icon} />`;
  if (href) return html`<a class="tap" href=${address(href)} aria-label=${label}>${inside}</a>`;
  return html`<button type="button" class="tap" onClick=${onTap} aria-label=${label} aria-pressed=${pressed === undefined ? undefined : String(pressed)} aria-expanded=${expanded === undefined ? undefined : String(expanded)}>${inside}</button>`;
}

/** What is, then what it means; inside the scroll, covering nothing. @param {{tone?: Tone, icon: string, title: Content, text?: Content, actions?: any, id?: string}} props */
export function Banner({ tone, icon, title, text, actions, id }) {
  return html`<div class=${cls('banner', tone)} id=${id}><${Icon} name=${icon} /><div><b>${title}</b>${text}${actions && html`<div class="actions">${actions}</div>`}</div></div>`;
}

/**
 * Filled = happened, ring = now, dashed = to come.
 * @param {{items: {when?: Content, title: Content, text?: Content, meta?: Content, state?: 'done'|'now'|'next', key?: string}[], label?: string}} props
 */
export function Timeline({ items, label }) {
  return html`<ol class="timeline" aria-label=${label}>${items.map(
    ({ when, title, text, meta, state, key }) => html`<li key=${key} class=${state === 'done' ? undefined : state} aria-current=${state === 'now' ? 'step' : undefined}>
      ${when && html`<time>${when}</time>`}<b>${title}</b>${text && html`<p>${text}</p>`}${meta && html`<div>${meta}</div>`}</li>`,
  )}</ol>`;
}

/** Three stations, each with its word and its time; a waiting one is dashed and says why.
 * @param {{stations: {word: string, note?: Content, wait?: boolean}[], label?: string}} props */
export function Receipt({ stations, label }) {
  const half = stations[1]?.wait;
  return html`<ol class=${cls('receipt', half && 'half')} aria-label=${label}>${stations.map(
    ({ word, note, wait }) => html`<li class=${wait ? 'wait' : undefined}><b>${word}</b>${note}</li>`,
  )}</ol>`;
}

/** A quiet share: one block per item. The words beside it carry it. @param {{done: number, of: number}} props */
export function Measure({ done, of }) {
  return html`<div class="measure" aria-hidden="true">${Array.from({ length: of }, (_, at) => html`<i class=${at < done ? 'on' : undefined}></i>`)}</div>`;
}

/** A share of one bar, with its words for those who cannot see it. @param {{part: number, label: string}} props */
export function Share({ part, label }) {
  const width = Math.round(Math.min(1, Math.max(0, part)) * 100);
  return html`<svg class="share" role="img" aria-label=${label} preserveAspectRatio="none" viewBox="0 0 100 10"><rect width=${width} height="10" /></svg>`;
}

/** Nothing here: a drawing, one sentence that is true, one that helps, at most one button.
 * @param {{scene?: 'hills'|'homes', title: Content, text?: Content, action?: any}} props */
export function Blank({ scene = 'hills', title, text, action }) {
  return html`<div class="blank"><svg class="scene" viewBox="0 0 168 112" aria-hidden="true"><use href=${`#s-${scene}`} /></svg><h2>${title}</h2>${text && html`<p>${text}</p>`}${action}</div>`;
}

/** Name and value, line by line. @param {{items: [Content, Content][]}} props */
export function Pairs({ items }) {
  return html`<dl class="pairs">${items.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

/** What is folded away. @param {{title: Content, meta?: Content, open?: boolean, onToggle?: (open: boolean) => void, children?: any}} props */
export function More({ title, meta, open, onToggle, children }) {
  const toggled = (/** @type {any} */ event) => onToggle?.(event.currentTarget.open);
  return html`<details class="more" open=${open} onToggle=${toggled}><summary><span>${title}${meta && html`<span class="meta">${meta}</span>`}</span><${Icon} name="down" /></summary><div class="inside">${children}</div></details>`;
}

// — choosing —

/** @typedef {{value: string, label: any, icon?: string, count?: any, meta?: any, href?: string}} Option */

/** Arrows, Home and End move and choose within a radio group. @param {KeyboardEvent} event */
export function arrows(event) {
  const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: 'first', End: 'last' }[event.key];
  if (!way) return;
  const group = /** @type {HTMLElement} */ (event.currentTarget);
  const radios = /** @type {HTMLElement[]} */ ([...group.querySelectorAll('[role=radio]')]);
  const at = radios.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  if (at < 0) return;
  event.preventDefault();
  const to = way === 'first' ? 0 : way === 'last' ? radios.length - 1 : (at + Number(way) + radios.length) % radios.length;
  radios[to]?.focus();
  radios[to]?.click();
}

/** Which option Tab reaches: the chosen one, else the first. @param {Option[]} options @param {string|null|undefined} value @param {number} at */
const tabStop = (options, value, at) => (options.some((option) => option.value === value) ? options[at]?.value === value : at === 0);

/** One choice that is on or off. @param {{on?: boolean, onTap?: (event: any) => void, icon?: string, count?: any, children?: any, label?: string, plain?: boolean}} props
 * `plain`: an act in the shape of a chip (take the proposed answer), not a switch. */
export function Chip({ on, onTap, icon, count, children, label, plain }) {
  return html`<button type="button" class="chip" aria-pressed=${plain ? undefined : String(Boolean(on))} onClick=${onTap} aria-label=${label}>
    ${on ? html`<${Icon} name="check" />` : icon && html`<${Icon} name=${icon} />`}${children}${count != null && html` <span class="count">${count}</span>`}</button>`;
}

/**
 * Chips side by side. With `options` a group that chooses: one (radio, `value` a string) or `many` (`value` a list).
 * With `clear` touching the chosen one of a radio group takes the choice back. Without options a frame for Chip children.
 * @param {{options?: Option[], value?: string|string[]|null, onChange?: (value: any) => void, many?: boolean, clear?: boolean, label?: string, labelledby?: string, children?: any}} props
 */
export function Chips({ options, value, onChange, many, clear, label, labelledby, children }) {
  if (!options) return html`<div class="chips" role=${label || labelledby ? 'group' : undefined} aria-label=${label} aria-labelledby=${labelledby}>${children}</div>`;
  if (many) {
    const chosen = Array.isArray(value) ? value : [];
    const toggle = (/** @type {string} */ one) => onChange?.(chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one]);
    return html`<div class="chips" role="group" aria-label=${label} aria-labelledby=${labelledby}>
      ${options.map((option) => html`<${Chip} key=${option.value} on=${chosen.includes(option.value)} icon=${option.icon} count=${option.count} onTap=${() => toggle(option.value)}>${option.label}<//>`)}${children}</div>`;
  }
  const one = typeof value === 'string' ? value : null;
  return html`<div class="chips" role="radiogroup" aria-label=${label} aria-labelledby=${labelledby} onKeyDown=${arrows}>
    ${options.map((option, at) => {
      const on = option.value === one;
      const tap = () => (on ? clear && onChange?.(null) : onChange?.(option.value));
      return html`<button type="button" key=${option.value} class="chip" role="radio" aria-checked=${String(on)} tabindex=${tabStop(options, one, at) ? 0 : -1} onClick=${tap}>
        ${on ? html`<${Icon} name="check" />` : option.icon && html`<${Icon} name=${option.icon} />`}${option.label}${option.count != null && html` <span class="count">${option.count}</span>`}</button>`;
    })}${children}</div>`;
}

/** Two to four views of one list, the count above the word. @param {{value: string, options: Option[], onChange: (value: string) => void, label: string}} props */
export function Segments({ value, options, onChange, label }) {
  return html`<div class="seg" role="radiogroup" aria-label=${label} onKeyDown=${arrows}>
    ${options.map((option, at) => html`<button type="button" key=${option.value} role="radio" aria-checked=${String(option.value === value)} tabindex=${tabStop(options, value, at) ? 0 : -1}
      onClick=${() => onChange(option.value)}>${option.count != null && html`<b>${option.count}</b>`}${option.label}</button>`)}</div>`;
}

/**
 * A list to choose from, one a row: radios, or boxes with `many`.
 * @param {{options: Option[], value?: string|string[]|null, onChange: (value: any) => void, many?: boolean, clear?: boolean, label?: string, labelledby?: string}} props
 */
export function Choices({ options, value, onChange, many, clear, label, labelledby }) {
  const chosen = Array.isArray(value) ? value : value ? [value] : [];
  const tap = (/** @type {string} */ one) => {
    const on = chosen.includes(one);
    if (many) onChange(on ? chosen.filter((other) => other !== one) : [...chosen, one]);
    else if (!on) onChange(one);
    else if (clear) onChange(null);
  };
  const icon = (/** @type {boolean} */ on) => (many ? (on ? 'box-on' : 'box') : on ? 'radio-on' : 'ring');
  return html`<div class="list" role=${many ? 'group' : 'radiogroup'} aria-label=${label} aria-labelledby=${labelledby} onKeyDown=${many ? undefined : arrows}>
    ${options.map((option, at) => {
      const on = chosen.includes(option.value);
      const stop = many || tabStop(options, chosen[0], at);
      return html`<button type="button" key=${option.value} class="choice" role=${many ? 'checkbox' : 'radio'} aria-checked=${String(on)} tabindex=${stop ? 0 : -1} onClick=${() => tap(option.value)}>
        <${Icon} name=${icon(on)} /><span class=${cls('text')}>${option.label}${option.meta && html`<span class="meta">${option.meta}</span>`}</span></button>`;
    })}</div>`;
}

// — writing —

/** @type {import('preact').Context<{id?: string, describedby?: string, invalid?: boolean}>} */
const Around = createContext({});

/**
 * @param {{id: string, label: any, soft?: any, help?: any, wrong?: any, fix?: any, group?: boolean, children?: any}} props
 * `soft`: 要填, 可不填. `wrong`: one sentence. `fix`: chips that put it right. `group`: holds several controls (chips, a list);
 * the label's id is `${id}-label`, for `labelledby`.
 */
export function Field({ id, label, soft, help, wrong, fix, group, children }) {
  const describedby = cls(help && `${id}-help`, wrong && `${id}-wrong`);
  const name = html`${label}${soft && html` <span class="soft">${soft}</span>`}`;
  return html`<${Around.Provider} value=${{ id, describedby, invalid: Boolean(wrong) }}>
    <div class=${cls('field', wrong && 'bad')} role=${group ? 'group' : undefined} aria-labelledby=${group ? `${id}-label` : undefined} aria-describedby=${group ? describedby : undefined}>
      ${group ? html`<span class="label" id=${`${id}-label`}>${name}</span>` : html`<label for=${id} id=${`${id}-label`}>${name}</label>`}
      ${children}
      ${help && html`<span class="help" id=${`${id}-help`}>${help}</span>`}
      <span class="wrong" id=${`${id}-wrong`} aria-live="polite">${wrong && html`<${Icon} name="late" />${wrong}`}</span>
      ${wrong && fix && html`<div class="chips">${fix}</div>`}
    </div><//>`;
}

/** What any text input may be told. @typedef {object} InputProps
 * @property {string} [id]
 * @property {string} [label]  when no Field stands around
 * @property {string|number|null} [value]
 * @property {(value: string, event: any) => void} [onInput]
 * @property {(value: string, event: any) => void} [onChange]  on leaving
 * @property {(event: any) => void} [onFocus]
 * @property {string} [placeholder]
 * @property {string} [autocomplete]
 * @property {boolean} [readonly]
 * @property {any} [inputRef]
 * @property {number} [maxlength]
 */

/** @param {InputProps} props */
function attributes({ id, label, value, onInput, onChange, onFocus, placeholder, autocomplete = 'off', readonly, inputRef, maxlength }) {
  const around = useContext(Around);
  return {
    id: id ?? around.id,
    'aria-label': label,
    'aria-describedby': around.describedby,
    'aria-invalid': around.invalid ? 'true' : undefined,
    value: value ?? '',
    placeholder,
    autocomplete,
    readOnly: readonly,
    maxLength: maxlength,
    ref: inputRef,
    onInput: onInput && ((/** @type {any} */ event) => onInput(event.currentTarget.value, event)),
    onChange: onChange && ((/** @type {any} */ event) => onChange(event.currentTarget.value, event)),
    onFocus,
  };
}

/**
 * @param {InputProps & {type?: string, inputmode?: string, unit?: any, icon?: string, end?: any, enterkeyhint?: string, min?: string, max?: string, step?: string, name?: string}} props
 * `unit` stands inside at the right; `end` is a Tap (clear, show, speak).
 */
export function TextInput({ type = 'text', inputmode, unit, icon, end, enterkeyhint, min, max, step, name, ...rest }) {
  const own = attributes(rest);
  return html`<div class="input">${icon && html`<${Icon} name=${icon} />`}<input ...${own} type=${type} inputmode=${inputmode} enterkeyhint=${enterkeyhint} min=${min} max=${max} step=${step} name=${name} autocapitalize="off" spellcheck=${false} />${unit && html`<span class="unit">${unit}</span>`}${end}</div>`;
}

/** @param {InputProps & {rows?: number, end?: any, big?: boolean}} props */
export function TextArea({ rows = 3, end, big, ...rest }) {
  const own = attributes(rest);
  return html`<div class=${cls('input area', big && 'big')}><textarea ...${own} rows=${rows}></textarea>${end}</div>`;
}

/** The search at the bottom. @param {{value: string, onInput: (value: string) => void, label: string, placeholder?: string, clearLabel: string, inputRef?: any}} props */
export function Search({ value, onInput, label, placeholder, clearLabel, inputRef }) {
  return html`<div class="input" role="search"><${Icon} name="search" /><input type="search" ref=${inputRef} value=${value} placeholder=${placeholder} aria-label=${label} autocomplete="off" autocapitalize="off" spellcheck=${false}
    enterkeyhint="search" onInput=${(/** @type {any} */ event) => onInput(event.currentTarget.value)} />${value && html`<${Tap} icon="close" label=${clearLabel} onTap=${() => onInput('')} />`}</div>`;
}

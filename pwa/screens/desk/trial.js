/**
 * A form that was tried: what is wrong with it, what it changes, whose records it touches, what it costs; then publishing.
 * Promises: nothing is live before 发布 was tapped; another administrator's publication in between is said, and shown anew.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { lang, t, words } from '../../i18n.js';
import { back, go } from '../../routes.js';
import { Refused } from '../../sync/api.js';
import { count } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Banner, Blank, Button, Field, Group, List, More, Row, TextInput } from '../../ui/parts.js';
import { announce } from '../../ui/undo.js';
import { kept, publish, trial } from './county.js';
import { sentence } from './forms.js';

/**
 * @typedef {import('./county.js').Trial} Trial
 * @typedef {import('./county.js').Both} Both
 */

/** Villages named one by one; the rest are counted. */
const NAMED = 4;

/** @param {import('./county.js').Counted} counted */
function where({ total, villages }) {
  const named = villages.slice(0, NAMED).map(({ name, records }) => t('trial.village', { name, n: count(records) })).join(t('join.list'));
  const more = villages.length - NAMED;
  return `${t('trial.records', { n: count(total) })}: ${named}${more > 0 ? t('trial.more', { n: more }) : ''}`;
}

/** @param {{title: string, lines: import('./county.js').Line[]}} props */
const Lines = ({ title, lines }) => lines.length > 0 && html`<${Group} title=${title} count=${lines.length}><${List}>${lines.map((line, n) => html`<${Row} key=${n} slim
  title=${words({ zh: line.zh, en: line.en })} meta=${line.row ? t('trial.place', { sheet: line.sheet ?? '', row: line.row }) : (line.sheet ?? '')} />`)}<//><//>`;

/** The warnings that are ours, in both languages. @param {Trial} found */
const own = ({ warnings }) => warnings.filter(({ code }) => code !== 'note');

/** What the converter says, in English only: last and folded. @param {{found: Trial}} props */
function Notes({ found }) {
  const notes = found.warnings.filter(({ code }) => code === 'note');
  return notes.length > 0 && html`<${More} title=${t('trial.notes')} meta=${String(notes.length)}>${notes.map(({ en }, n) => html`<p class="small" lang="en" key=${n}>${en}</p>`)}<//>`;
}

/** @param {import('./county.js').Aspect} aspect */
function told({ aspect, before, after }) {
  const name = t(`aspect.${aspect}`);
  // Where the words of this language stayed as they were, the other language's are what changed.
  const changed = [lang.value === 'en' ? 'en' : 'zh', 'zh', 'en'].find((one) => before?.[/** @type {'zh'|'en'} */ (one)] !== after?.[/** @type {'zh'|'en'} */ (one)]);
  const [was, is] = [before, after].map((one) => one?.[/** @type {'zh'|'en'} */ (changed)] ?? '');
  return was || is ? t('trial.wasIs', { name, was: was || t('trial.nothing'), is: is || t('trial.nothing') }) : name;
}

/** @param {{difference: import('./county.js').Difference, questions: number}} props */
function Changes({ difference, questions }) {
  const rows = [
    ...difference.added.map((asked) => ({ key: `+${asked.path}`, icon: 'plus', title: words(asked.label), meta: t('trial.added', { path: asked.path }) })),
    ...difference.removed.map((asked) => ({ key: `-${asked.path}`, icon: 'minus', title: words(asked.label), meta: t('trial.removed', { path: asked.path }) })),
    ...difference.changed.map((asked) => ({ key: `*${asked.path}`, icon: 'two', title: words(asked.label), meta: asked.changes.map(told).join(t('join.sentence')) })),
    ...difference.choices.flatMap(({ list, added, removed, changed }) => [
      ...added.map((row) => ({ key: `+${list}${row.name}`, icon: 'plus', title: words(row.label), meta: t('trial.choice.added', { list }) })),
      ...removed.map((row) => ({ key: `-${list}${row.name}`, icon: 'minus', title: words(row.label), meta: t('trial.choice.removed', { list }) })),
      ...changed.map((row) => ({ key: `*${list}${row.name}`, icon: 'two', title: words(row.label), meta: t('trial.choice.was', { list, was: words(row.before) }) })),
    ]),
    ...(difference.reordered ? [{ key: 'order', icon: 'two', title: t('trial.reordered'), meta: '' }] : []),
  ];
  if (difference.new) return html`<${Group} title=${t('trial.new')} count=${t('trial.questions', { n: questions })}><${List}>${difference.added.map((asked) => html`<${Row} key=${asked.path} slim title=${words(asked.label)} meta=${`${asked.path} · ${asked.type}`} />`)}<//><//>`;
  return rows.length > 0 && html`<${Group} title=${t('trial.changes')} count=${rows.length}><${List}>${rows.map((row) => html`<${Row} ...${row} slim />`)}<//><//>`;
}

/** @param {{found: Trial}} props */
function Touches({ found }) {
  const { touches, difference } = found;
  if (!touches?.records.total || !difference) return null;
  const labels = new Map([...difference.removed, ...difference.changed].map((asked) => [asked.path, words(asked.label)]));
  const gone = new Map(difference.choices.flatMap((part) => part.removed.map((row) => [row.name, words(row.label)])));
  const lines = [
    ...touches.questions.map((line) => ({ key: line.path, title: labels.get(line.path) ?? line.path, meta: where(line) })),
    ...touches.choices.map((line) => ({ key: `${line.path}=${line.name}`, title: gone.get(line.name) ?? line.name, meta: where(line) })),
  ];
  return html`<${Group} title=${t('trial.touches')}>${lines.length > 0 && html`<${List}>${lines.map((line) => html`<${Row} ...${line} slim />`)}<//>`}
    <p class="quiet small">${t('trial.stay', { n: count(touches.records.total), phones: count(touches.phones) })}</p><//>`;
}

/** @param {{params: Record<string, string>}} props */
export default function TrialPage({ params }) {
  const message = useSignal('');
  const wrong = useSignal('');
  const busy = useSignal(false);
  const hash = params.hash ?? '-';
  const found = trial.value && (trial.value.hash ?? '-') === hash ? trial.value : null;
  const look = () => kept(hash).then((again) => (trial.value = again), (error) => (wrong.value = sentence(error)));
  useEffect(() => {
    if (!found && hash !== '-') void look();
  }, []);
  const send = async () => {
    if (!found?.kind || busy.peek()) return;
    busy.value = true;
    try {
      await publish(found.kind, { hash, live: found.live ?? null, message: message.peek() });
      announce(t('trial.published'));
      trial.value = null;
      go(`/admin/form/${encodeURIComponent(found.kind)}`, { replace: true });
    } catch (error) {
      wrong.value = sentence(error);
      announce(wrong.value);
      if (error instanceof Refused && error.code === 'form_changed') void look();
    }
    busy.value = false;
  };
  const frame = (/** @type {any} */ inside, /** @type {any} */ dock = null) =>
    html`<${Inner} title=${found?.title ? words(found.title) : t('title.trial')} backTo="/admin" onBack=${() => back('/admin')} tight=${false} dock=${dock}>${inside}<//>`;
  if (!found) return frame(html`<${Blank} title=${wrong.value || t('opening')} text=${hash === '-' || wrong.value ? t('trial.again') : ''} />`);
  if (!found.ok) return frame(html`<${Banner} tone="late" icon="late" title=${t('trial.errors', { n: found.errors.length })} text=${t('trial.errors.what', { file: found.file })} />
    <${Lines} title=${t('trial.fix')} lines=${found.errors} /><${Lines} title=${t('trial.warnings')} lines=${own(found)} /><${Notes} found=${found} />`, html`<${Button} kind="main" onTap=${() => back('/admin')}>${t('trial.other')}<//>`);
  const same = found.difference?.same;
  const dock = html`<${Button} icon="eye" href=${`/preview/${hash}`}>${t('trial.preview')}<//>${!same && html`<${Button} kind="main" grow=${15} busy=${busy.value} onTap=${() => void send()}>${t('trial.publish')}<//>`}`;
  return frame(html`
    ${wrong.value && html`<${Banner} tone="late" icon="late" title=${wrong.value} />`}
    <${Banner} tone=${same ? '' : 'good'} icon=${same ? 'info' : 'check'} title=${t(same ? 'trial.same' : 'trial.fine')} text=${t(same ? 'trial.same.what' : 'trial.fine.what', { n: found.questions, file: found.file })} />
    <${Lines} title=${t('trial.warnings')} lines=${own(found)} />
    ${found.difference && html`<${Changes} difference=${found.difference} questions=${found.questions} />`}
    <${Touches} found=${found} />
    <${Group} title=${t('trial.cost')}><p>${found.cost && words({ zh: found.cost.zh, en: found.cost.en })}</p><p class="quiet small">${t('trial.cost.what')}</p><//>
    ${!same && html`<${Field} id="why" label=${t('trial.why')} soft=${t('trial.optional')} help=${t('trial.why.help')}><${TextInput} value=${message.value} maxlength=${500} onInput=${(/** @type {string} */ text) => (message.value = text)} /><//>`}
    <${Notes} found=${found} />`, dock);
}

/**
 * One form and its versions: which is in use, who put it there and why; downloading, looking at, going back to any of them.
 * Promises: going back is asked first; it changes what new records are written with, never a record.
 */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t, words } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Banner, Blank, Button, Card, Group, State } from '../../ui/parts.js';
import { inside, whenOn } from '../parts/moments.js';
import { forms, workbook } from './county.js';
import { sentence } from './forms.js';
import { TakeBack } from './take-back.js';

/**
 * @typedef {import('./county.js').Form} Form
 * @typedef {import('./county.js').Version} Version
 */

/** @param {{params: Record<string, string>}} props */
export default function Versions({ params }) {
  const form = useSignal(/** @type {Form|null} */ (null));
  const wrong = useSignal('');
  const asked = useSignal(/** @type {Version|null} */ (null));
  const load = () => forms().then((all) => {
    form.value = all.find(({ kind }) => kind === params.kind) ?? null;
    if (!form.value) wrong.value = t('versions.none');
  }, (error) => (wrong.value = sentence(error)));
  useEffect(() => void load(), []);
  const now = form.value;
  if (!now) return html`<${Inner} title=${t('title.versions')} backTo="/admin"><${Blank} title=${wrong.value || t('opening')} /><//>`;
  return html`<${Inner} title=${words(now.title)} backTo="/admin" tight=${false}>
    ${wrong.value && html`<${Banner} tone="late" icon="late" title=${wrong.value} />`}
    ${now.newer_built_in && html`<${Banner} icon="new" title=${t('versions.newer')} text=${t('versions.newer.what')} />`}
    <${Group} title=${t('versions.all')} count=${t('versions.count', { n: now.versions.length })}>${now.versions.map((version) => html`<${One} key=${version.hash} version=${version} onBack=${() => (asked.value = version)} />`)}<//>
    ${asked.value && html`<${TakeBack} version=${asked.value} live=${now.live} title=${headOf(asked.value)} onClose=${() => (asked.value = null)} onDone=${() => {
      asked.value = null;
      void load();
    }} />`}
  <//>`;
}

/** What a version is known by: why it was published, else its file, and when. @param {Version} version */
function headOf({ at, built_in: ours, source, published }) {
  const [act] = published;
  return `${act?.message || source || t(ours ? 'versions.ours' : 'forms.old')} · ${inside(whenOn(act?.at ?? at))}`;
}

/** @param {{version: Version, onBack: () => void}} props */
function One({ version, onBack }) {
  const { kind, hash, live, built_in: ours, source, lists, published } = version;
  return html`<${Card} title=${html`${headOf(version)} ${live && html`<${State} tone="done" icon="check" text=${t('versions.live')} />`}`}>
    ${ours && (source || published.length > 0) && html`<p class="small">${t('versions.ours')}</p>`}
    ${published.map((act, n) => html`<p class="small" key=${act.at}>${t('versions.act', { time: inside(whenOn(act.at)), name: act.name || t('forms.server') })}${n > 0 && act.message && `: ${act.message}`}</p>`)}
    ${lists.length > 0 && html`<p class="quiet small">${t('versions.lists', { names: lists.join(t('join.list')) })}</p>`}
    <p class="quiet small">${[source ?? '', hash].filter(Boolean).join(' · ')}</p>
    <div class="chips">
      ${source && html`<a class="button line low" href=${workbook(kind, hash)} download=${`${kind}.xlsx`}>${t('versions.download')}</a>`}
      <${Button} kind="line" low href=${`/preview/${hash}`}>${t('trial.preview')}<//>
      ${!live && html`<${Button} kind="line" low onTap=${onBack}>${t('versions.back')}<//>`}
    </div><//>`;
}

/**
 * The county's forms on the administrator's first screen: what is in use, and trying a file.
 * Promises: an account that administers nothing sees nothing of this; what went wrong is said where it was asked for.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { t, words } from '../../i18n.js';
import { go } from '../../routes.js';
import { Refused } from '../../sync/api.js';
import { day } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Banner, Button, Card, Group, List, Row } from '../../ui/parts.js';
import { announce } from '../../ui/undo.js';
import { inside } from '../parts/moments.js';
import { forms, tryFiles } from './county.js';

/** @typedef {import('./county.js').Form} Form */

/** The server's sentence, or that it was not reached. @param {unknown} error */
export const sentence = (error) => (error instanceof Refused && error.zh ? words({ zh: error.zh, en: error.en }) : t('forms.unreached'));

/** @param {Form} form */
function lineOf({ versions, newer_built_in: newer }) {
  const [version] = versions;
  const act = version?.published[0];
  const said = act ? t('forms.by', { day: inside(day(act.at)), name: act.name || t('forms.server') }) : t(version?.built_in ? 'forms.builtIn' : 'forms.old');
  return newer ? `${said}${t('join.sentence')}${t('forms.newer')}` : said;
}

export default function Forms() {
  const all = useSignal(/** @type {Form[]|null} */ (null));
  const wrong = useSignal('');
  const busy = useSignal(false);
  const input = useRef(/** @type {HTMLInputElement|null} */ (null));
  useEffect(() => {
    forms().then((found) => (all.value = found), (error) => {
      if (!(error instanceof Refused && error.status === 403)) wrong.value = sentence(error);
    });
  }, []);
  const chosen = async () => {
    const files = [...(input.current?.files ?? [])];
    if (!files.length || busy.peek()) return;
    busy.value = true;
    wrong.value = '';
    try {
      const found = await tryFiles(files);
      go(`/admin/trial/${found.hash ?? '-'}`);
    } catch (error) {
      wrong.value = sentence(error);
      announce(wrong.value);
    }
    busy.value = false;
    if (input.current) input.current.value = '';
  };
  if (!all.value) return wrong.value ? html`<${Banner} tone="late" icon="offline" title=${wrong.value} />` : null;
  return html`
    <${List}><${Row} icon="device" title=${t('phones.title')} meta=${t('phones.what')} href="/admin/phones" /><${Row} icon="file" title=${t('held.title')} meta=${t('held.what')} href="/admin/held" /><//>
    <${Card} level=${2} title=${t('forms.try')}><p>${t('forms.try.what')}</p>
      <input ref=${input} type="file" autocomplete="off" multiple hidden aria-label=${t('forms.choose')} accept=".xlsx,.xls,.md,.csv,.geojson,.xml,.png,.jpg,.jpeg,.gif,.webp,.mp3,.m4a,.ogg,.wav,.mp4,.webm" onChange=${() => void chosen()} />
      <${Button} kind="tone" icon="file" busy=${busy.value} onTap=${() => input.current?.click()}>${t(busy.value ? 'forms.reading' : 'forms.choose')}<//>
      ${wrong.value && html`<p class="wrong">${wrong.value}</p>`}<//>
    <${Group} title=${t('forms.inUse')} count=${t('forms.count', { n: all.value.length })}><${List}>${all.value.map((form) => html`<${Row} key=${form.kind}
      title=${words(form.title)} meta=${lineOf(form)} next href=${`/admin/form/${encodeURIComponent(form.kind)}`} />`)}<//><//>`;
}

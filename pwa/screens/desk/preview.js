/**
 * A form as a phone shows it, to try it out: the trial's definition in the real interview.
 * Promises: nothing is saved, no draft is kept; a band says so on every page; at the end the answers are shown as they
 * would be stored.
 */
import { signal, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { todayOf } from '../../domain/dates.js';
import { Filling } from '../../form/filling.js';
import { Interview } from '../../form/interview.js';
import { lang, setLang, t, words } from '../../i18n.js';
import { back } from '../../routes.js';
import { localTime } from '../../store/changes.js';
import { store } from '../../store/store.js';
import { api, form as fetched } from '../../sync/api.js';
import { html } from '../../ui/html.js';
import { Inner } from '../../ui/layout.js';
import { Banner, Blank, Button, Group } from '../../ui/parts.js';
import { sentence } from './forms.js';

/** @typedef {import('../../form/definition.js').Definition} Definition */

/** Long answers wrap rather than leave the screen. */
const PLAIN = { margin: 0, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' };

/** A session that keeps nothing. @param {Definition} definition @returns {import('../../form/session.js').Session} */
function played(definition) {
  const interview = new Interview(definition, {}, {
    now: localTime(), today: todayOf(), lang: lang.peek(), fresh: true,
    properties: { username: store.account.peek()?.login ?? '', deviceid: store.device },
  });
  return /** @type {any} */ ({ definition, interview, isNew: true, resumed: '', more: {}, page: signal(0), keeper: { state: signal('') } });
}

/** @param {{params: Record<string, string>}} props */
export default function Preview({ params }) {
  const definition = useSignal(/** @type {Definition|null} */ (null));
  const wrong = useSignal('');
  const times = useSignal(0);
  useEffect(() => {
    const take = (/** @type {Definition} */ found) => {
      definition.value = found;
      // Its pictures come while one begins; the account's store keeps them as it does those of forms in use.
      if (found.files) void import('../../store/form-media.js').then(({ fetchMedia }) => fetchMedia(store, [found], (sha256) => api.formMedia(sha256))).catch(() => undefined);
    };
    fetched(params.hash ?? '').then(take, (error) => (wrong.value = sentence(error)));
  }, []);
  if (!definition.value) return html`<${Inner} title=${t('title.preview')} backTo="/admin"><${Blank} title=${wrong.value || t('opening')} /><//>`;
  return html`<${Playing} key=${times.value} definition=${definition.value} onAgain=${() => (times.value += 1)} />`;
}

/** The other language, one tap away. */
const Language = () => {
  const other = lang.value === 'zh' ? 'en' : 'zh';
  return html`<${Button} kind="line" low icon="globe" lang=${other === 'zh' ? 'zh-CN' : 'en'} onTap=${() => void setLang(other)}>${other === 'zh' ? '中文' : 'English'}<//>`;
};

/** @param {{definition: Definition, onAgain: () => void}} props */
function Playing({ definition, onAgain }) {
  const session = useMemo(() => played(definition), [definition]);
  const done = useSignal(/** @type {Record<string, any>|null} */ (null));
  const title = words(definition.title);
  const band = html`<${Banner} tone="info" icon="eye" title=${t('preview.band')} actions=${html`<${Language} />`} />`;
  if (done.value) {
    return html`<${Inner} title=${title} backTo="/admin" onBack=${() => back('/admin')} tight=${false} dock=${html`<${Button} onTap=${onAgain}>${t('preview.again')}<//><${Button} kind="main" grow=${15} onTap=${() => back('/admin')}>${t('preview.leave')}<//>`}>
      ${band}<${Group} title=${t('preview.answers')} count=${t('trial.questions', { n: Object.keys(done.value).length })}><pre class="card" tabindex="0" style=${PLAIN}>${JSON.stringify(done.value, null, 2)}</pre><//><//>`;
  }
  const finish = async () => {
    session.interview.finish(localTime());
    done.value = session.interview.changes();
  };
  return html`<${Filling} session=${session} backTo="/admin" conflict=${() => null} last=${() => ''} title=${title} notice=${band} leaving=${t('preview.close')} onSave=${finish} onDrop=${onAgain} />`;
}

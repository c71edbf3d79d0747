/**
 * Getting in: once with a network; afterwards the phone knows the account.
 * Promises: both fields stay as typed when it does not work; accounts whose data lies on this phone are offered by name.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { lang, setLang, t, words } from '../i18n.js';
import { go } from '../routes.js';
import { store } from '../store/store.js';
import { Refused, Unreachable, api } from '../sync/api.js';
import { signIn } from '../sync/session.js';
import { insideAnother } from './parts/browser.js';
import { html } from '../ui/html.js';
import { homeOf } from '../ui/layout.js';
import { Banner, Button, Chip, Chips, Field, Tap, TextInput } from '../ui/parts.js';

/** @typedef {import('../store/registry.js').Known} Known */

/** What to call this phone in the list of devices. */
function labelOf() {
  const { userAgent } = navigator;
  const model = /Android [\d.]+; ([^;)]+)/.exec(userAgent)?.[1]?.replace(/ Build.*/, '');
  return (model ?? (/iPhone|iPad/.exec(userAgent)?.[0] || /Windows|Macintosh|Linux/.exec(userAgent)?.[0] || '')).slice(0, 60);
}

/** @param {unknown} error @returns {string} one sentence */
function sentence(error) {
  if (error instanceof Refused && (error.zh || error.en)) return words({ zh: error.zh, en: error.en });
  if (error instanceof Unreachable) return t('sign.offline');
  console.error(error);
  return t('sign.failed');
}

/** Accounts with data on this phone. @param {{known: Known[], chosen: string, onChoose: (login: string) => void}} props */
function KnownAccounts({ known, chosen, onChoose }) {
  if (!known.length) return null;
  return html`<div class="field"><span class="label" id="known">${t('sign.known')}</span><${Chips} labelledby="known">${known.map(
    (one) => html`<${Chip} key=${one.id} on=${one.login === chosen} icon="person" onTap=${() => onChoose(one.login)}>${one.name || one.login}${one.unsent ? html` <span class="count">${t('sync.waiting', { n: one.unsent })}</span>` : null}<//>`,
  )}<//></div>`;
}

/** Another app's browser keeps its storage for itself; better said before anything is stored. */
function Notice() {
  if (!insideAnother()) return null;
  return html`<${Banner} tone="soon" icon="device" title=${t('notice.inside')} text=${t('notice.inside_text')} actions=${html`<${Button} kind="line" low href="/install">${t('notice.how')}<//>`} />`;
}

/** Why data that was here is not any more. @param {{known: Known[]}} props */
function Gone(props) {
  const [Why, setWhy] = useState(/** @type {any} */ (null));
  useEffect(() => void import('./gone/why.js').then((module) => setWhy(() => module.default), () => undefined), []);
  return Why && html`<${Why} ...${props} />`;
}

/** @param {{query: Record<string, string>}} props `forgot`: what opens the lock is chosen anew afterwards */
export default function SignIn({ query }) {
  const [account, setAccount] = useState(store.account.value?.login ?? '');
  const [password, setPassword] = useState('');
  const [visible, setVisible] = useState(false);
  const [wrong, setWrong] = useState('');
  const [empty, setEmpty] = useState('');
  const [forgot, setForgot] = useState(false);
  const [busy, setBusy] = useState(false);
  const [shut, setShut] = useState(false);
  const [known, setKnown] = useState(/** @type {Known[]} */ ([]));
  const secret = useRef(/** @type {HTMLInputElement|null} */ (null));
  const name = useRef(/** @type {HTMLInputElement|null} */ (null));
  const cleared = store.trouble.value?.code === 'cleared';
  useEffect(() => void store.known().then(setKnown, () => undefined), [cleared]);

  const choose = (/** @type {string} */ login) => {
    setAccount(login);
    secret.current?.focus();
  };
  const gone = async (/** @type {string} */ login) => {
    const { obeyAtDoor } = await import('../sync/revoked.js');
    await obeyAtDoor(store, api, login);
    setKnown(await store.known());
  };
  const submit = async (/** @type {Event} */ event, anew = false) => {
    event.preventDefault();
    setShut(false);
    const missing = !account.trim() ? 'account' : !password ? 'password' : '';
    setEmpty(missing);
    if (missing) return (missing === 'account' ? name : secret).current?.focus();
    if (busy) return;
    setBusy(true);
    setWrong('');
    try {
      await signIn(store, { account: account.trim(), password, label: labelOf(), anew });
      // Only an open store knows which screen is its person's first.
      go(store.lock.peek() !== 'open' ? '/' : 'forgot' in query ? '/me/lock?anew=1' : homeOf(), { replace: true });
    } catch (error) {
      if (error instanceof Error && error.name === 'Unopened') return setShut(true);
      setWrong(sentence(error));
      if (error instanceof Refused && error.code === 'device_revoked' && error.detail?.as === 'lost') await gone(account.trim());
      secret.current?.focus();
    } finally {
      setBusy(false);
    }
  };
  const other = lang.value === 'zh' ? 'en' : 'zh';
  const eye = html`<${Tap} icon="eye" label=${t('sign.show')} pressed=${visible} onTap=${() => setVisible(!visible)} />`;
  return html`<form class="screen" onSubmit=${submit} novalidate aria-label=${t('title.sign_in')}>
    <span></span>
    <main class="door">
      <svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><use href="#i-mark" /></svg>
      <div><h1 tabindex="-1">${t('app.name')}</h1><p class="quiet">${t('app.what')}</p></div>
      <${Notice} />
      <${Gone} known=${known} />
      <${KnownAccounts} known=${known} chosen=${account.trim()} onChoose=${choose} />
      <${Field} id="account" label=${t('sign.account')} wrong=${empty === 'account' && t('sign.need_account')}>
        <${TextInput} name="username" autocomplete="username" value=${account} onInput=${setAccount} inputRef=${name} enterkeyhint="next" /><//>
      <${Field} id="password" label=${t('sign.password')} wrong=${wrong || (empty === 'password' && t('sign.need_password'))}>
        <${TextInput} name="password" type=${visible ? 'text' : 'password'} autocomplete="current-password" value=${password} onInput=${setPassword} inputRef=${secret} end=${eye} enterkeyhint="go" /><//>
      <div role="status">${shut && html`<${Banner} tone="soon" icon="lock" title=${t('sign.shut')} text=${t('sign.shutText')} actions=${html`<${Button} kind="line" low onTap=${(/** @type {Event} */ event) => void submit(event, true)}>${t('sign.anew')}<//>`} />`}</div>
      <p class="small">${t('sign.first')}</p>
      <div role="status">${forgot && html`<${Banner} icon="phone" title=${t('sign.forgot_do')} text=${t('sign.forgot_text')} />`}</div>
    </main>
    <footer><div class="dock stack">
      <${Button} kind="main" type="submit" busy=${busy}>${t(busy ? 'sign.busy' : 'sign.in')}<//>
      <div class="pair"><${Button} kind="text" low onTap=${() => setForgot(true)}>${t('sign.forgot')}<//><${Button} kind="text" low lang=${other} onTap=${() => void setLang(other)}>${other === 'en' ? 'English' : '中文'}<//></div>
      <${Button} kind="text" low href="/voice">${t('title.voice')}<//>
    </div></footer>
  </form>`;
}

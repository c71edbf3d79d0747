/**
 * The lock: prove it is you. Whose phone, what waits inside, six digits or the passphrase.
 * Promises: works without a network; a wrong try says how many are left, too many how long to wait; the first screen's modules
 * come while one types.
 */
import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { t } from '../../i18n.js';
import { go, route, routeOf } from '../../routes.js';
import { store } from '../../store/store.js';
import { waitingIn } from '../../store/waiting.js';
import { finishLocking } from '../../ui/auto-lock.js';
import { html } from '../../ui/html.js';
import { Button } from '../../ui/parts.js';
import { Secret, Shut, span } from './frame.js';
import { NotePad } from './note-pad.js';
import { Others } from './others.js';
import { DIGITS, Dots, Keys } from './pad.js';

const TICK_MS = 500;

/** What is drawn next comes while one types. */
function ahead() {
  void import('../../store/opening.js');
  void (route.peek().home ? routeOf('/today') : route.peek())?.load().catch(() => undefined);
}

/** How long nobody may try; 0: now. */
export function useWait() {
  const now = useSignal(Date.now());
  const until = store.vault.value.waitUntil;
  useEffect(() => {
    now.value = Date.now();
    const timer = setInterval(() => (now.value = Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [until]);
  return useComputed(() => Math.max(0, store.vault.value.waitUntil - now.value)).value;
}

/** Changes waiting behind the lock. */
function useInside() {
  const n = useSignal(0);
  const id = store.account.value?.id;
  useEffect(() => {
    if (!id) return;
    // The first to open it is the only one told that another window holds it.
    const told = waitingIn(id, (trouble) => (store.trouble.value = trouble));
    void told.then((found) => {
      n.value = found;
      if (store.trouble.value?.code === 'store_blocked') store.trouble.value = null;
    }, () => undefined);
  }, [id]);
  return n.value;
}

/** One try. Says what came of it; '' when it was right, the screen goes then. @param {(secret: string) => Promise<void>} [make] */
export function useTry(make = async (secret) => {
  ahead();
  await finishLocking();
  await store.unlock(secret);
}) {
  const busy = useSignal(false);
  const said = useSignal('');
  const attempt = async (/** @type {string} */ secret) => {
    if (busy.value) return;
    busy.value = true;
    said.value = '';
    try {
      await make(secret);
    } catch (error) {
      const { name, left } = /** @type {any} */ (error);
      if (name === 'WrongSecret') said.value = t('lock.wrong', { n: left });
      else if (name !== 'Erased') {
        console.error(error);
        said.value = t('lock.broken');
      }
    }
    busy.value = false;
  };
  return { busy: busy.value, said: said.value, attempt };
}

/** The other ways on: a sentence at once, another person. @param {{onNote: () => void, onOther: () => void}} props */
const Ways = ({ onNote, onOther }) => html`<div class="pair"><${Button} kind="text" low icon="pen" onTap=${onNote}>${t('lock.note')}<//><${Button} kind="text" low icon="person" onTap=${onOther}>${t('lock.other')}<//></div>`;

export function Unlock() {
  const typed = useSignal('');
  const aside = useSignal(/** @type {''|'note'|'other'|'forgot'} */ (''));
  const { busy, said, attempt } = useTry();
  const wait = useWait();
  const n = useInside();
  const { kind } = store.vault.value;
  const name = store.account.value?.name ?? '';
  const inside = t(n ? 'lock.inside' : 'lock.allSent', { n });
  const back = () => (aside.value = '');
  const ways = html`<${Ways} onNote=${() => (aside.value = 'note')} onOther=${() => (aside.value = 'other')} />`;
  if (aside.value === 'note') return html`<${NotePad} onDone=${back} />`;
  if (aside.value === 'other') return html`<${Others} onDone=${back} />`;
  if (!kind) return html`<${Gone} name=${name} inside=${inside} ways=${ways} />`;
  if (aside.value === 'forgot') return html`<${Forgot} onDone=${back} />`;

  const line = html`<p class="quiet small" role="status">${busy ? t('lock.opening') : wait ? t('lock.wait', { time: span(wait) }) : said || '\u00a0'}</p>`;
  const type = (/** @type {string} */ now) => {
    if (busy || wait) return;
    if (!typed.value) ahead();
    typed.value = now;
    if (now.length === DIGITS) void attempt(now).then(() => (typed.value = ''));
  };
  if (kind === 'pin') {
    const forgot = html`<button type="button" class="word" onClick=${() => (aside.value = 'forgot')}>${t('lock.forgot')}</button>`;
    return html`<${Shut} title=${t('lock.pin', { name })} text=${inside} keys=${html`<${Keys} typed=${typed.value} onType=${type}>${forgot}<//>`}><${Dots} typed=${typed.value} />${line}${ways}<//>`;
  }
  const open = () => !wait && typed.value && void attempt(typed.value).then(() => (typed.value = ''));
  return html`<${Shut} title=${t('lock.phrase', { name })} text=${inside} dock=${html`<${Button} kind="main" busy=${busy} onTap=${open}>${t('lock.open')}<//><${Button} kind="text" low onTap=${() => (aside.value = 'forgot')}>${t('lock.forgot')}<//>`}>
    <div class="wide" onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === 'Enter' && open()}><${Secret} label=${t('lock.secret')} value=${typed.value} onInput=${(/** @type {string} */ value) => (typed.value = value)} onFocus=${ahead} /></div>${line}${ways}<//>`;
}

/** @param {{onDone: () => void}} props */
const Forgot = ({ onDone }) => html`<${Shut} title=${t('lock.forgotTitle')} text=${t('lock.forgotText')}
  dock=${html`<${Button} kind="main" onTap=${() => go('/sign-in?forgot=1')}>${t('lock.signIn')}<//><${Button} kind="text" low onTap=${onDone}>${t('lock.back')}<//>`} />`;

/** Nothing one can type opens it any more. @param {{name: string, inside: string, ways: any}} props */
const Gone = ({ name, inside, ways }) => html`<${Shut} title=${t(store.vault.value.left > 0 ? 'lock.gone' : 'lock.erased', { name })} text=${t('lock.goneText', { inside })}
  dock=${html`<${Button} kind="main" onTap=${() => go('/sign-in?forgot=1')}>${t('lock.signIn')}<//>`}>${ways}<//>`;

/**
 * A voice note as an answer: recorded here, or a recording chosen. For those who find typing slow.
 * Promises: five minutes at most, said before; leaving the page, saving the form and the phone putting the app away keep
 * what was said; a microphone that is not given says how to give it.
 */
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { t } from '../../../i18n.js';
import { store } from '../../../store/store.js';
import { html } from '../../../ui/html.js';
import { plain } from '../../markdown.js';
import { Button } from '../../../ui/parts.js';
import { announce } from '../../../ui/undo.js';
import { hold } from '../../unfinished.js';
import { Erase, Pick, Told, Unfit, useKeep } from './keep.js';
import { LIMIT_MS, Recording, canRecord } from './recorder.js';
import { Thumb, lookedOr } from './thumb.js';

/** @typedef {import('../index.js').Props} Props */

const MOST_BYTES = 25 * 2 ** 20;
const NEAR_MS = 30_000;
const TICK_MS = 100;

/** 1:05. @param {number} ms */
const clock = (ms) => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`;

/** Why the microphone was not given. @param {any} error */
function refused(error) {
  if (error?.name === 'NotAllowedError' || error?.name === 'SecurityError') return new Unfit('microphone');
  return error?.name === 'NotFoundError' ? new Unfit('microphone.none') : new Unfit('microphone.busy');
}

/** The screen must not go dark over a talk. @returns {Promise<{release: () => Promise<void>} | undefined>} */
const stayAwake = () => /** @type {any} */ (navigator).wakeLock?.request('screen').catch(() => undefined) ?? Promise.resolve(undefined);

/** @param {Props} props @param {ReturnType<typeof useKeep>} kept */
function useRecording({ interview, state }, { keep, say }) {
  const [now, set] = useState(/** @type {Recording | null} */ (null));
  const [asking, ask] = useState(false);
  const latest = useRef(/** @type {() => void} */ (() => undefined));
  const there = useRef(true);

  const begin = async () => {
    say(null);
    ask(true);
    try {
      const recording = await Recording.begin(state.question.parameters?.quality);
      if (there.current) run(recording);
      else void recording.stop();
    } catch (error) {
      say(refused(error));
    } finally {
      ask(false);
    }
  };
  const run = (/** @type {Recording} */ recording) => {
    const awake = stayAwake();
    /** @type {Promise<unknown> | null} */
    let kept = null;
    // However it ends: by its button, by its limit, by leaving, by a call.
    const end = () => (kept ??= keep(t('device.keeping'), async () => ({ blob: await recording.stop() })).then(() => {
      release();
      void awake.then((lock) => lock?.release());
      document.removeEventListener('visibilitychange', hide);
      if (there.current) set(null);
    }));
    const release = hold(interview, end);
    // The app may be killed while it is not seen: what was said till now is the answer until the rest comes.
    const hide = () => {
      const blob = recording.soFar();
      if (document.visibilityState !== 'hidden' || kept || !blob.size) return;
      void store.files.keep(blob, { name: '', type: blob.type }).then((/** @type {string} */ value) => kept || interview.set(state.question.path, value, state.place), () => undefined);
    };
    document.addEventListener('visibilitychange', hide);
    void recording.ended.then(end);
    latest.current = () => void end();
    set(recording);
  };
  useEffect(() => () => {
    there.current = false;
    latest.current();
  }, []);
  return { now, asking, begin: () => void begin(), end: () => latest.current() };
}

/** @param {Props} props */
function Voice(props) {
  const { question, value } = props.state;
  const label = plain(props.state.label || question.name);
  const kept = useKeep(props);
  const { now, asking, begin, end } = useRecording(props, kept);
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const was = useRef(false);
  useEffect(() => {
    // The button that had the focus is gone.
    if (was.current && !now) /** @type {HTMLElement | null} */ (box.current?.querySelector('audio, button'))?.focus();
    was.current = Boolean(now);
  }, [now]);
  const take = (/** @type {File} */ file) => void kept.keepFile(file, MOST_BYTES);
  const only = /\bnew\b/.test(question.appearance) && canRecord();
  const low = Boolean(value);
  const pick = (/** @type {string} */ words) => html`<${Pick} low=${low} icon="file" words=${words} label=${`${words}，${label}`} accept="audio/*" onFile=${take} />`;
  const acts = html`${canRecord() && html`<${Button} kind="line" low=${low} icon="mic" onTap=${begin}>${t(value ? 'device.voice.again' : 'device.voice')}<//>`}
    ${!only && pick(t(value ? 'device.pick.again' : 'device.pick.voice'))}${value && html`<${Erase} onTap=${kept.erase} />`}`;
  return html`<div class="taken" ref=${box}>
    ${now ? html`<${Running} recording=${now} label=${label} onEnd=${end} />`
      : html`${value && html`<${Thumb} value=${value} type="audio" label=${label} record=${props.interview.id} />`}<div class=${value ? 'acts' : 'picks'}>${acts}</div>`}
    <${Told} busy=${asking ? t('device.asking.microphone') : kept.busy} said=${kept.said} /></div>`;
}

/** @param {{recording: Recording, label: string, onEnd: () => void}} props */
function Running({ recording, label, onEnd }) {
  const [, tick] = useReducer((/** @type {number} */ n) => n + 1, 0);
  const warned = useRef(false);
  useEffect(() => {
    announce(t('device.voice.on'));
    const timer = setInterval(() => {
      tick(undefined);
      if (recording.ms > LIMIT_MS - NEAR_MS && !warned.current) {
        warned.current = true;
        announce(t('device.voice.near'));
      }
      if (recording.ms >= LIMIT_MS) onEnd();
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [recording]);
  const level = recording.isPaused ? 0 : recording.ear.level;
  const near = recording.ms > LIMIT_MS - NEAR_MS;
  return html`<div class="recording" role="group" aria-label=${t('device.voice.of', { label })}>
    <p class="clock"><b>${clock(recording.ms)}</b> <span>${t(recording.isPaused ? 'device.voice.paused' : near ? 'device.voice.near' : 'device.voice.limit')}</span></p>
    <div class="level" aria-hidden="true"><i style=${{ transform: `scaleX(${level.toFixed(2)})` }}></i></div>
    <div class="pair"><${Button} icon=${recording.isPaused ? 'mic' : 'pause'} onTap=${() => { recording.turn(); tick(undefined); }}>${t(recording.isPaused ? 'device.voice.on.again' : 'device.voice.pause')}<//>
      <${Button} kind="tone" icon="check" onTap=${onEnd}>${t('device.voice.end')}<//></div></div>`;
}

export default lookedOr(Voice);

/**
 * Records a voice. Owns the microphone while it does. Promises: what was recorded so far can be had at any time; the
 * microphone is let go when it ends, also when the phone takes it away; one recording gives its voice once.
 */

export const LIMIT_MS = 300_000;
/** Every few seconds what was said leaves the recorder, so that a killed app loses no more. */
const PIECE_MS = 5_000;
const TYPES = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'];
/** Bits a second by the form's `quality`; a voice is clear with few. */
const BITS = /** @type {Record<string, number>} */ ({ normal: 64_000, 'voice-only': 24_000 });
const VOICE_BITS = 32_000;

export const canRecord = () => typeof MediaRecorder !== 'undefined' && Boolean(navigator.mediaDevices?.getUserMedia);

export class Recording {
  /** @param {MediaStream} stream @param {string} [quality] */
  constructor(stream, quality = '') {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    this.stream = stream;
    this.recorder = new MediaRecorder(stream, { ...(mimeType ? { mimeType } : {}), audioBitsPerSecond: BITS[quality] ?? VOICE_BITS });
    /** @type {Blob[]} */
    this.pieces = [];
    this.before = 0;
    this.since = performance.now();
    this.ear = new Ear(stream);
    this.recorder.ondataavailable = ({ data }) => void (data.size && this.pieces.push(data));
    /** The whole voice, when it has ended, however it ended. @type {Promise<Blob>} */
    this.ended = new Promise((resolve) => {
      this.recorder.onstop = () => {
        for (const track of stream.getTracks()) track.stop();
        this.ear.close();
        resolve(this.soFar());
      };
    });
    this.recorder.start(PIECE_MS);
  }

  /** Rejects when the microphone is not given. @param {string} [quality] */
  static async begin(quality) {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true } });
    return new Recording(stream, quality);
  }

  get isPaused() {
    return this.recorder.state === 'paused';
  }

  /** How long it is. */
  get ms() {
    return this.before + (this.recorder.state === 'recording' ? performance.now() - this.since : 0);
  }

  /** What is recorded till now. */
  soFar() {
    return new Blob(this.pieces, { type: this.recorder.mimeType.split(';')[0] ?? '' });
  }

  turn() {
    if (this.isPaused) {
      this.since = performance.now();
      this.recorder.resume();
    } else if (this.recorder.state === 'recording') {
      this.before = this.ms;
      this.recorder.pause();
    }
  }

  /** @returns {Promise<Blob>} */
  stop() {
    this.before = this.ms;
    if (this.recorder.state !== 'inactive') this.recorder.stop();
    return this.ended;
  }
}

/** How loud it is, so that one sees that one is heard. */
class Ear {
  /** @param {MediaStream} stream */
  constructor(stream) {
    this.context = typeof AudioContext === 'undefined' ? null : new AudioContext();
    this.analyser = this.context?.createAnalyser();
    if (!this.context || !this.analyser) return;
    this.analyser.fftSize = 512;
    this.heard = new Uint8Array(this.analyser.fftSize);
    this.context.createMediaStreamSource(stream).connect(this.analyser);
  }

  /** From 0 to 1. */
  get level() {
    const { analyser, heard } = this;
    if (!analyser || !heard) return 0;
    analyser.getByteTimeDomainData(heard);
    const loud = Math.sqrt(heard.reduce((sum, value) => sum + ((value - 128) / 128) ** 2, 0) / heard.length);
    return Math.min(1, loud * 4);
  }

  close() {
    void this.context?.close().catch(() => undefined);
  }
}

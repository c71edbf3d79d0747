/**
 * Owns what is said about syncing: its phases, and which of them a failure means.
 * Promises: only an answer of the server counts as its word; everything else is "offline".
 */
import { Refused, Unreachable } from './api.js';

/**
 * @typedef {'idle'|'syncing'|'offline'|'sign-in'|'server'|'slow'} Phase
 *
 * @typedef {object} State
 * @property {Phase} phase
 * @property {number} waiting  changes no server has answered
 * @property {number} sent  of the present run, answered so far
 * @property {number} total  of the present run
 * @property {string} lastAt  device time of the last whole sync, '' when never
 * @property {number} nextTryAt  milliseconds, 0 when nothing is planned
 * @property {{code: string, status?: number, zh?: string, en?: string}|null} error
 * @property {{why: ''|'sending'|'wifi'|'ask'|'offline'|'server'|'full', bytes: number}} files  what of them waits, and for what
 * @property {{village: string, name: string, rows: number, count: number}|null} pull  a first pull under way; count 0 while unknown
 */

const SLOW_MS = 8000;

/** @type {State} */
export const atRest = { phase: 'idle', waiting: 0, sent: 0, total: 0, lastAt: '', nextTryAt: 0, error: null, pull: null, files: { why: '', bytes: 0 } };

/** @param {unknown} error @returns {{phase: Phase, code: string}} */
export function meaning(error) {
  if (error instanceof Unreachable) return { phase: 'offline', code: error.code };
  if (error instanceof Refused) {
    const signIn = error.status === 401 || error.code === 'device_revoked' || error.code === 'device_taken';
    return { phase: signIn ? 'sign-in' : 'server', code: error.code };
  }
  if (error instanceof DOMException && error.name === 'QuotaExceededError') return { phase: 'server', code: 'storage_full' };
  console.error(error);
  return { phase: 'server', code: 'broken' };
}

/** Notices a far side that takes its time. */
export class Slow {
  /** @param {() => void} slow @param {() => void} brisk */
  constructor(slow, brisk) {
    this.slow = slow;
    this.brisk = brisk;
    this.is = false;
    this.#wait();
  }

  #wait() {
    this.timer = setTimeout(() => {
      this.is = true;
      this.slow();
    }, SLOW_MS);
  }

  heard() {
    clearTimeout(this.timer);
    if (this.is) this.brisk();
    this.is = false;
    this.#wait();
  }

  end() {
    clearTimeout(this.timer);
  }
}

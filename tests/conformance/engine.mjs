/**
 * Starts `@getodk/xforms-engine` in Node: it is made for browsers, so it gets a DOM, and a loader that thinks it is in one.
 * Import this before anything that asks for the time: today is the same day for both engines.
 */
import { JSDOM } from 'jsdom';

/** In UTC: the specification counts days "since January 1, 1970 UTC", which the two read differently anywhere else. */
export const NOW = '2026-11-23T10:00:00.000+00:00';
const MOMENT = Date.parse(NOW);

const RealDate = Date;
globalThis.Date = /** @type {any} */ (class extends RealDate {
  /** @param {any[]} parts */
  constructor(...parts) {
    super(...(parts.length ? parts : [MOMENT]));
  }

  static now() {
    return MOMENT;
  }
});
// Chance is the same for both: what a form makes of it can be compared, only not which of several orders it takes.
Math.random = () => 0.5;

const { window } = new JSDOM('<!doctype html>');
Object.assign(globalThis, { window, document: window.document, DOMParser: window.DOMParser, XMLSerializer: window.XMLSerializer, Node: window.Node });
// fetch() reads Node's version when it is first used; after that it may be hidden from the engine's WebAssembly loader.
await (await fetch('data:,')).text();
Object.defineProperty(process, 'versions', { value: { ...process.versions, node: undefined }, configurable: true });

export const { loadForm } = await import('@getodk/xforms-engine');

/**
 * Owns the address: the table of screens, going there, coming back to where one had scrolled.
 * Promises: addresses hold ids, never names; every step of the history remembers its place.
 */
import { signal } from '@preact/signals';

/**
 * @typedef {Record<string, string>} Params
 * @typedef {{path: string, params: Params, query: Params, pattern: string, title: string, load: () => Promise<{default: any}>, home: boolean}} Route
 */

/** Pattern, key of the title that the window may show, module. The first match wins. @type {[string, string, () => Promise<{default: any}>][]} */
const TABLE = [
  ['/today', 'tab.today', () => import('./screens/today.js')],
  ['/households', 'tab.households', () => import('./screens/households.js')],
  ['/household/:id', 'title.household', () => import('./screens/household.js')],
  ['/household/:id/edit', 'title.edit', () => import('./screens/edit.js')],
  ['/homes/arrive', 'title.arrive', () => import('./screens/homes/arrive.js')],
  ['/homes/roll/:id', 'title.roll', () => import('./screens/homes/roll.js')],
  ['/homes/merge/:id', 'title.merge', () => import('./screens/homes/merge.js')],
  ['/homes/sheet/:id', 'title.check_sheet', () => import('./screens/homes/sheet.js')],
  ['/homes/notes/:id', 'title.notes', () => import('./screens/homes/notes.js')],
  ['/person/:id', 'title.person', () => import('./screens/person.js')],
  ['/record/:id', 'title.record', () => import('./screens/record.js')],
  ['/record/:id/edit', 'title.edit', () => import('./screens/edit.js')],
  ['/drafts', 'title.drafts', () => import('./screens/drafts.js')],
  ['/visit', 'title.visit', () => import('./screens/visit.js')],
  ['/problem-new', 'title.problem_new', () => import('./screens/problem-new.js')],
  ['/problems', 'tab.problems', () => import('./screens/problems.js')],
  ['/problem/:id', 'title.problem', () => import('./screens/problem.js')],
  ['/village', 'tab.village', () => import('./screens/village/page.js')],
  ['/village/sheet', 'tab.village', () => import('./screens/village/sheet.js')],
  ['/village/places', 'title.places', () => import('./screens/village/places.js')],
  ['/village/profile', 'title.edit', () => import('./screens/edit.js')],
  ['/review', 'title.review', () => import('./screens/review/page.js')],
  ['/question/new', 'title.question', () => import('./screens/review/ask.js')],
  ['/question/:id', 'title.question', () => import('./screens/review/question.js')],
  ['/me', 'tab.me', () => import('./screens/me.js')],
  ['/me/receipts', 'title.receipts', () => import('./screens/receipts.js')],
  ['/me/refused', 'title.refused', () => import('./screens/refused.js')],
  ['/me/refused/:n', 'title.refused', () => import('./screens/refused.js')],
  ['/me/conflicts', 'title.conflicts', () => import('./screens/conflict.js')],
  ['/conflict/:id', 'title.conflicts', () => import('./screens/conflict.js')],
  ['/me/doctor', 'title.doctor', () => import('./screens/doctor.js')],
  ['/me/:setting', 'tab.me', () => import('./screens/settings.js')],
  ['/leader/problems', 'tab.problems', () => import('./screens/leader-problems.js')],
  ['/leader/problem/:id', 'title.problem', () => import('./screens/leader-problem.js')],
  ['/leader/projects', 'tab.projects', () => import('./screens/leader/projects.js')],
  ['/leader/village/:id', 'tab.villages', () => import('./screens/leader/village.js')],
  ['/leader/villages', 'tab.villages', () => import('./screens/leader-villages.js')],
  ['/sign-in', 'title.sign_in', () => import('./screens/sign-in.js')],
  ['/install', 'title.install', () => import('./screens/install.js')],
  ['/steps', 'title.steps', () => import('./screens/steps/steps.js')],
  ['/steps/:n', 'title.steps', () => import('./screens/steps/step.js')],
  ['/steps/:n/:item', 'title.steps', () => import('./screens/steps/item.js')],
  ['/work', 'title.work', () => import('./screens/work/hub.js')],
  ['/surveys', 'title.work', () => import('./screens/work/hub.js')],
  ['/surveys/:kind', 'title.work', () => import('./screens/work/kind.js')],
  ['/work/network', 'title.work', () => import('./screens/work/network.js')],
  ['/work/rota', 'title.work', () => import('./screens/work/rota.js')],
  ['/work/m/:id', 'title.work', () => import('./screens/work/mechanism.js')],
  ['/work/:kind', 'title.work', () => import('./screens/work/kind.js')],
  ['/tasks', 'title.tasks', () => import('./screens/tasks/list.js')],
  ['/handover', 'title.handover', () => import('./screens/handover/list.js')],
  ['/handover/:id', 'title.handover', () => import('./screens/handover/page.js')],
  ['/reports', 'title.reports', () => import('./screens/reports/page.js')],
  ['/voice', 'title.voice', () => import('./screens/voice/page.js')],
  ['/admin', 'title.admin', () => import('./screens/admin.js')],
  ['/admin/trial/:hash', 'title.trial', () => import('./screens/desk/trial.js')],
  ['/admin/phones', 'title.phones', () => import('./screens/desk/phones.js')],
  ['/admin/held', 'title.held', () => import('./screens/desk/held.js')],
  ['/admin/form/:kind', 'title.versions', () => import('./screens/desk/versions.js')],
  ['/preview/:hash', 'title.preview', () => import('./screens/desk/preview.js')],
];

const patterns = TABLE.map(([pattern, title, load]) => ({
  pattern,
  title,
  load,
  match: new RegExp(`^${pattern.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
}));

/** A part of an address as text; one that was typed wrongly stays as it is. @param {string} part */
function plain(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Reads an address without its '#'. @param {string} address @returns {Route|null} */
export function routeOf(address) {
  const [path = '', search = ''] = address.split('?');
  for (const { pattern, title, load, match } of patterns) {
    const found = match.exec(path);
    if (!found) continue;
    const params = Object.fromEntries(Object.entries(found.groups ?? {}).map(([key, value]) => [key, plain(value)]));
    return { path, params, query: Object.fromEntries(new URLSearchParams(search)), pattern, title, load, home: false };
  }
  return null;
}

const NOWHERE = { path: '/', params: {}, query: {}, pattern: '/', title: 'app.name', load: () => Promise.reject(new Error('no screen')), home: true };

/** @type {import('@preact/signals').Signal<Route>} where the app is; `home` when the address names no screen */
export const route = signal(/** @type {Route} */ (NOWHERE));
/** @type {import('@preact/signals').ReadonlySignal<number>} position in the history, 0 where the app was opened */
export const step = signal(0);

/** How far each step of the history was scrolled. @type {Map<number, number>} */
const scrolled = new Map();
const scroller = () => document.querySelector('.screen > main');
const here = () => location.hash.slice(1);

/** @param {number} at @param {string} address */
function arrive(at, address) {
  /** @type {import('@preact/signals').Signal<number>} */ (step).value = at;
  route.value = routeOf(address) ?? NOWHERE;
}

const leave = () => scrolled.set(step.peek(), scroller()?.scrollTop ?? 0);

/** Opens a screen. @param {string} address like '/household/…?tab=1' @param {{replace?: boolean}} [how] */
export function go(address, { replace = false } = {}) {
  if (address === here() && !replace) return;
  leave();
  const at = step.peek() + (replace ? 0 : 1);
  history[replace ? 'replaceState' : 'pushState']({ at }, '', `#${address}`);
  scrolled.delete(at);
  arrive(at, address);
}

/** Back to where one came from; to `fallback` when the app was opened here. @param {string} fallback */
export function back(fallback) {
  if (step.peek() > 0) history.back();
  else go(fallback, { replace: true });
}

/** Where this step of the history had been scrolled to; 0 when new. */
export const scrolledTo = () => scrolled.get(step.peek()) ?? 0;

/** The browser moved: its own back and forward, a link, a typed address. */
function moved() {
  const known = history.state?.at;
  if (known === step.peek() && here() === addressOf(route.peek())) return;
  leave();
  const at = known ?? step.peek() + 1;
  if (known === undefined) {
    history.replaceState({ at }, '');
    scrolled.delete(at);
  }
  arrive(at, here());
}

/** @param {Route} at */
function addressOf({ path, query }) {
  const search = new URLSearchParams(query).toString();
  return search ? `${path}?${search}` : path;
}

/** Starts listening; called once by main. */
export function startRoutes() {
  const at = history.state?.at ?? 0;
  history.replaceState({ at }, '');
  arrive(at, here());
  addEventListener('popstate', moved);
  addEventListener('hashchange', moved);
}

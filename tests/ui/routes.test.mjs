// Addresses, the way back, and where one had scrolled to.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

/** A browser's history: entries with a state, a place in them, events when it is moved. */
class Past {
  constructor() {
    this.entries = [{ state: null, hash: '' }];
    this.at = 0;
  }

  get state() {
    return this.entries[this.at].state;
  }

  pushState(state, _title, hash) {
    this.entries = [...this.entries.slice(0, this.at + 1), { state, hash }];
    this.at += 1;
  }

  replaceState(state, _title, hash = this.entries[this.at].hash) {
    this.entries[this.at] = { state, hash };
  }

  back() {
    this.at -= 1;
    dispatchEvent(new Event('popstate'));
  }

  /** What a tap on a link does. */
  follow(hash) {
    this.pushState(null, '', hash);
    dispatchEvent(new Event('popstate'));
    dispatchEvent(new Event('hashchange'));
  }
}

const events = new EventTarget();
globalThis.addEventListener = events.addEventListener.bind(events);
globalThis.dispatchEvent = events.dispatchEvent.bind(events);
globalThis.location = { get hash() { return history.entries[history.at].hash; } };
let scroller = { scrollTop: 0 };
document.querySelector = () => scroller;
globalThis.history = new Past();

const { back, go, route, routeOf, scrolledTo, startRoutes, step } = await import('../../pwa/routes.js');
startRoutes();

beforeEach(() => {
  globalThis.history = new Past();
  scroller = { scrollTop: 0 };
  go('/today', { replace: true });
  history.replaceState({ at: step.value }, '', '#/today');
});

test('an address names a screen, its parameters and its question', () => {
  const at = routeOf('/household/0193-a?view=history&at=phone');
  assert.deepEqual([at.pattern, at.params, at.query], ['/household/:id', { id: '0193-a' }, { view: 'history', at: 'phone' }]);
  assert.equal(routeOf('/household/%E6%9D%A8').params.id, '杨');
  assert.equal(routeOf('/household/%E0%A4%A').params.id, '%E0%A4%A');
  assert.equal(routeOf('/household/a/edit').pattern, '/household/:id/edit');
  assert.equal(routeOf('/me/receipts').pattern, '/me/receipts');
  assert.equal(routeOf('/me/password').pattern, '/me/:setting');
  for (const nowhere of ['', '/', '/nothing', '/household/', '/household/a/b', 'today']) assert.equal(routeOf(nowhere), null, nowhere);
});

test('going on and back remembers how far each step was scrolled', () => {
  const start = step.value;
  scroller.scrollTop = 300;
  go('/household/a');
  assert.deepEqual([route.value.params.id, step.value, scrolledTo()], ['a', start + 1, 0]);
  scroller.scrollTop = 40;
  history.follow('#/visit?household=a');
  assert.deepEqual([route.value.pattern, route.value.query.household, scrolledTo()], ['/visit', 'a', 0]);
  assert.equal(history.state.at, start + 2, 'a tapped link is a step like any other');
  back('/today');
  assert.deepEqual([route.value.pattern, scrolledTo()], ['/household/:id', 40]);
  back('/today');
  assert.deepEqual([route.value.pattern, scrolledTo()], ['/today', 300]);
});

test('the same address again is no step; a replacement leaves none', () => {
  const start = step.value;
  go('/today');
  assert.equal(step.value, start);
  go('/households', { replace: true });
  assert.deepEqual([step.value, route.value.pattern], [start, '/households']);
});

test('where the app was opened, back goes to the fallback', () => {
  while (step.value > 0) history.at ? back('/today') : (history.replaceState({ at: 0 }, '', '#/me'), dispatchEvent(new Event('popstate')));
  back('/households');
  assert.deepEqual([route.value.pattern, step.value], ['/households', 0]);
});

test('an address that names nothing leads home', () => {
  history.follow('#/nothing/at/all');
  assert.equal(route.value.home, true);
});

test('no title of a window can hold a name', () => {
  const titles = new Set(['/household/a', '/person/a', '/problem/a', '/record/a/edit'].map((address) => routeOf(address).title));
  for (const title of titles) assert.match(title, /^title\.\w+$/);
});

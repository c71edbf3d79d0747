// How a form is cut into pages: what fits one thumb, what its author wants together, what is too long.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageOf, pagesOf } from '../../pwa/form/pages.js';

const TITLE = { zh: '表' };

/** @param {[string, string?, string?][]} rows path, type, appearance */
function form(rows, style = '') {
  const questions = rows.map(([path, type = 'text', appearance = '']) => ({
    path, name: path.split('/').pop(), type, appearance, parent: path.split('/').slice(0, -1).join('/'), label: { zh: path },
    holds: type === 'repeat' ? 'entries' : ['group', 'note'].includes(type) ? 'nothing' : 'text',
  }));
  return { title: TITLE, style, questions, lists: {}, order: [], dependents: {} };
}
const many = (/** @type {number} */ n, /** @type {string} */ before = 'q') => Array.from({ length: n }, (_, at) => [`${before}${at}`]);
const sizes = (/** @type {any} */ definition) => pagesOf(definition).map((page) => page.paths.length);

test('a short form is one page, with its group as a heading', () => {
  const [page, ...more] = pagesOf(form([['a'], ['g', 'group'], ['g/b'], ['g/k', 'calculate'], ['c']]));
  assert.deepEqual(page.paths, ['a', 'g', 'g/b', 'c']);
  assert.equal(more.length, 0);
  assert.deepEqual(sizes(form(many(12))), [12]);
});

test('what says pages, has two groups, or breaks with a note, is not one page', () => {
  assert.deepEqual(sizes(form([['a'], ['g', 'group'], ['g/b']], 'pages')), [1, 1]);
  assert.deepEqual(sizes(form([['g', 'group'], ['g/b'], ['h', 'group'], ['h/c']])), [1, 1]);
  const broken = pagesOf(form([['a'], ['n', 'note', 'page'], ['b']]));
  assert.deepEqual(broken.map(({ title, paths }) => [title.zh, paths]), [['表', ['a']], ['n', ['b']]]);
});

test('a group is a page; one that is too long is cut at the groups inside, unless it is a field-list', () => {
  const inner = [['g', 'group'], ['g/x', 'group'], ...many(14, 'g/x/a'), ['g/mid'], ['g/y', 'group'], ...many(14, 'g/y/b'), ['h', 'group'], ['h/c']];
  assert.deepEqual(pagesOf(form(/** @type {any} */ (inner))).map(({ title, paths }) => [title.zh, paths.length]), [['g/x', 14], ['g', 1], ['g/y', 14], ['h', 1]]);
  const listed = [['g', 'group', 'field-list'], ['g/x', 'group'], ...many(40, 'g/x/a'), ['h', 'group'], ['h/c']];
  assert.deepEqual(sizes(form(/** @type {any} */ (listed))), [41, 1]);
});

test('a run that is too long comes in pieces of like size, and every question is on one page', () => {
  const pages = pagesOf(form(/** @type {any} */ (many(120))));
  assert.deepEqual(pages.map(({ paths }) => paths.length), [24, 24, 24, 24, 24]);
  assert.equal(new Set(pages.flatMap(({ paths }) => paths)).size, 120);
  assert.deepEqual(sizes(form(/** @type {any} */ (many(50)))), [17, 17, 16]);
});

test('a question in an entry is on the page of its repeat, a group on that of its first question', () => {
  const definition = form([['g', 'group'], ['g/b'], ['h', 'group'], ['h/r', 'repeat'], ['h/r/c'], ['h/r/s', 'repeat'], ['h/r/s/d']]);
  const around = { 'h/r/c': ['h/r'], 'h/r/s/d': ['h/r', 'h/r/s'] };
  const interview = /** @type {any} */ ({ graph: { chain: (/** @type {string} */ path) => /** @type {any} */ (around)[path] ?? [] } });
  const pages = pagesOf(/** @type {any} */ (definition));
  assert.deepEqual(['g', 'g/b', 'h/r', 'h/r/c', 'h/r/s/d', 'h', 'gone'].map((path) => pageOf(pages, interview, path)), [0, 0, 1, 1, 1, 1, -1]);
});

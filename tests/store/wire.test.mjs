import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { viewOf } from '../../pwa/store/view.js';
import { lineOf, uuid7 } from '../../pwa/store/outbox.js';
import { tierOf } from '../../pwa/store/blocks.js';
import { localTime } from '../../pwa/store/changes.js';
import { Checksum, fnv1a } from '../../pwa/sync/check.js';
import { linesOf, packed, parseLine, requestText } from '../../pwa/sync/wire.js';

const streamOf = (...parts) => new ReadableStream({
  start(controller) {
    for (const part of parts) controller.enqueue(part);
    controller.close();
  },
});

async function all(stream) {
  const lines = [];
  for await (const some of linesOf(stream)) lines.push(...some);
  return lines;
}

test('lines survive any cut between bytes, also inside a character', async () => {
  const bytes = new TextEncoder().encode('{"a":"杨😀"}\n\n{"b":2}\n');
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    assert.deepEqual(await all(streamOf(bytes.slice(0, cut), bytes.slice(cut))), ['{"a":"杨😀"}', '{"b":2}']);
  }
});

test('a last line without its end is a cut, bytes that are no text are not ours', async () => {
  await assert.rejects(all(streamOf(new TextEncoder().encode('{"a":1}\n{"b":'))), { code: 'cut' });
  await assert.rejects(all(streamOf(new Uint8Array([0xff, 0xfe, 0x0a]))), { code: 'portal' });
  for (const text of ['<html>', '[]', 'null', '{}', '{"t":1}']) assert.throws(() => parseLine(text), { code: 'portal' });
});

test('a request is lines with ends, packed', async () => {
  const text = requestText({ t: 'hello' }, ['{"t":"change"}']);
  assert.equal(text, '{"t":"hello"}\n{"t":"change"}\n');
  const { body, encoding } = await packed(text);
  assert.deepEqual(encoding, { 'content-encoding': 'deflate' });
  assert.equal(inflateSync(Buffer.from(body)).toString(), text);
});

test('a change has the same line whenever it is written, with nothing of the phone in it', () => {
  const entry = { village: 'v', n: 3, record: 'r', kind: 'visit', form: 'f', base: 7, set: { a: 1 }, at: 'now', before: {}, title: '杨', device: 'd', order: 9 };
  assert.equal(lineOf(entry), '{"t":"change","village":"v","n":3,"record":"r","kind":"visit","form":"f","base":7,"set":{"a":1},"at":"now"}');
  assert.equal(lineOf(JSON.parse(JSON.stringify(entry))), lineOf(entry));
  assert.equal(lineOf({ ...entry, base: 0 }), '{"t":"change","village":"v","n":3,"record":"r","kind":"visit","form":"f","set":{"a":1},"at":"now"}');
});

test('the checksum is the one the server counts', () => {
  assert.deepEqual(['', 'a', 'foobar'].map(fnv1a), [0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  const sum = new Checksum();
  sum.toggle('0192f000-0000-7000-8000-000000000011', 3);
  assert.equal(sum.toString(), 'f872439998a9e6a3');
  sum.toggle('0192f000-0000-7000-8000-000000000012', 1_000_000_007);
  assert.equal(sum.toString(), 'c956d8c60536ad30');
  const again = new Checksum(sum.toString());
  again.toggle('0192f000-0000-7000-8000-000000000012', 1_000_000_007);
  again.toggle('0192f000-0000-7000-8000-000000000011', 3);
  assert.equal(again.toString(), '0000000000000000');
});

test('ids sort by the time they were made, also with a clock in 1900 or 2099', () => {
  const ids = [0, 1, 1000, Date.parse('2026-11-23'), Date.parse('2099-01-01')].map((now) => uuid7(now));
  assert.deepEqual([...ids].sort(), ids);
  for (const one of [...ids, uuid7(Date.parse('1900-01-01'))]) assert.match(one, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(Array.from({ length: 1000 }, () => uuid7(5))).size, 1000);
});

test('a device time names its offset and is the same moment', () => {
  const now = new Date('2026-11-23T02:00:00.123Z');
  assert.match(localTime(now), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.123[+-]\d\d:\d\d$/);
  assert.equal(Date.parse(localTime(now)), now.getTime());
});

test('tiers: what is open, undated or of a whole year is hot; a visit ages', () => {
  const visit = { envelope: { happened_on: 'on', status: 'result', parent: 'household' }, moves: [] };
  const problem = { envelope: { happened_on: 'on', status: 'status' }, moves: [{ from: 'registered' }, { from: 'reported' }] };
  const row = (kind, answers, more = {}) => ({ kind, answers, created_at: '2020-01-01', ...more });
  const tier = (one, shape) => tierOf(one, shape, '2026-08-25');
  assert.equal(tier(row('household', {}), undefined), 0);
  assert.equal(tier(row('person', {}), undefined), 1);
  assert.equal(tier(row('visit', { on: '2026-11-01', result: 'met' }), visit), 3);
  assert.equal(tier(row('visit', { on: '2026-08-24', result: 'met' }), visit), 4);
  assert.equal(tier(row('problem', { on: '2020-01-01', status: 'reported' }), problem), 2);
  assert.equal(tier(row('problem', { on: '2020-01-01', status: 'closed' }), problem), 4);
  assert.equal(tier(row('village_profile', { year: 2024 }), { envelope: { happened_on: 'year' } }), 2);
  assert.equal(tier(row('colleague', {}), { envelope: { title: 'name' } }), 2);
  assert.equal(tier(row('conflict', { state: 'open' }), { envelope: { status: 'state' } }), 2);
  assert.equal(tier(row('conflict', { state: 'written' }), { envelope: { status: 'state' } }), 4);
  assert.equal(tier(row('visit', {}, { gone: true }), visit), 4);
  assert.equal(tier(row('unheard_of', {}), undefined), 2);
});

const shared = JSON.parse(readFileSync(new URL('../cases/merge.json', import.meta.url), 'utf8'));
// A whole list for a repeat drops only entries its writer knew of; that is the server's to know.
const whole = ({ change }) => Object.entries(change.set).some(([path, value]) => Array.isArray(value) && shared.holds[path] === 'entries');
const typed = ({ change }) => Object.keys(change.set).some((path) => !shared.calculated.includes(path));
const seen = shared.cases.filter((one) => typed(one) && !one.expect.clashes?.length && !one.expect.passed_over && one.expect.answers && !whole(one));
test('where nobody contradicts, the screen shows at once what the server will make of it', () => {
  assert.ok(seen.length >= 10, `only ${seen.length} cases`);
  for (const { name, record, change, expect } of seen) {
    const base = record.rev ? { id: 'r', kind: 'k', form: '', village: 'v', rev: record.rev, answers: record.answers, deleted: record.deleted ?? false } : undefined;
    const entry = { record: 'r', kind: 'k', form: '', village: 'v', n: 1, order: 1, set: change.set, at: '' };
    const rec = viewOf(base, [entry], 'r', 'me');
    assert.deepEqual(rec.answers, expect.answers, name);
    if (expect.deleted !== undefined) assert.equal(rec.deleted, expect.deleted, name);
  }
});

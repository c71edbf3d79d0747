// The far side of the wire: a small server of the protocol in memory, with faults to order. It keeps the rules the phone
// relies on (stored answers, one counter per village, pages in the order of design.md 6) and no more.
import { inflateSync } from 'node:zlib';
import { Checksum } from '../../pwa/sync/check.js';
import { applySet } from '../../pwa/store/view.js';

export const PERSON = { id: '00000000-0000-7000-8000-0000000000a1', account: 'cadre1', name: '陈志远' };
export const VILLAGE = 'v-shiqiao';
const form = (kind, envelope, more = {}) => ({ kind, hash: `${kind}-1`, title: {}, questions: [], lists: {}, envelope, moves: [], ...more });
export const FORMS = [
  form('household', { title: 'head' }),
  form('person', { title: 'name', parent: 'household' }),
  form('visit', { parent: 'household', happened_on: 'date' }),
  form('problem', { title: 'content', parent: 'household', status: 'status', happened_on: 'date' },
    { moves: [{ from: 'registered', to: 'closed', role: 'cadre' }] }),
  form('conflict', { status: 'state', parent: 'record' }),
  form('colleague', { title: 'name' }),
  form('person_note', {}, { local: true }),
  form('talent', { title: 'name' }, { consent: 'contact_ok' }),
];
/** Records a page, where hello says nothing of it. */
const PAGE = 500;
const TIER = { household: 0, person: 1 };

export class FarSide {
  constructor() {
    this.epoch = 'epoch-1';
    this.person = PERSON;
    this.version = 1;
    this.places = [{ id: VILLAGE, name: '石桥村', role: 'cadre', view: 'team.1' }];
    this.villages = new Map();
    this.answers = new Map();
    this.devices = new Map();
    /** The keys that were left here, by device. */
    this.keys = new Map();
    this.signedIn = false;
    this.leaseDays = 30;
    this.ask = {};
    this.hellos = [];
    this.quarantines = () => undefined;
    this.applied = [];
    this.clock = Date.parse('2026-11-23T02:00:00Z');
    this.sessionEnds = 0;
    this.fault = null;
    this.fetch = (input, init) => this.#fetch(new URL(input, 'http://far').pathname, init, new URL(input, 'http://far').searchParams);
  }

  village(id) {
    if (!this.villages.has(id)) this.villages.set(id, { seq: 0, rows: new Map() });
    return this.villages.get(id);
  }

  now() {
    this.clock += 1000;
    return new Date(this.clock).toISOString();
  }

  /** Someone else writes. */
  write(villageId, id, kind, set, { deleted = false, created } = {}) {
    const village = this.village(villageId);
    const old = village.rows.get(id);
    const at = this.now();
    village.seq += 1;
    const row = {
      t: 'record', village: villageId, id, kind, form: `${kind}-1`, rev: (old?.rev ?? 0) + 1, seq: village.seq,
      answers: applySet(old?.answers ?? {}, set), flags: [], deleted, by: 'other', at, client_at: at,
      created_by: old?.created_by ?? 'other', created_at: old?.created_at ?? created ?? at,
    };
    village.rows.set(id, row);
    return row;
  }

  async #fetch(path, init, query) {
    const fault = this.fault?.(path, init);
    if (fault) return fault;
    if (path === '/api/session') return this.#session(init);
    if (!this.signedIn) return json(401, { code: 'sign_in', zh: '请先登录。', en: 'Please sign in.' });
    if (path.startsWith('/api/forms/')) return json(200, FORMS.find((one) => path.endsWith(`/${one.hash}`)));
    if (path === '/api/forms') return json(200, FORMS.filter((one) => (query.get('hashes') ?? query.get('heads')).split(',').includes(one.hash)));
    if (path === '/api/escrow') {
      this.keys.set(this.device, JSON.parse(init.body).key);
      return new Response(null, { status: 204 });
    }
    if (path === '/api/sync') return this.#sync(init);
    return json(404, { code: 'not_found' });
  }

  #session(init) {
    if (init.method === 'DELETE') {
      this.signedIn = false;
    this.leaseDays = 30;
      this.sessionEnds += 1;
      return new Response(null, { status: 204 });
    }
    if (init.method === 'POST') {
      const { device, password } = JSON.parse(init.body);
      if (password !== 'pass') return json(401, { code: 'wrong_password' });
      const owner = this.devices.get(device) ?? this.person.id;
      if (owner !== this.person.id) return json(409, { code: 'device_taken' });
      this.devices.set(device, this.person.id);
      this.device = device;
      this.signedIn = true;
    }
    if (!this.signedIn) return json(401, { code: 'sign_in' });
    const escrow = this.keys.get(this.device) ?? null;
    const key = init.method === 'POST' ? { escrow } : { escrowed: escrow !== null };
    return json(200, { person: this.person, device: this.device, scope: this.scope(), epoch: this.epoch, lease_days: this.leaseDays, ...key });
  }

  scope() {
    return { version: this.version, villages: this.places };
  }

  #sync(init) {
    const zipped = init.headers['content-encoding'] === 'deflate';
    const text = zipped ? inflateSync(Buffer.from(init.body)).toString() : String(init.body);
    const [hello, ...changes] = text.trim().split('\n').map((line) => JSON.parse(line));
    this.lastHello = hello;
    this.hellos.push(hello);
    this.suspect = false;
    const lines = changes.map((change) => this.#accept(hello, change));
    const ask = this.ask;
    this.ask = {};
    const head = {
      t: 'hello', proto: 1, epoch: this.epoch, now: this.now(), scope: this.scope(),
      forms: Object.fromEntries(FORMS.map((one) => [one.kind, one.hash])), ask,
    };
    for (const place of this.places) lines.push(...this.#feed(hello, place));
    const body = [head, ...lines, { t: 'end' }].map((line) => `${JSON.stringify(line)}\n`).join('');
    return stream(body, this.mangle);
  }

  #accept(hello, change) {
    const stream = `${hello.device}|${change.village}`;
    const stored = this.answers.get(stream) ?? new Map();
    this.answers.set(stream, stored);
    const known = stored.get(change.n);
    const content = JSON.stringify([change.record, change.kind, change.base ?? 0, change.set, change.at]);
    const say = (told) => ({ t: 'answer', village: change.village, n: change.n, ...told });
    if (known) this.suspect ||= known.content !== content;
    if (known?.content === content) return known.answer;
    if (this.suspect) return say({ result: 'new_device' });
    const first = hello.first[change.village] ?? 1;
    const last = Math.max(first - 1, 0, ...stored.keys());
    if (change.n > last + 1) return say({ result: 'gap', expected: last + 1 });
    const code = this.places.some((place) => place.id === change.village) ? this.quarantines(change) : 'village_left';
    const answer = say(code ? { result: 'quarantined', code } : this.#apply(hello.device, change));
    stored.set(change.n, { content, answer });
    return answer;
  }

  #apply(device, change) {
    this.applied.push(`${device}|${change.village}|${change.n}`);
    const { deleted, ...set } = change.set;
    const row = this.write(change.village, change.record, change.kind, set, { deleted: deleted ?? false });
    return { result: 'ok', rev: row.rev, seq: row.seq };
  }

  #feed(hello, place) {
    const village = this.village(place.id);
    const cursor = hello.cursors[place.id] ? JSON.parse(hello.cursors[place.id]) : null;
    const ours = cursor?.view === place.view && cursor.epoch === this.epoch && !this.forgetful;
    const usable = ours ? cursor : { view: place.view, epoch: this.epoch, noted: village.seq, at: 0, fresh: true };
    return usable.noted === undefined ? this.#after(place, village, usable.after, hello.limit ?? PAGE) : this.#first(place, village, usable, hello.limit ?? PAGE);
  }

  #first(place, village, cursor, limit) {
    const rows = [...village.rows.values()].filter((row) => !row.deleted && row.seq <= cursor.noted)
      .sort((a, b) => (TIER[a.kind] ?? 2) - (TIER[b.kind] ?? 2) || (a.id < b.id ? -1 : 1));
    const lines = [];
    for (let at = cursor.at; at < rows.length; at += limit) {
      const next = JSON.stringify({ view: cursor.view, epoch: this.epoch, noted: cursor.noted, at: at + limit });
      lines.push(...rows.slice(at, at + limit), { t: 'page', village: place.id, next, seq: cursor.noted, more: true });
    }
    const all = [...lines, ...this.#after(place, village, cursor.noted, limit)];
    const page = all.find((line) => line.t === 'page');
    if (cursor.fresh) page.start = true;
    for (const line of all) if (line.t === 'page' && line.more) line.of = rows.length;
    return all;
  }

  #after(place, village, after, limit) {
    const rows = [...village.rows.values()].filter((row) => row.seq > after).sort((a, b) => a.seq - b.seq);
    const told = rows.map((row) => (row.deleted ? { t: 'gone', village: place.id, id: row.id, rev: row.rev, seq: row.seq } : row));
    const lines = [];
    for (let at = 0; at + limit < rows.length; at += limit) {
      const part = told.slice(at, at + limit);
      const seq = part.at(-1).seq;
      lines.push(...part, { t: 'page', village: place.id, next: JSON.stringify({ view: place.view, epoch: this.epoch, after: seq }), seq, more: true });
    }
    lines.push(...told.slice(Math.floor(Math.max(0, rows.length - 1) / limit) * limit));
    const next = JSON.stringify({ view: place.view, epoch: this.epoch, after: village.seq });
    return [...lines, { t: 'page', village: place.id, next, seq: village.seq, more: false, ...this.check(village) }];
  }

  check(village) {
    const living = [...village.rows.values()].filter((row) => !row.deleted);
    const sum = new Checksum();
    for (const row of living) sum.toggle(row.id, row.rev);
    return { count: living.length, check: sum.toString() };
  }
}

export const json = (status, body, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

/** An answer that arrives in pieces; `mangle` may cut it after some bytes. */
export function stream(text, mangle = (bytes) => ({ bytes, broken: false })) {
  const { bytes, broken } = mangle(new TextEncoder().encode(text));
  let at = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return broken ? controller.error(new TypeError('terminated')) : controller.close();
      controller.enqueue(bytes.slice(at, at + 700));
      at += 700;
    },
  });
  return new Response(body, { status: 200, headers: { 'content-type': 'application/x-ndjson' } });
}

export const id = (n) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

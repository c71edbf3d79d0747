/**
 * Runs in the app's own page: the shipped store and sync loop on a database of its own, and the floor beside it.
 * The floor is the same stream of the same server, each line parsed, a hundred rows a value, and nothing else.
 */
async (device) => {
  const load = (path) => import(`/a/${path}`);
  const [{ Store }, { Loop }, { deleteDatabase, nameOf }, { enter }, registry] = await Promise.all(
    ['store/store.js', 'sync/loop.js', 'store/db.js', 'store/locking.js', 'store/registry.js'].map(load),
  );
  const said = await fetch('/api/session', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ account: 'cadre1', password: 'shibu-demo', device }),
  });
  const { person } = await said.json();

  const finished = (request) => new Promise((resolve, reject) => {
    request.onsuccess = request.oncomplete = () => resolve(request.result);
    request.onerror = request.onabort = () => reject(request.error);
  });

  async function floor() {
    await finished(indexedDB.deleteDatabase('floor'));
    const opening = indexedDB.open('floor', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('blocks', { autoIncrement: true });
    const db = await finished(opening);
    const hello = { t: 'hello', proto: 1, device, app: 'floor', epoch: null, scope: null, cursors: {}, first: {}, limit: 500 };
    const start = performance.now();
    const answer = await fetch('/api/sync', { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: `${JSON.stringify(hello)}\n` });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    let rows = [];
    let count = 0;
    const put = async (blocks) => {
      const tx = db.transaction('blocks', 'readwrite', { durability: 'relaxed' });
      for (const block of blocks) tx.objectStore('blocks').put(JSON.stringify(block));
      await finished(tx);
    };
    for (;;) {
      const { done, value } = await reader.read();
      const parts = (rest + (value ?? '')).split('\n');
      rest = parts.pop();
      const blocks = [];
      for (const part of parts) {
        const line = JSON.parse(part);
        if (line.t === 'record') rows.push(line);
        if (rows.length === 100) {
          blocks.push(rows);
          count += 100;
          rows = [];
        }
      }
      if (done && rows.length) {
        count += rows.length;
        blocks.push(rows);
      }
      if (blocks.length) await put(blocks);
      if (done) break;
    }
    const ms = performance.now() - start;
    db.close();
    return { ms, rows: count };
  }

  async function fresh() {
    const store = new Store();
    await enter(store, { id: person.id, login: 'cadre1', name: person.name, device: crypto.randomUUID() }, {});
    return { store, loop: new Loop(store) };
  }

  const rowsOf = (store) => [...store.pulls.value.values()].reduce((sum, pull) => sum + pull.count, 0);

  async function forget(store) {
    await store.close();
    await deleteDatabase(nameOf(person.id));
    await registry.deactivate();
    await registry.forget(person.id);
  }

  async function shipped() {
    const { store, loop } = await fresh();
    const start = performance.now();
    const state = await loop.syncNow();
    const ms = performance.now() - start;
    const rows = rowsOf(store);
    const whole = [...store.pulls.value.values()].every((pull) => pull.complete) && !store.trouble.value;
    loop.stop();
    clearTimeout(loop.timer);
    await forget(store);
    if (state.phase !== 'idle' || !whole) throw new Error(JSON.stringify([state, store.trouble.value]));
    return { ms, rows };
  }

  globalThis.bench = { floor, shipped, fresh, forget, rowsOf, held: null };
}

"""Forms in the running app on a slow phone: how soon after the tap one can write, and how soon an answer has settled."""

from __future__ import annotations

from tests.bench.installed import SLOW, Installed
from tests.bench.table import Figure, milliseconds

ROUNDS = 9

#: A thousand numbers; every tenth is the sum of the two before it, every seventh shows only above zero of its neighbour.
SETTLE = """async (count) => {
  const { Interview } = await import('/a/form/interview.js');
  const path = (n) => ['path', `q${n}`];
  const questions = Array.from({ length: count }, (_, n) => ({
    path: `q${n}`, name: `q${n}`, type: 'integer', holds: 'number', parent: '', repeat: '', appearance: '', label: { zh: `第${n}题` }, hint: {},
    required: n % 5 === 0, required_message: {}, relevant: n % 7 === 3 ? ['>', path(n - 1), ['num', 0]] : null,
    constraint: ['<', ['path', '.'], ['num', 100000]], constraint_message: { zh: '太大' },
    calculate: n % 10 === 9 ? ['+', path(n - 1), path(n - 2)] : null, default: null, read_only: false, list: null, choice_filter: null,
    sensitivity: 'internal', purpose: '', retention: '', merge: 'plain', envelope: null, refers: null, township: 'no', writers: 'team',
  }));
  for (const question of questions) question.constraint[1] = ['path', question.path];
  const dependents = {};
  for (let n = 9; n < count; n += 10) for (const m of [n - 1, n - 2]) (dependents[`q${m}`] ??= []).push(`q${n}`);
  const definition = { kind: 'long', hash: 'long', title: { zh: '长表' }, languages: ['zh'], questions, lists: {},
    order: questions.filter((q) => q.calculate).map((q) => q.path), dependents, envelope: {}, moves: [] };
  const interview = new Interview(definition, {}, { now: '2026-11-23T10:00:00+08:00', today: '2026-11-23', fresh: true });
  for (const { path } of questions) interview.state(path);
  const taken = [];
  for (let n = 0; n < 200; n += 1) {
    const start = performance.now();
    interview.set(`q${(n * 37) % count}`, n);
    for (const { path } of questions) interview.state(path);
    taken.push(performance.now() - start);
  }
  if (interview.state('q9').value === null) throw new Error('nothing was calculated');
  return taken.sort((a, b) => a - b)[Math.floor(taken.length * 0.95)];
}"""
#: Entries of ten questions with calculations, relevance and a sum outside; the 200th is added, filled and shown, and taken out again.
ADD = """async (before) => {
  const { Interview } = await import('/a/form/interview.js');
  const blank = { type: 'integer', holds: 'number', parent: '', repeat: '', appearance: '', hint: {}, required: false, required_message: {},
    relevant: null, constraint: null, constraint_message: {}, calculate: null, default: null, read_only: false, list: null, choice_filter: null,
    sensitivity: 'internal', purpose: '', retention: '', merge: 'plain', envelope: null, refers: null, township: 'no', writers: 'team' };
  const own = (n) => ['path', `r/q${n}`, 1];
  const inner = Array.from({ length: 10 }, (_, n) => ({ ...blank, path: `r/q${n}`, name: `q${n}`, parent: 'r', repeat: 'r', label: { zh: `第${n}题` },
    relevant: n % 3 === 1 ? ['>', own(n - 1), ['num', 0]] : null, calculate: n % 5 === 4 ? ['+', own(n - 1), own(n - 2)] : null,
    constraint: ['<', own(n), ['num', 100000]], default: n === 0 ? ['num', 1] : null }));
  const questions = [{ ...blank, path: 'r', name: 'r', type: 'repeat', holds: 'entries', merge: 'set', label: { zh: '地块' } }, ...inner,
    { ...blank, path: 'total', name: 'total', type: 'calculate', label: {}, calculate: ['call', 'sum', ['path', 'r/q4']] }];
  const dependents = { 'r/q4': ['total'] };
  for (const { path, relevant, calculate } of inner) {
    const n = Number(path.slice(3));
    for (const back of relevant ? [1] : calculate ? [1, 2] : []) (dependents[`r/q${n - back}`] ??= []).push(path);
  }
  const definition = { kind: 'plots', hash: 'plots', title: { zh: '地块' }, languages: ['zh'], questions, lists: {},
    order: questions.filter((q) => q.calculate || q.relevant).map((q) => q.path), dependents, envelope: {}, moves: [] };
  const interview = new Interview(definition, {}, { now: '2026-11-23T10:00:00+08:00', fresh: true });
  const show = (id) => { for (const { path, repeat } of questions) interview.state(path, repeat ? id : ''); };
  const add = () => {
    const id = interview.add('r');
    show(id);
    return id;
  };
  const fill = (id) => { for (const n of [0, 2, 3]) interview.set(`r/q${n}`, n + 1, id); };
  for (let n = 1; n < before; n += 1) fill(add());
  const taken = [];
  for (let n = 0; n < 100; n += 1) {
    const start = performance.now();
    const id = add();
    taken.push(performance.now() - start);
    fill(id);
    if (interview.state('total').value !== before * 7) throw new Error(`the sum is ${interview.state('total').value}`);
    interview.drop('r', id);
  }
  return taken.sort((a, b) => a - b)[Math.floor(taken.length * 0.95)];
}"""
COUNTED = "async (kind) => { const { store } = await import('/a/store/store.js'); return (await store.loadForm(kind)).questions.length; }"


def measure(phone: Installed) -> list[Figure]:
    phone.slow(1)
    phone.started()
    phone.slow()
    phone.settle()
    visit = _opened(phone, "/today", '.dock a[href="#/visit"]', "main .asked")
    questions = phone.ask(COUNTED, "village_profile")
    profile = _opened(phone, "/village", 'a[href^="#/village/profile"]', "main form, main .field")
    settled = [phone.ask(SETTLE, 1000) for _ in range(3)]
    added = [phone.ask(ADD, 200) for _ in range(3)]
    phone.slow(1)
    return [
        milliseconds(f"tap → visit form, {SLOW}-fold", visit, 300, f"until it is drawn and can be written in, {ROUNDS} taps on Today"),
        milliseconds(f"tap → form of {questions} questions, {SLOW}-fold", profile, 700, f"the village profile, {ROUNDS} taps"),
        milliseconds(f"an answer settles, 1,000 questions, {SLOW}-fold", settled, 50, "95th percentile of 200 answers, every question's state asked for again"),
        milliseconds(f"the 200th entry is added, {SLOW}-fold", added, 100, "95th percentile of 100, ten questions each, with calculations, relevance and a sum outside"),
    ]  # fmt: skip


def _opened(phone: Installed, place: str, link: str, shown: str) -> list[float]:
    """Taken from the same place each time; the first tap is not counted, as modules are fetched before it in idle time."""
    taken = []
    for _ in range(ROUNDS + 1):
        phone.handset.go(place)
        phone.page.locator(link).first.wait_for()
        phone.settle(1500)
        taken.append(phone.tap(link, shown))
        phone.settle(500)
    return taken[1:]

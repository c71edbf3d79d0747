// Fills the trial form at random, one answer after the other, and prints what the interview made of it.
// Python works the same answers out from the beginning: both must agree.
import { readFileSync } from 'node:fs';
import { Interview } from '../../pwa/form/interview.js';
import { doubtful, missing } from '../../pwa/form/review.js';
import { random } from '../conformance/filler.mjs';

const [file, from, to] = process.argv.slice(2);
const definition = JSON.parse(readFileSync(file, 'utf8'));
const NOW = '2026-11-23T10:00:00.000+08:00';

function valueFor(interview, question, place, pick) {
  if (pick(4) === 0) return null;
  if (question.type === 'select_one' || question.type === 'select_multiple') {
    const names = interview.choicesAt(question.path, place).map((choice) => choice.name);
    if (!names.length) return null;
    return question.type === 'select_one' ? names[pick(names.length)] : names.filter(() => pick(2));
  }
  if (question.holds === 'number') return question.type === 'integer' ? pick(7) - 1 : [0, 0.5, 1, 2, 12, 60, 700, 5000][pick(8)];
  if (question.type === 'date') return ['2026-11-22', '2026-11-23', '2026-11-24', '2000-02-29'][pick(4)];
  return ['谷', '茶', 'x', ' '][pick(4)];
}

function step(interview, pick) {
  const questions = definition.questions.filter((one) => !['group', 'note', 'calculate'].includes(one.type));
  const question = questions[pick(questions.length)];
  const places = interview.tree.places(question.path);
  if (!places.length) return;
  const place = interview.tree.placeOf(question.path, places[pick(places.length)]);
  if (question.type !== 'repeat') interview.set(question.path, valueFor(interview, question, place, pick), place);
  else if (!question.count) {
    const { entries } = interview.state(question.path, place);
    if (pick(3) || !entries.length) interview.add(question.path, place);
    else {
      const dropped = interview.drop(question.path, entries[pick(entries.length)], place);
      if (pick(3) === 0) interview.restore(question.path, dropped, place);
    }
  }
}

function named(interview, path, place) {
  let text = '';
  let start = 0;
  interview.graph.chain(path).forEach((repeat, depth) => {
    text += `${repeat.slice(start)}[${place.split('/')[depth]}]`;
    start = repeat.length;
  });
  return text + path.slice(start);
}

for (let seed = Number(from); seed < Number(to); seed += 1) {
  const next = random(seed);
  const pick = (n) => Math.floor(next() * n);
  const interview = new Interview(definition, {}, { now: NOW, today: '2026-11-23', fresh: true });
  const steps = 1 + pick(60);
  const told = new Map();
  for (let n = 0; n < steps; n += 1) {
    step(interview, pick);
    // Reading between the answers fills the caches that a later answer has to empty.
    for (const question of definition.questions) {
      for (const at of interview.tree.places(question.path)) if (pick(3) === 0) interview.state(question.path, interview.tree.placeOf(question.path, at));
    }
  }
  for (const question of definition.questions) {
    for (const at of interview.tree.places(question.path)) {
      const place = interview.tree.placeOf(question.path, at);
      told.set(named(interview, question.path, place), interview.state(question.path, place).relevant);
    }
  }
  const flags = [...missing(interview), ...doubtful(interview)].map(({ path, place, code }) => ({ code, question: named(interview, path, place) }));
  process.stdout.write(`${JSON.stringify({ seed, answers: interview.tree.all, flags, relevant: Object.fromEntries(told), changes: interview.changes() })}\n`);
}

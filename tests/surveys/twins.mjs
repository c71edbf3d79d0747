/**
 * Fills forms at random as the phone's interview does, and says what came of each filling, node by node: {forms: [{name,
 * definition}], from, to, steps} as the file named first, one JSON line for each filling into the second. Twin of server/surveys/report.py.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { Interview } from '../../pwa/form/interview.js';
import { doubtful, missing } from '../../pwa/form/review.js';
import { wordsOf } from '../../pwa/form/words.js';
import { Filler, take } from '../conformance/filler.mjs';
import { reference } from '../conformance/ours.mjs';

const NOW = '2026-11-23T10:00:00.000+08:00';
const RECORD = '0198a1b2-0000-7000-8000-000000000001';

function node(interview, question, at, place, problems) {
  const { path, holds } = question;
  const state = interview.state(path, place);
  const found = { relevant: state.relevant, label: state.label };
  if (Object.keys(question.hint ?? {}).length) found.hint = state.hint;
  if (holds === 'entries') found.count = interview.count(path, at);
  else if (holds !== 'nothing') {
    const problem = problems.get(`${path}@${place}`);
    Object.assign(found, { value: interview.value(path, at), required: state.required, read_only: state.readOnly, valid: !problem });
    if (problem) found.problem = problem;
  }
  if (question.list || question.from) {
    const rows = interview.choicesAt(path, place);
    found.choices = rows.map((row) => row.name);
    found.choice_labels = rows.map((row) => wordsOf(row.label, interview, at));
  }
  return found;
}

function report(interview) {
  const problems = new Map([...missing(interview), ...doubtful(interview)]
    .filter(({ code }) => code === 'required' || code === 'constraint').map(({ path, place, code }) => [`${path}@${place}`, code]));
  const found = {};
  for (const question of interview.definition.questions) {
    for (const at of interview.tree.places(question.path)) {
      found[reference(interview, question.path, at)] = node(interview, question, at, interview.tree.placeOf(question.path, at), problems);
    }
  }
  return found;
}

const { forms, from, to, steps } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
for (const { name, definition } of forms) {
  for (let seed = from; seed < to; seed += 1) {
    const interview = new Interview(definition, {}, { now: NOW, fresh: true, id: RECORD, lang: definition.languages[0] });
    const filler = new Filler(definition, seed);
    for (let n = filler.pick(steps + 1); n > 0; n -= 1) {
      const step = filler.step(interview);
      if (!step) continue;
      take(interview, step);
      // Reading between the answers fills the caches that a later answer has to empty.
      for (const question of definition.questions) {
        for (const at of interview.tree.places(question.path)) if (filler.pick(4) === 0) interview.state(question.path, interview.tree.placeOf(question.path, at));
      }
    }
    appendFileSync(process.argv[3], `${JSON.stringify({ name, seed, lang: interview.lang, answers: interview.tree.all, changes: interview.changes(), report: report(interview) })}\n`);
  }
}

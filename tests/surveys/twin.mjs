// Runs expressions in the phone's evaluator: {definitions, jobs, now} on stdin, values on stdout.
import { evaluate, FormIndex } from '../../pwa/form/expression.js';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { definitions, jobs, now } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
const indexes = Object.fromEntries(Object.entries(definitions).map(([hash, found]) => [hash, new FormIndex(found)]));

/** A context straight over the answers, everything relevant. */
function contextOf({ definition, answers, lang = 'zh', last = {} }) {
  const index = indexes[definition];
  const value = (path, at) => {
    let holder = answers;
    let start = 0;
    const chain = index.chain(path).filter((repeat) => repeat !== path);
    for (const [depth, repeat] of chain.entries()) {
      holder = holder?.[repeat.slice(start)]?.[at[depth]];
      start = repeat.length + 1;
    }
    return holder?.[path.slice(start)];
  };
  const count = (path, at) => value(path, at)?.length ?? 0;
  return { index, value, count, last: (path) => last[path], today: now.slice(0, 10), now, offset: 480, lang };
}

function plain(value) {
  if (Array.isArray(value)) return { nodes: value.map((node) => node.text) };
  if (typeof value === 'number' && !Number.isFinite(value)) return { number: String(value) };
  return value === 0 ? 0 : value;
}

process.stdout.write(JSON.stringify(jobs.map((job) => plain(evaluate(job.tree, contextOf(job), job.at ?? [])))));

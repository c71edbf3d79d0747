// The guide's twin on the phone: {today, on, guide, villages: [{kind: [record]}], trees, periods} on stdin; on stdout what it says
// of each village, with the values of the trees in it, and what comes of the periods.
import { dueBy } from '../../pwa/domain/pack/periods.js';
import { evaluateGuide, settleGuide, shown } from '../../pwa/domain/pack/village-expression.js';
import { Village } from '../../pwa/domain/pack/village-compile.js';
import { Tables } from '../../pwa/domain/pack/village-rows.js';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { today, on = '', guide, villages, trees = [], periods = [] } = JSON.parse(Buffer.concat(chunks).toString('utf8'));

/** Functions are left out, what is worked out lazily is worked out. */
const plain = (value) => JSON.parse(JSON.stringify(value));

async function told(kinds) {
  const empty = [];
  const records = { list: (kind) => kinds[kind] ?? empty };
  const reading = await settleGuide(evaluateGuide(guide, records, { today, on }), () => Promise.resolve());
  const village = new Village(new Tables(records, on, guide.kinds), guide.thresholds, on || today);
  const values = trees.map((tree) => shown(village.value(tree)));
  const { items, steps, indicators, mechanisms } = reading;
  const ids = Object.fromEntries(Object.entries(items).map(([id, item]) => [id, item.evidence()]));
  return { ...plain({ items, steps, indicators, mechanisms }), ids, values };
}

const found = [];
for (const kinds of villages) found.push(await told(kinds));
process.stdout.write(JSON.stringify({ villages: found, periods: periods.map(([cadence, day, last]) => dueBy(cadence, day, last)) }));

/**
 * Owns what the form itself writes when something happens: a record or an entry is begun, an answer was changed.
 * Promises: no I/O; where the phone is cannot be known here, so the screen is asked for it.
 */
import { same, stored } from './entry.js';
import { evaluate } from './expression.js';

/**
 * @typedef {import('./answers.js').At} At
 * @typedef {import('./definition.js').Action} Action
 * @typedef {import('./settle.js').Settling} Settling
 */

/** Writes what one action says; `at` is where it happened, as deep as that is. @param {Settling} settling @param {Action} action @param {At | null} at */
export function act(settling, action, at) {
  const { interview, graph } = settling;
  const question = graph.questions.get(action.ref);
  if (!at || !question || question.holds === 'nothing' || question.holds === 'entries') return;
  for (const place of interview.tree.places(action.ref, at.slice(0, together(graph, action)))) {
    if (action.geopoint) {
      interview.seek(action.ref, interview.tree.placeOf(action.ref, place));
      continue;
    }
    const value = action.value ? stored(question, evaluate(action.value, interview, place), interview.offset) : null;
    if (!same(value, interview.tree.get(action.ref, place))) settling.put(action.ref, place, value);
  }
}

/** @param {Settling} settling @param {Action['on'][number]} event @param {string} from @param {At} at */
export function happen(settling, event, from, at) {
  for (const action of settling.graph.actions(event, from)) {
    settling.work();
    act(settling, action, at);
  }
}

/** How many repeats what happens and what is written stand in together. @param {import('./graph.js').Graph} graph @param {Action} action */
function together(graph, { from, ref }) {
  const around = graph.questions.get(from)?.type === 'repeat' ? [...graph.chain(from), from] : graph.chain(from);
  const chain = graph.chain(ref);
  let depth = 0;
  while (depth < chain.length && chain[depth] === around[depth]) depth += 1;
  return depth;
}

/**
 * Owns under what one finds a kind of record: by what one wants to do, the commonest first.
 * Promises: pure; a kind that no line names (a form the county published) is found under the last group.
 */

/** @typedef {'meet'|'serve'|'people'|'build'|'notes'|'other'} Group */

/** @type {Record<Exclude<Group, 'other'>, string[]>} */
const KINDS = {
  meet: ['meeting', 'decision', 'consensus_item', 'publicity', 'activity', 'say_do_evaluate', 'pledge', 'post_duty', 'mobile_report', 'training', 'org_item', 'fund_item'],
  serve: ['problem', 'agency_case', 'first_inquiry', 'duty', 'practical_deed', 'policy_check', 'service_agent'],
  people: ['household', 'person', 'visit', 'monitor_case', 'aid_pair', 'household_union', 'contact', 'organisation', 'talent', 'temp_post'],
  build: ['project_plan', 'village_plan', 'industry_assessment', 'consultation', 'support_in', 'collective_income', 'property_reform'],
  notes: ['task', 'diary', 'study_note', 'model_case', 'document', 'policy', 'assignment', 'handover'],
};

/** In the order of the screen. @type {Group[]} */
export const GROUPS = ['meet', 'serve', 'people', 'build', 'notes', 'other'];

/** Not records somebody looks for by their kind: machinery, and what has a screen of its own under 我的 or the steps. */
export const HIDDEN = new Set(['conflict', 'colleague', 'guide', 'village_profile', 'step_item_state', 'field_question', 'suggestion', 'person_note']);

/** Lists that have a screen of their own. @type {Record<string, string>} */
const LISTS = { household: '/households', problem: '/problems', village_profile: '/village' };

/** @type {Map<string, [Group, number]>} */
const places = new Map(Object.entries(KINDS).flatMap(([group, kinds]) => kinds.map((kind, at) => /** @type {[string, [Group, number]]} */ ([kind, [/** @type {Group} */ (group), at]]))));

/** @param {string} kind @returns {Group} */
export const groupOf = (kind) => places.get(kind)?.[0] ?? 'other';

/** Where the records of a kind are listed. @param {string} kind */
export const listOf = (kind) => LISTS[kind] ?? `/work/${encodeURIComponent(kind)}`;

/** Where one record is looked at. @param {string} kind @param {string} id */
export const recordOf = (kind, id) => (['household', 'person', 'problem'].includes(kind) ? `/${kind}/${id}` : kind === 'village_profile' ? '/village' : `/record/${id}`);

/** Kinds by group, each group in its own order, unknown ones last by name. @param {string[]} kinds @returns {Map<Group, string[]>} */
export function grouped(kinds) {
  const order = (/** @type {string} */ kind) => places.get(kind)?.[1] ?? 99;
  const sorted = kinds.filter((kind) => !HIDDEN.has(kind)).sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1));
  const found = GROUPS.map((group) => /** @type {[Group, string[]]} */ ([group, sorted.filter((kind) => groupOf(kind) === group)]));
  return new Map(found.filter(([, some]) => some.length));
}

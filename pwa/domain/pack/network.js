/**
 * Owns how contacts stand to each other: by level from above to beside, key nodes first, and which roles step 2 asks for.
 * Promises: pure; whose time in office is over is not counted.
 */

/** @typedef {{id: string, answers: Record<string, any>}} Rec */

/** Roles that a whole network has (s2.*), by level. @type {Record<string, string[]>} */
export const NEEDED = {
  county: ['county_main', 'county_portfolio', 'lead_dept', 'handler'],
  township: ['township_secretary', 'township_head', 'township_member', 'township_dept'],
  village: ['village_secretary', 'village_director', 'group_head', 'former_resident'],
};
const LEVELS = ['county', 'township', 'village', 'own_unit', 'dept', 'society', ''];
/** Roles that are fulfilled by another one as well. @type {Record<string, string[]>} */
const ALSO = { former_resident: ['former_first_secretary'] };

/** The level a role speaks of, where a contact names none. @param {string} role */
export const levelOf = (role) => Object.keys(NEEDED).find((level) => NEEDED[level]?.includes(role)) ?? (role.startsWith('village_') || ['representative', 'supervisor', 'grid', 'agent', 'villager'].includes(role) ? 'village' : '');

/** @template {Rec} R @param {R[]} contacts @param {string} today @returns {{name: string, contacts: R[], missing: string[]}[]} */
export function network(contacts, today) {
  const there = contacts.filter(({ answers }) => !answers.valid_until || String(answers.valid_until) >= today);
  const level = (/** @type {R} */ { answers }) => String(answers.level ?? '') || levelOf(String(answers.role ?? ''));
  return LEVELS.map((name) => {
    const some = there.filter((rec) => (LEVELS.includes(level(rec)) ? level(rec) : '') === name);
    const roles = NEEDED[name] ?? [];
    const order = (/** @type {R} */ { answers }) => (answers.is_key_node === 'yes' ? -100 : 0) + (roles.indexOf(answers.role) + 1 || 50);
    const missing = roles.filter((role) => !there.some(({ answers }) => answers.role === role || ALSO[role]?.includes(answers.role)));
    return { name, contacts: [...some].sort((a, b) => order(a) - order(b) || (a.id < b.id ? -1 : 1)), missing };
  }).filter(({ contacts: some, missing }) => some.length || missing.length);
}

/**
 * Owns the village's places: by kind, with what was looked for and is not there, and what of it can be put on the ground.
 * Promises: pure; "none" only where somebody wrote it; positions are WGS-84 as recorded, never moved.
 */
/**
 * @typedef {{lat: number, lon: number}} Point
 * @typedef {(text: any) => Point | null} Read  how a position is written
 * @typedef {{id: string, type?: string, name?: string, note?: string, geo?: string}} Place
 * @typedef {{type: string, places: Place[], none: boolean}} OfType
 * @typedef {{id: string, answers: Record<string, any>}} Held
 */

/** @param {Record<string, any>} profile answers @param {string[]} types in the order of the list @returns {OfType[]} every type once, the unknown last */
export function placesByType(profile, types) {
  /** @type {Place[]} */
  const places = Array.isArray(profile.places) ? profile.places : [];
  const none = new Set(profile.no_places ?? []);
  const known = new Set(types);
  const rest = places.filter(({ type }) => !type || !known.has(type));
  const found = types.map((type) => {
    const here = places.filter((place) => place.type === type);
    return { type, places: here, none: !here.length && none.has(type) };
  });
  return rest.length ? [...found, { type: '', places: rest, none: false }] : found;
}

/** What nobody has written yet, neither a place nor that there is none. @param {OfType[]} types */
export const unknownTypes = (types) => types.filter(({ places, none }) => !places.length && !none);

/** Homes with a position, by group. @param {readonly Held[]} households @param {Read} pointOf @returns {{home: Held, at: Point, group: number | null}[]} */
export function homesOnGround(households, pointOf) {
  return households.flatMap((home) => {
    const at = pointOf(home.answers.geo);
    return at ? [{ home, at, group: typeof home.answers.group_no === 'number' ? home.answers.group_no : null }] : [];
  });
}

/** The middle of each group's homes. @param {{at: Point, group: number | null}[]} homes @returns {{group: number, at: Point, n: number}[]} */
export function groupsOnGround(homes) {
  /** @type {Map<number, Point[]>} */
  const groups = new Map();
  for (const { group, at } of homes) if (group !== null) groups.set(group, [...(groups.get(group) ?? []), at]);
  const mean = (/** @type {number[]} */ all) => all.reduce((sum, one) => sum + one, 0) / all.length;
  return [...groups].sort(([a], [b]) => a - b).map(([group, points]) => ({ group, n: points.length, at: { lat: mean(points.map(({ lat }) => lat)), lon: mean(points.map(({ lon }) => lon)) } }));
}

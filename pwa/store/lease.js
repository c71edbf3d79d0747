/**
 * Owns how long a phone may show what it holds without having met its server: a mark of time that only ever grows.
 * Promises: pure. A clock set back adds nothing and takes nothing away; one set ahead only closes sooner; what the server says
 * begins the count anew.
 *
 * @typedef {{days: number, base: number, mark: number, seen: number}} Lease  `base`, `mark`: milliseconds of our own count;
 *   `seen`: what the device's clock showed when the mark was last raised
 */

const DAY = 86_400_000;
export const DAYS = 30;

/** @param {number} now @param {number} [days] @returns {Lease} */
export const begun = (now, days = DAYS) => ({ days, base: now, mark: now, seen: now });

/** The time that has passed by the device's clock is added. @param {Lease} lease @param {number} now @returns {Lease} */
export const raised = (lease, now) => ({ ...lease, mark: lease.mark + Math.max(0, now - lease.seen), seen: now });

/** @param {Lease|undefined} lease */
export const isOver = (lease) => lease !== undefined && lease.mark - lease.base > lease.days * DAY;

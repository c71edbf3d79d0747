/** Texts made comparable: white space as a page shows it, ids that chance made. */
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** @param {string | null | undefined} text */
export const plain = (text) => (text ?? '').replace(UUID, '<uuid>').replace(/\s+/g, ' ').trim();

/** The engine keeps a NUL, which no XML document can hold; ours leaves it out. @param {string} value */
export const unnamed = (value) => value.replace(UUID, '<uuid>').replaceAll('\0', '');

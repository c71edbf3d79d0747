/** Kinds that have screens of their own; the others are listed under 其他表. */
export const OWN_SCREENS = new Set(['household', 'person', 'visit', 'problem', 'village_profile', 'conflict', 'colleague', 'guide']);

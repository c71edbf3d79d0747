/** How a place of the village is called and where it is put right. */
import { t } from '../../i18n.js';
import { choiceLabel } from '../parts/labels.js';
import './words.js';

export const PROFILE = { kind: 'village_profile' };

/** @param {string} type */
export const typeName = (type) => (type ? choiceLabel(PROFILE, 'places/type', type) : t('place.otherType'));

/** @param {string} id of the entry */
export const placeHref = (id) => `/village/profile?at=places%2Fname&place=${encodeURIComponent(id)}`;

/** Brings the texts of the review and of questions to a field; whichever of them is loaded first does so. */
import { bring } from '../../i18n.js';
import texts from './texts.js';

bring(texts);

/** Brings the texts of what keeps writing safe; whichever of its modules is loaded first does so. */
import { bring } from '../../i18n.js';
import texts from './texts.js';

bring(texts);

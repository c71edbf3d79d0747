/** Brings the texts of the township's village pages; whichever of them is loaded first does so. */
import { bring } from '../../i18n.js';
import texts from './texts.js';

bring(texts);

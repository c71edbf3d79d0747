/** Brings the texts of devices' widgets; whichever of them is loaded first does so. */
import { bring } from '../../../i18n.js';
import texts from './device-texts.js';

bring(texts);

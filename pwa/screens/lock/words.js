/** Brings the texts of the lock; whichever of its modules is loaded first does so. */
import { bring } from '../../i18n.js';
import texts from './texts.js';

bring(texts);

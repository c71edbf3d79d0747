/** Brings the texts and the looks of the village's screens; whichever of them is loaded first does so. */
import { styled } from '../../form/widgets/pack/address.js';
import { bring } from '../../i18n.js';
import texts from './texts.js';

bring(texts);
await styled('styles/pack/village.css');

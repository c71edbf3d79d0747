/** Brings the texts and the looks of the steps' screens; whichever of them is loaded first does so. */
import { styled } from '../../form/widgets/pack/address.js';
import { bring } from '../../i18n.js';
import texts from './texts.js';

bring(texts);
await styled('styles/pack/steps.css');

// Node runs the shipped files as they are; only the bare names of the import map need an address.
import { register } from 'node:module';

register('./resolve.mjs', import.meta.url);

// Node runs the shipped files as they are: pwa/ has no package.json, so its modules are named as such here.
import { register } from 'node:module';

register('./modules.mjs', import.meta.url);

/** Kinds whose records have a page of their own, fetched when one is opened. */
import { lazyScreen } from './lazy.js';

/** @type {Record<string, (props: {rec: import('../../store/types.js').Rec, definition: import('../../form/definition.js').Definition}) => any>} */
export const OWN = {
  project_plan: lazyScreen(() => import('./project.js').then((module) => module.Project)),
  decision: lazyScreen(() => import('./decision.js').then((module) => module.Decision)),
};

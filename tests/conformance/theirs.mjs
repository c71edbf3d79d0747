/** The other engine's form as the same rows as ours.mjs, and our steps done to it. */
import { loadForm } from './engine.mjs';
import { plain, unnamed } from './text.mjs';

/** What stands in it is told apart by neither: ids and names are made when a record is saved. */
const META = /^(\w+:)?meta(\/|$)/;
const TYPES = { csv: 'text/csv', geojson: 'application/geo+json', xml: 'text/xml' };

/** @param {string} xform @param {Record<string, string>} files */
export async function load(xform, files) {
  const fetchFormAttachment = async (/** @type {URL} */ url) => {
    const name = decodeURIComponent(String(url).split('/').at(-1) ?? '');
    const text = files[name];
    if (text === undefined) return new Response('', { status: 404 });
    return new Response(text, { headers: { 'content-type': TYPES[/** @type {'csv'} */ (name.split('.').at(-1))] ?? 'text/plain' } });
  };
  const loaded = await loadForm(xform, { fetchFormAttachment, missingResourceBehavior: 'BLANK' });
  if (loaded.status === 'failure') throw loaded.error;
  return loaded.createInstance().root;
}

/** `中文 (zh)` → zh, as the compiler names languages. @param {string} name */
function languageKey(name) {
  const match = /\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\)\s*$/.exec(name);
  const code = (match?.[1] ?? name.trim()).toLowerCase();
  return ['zh-cn', 'zh-hans'].includes(code) ? 'zh' : match ? code : name.trim();
}

/** @param {any} root @param {string} lang */
export function speak(root, lang) {
  const language = root.languages.find((/** @type {any} */ one) => languageKey(one.language) === lang);
  if (language) root.setLanguage(language);
}

/** Reference without the root's name. @param {any} node */
const below = (node) => node.currentState.reference.split('/').slice(2).join('/');

/** Every node there is. @param {any} root @returns {Map<string, any>} */
export function rows(root) {
  const found = new Map();
  walk(root, (node) => {
    const reference = below(node);
    if (META.test(reference)) return false;
    if (node.nodeType !== 'repeat-instance') found.set(reference, row(node));
    return true;
  });
  return found;
}

/** @param {any} node @param {(node: any) => boolean} look false: not what is inside */
function walk(node, look) {
  for (const child of node.currentState.children ?? []) if (look(child)) walk(child, look);
}

/** @param {any} node */
function row(node) {
  const state = node.currentState;
  const { relevant } = state;
  const label = plain(state.label?.asString);
  if (node.nodeType.startsWith('repeat-range')) return { kind: 'repeat', relevant, count: state.children.length };
  if (node.nodeType === 'group') return { kind: 'group', relevant, label };
  const violation = node.validationState?.violation;
  return {
    kind: 'leaf', type: node.nodeType, relevant, value: unnamed(state.instanceValue), label, hint: plain(state.hint?.asString),
    required: state.required, readonly: state.readonly, wrong: violation?.condition ?? '', words: plain(violation?.message?.asString),
    choices: state.valueOptions?.map((/** @type {any} */ item) => [item.value, plain(item.label?.asString)]),
  };
}

/** @param {any} root @param {string} reference */
function node(root, reference) {
  /** @type {any} */
  let found = null;
  walk(root, (one) => {
    const own = below(one);
    if (own === reference && one.nodeType !== 'repeat-instance') found ??= one;
    return !found && (reference === own || reference.startsWith(`${own}/`) || reference.startsWith(`${own}[`));
  });
  return found;
}

/** Does a step to the other engine. @param {any} root @param {any} step @param {string} reference */
export function take(root, step, reference) {
  if (step.do === 'speak') {
    speak(root, step.lang);
    return;
  }
  const target = node(root, reference);
  if (!target) throw new Error(`no such node: ${reference}`);
  if (step.do === 'add') target.addInstances(undefined, 1);
  else if (step.do === 'drop') target.removeInstances(step.index, 1);
  else set(target, step.value);
}

/** @param {any} target @param {any} value */
function set(target, value) {
  const { nodeType } = target;
  if (nodeType === 'select') target.selectValues(value === null ? [] : [value].flat());
  else if (nodeType === 'rank') target.setValues(value ?? []);
  else if (nodeType === 'trigger') target.setValue(value === 'OK');
  else if (nodeType === 'upload') target.setValue(value === null ? null : new window.File(['x'], value));
  else if (nodeType === 'range') target.setValue(value === null ? null : Number(value));
  else target.setValue(value === null ? '' : String(value));
}

/** Takes all entries out of a repeat. @param {any} root @param {string} reference */
export function empty(root, reference) {
  const target = node(root, reference);
  const count = target?.currentState.children?.length ?? 0;
  if (target?.removeInstances && count) target.removeInstances(0, count);
}

/** Leaves these of the chosen values. @param {any} root @param {string} reference @param {string[]} values */
export function keep(root, reference, values) {
  const target = node(root, reference);
  if (!target || target.currentState.readonly || !target.currentState.relevant) return;
  if (target.nodeType === 'select') target.selectValues(values);
  else if (target.nodeType === 'rank') target.setValues(values);
  else if (target.nodeType === 'input') target.setValue(values.join(' '));
}

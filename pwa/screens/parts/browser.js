/**
 * What kind of browser the app was opened in: another app's own, a plain tab, or installed.
 * Promises: names a state only when it puts what is stored here at risk.
 */

/** Apps whose built-in browser keeps its storage for itself, and clears it. */
const INSIDE = /MicroMessenger|\bQQ\/|DingTalk|AliApp|AlipayClient|Weibo|aweme|BytedanceWebview|NewsArticle|Lark|Feishu|wxwork|XiaoHongShu|kwai|FBAN|FBAV|Instagram|\bLine\/|; wv\)/i;

/** @param {string} [agent] */
export const insideAnother = (agent = navigator.userAgent) => INSIDE.test(agent);

/** @param {string} [agent] @returns {'wechat'|'qq'|'other'} whose browser, for the words of the way out */
export function whose(agent = navigator.userAgent) {
  if (/MicroMessenger|wxwork/i.test(agent)) return 'wechat';
  return /\bQQ\//.test(agent) ? 'qq' : 'other';
}

export const installed = () => matchMedia('(display-mode: standalone)').matches || /** @type {any} */ (navigator).standalone === true;

/** @param {import('../../store/persistence.js').Storage|null} storage
 * @returns {''|'inside'|'at_risk'} what to say, if anything */
export function browserNotice(storage) {
  if (insideAnother()) return 'inside';
  return !installed() && storage?.persistence === 'at-risk' ? 'at_risk' : '';
}

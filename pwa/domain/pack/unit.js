/** Owns how a unit of the guide is read: `元 / yuan` in both languages, `%` and `km` in every language, a Chinese measure word
 * alone (个, 次) only in Chinese, where other languages count without one. Promises: pure. */

/** @param {string | null | undefined} unit as the guide writes it @param {string} lang @param {unknown} [n] of how many; some languages say one otherwise @returns {string} */
export function unitIn(unit, lang, n) {
  const [zh = '', en = /[\u4e00-\u9fff]/.test(zh) ? '' : zh] = String(unit ?? '').split(' / ');
  if (lang !== 'en') return zh;
  return n === 1 ? en.replace(/^people$/, 'person').replace(/s$/, '') : en;
}

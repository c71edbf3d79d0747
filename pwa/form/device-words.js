/** Answers that devices give, in words: a file by its sort, a place by its figures, a line by its points. Empty for all others. */
import { t } from '../i18n.js';

/** Types whose answer is a file: its hash is nothing to read. */
export const FILES = new Set(['image', 'audio', 'video', 'file']);

/** @param {string} type @param {any} value @returns {string} */
export function deviceWords(type, value) {
  if (FILES.has(type)) return t(`form.file.${type}`);
  if (type === 'geopoint') return place(String(value));
  if (type === 'geotrace' || type === 'geoshape') return t('form.points', { n: String(value).split(';').filter((point) => point.trim()).length });
  return '';
}

/** Latitude and longitude as a map's user reads them, with how near that is. @param {string} value */
function place(value) {
  const [lat = '', lon = '', , near] = value.split(/\s+/);
  const about = Math.round(Number(near));
  return `${lat.slice(0, 9)}, ${lon.slice(0, 10)}${about > 0 ? t('form.near', { n: about }) : ''}`;
}

/**
 * The house and its water in two lines, each with how safe it is; what else is known about them below.
 */
import { t } from '../../i18n.js';
import { html } from '../../ui/html.js';
import { Group, List, Row } from '../../ui/parts.js';
import { unitOf } from './answers.js';
import { choiceLabel, joined, questionLabel, questionOf } from './labels.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** @param {Rec} home @param {string} path */
function safety(home, path) {
  const value = home.answers[path];
  const text = choiceLabel(home, path, value);
  if (value === 'ok') return { tone: /** @type {const} */ ('done'), icon: 'done', text };
  if (value === 'risk') return { tone: /** @type {const} */ ('soon'), icon: 'late', text };
  if (value === 'lack') return { tone: /** @type {const} */ ('late'), icon: 'late', text };
  return null;
}

/** @param {Rec} home @param {string} name */
const say = (home, name) => choiceLabel(home, `house/${name}`, home.answers[`house/${name}`]);

/** @param {Rec} home */
function houseLine(home) {
  const { answers } = home;
  const grade = answers['house/grade'];
  const area = questionOf(home, 'house/area');
  return joined([
    say(home, 'structure'),
    grade && (grade === 'unknown' ? say(home, 'grade') : t('house.grade', { grade })),
    answers['house/built_year'] ? t('house.built', { year: answers['house/built_year'] }) : '',
    answers['house/area'] !== undefined && area ? `${answers['house/area']} ${unitOf(area)}` : '',
    answers['house/source'] && answers['house/source'] !== 'self_built' ? say(home, 'source') : '',
  ], t('join.clause'));
}

/** @param {{home: Rec}} props */
export function HouseAndWater({ home }) {
  const house = houseLine(home);
  const water = joined([say(home, 'water'), home.answers['house/water_note'] ?? ''], t('join.clause'));
  const rest = ['toilet', 'fuel', 'power_ok', 'internet'].filter((name) => say(home, name));
  const housing = safety(home, 'safeguards/housing');
  const drinking = safety(home, 'safeguards/water');
  if (!house && !water && !rest.length && !housing && !drinking) return null;
  return html`<${Group} title=${questionLabel(home, 'house')}><${List}>
    ${(house || housing) && html`<${Row} key="house" slim title=${t('house.title')} meta=${house} state=${housing} />`}
    ${(water || drinking) && html`<${Row} key="water" slim title=${t('house.water')} meta=${water} state=${drinking} />`}
    ${rest.map((name) => html`<${Row} key=${name} slim title=${questionLabel(home, `house/${name}`)} end=${say(home, name)} />`)}
  <//><//>`;
}

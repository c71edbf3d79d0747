/**
 * The parts of a household's and a person's page that come after the first look: who left, what else is recorded about them,
 * a head count that does not agree, and everything rarer behind 更多. Promises: nothing where there is nothing to say.
 */
import { useSignal } from '@preact/signals';
import { called, isGone } from '../../domain/household.js';
import { headCount } from '../../domain/pack/roll.js';
import { t } from '../../i18n.js';
import { go } from '../../routes.js';
import { store } from '../../store/store.js';
import { day } from '../../ui/format.js';
import { html } from '../../ui/html.js';
import { Group, List, Row } from '../../ui/parts.js';
import { Sheet } from '../../ui/sheet.js';
import { offerUndo } from '../../ui/undo.js';
import { kindLabel } from '../parts/labels.js';
import { standingOf } from '../work/line.js';
import { inside } from '../parts/moments.js';
import { FieldQuestions, askRow } from '../review/parts.js';
import { dayOf, referring, saidIn, useForms, visitsTo } from './referring.js';
import './words.js';

export { OwnReceipt, whereKept } from '../safe/receipt.js';

/** @typedef {import('../../store/types.js').Rec} Rec */

/** So many of one kind stand here; the rest opens. */
const SHOWN = 2;

/** How it stands, or when it was. @param {Rec} rec */
const standing = (rec) => standingOf(rec) ?? (dayOf(rec) ? { text: day(dayOf(rec)) } : null);

/** @param {{kind: string, records: Rec[]}} props */
function Kind({ kind, records }) {
  const all = useSignal(false);
  const label = kindLabel({ kind });
  const some = all.value ? records : records.slice(0, SHOWN);
  return html`${some.map((rec) => html`<${Row} key=${rec.id} slim title=${label} meta=${saidIn(rec)} state=${standing(rec)} next href=${`/record/${rec.id}`} />`)}
    ${some.length < records.length && html`<${Row} key="all" slim title=${t('homes.more', { n: records.length - some.length, kind: label })} next=${false} onTap=${() => (all.value = true)} />`}`;
}

/** What else is recorded, newest of each kind first. @param {{about: Rec}} props */
export function Related({ about }) {
  if (!useForms(about.village)) return null;
  const found = referring(about);
  const visits = about.kind === 'household' ? [] : visitsTo(about).slice(0, SHOWN);
  if (!found.length && !visits.length) return null;
  return html`<${Group} title=${t('homes.related')}><div class="list">
    ${found.map(({ kind, records }) => html`<${Kind} key=${kind} kind=${kind} records=${records} />`)}
    ${visits.map((visit) => html`<${Row} key=${visit.id} slim title=${t('homes.metOn', { day: inside(day(visit.answers.visited_on)) })} meta=${visit.answers.facts} href=${`/record/${visit.id}`} />`)}
  </div><//>`;
}

/** Left, came, split, merged: with the way to the other household. @param {{home: Rec}} props */
function Roll({ home }) {
  const { answers } = home;
  const from = answers['roll/split_from'] ? store.get(answers['roll/split_from']) : undefined;
  const split = store.list('household', home.village).filter((other) => other.answers['roll/split_from'] && store.get(other.answers['roll/split_from'])?.id === home.id);
  const count = headCount(home, store.of(home.id, 'person'));
  const rows = [
    isGone(home) && answers['roll/on'] && html`<${Row} key="gone" slim icon="return" title=${t(answers.presence === 'died_out' ? 'homes.diedOutOn' : 'homes.movedOutOn', { day: inside(day(answers['roll/on'])) })} meta=${answers['roll/to']} />`,
    answers['roll/in_on'] && !from && html`<${Row} key="in" slim icon="house" title=${t('homes.cameOn', { day: inside(day(answers['roll/in_on'])) })} meta=${answers['roll/from']} />`,
    from && html`<${Row} key="from" slim icon="house" title=${t('homes.splitFrom', { name: called(from, t) })} meta=${answers['roll/in_on'] && day(answers['roll/in_on'])} href=${`/household/${from.id}`} />`,
    ...split.map((other) => html`<${Row} key=${other.id} slim icon="house" title=${t('homes.splitInto', { name: called(other, t) })} href=${`/household/${other.id}`} />`),
    ...(answers['roll/merged'] ?? []).map((/** @type {any} */ one) => html`<${Row} key=${one.id} slim icon="two" title=${t('homes.mergedFrom', { name: one.name ?? '' })} meta=${one.on && day(one.on)} />`),
    count && html`<${Row} key="count" slim icon="info" title=${t('homes.countDiffers', count)} end=${t('homes.countTake', { n: count.recorded })} onTap=${() => void takeCount(home, count.recorded)} />`,
  ].filter(Boolean);
  return rows.length > 0 && html`<${List}>${rows}<//>`;
}

/** @param {Rec} home @param {number} n */
async function takeCount(home, n) {
  const saved = await store.save({ kind: 'household', id: home.id, set: { people_count: n } });
  offerUndo(t('homes.saved'), () => store.undo(saved));
}

/** @param {{about: Rec}} props */
export const Card = ({ about }) => html`<${FieldQuestions} rec=${about} quiet />${about.kind === 'household' && html`<${Roll} home=${about} />`}<${Related} about=${about} />`;

/** @param {Rec} home */
async function removeHome(home) {
  const gone = [home, ...store.of(home.id, 'person')].map((rec) => ({ kind: rec.kind, id: rec.id, set: { deleted: true }, title: store.titleOf(rec) }));
  const saved = await store.saveMany(gone);
  go('/households', { replace: true });
  offerUndo(t('household.removed', { name: store.titleOf(home) }), () => store.undo(saved));
}

/** @param {{home: Rec, onClose: () => void}} props */
export function HomeMore({ home, onClose }) {
  const remove = () => {
    onClose();
    void removeHome(home);
  };
  return html`<${Sheet} title=${t('household.more')} onClose=${onClose}><${List}>
    <${Row} key="edit" slim icon="pen" title=${t('household.edit')} href=${`/household/${home.id}/edit`} />
    <${Row} key="person" slim icon="plus" title=${t('household.addPerson')} href=${`/record/new/edit?new=person&household=${home.id}`} />
    <${Row} key="roll" slim icon="people" title=${t('homes.roll')} href=${`/homes/roll/${home.id}`} />
    <${Row} key="merge" slim icon="two" title=${t('homes.merge.home')} href=${`/homes/merge/${home.id}`} />
    <${Row} key="sheet" slim icon="file" title=${t('homes.sheet')} href=${`/homes/sheet/${home.id}`} />
    <${Row} key="notes" slim icon="lock" title=${t('homes.notes')} href=${`/homes/notes/${home.id}`} />
    ${askRow(home)}
    <${Row} key="history" slim icon="clock" title=${t('history.title')} href=${`/household/${home.id}?view=history`} />
    <${Row} key="remove" slim icon="erase" title=${t('household.remove')} next=${false} onTap=${remove} />
  <//><//>`;
}

/** @param {{person: Rec, onClose: () => void}} props */
export function PersonMore({ person, onClose }) {
  const home = person.answers.household;
  const remove = async () => {
    const saved = await store.remove(person.id);
    onClose();
    go(home ? `/household/${home}` : '/households', { replace: true });
    offerUndo(t('household.removed', { name: person.answers.name }), () => store.undo(saved));
  };
  return html`<${Sheet} title=${t('person.more')} onClose=${onClose}><${List}>
    <${Row} key="edit" slim icon="pen" title=${t('person.edit')} href=${`/record/${person.id}/edit`} />
    ${home && !isGone(person) && html`<${Row} key="left" slim icon="people" title=${t('homes.roll.person')} href=${`/homes/roll/${home}?what=left&person=${person.id}`} />`}
    <${Row} key="merge" slim icon="two" title=${t('homes.merge.person')} href=${`/homes/merge/${person.id}`} />
    <${Row} key="notes" slim icon="lock" title=${t('homes.notes')} href=${`/homes/notes/${person.id}`} />
    ${askRow(person)}
    <${Row} key="history" slim icon="clock" title=${t('history.title')} href=${`/person/${person.id}?view=history`} />
    <${Row} key="remove" slim icon="erase" title=${t('person.remove')} next=${false} onTap=${() => void remove()} />
  <//><//>`;
}

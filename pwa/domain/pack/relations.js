/**
 * Owns what everyone of a household is to a new head, told from what they were to the old one.
 * Promises: pure; a proposal to look at: where the old words do not tell (two sons and their children), it says `other`.
 */

/** @typedef {{id: string, answers: Record<string, any>}} Rec */

const CHILD = ['son', 'daughter'];
const IN_LAW = ['son_in_law', 'daughter_in_law'];
const GRAND = ['grandson', 'granddaughter'];
const PARENT = ['father', 'mother'];

/** @param {Rec} person @param {string} male @param {string} female */
const byGender = ({ answers }, male, female) => (answers.gender === 'male' ? male : answers.gender === 'female' ? female : 'other');

/** Their gender, also where only the relation tells it. @param {Rec} person @param {readonly Rec[]} people */
function told(person, people) {
  const { relation, gender } = person.answers;
  if (gender === 'male' || gender === 'female') return person;
  const head = people.find(({ answers }) => answers.relation === 'head')?.answers.gender;
  const known = /(^son|grandson|^father)/.test(relation ?? '') ? 'male' : /(daughter|^mother)/.test(relation ?? '') ? 'female'
    : relation === 'spouse' && head === 'male' ? 'female' : relation === 'spouse' && head === 'female' ? 'male' : gender;
  return { ...person, answers: { ...person.answers, gender: known } };
}

/** @param {Rec} head the new one @param {readonly Rec[]} people everyone recorded, the old head too @returns {Record<string, string>} by person */
export function relationsTo(head, people) {
  const was = head.answers.relation;
  const couples = people.filter(({ answers }) => CHILD.includes(answers.relation)).length;
  const rule = CHILD.includes(was) ? ofChild : IN_LAW.includes(was) ? ofInLaw : GRAND.includes(was) ? ofGrandchild : PARENT.includes(was) ? ofParent
    : was === 'spouse' ? ofSpouse : was === 'sibling' ? ofSibling : null;
  const others = people.filter((person) => person.id !== head.id && person.answers.relation);
  return Object.fromEntries(others.map((person) => [person.id, rule?.(told(person, people), couples < 2, was) ?? 'other']));
}

/** @param {Rec} person */
const ofSpouse = ({ answers: { relation } }) => ({
  head: 'spouse', son: 'son', daughter: 'daughter', son_in_law: 'son_in_law', daughter_in_law: 'daughter_in_law', grandson: 'grandson', granddaughter: 'granddaughter',
  great_grandchild: 'great_grandchild', father: 'father_in_law', mother: 'mother_in_law', father_in_law: 'father', mother_in_law: 'mother',
}[/** @type {string} */ (relation)]);

/** @param {Rec} person @param {boolean} one only one child lives here, so that in-laws and grandchildren are theirs @param {string} was */
function ofChild(person, one, was) {
  const { relation } = person.answers;
  if (relation === 'head' || relation === 'spouse') return byGender(person, 'father', 'mother');
  if (CHILD.includes(relation)) return 'sibling';
  if (PARENT.includes(relation)) return 'grandparent';
  if (IN_LAW.includes(relation)) return one && (relation === 'son_in_law') === (was === 'daughter') ? 'spouse' : undefined;
  if (GRAND.includes(relation)) return one ? byGender(person, 'son', 'daughter') : 'nephew_niece';
  return relation === 'great_grandchild' && one ? byGender(person, 'grandson', 'granddaughter') : undefined;
}

/** @param {Rec} person @param {boolean} one @param {string} was */
function ofInLaw(person, one, was) {
  const { relation } = person.answers;
  if (relation === 'head' || relation === 'spouse') return byGender(person, 'father_in_law', 'mother_in_law');
  if (CHILD.includes(relation)) return one && (relation === 'son') === (was === 'daughter_in_law') ? 'spouse' : undefined;
  return GRAND.includes(relation) && one ? byGender(person, 'son', 'daughter') : undefined;
}

/** @param {Rec} person @param {boolean} one */
function ofGrandchild(person, one) {
  const { relation } = person.answers;
  if (relation === 'head' || relation === 'spouse') return 'grandparent';
  if (GRAND.includes(relation)) return one ? 'sibling' : undefined;
  return one && [...CHILD, ...IN_LAW].includes(relation) ? byGender(person, 'father', 'mother') : undefined;
}

/** @param {Rec} person */
function ofParent(person) {
  const { relation } = person.answers;
  if (relation === 'head' || relation === 'sibling') return byGender(person, 'son', 'daughter');
  if (PARENT.includes(relation)) return 'spouse';
  if (relation === 'spouse') return byGender(person, 'son_in_law', 'daughter_in_law');
  if (CHILD.includes(relation)) return byGender(person, 'grandson', 'granddaughter');
  return GRAND.includes(relation) ? 'great_grandchild' : undefined;
}

/** @param {Rec} person */
function ofSibling({ answers: { relation } }) {
  if (['head', 'sibling'].includes(relation)) return 'sibling';
  if ([...PARENT, 'grandparent'].includes(relation)) return relation;
  return CHILD.includes(relation) ? 'nephew_niece' : undefined;
}

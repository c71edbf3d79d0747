/**
 * Owns questions to a field: who is asked, whose turn it is, what is written when one asks, answers or is content.
 * Promises: pure; a thread only grows; the one who asked closes it.
 */

/**
 * @typedef {{id: string, kind?: string, answers: Record<string, any>, created_by: string, by: string, at: string, created_at: string}} Held
 * @typedef {{id: string, text: string, by: string, at: string}} Message
 */

/** @param {Held} rec */
export const isOpenQuestion = ({ answers }) => (answers.state ?? 'open') !== 'closed';
/** @param {Held} rec @returns {Message[]} in the order they were written */
export const messagesOf = ({ answers }) => [...(answers.messages ?? [])].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
/** @param {readonly Held[]} all */
const oldestFirst = (all) => [...all].sort((a, b) => (a.created_at < b.created_at ? -1 : 1));

/**
 * What of the questions awaits this person: `toAnswer` was asked of them, `answered` is theirs and has an answer to look at,
 * `waiting` is theirs and has none yet.
 * @template {Held} T @param {readonly T[]} records of kind field_question @param {string} me @returns {{toAnswer: T[], answered: T[], waiting: T[]}}
 */
export function questionsFor(records, me) {
  const living = /** @type {T[]} */ (oldestFirst(records.filter(isOpenQuestion)));
  const mine = living.filter((rec) => rec.created_by === me);
  return {
    toAnswer: living.filter((rec) => rec.answers.asked_of === me && rec.created_by !== me && rec.answers.state !== 'answered'),
    answered: mine.filter((rec) => rec.answers.state === 'answered'),
    waiting: mine.filter((rec) => rec.answers.state !== 'answered'),
  };
}

/** Where a question is read and answered. @param {{id: string}} rec */
export const questionHref = ({ id }) => `/question/${id}`;

/** Those that are not closed, of one record. @template {Held} T @param {readonly T[]} records @param {string} record @returns {T[]} */
export const askedOf = (records, record) => /** @type {T[]} */ (oldestFirst(records.filter((rec) => rec.answers.record === record && isOpenQuestion(rec))));

/**
 * A new question. @param {{record: string, kind: string, path: string, place?: string, about: string, text: string, of: string, on?: string}} asked
 * @returns {Record<string, any>} what to save
 */
export const ask = ({ record, kind, path, place, about, text, of, on }) => ({
  record, kind, question: path, ...(on ? { asked_on: on } : {}), ...(place ? { place } : {}), about, asked_text: text, ...(of ? { asked_of: of } : {}), state: 'open',
});

/** A word more in the thread. From the one who asked it asks again, from anybody else it answers.
 * @param {Held} rec @param {{id: string, text: string, by: string, at: string}} message @returns {Record<string, any>} */
export const said = (rec, message) => ({ messages: { append: [message] }, state: message.by === rec.created_by ? 'open' : 'answered' });

/** @returns {Record<string, any>} */
export const closed = () => ({ state: 'closed' });

/** Whom to ask: who wrote it last, else who wrote it first, never oneself. @param {{by: string, created_by: string}} rec @param {string} me @returns {string} */
export const authorOf = (rec, me) => (rec.by !== me ? rec.by : rec.created_by !== me ? rec.created_by : '');

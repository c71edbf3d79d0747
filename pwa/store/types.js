/**
 * The words of the phone's store, as types. Holds no code.
 *
 * @typedef {{code: string, question: string}} Flag
 *
 * @typedef {object} Row  one record as the server told it; what lies in blocks and in the overlay
 * @property {string} id
 * @property {string} village
 * @property {string} kind
 * @property {string} form  hash of the form it was last written with
 * @property {number} rev
 * @property {number} seq
 * @property {Record<string, any>} answers
 * @property {Flag[]} flags
 * @property {boolean} deleted
 * @property {string} by  account id of the last writer
 * @property {string} at  server time of the last change
 * @property {string} client_at  device time of the last change, shown and never compared
 * @property {string} created_by
 * @property {string} created_at
 * @property {boolean} [gone]  a row that left: only id, village, rev and seq are true
 *
 * @typedef {Row & {pending: boolean}} Rec  one record as the screen sees it: the row with this phone's unsent changes on top
 *
 * @typedef {object} Change  one save of one record, in the words of the wire
 * @property {string} record
 * @property {string} kind
 * @property {string} form
 * @property {number} base  the revision this phone last saw; 0 for a new record
 * @property {Record<string, any>} set
 * @property {string} at  device time with offset
 *
 * @typedef {object} Notes  what the phone remembers beside a change and never sends
 * @property {Record<string, any>} [shadow]  the answers of a record that is deleted or revived: its row may be gone from this phone
 * @property {Record<string, any>} [before]  the answers as they were, for undo
 * @property {boolean} [created]  this change made the record
 * @property {{record: string, kind: string, set: Record<string, any>, before: Record<string, any>}} [also]  what the server will write besides (closing a conflict)
 * @property {string} [title]
 *
 * @typedef {'waiting'|'sent'|'acknowledged'|'checked'|'quarantined'|'damaged'} EntryState  'damaged': its content cannot be read; never in memory
 *
 * @typedef {object} Marks  the part of an outbox entry that is not content
 * @property {string} device
 * @property {string} village
 * @property {number} n
 * @property {number} order  position among all changes of this database
 * @property {0|1} over  1 while the screen has to lay this change over the downloaded row
 * @property {EntryState} state
 * @property {number} bytes  size of its line on the wire
 * @property {string} [result]
 * @property {number} [rev]
 * @property {number} [seq]
 * @property {string} [code]  refusal code when quarantined
 * @property {any} [detail]
 * @property {string[]} [conflicts]
 * @property {string} [sentAt]  device time
 * @property {string} [answeredAt]  server time
 * @property {string} [checkedAt]  server time
 *
 * @typedef {Marks & Change & Notes} Entry  an outbox entry as read; a receipt once answered
 *
 * @typedef {{key: string, value: any, at: string}} Draft
 * @typedef {{id: string, name: string, role: string, view: string}} Place
 * @typedef {{id: string, login: string, name: string}} Account
 *
 * @typedef {object} Trouble  something the person should know about this phone's storage
 * @property {'storage_full'|'store_blocked'|'store_outdated'|'store_lost'|'store_emptied'|'store_broken'|'new_device'|'check_failed'|'cleared'} code
 * @property {any} [detail]
 *
 * @typedef {object} Saving  one thing to save
 * @property {string} kind
 * @property {Record<string, any>} set
 * @property {string} [id]  absent: a new record
 * @property {string} [village]  absent: the record's own, else the current one
 * @property {number} [base]  the revision the person was looking at, when older than what the phone now holds
 * @property {string} [draft]  key of a draft that is dropped in the same transaction
 * @property {Record<string, any>} [shadow]  answers to show until the row is here again
 * @property {string} [title]  how receipts name it; absent: the form's title answer
 * @property {string} [form]  hash of the form it was filled with; absent: the current one
 *
 * @typedef {{id: string, n: number, village: string, device: string}} Saved
 *
 * @typedef {object} Pull  how far this phone has read one village
 * @property {string} village
 * @property {string|null} cursor  opaque; null: nothing yet
 * @property {string} view
 * @property {number} generation  the blocks that screens read
 * @property {number} filling  the blocks the feed writes; differs from `generation` while a first pull replaces
 * @property {boolean} complete  the first pull of `filling` has ended
 * @property {number} next  number of the next block
 * @property {number} rows  rows received into `filling`
 * @property {number} count  living rows
 * @property {string} check  their checksum
 * @property {number} dead  rows in blocks that a later row replaced
 * @property {number} step  grows with every page; two tabs compare it
 * @property {number} seq  the village counter of the last whole pull
 * @property {string} [at]  server time of the last whole pull
 * @property {boolean} [lost]  no longer in scope; purged once nothing of it is unsent
 * @property {number|null} [under]  the scope version that still held it when it was lost
 */
export {};

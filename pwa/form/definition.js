// The shape of a form definition, as the server's survey compiler (server/surveys/compile.py) writes it and
// GET /api/forms/<hash> serves it. Types only: nothing here runs.

/**
 * An expression: XLSForm's XPath, parsed and resolved on the server into JSON arrays. Every question it names exists.
 *
 *   ["num", 3]                    ["str", "x"]                     literals (true() and false() are calls)
 *   ["or",a,b] ["and",a,b]        ["=",a,b] ["!=",a,b] ["<",a,b] ["<=",a,b] [">",a,b] [">=",a,b]
 *   ["+",a,b] ["-",a,b] ["*",a,b] ["div",a,b] ["mod",a,b] ["neg",a]    (or, and, +, * may have more than two operands)
 *   ["call", "selected", a, b]    a function of the ODK specification, by its name there
 *
 * Node sets (used where a value is wanted, they give their first node's value, "" when they are empty):
 *   ["path", "house/grade"]       the question's value. For a question inside repeats, an optional third item says how many
 *                                 of its repeats (outermost first) are the entry the expression stands in; the rest range
 *                                 over all their entries. `.` and `../x` are resolved to this form too.
 *   ["current", "a/b", 1]         the same, but seen from where the whole expression stands, inside a predicate
 *   ["below", nodes, "x/y"]       the questions nodes/x/y           ["above", nodes, "rep"]  the ancestor with that path
 *   ["items", "cl_x"]             the rows of a list                ["field", "up"]  inside a predicate: the row's column
 *   ["column", nodes, "label"]    a column of list rows
 *   ["filter", nodes, p1, p2…]    nodes[p1][p2]; position() and last() mean the place in nodes
 *   ["|", a, b…]                  all of them
 *
 * @typedef {[string, ...any[]]} AST
 */

/** Words in each language of the form; a text with values inside (${name} in a label) is a list of strings and ASTs.
 * @typedef {string | (string | AST)[]} Text
 * @typedef {{[language: string]: Text}} Words
 */

/**
 * What the answers of a record hold for a question: text (also dates, select_one), number, list (of strings), entries
 * (of a repeat: {"id": uuid, "<path below the repeat>": value}), nothing (groups, notes).
 * @typedef {"text" | "number" | "list" | "entries" | "nothing"} Holds
 */

/**
 * @typedef {object} Question
 * @property {string} path            names from the root joined by "/"; unique in the form
 * @property {string} name
 * @property {"text" | "integer" | "decimal" | "range" | "date" | "time" | "dateTime" | "select_one" | "select_multiple" |
 *   "rank" | "note" | "calculate" | "hidden" | "acknowledge" | "group" | "repeat" | "meta" | "image" | "audio" | "video" |
 *   "file" | "barcode" | "geopoint" | "geotrace" | "geoshape"} type  meta: filled by the device (start, end, username …)
 * @property {Holds} holds
 * @property {string} parent          path of the enclosing group or repeat, "" at the root
 * @property {string} repeat          path of the innermost repeat around it (not itself), "" when there is none
 * @property {string} appearance
 * @property {Words} label
 * @property {Words} hint
 * @property {Words} [guidance]
 * @property {{[form: string]: string}} [media]   of the label: image, audio, video → file name
 * @property {AST | boolean} required
 * @property {Words} required_message
 * @property {AST | null} relevant    null: always
 * @property {AST | null} constraint
 * @property {Words} constraint_message
 * @property {AST | null} calculate
 * @property {AST | null} default     worked out once, when the record or the repeat's entry is made; cast with `result`
 * @property {AST | boolean} read_only
 * @property {string | null} list     name in Definition.lists
 * @property {AST | null} choice_filter  evaluated for each row of the list (see `choices` in expression.js)
 * @property {AST | boolean} [randomize]   an AST is the seed
 * @property {AST | null} [count]       repeats: how many entries, when the form says so
 * @property {{[name: string]: string}} [parameters]  of the control: start, end, step, rows, max-pixels …
 * @property {string | null} preload  meta: "start", "end", "today", "deviceid", "username" …
 * @property {"public" | "internal" | "personal" | "sensitive" | "local-only"} sensitivity
 * @property {string} purpose
 * @property {string} retention
 * @property {string} merge           "plain" | "counter" | "set" | "log" | "once" | "group:<name>"
 * @property {string | null} envelope
 * @property {string | null} refers   kind of record the answer is the id of
 * @property {"yes" | "no" | "shared"} township
 * @property {"team" | "leader" | "any"} writers
 */

/** A row of a code list: name, label, and the list's further columns as text. Lists made only for look-ups may lack both.
 * @typedef {{name: string, label: Words, [column: string]: any}} Choice
 */

/**
 * @typedef {object} Definition
 * @property {string} kind
 * @property {string} hash
 * @property {{[language: string]: string}} title
 * @property {string[]} languages
 * @property {string} [style]                      XLSForm's settings.style ("pages", "theme-grid" …)
 * @property {Question[]} questions              in the order of the form; a group stands before its members
 * @property {{[list: string]: Choice[]}} lists
 * @property {string[]} order                    paths whose value is calculated or whose relevance depends on others, in the
 *                                               order in which they can be worked out
 * @property {{[path: string]: string[]}} dependents  paths with any expression that reads this path, directly
 * @property {{[column: string]: string}} envelope   envelope column → question path
 * @property {{from: string, to: string, role: string}[]} moves  allowed moves of the status answer
 * @property {AST | null} [instance_name]   names the record, as XLSForm's instance_name
 */

export {};

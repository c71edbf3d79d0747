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
 *   ["last", "house/grade"]       as "path", of the record of this kind last saved on this device ("" when there is none);
 *                                 a question inside repeats gives all its entries' values
 * A string:
 *   ["words", {zh: Text}]         words in the language they are wanted in, as jr:itext('id') names them
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
 * @property {Media} [media]            of the label
 * @property {AST | boolean} required
 * @property {Words} required_message
 * @property {AST | null} relevant    null: always
 * @property {AST | null} constraint
 * @property {Words} constraint_message
 * @property {AST | null} calculate
 * @property {AST | null} default     worked out once, when the record or the repeat's entry is made, in the order of the
 *   form; cast with `result`. Of a question that takes a file, once published: "<sha256>.<ext>" of one of Definition.files
 * @property {boolean} [kept]     calculated, but an answer that is there stays: a person may give one
 * @property {AST | boolean} read_only
 * @property {string | null} list     name in Definition.lists
 * @property {From | null} [from]       choices that are entries of a repeat; then `list` is null
 * @property {AST | null} choice_filter  evaluated for each row of the list (see `choices` in expression.js)
 * @property {AST | boolean} [randomize]   an AST is the seed
 * @property {AST | null} [count]       repeats: how many entries, when the form says so
 * @property {{[path: string]: any}[]} [entries]  repeats: the entries a new record starts with (inside another repeat: that a
 *   new entry of that one starts with), as stored answers without ids; where there is a count, what its first entries hold
 * @property {boolean} [fixed]          repeats: nobody adds or takes out entries
 * @property {{[name: string]: string}} [parameters]  of the control: start, end, step, rows, max-pixels …; `place_into` of an
 *   image: the path of the geopoint that takes where it was taken
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

/**
 * Files that go with a label: image, big-image, audio, video → language → the file's name in the form (Definition.files).
 * @typedef {{[form: string]: {[language: string]: string}}} Media
 */

/** A row of a code list: name, label, and the list's further columns as text. Lists made only for look-ups may lack both.
 * @typedef {{name: string, label: Words, media?: Media, [column: string]: any}} Choice
 */

/**
 * Choices from a repeat: `nodes` are its entries (evaluated where the question stands); an entry's value and label are the
 * answers at these paths below the entry.
 * @typedef {{nodes: AST, value: string, label: string}} From
 */

/**
 * What the form writes into an answer when something happens. `from` is where it happens: a question whose answer changed,
 * the repeat that got an entry, "" the record as such. `ref` is written, `value` is worked out where `ref` stands (null
 * erases). Repeats that both are in are the same entry; of the others every entry is written.
 *   first-load   a new record is opened, after the defaults         load   any record is opened, after first-load
 *   new-repeat   an entry is added to the repeat `from`             value-changed   the answer `from` was changed
 * @typedef {object} Action
 * @property {("first-load" | "load" | "new-repeat" | "value-changed")[]} on
 * @property {string} from
 * @property {string} ref
 * @property {AST | null} value
 * @property {boolean} [geopoint]       the value is where the phone is, asked for quietly and never waited for
 */

/**
 * A record that saving this one also writes: of kind `kind`, with the answers `properties` name. Made when `create` holds
 * (its id is `id`, or a new one), changed when `update` holds (the record whose id `id` gives).
 * @typedef {object} Entity
 * @property {string} kind
 * @property {string} repeat            one for each entry of this repeat; "" one for the record
 * @property {AST | null} id
 * @property {AST | boolean} create
 * @property {AST | boolean} update
 * @property {AST | null} label
 * @property {{[property: string]: string}} properties   question of the other kind → path here
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
 * @property {Action[]} [actions]                 in the order of the form
 * @property {Entity[]} [entities]
 * @property {{[fileName: string]: string}} [files]   SHA-256 of the files the form came with
 * @property {{[column: string]: string}} envelope   envelope column → question path
 * @property {{from: string, to: string, role: string}[]} moves  allowed moves of the status answer
 * @property {AST | null} [instance_name]   names the record, as XLSForm's instance_name
 * @property {true} [local]      records of this kind never leave the phone (store/private.js)
 * @property {string} [consent]  records leave the phone only while this answer is "yes"
 */

export {};

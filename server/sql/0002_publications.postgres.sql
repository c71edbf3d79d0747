-- Forms that an administrator tries, publishes and takes back, PostgreSQL. Forms are the county's, like accounts: no township owns them.

-- 1: what the surveys folder of this program compiles to. It is live unless an administrator published another one.
ALTER TABLE form_version ADD COLUMN folder INTEGER NOT NULL DEFAULT 0;

-- What a version was made from, as it came: the spreadsheet, and the lists that came with it (JSON, file name to text).
-- times_per_year: how often one is filled in, for the cost it has.
CREATE TABLE form_source (
  hash TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  body BYTEA NOT NULL,
  files TEXT NOT NULL DEFAULT '{}',
  times_per_year DOUBLE PRECISION
);

-- What was uploaded and compiles, and is not published: kept for 30 days.
CREATE TABLE form_trial (
  hash TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  definition TEXT NOT NULL,
  xform TEXT NOT NULL,
  warnings TEXT NOT NULL,
  name TEXT NOT NULL,
  body BYTEA NOT NULL,
  files TEXT NOT NULL DEFAULT '{}',
  times_per_year DOUBLE PRECISION,
  account_id TEXT NOT NULL,
  at TEXT NOT NULL
);
CREATE INDEX form_trial_by_time ON form_trial (at);

-- Every time a version became the live one of its kind; the last of a kind stands. pinned 0: the kind follows the folder again.
-- account_id '' is the command line.
CREATE TABLE publication (
  n BIGINT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  hash TEXT NOT NULL,
  pinned INTEGER NOT NULL,
  account_id TEXT NOT NULL,
  message TEXT NOT NULL,
  at TEXT NOT NULL
);
CREATE INDEX publication_by_kind ON publication (kind, n);

-- Pictures and sounds of labels, by their content.
CREATE TABLE form_media (
  sha256 TEXT NOT NULL PRIMARY KEY,
  type TEXT NOT NULL,
  body BYTEA NOT NULL,
  at TEXT NOT NULL
);

-- Goes up with every publication, so that each process of a server knows when to look again.
INSERT INTO setting (key, value) VALUES ('forms', '0');

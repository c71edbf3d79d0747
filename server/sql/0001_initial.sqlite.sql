-- The first schema, SQLite.
-- Text ids are made by clients (UUIDv7). Times are ISO-8601 text in UTC with milliseconds and Z; device times as given.
-- Every tenant table carries township_id in its primary and unique keys, so that a distributed PostgreSQL stays possible.

CREATE TABLE township (
  township_id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  county TEXT NOT NULL DEFAULT '',
  code TEXT NOT NULL DEFAULT ''
);

-- The unit of sync and locking: seq orders all changes of one village. The pseudo-village township:<id> holds what all villages share.
CREATE TABLE village (
  township_id TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  code TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL DEFAULT 'village' CHECK (kind IN ('village', 'township')),
  seq INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  PRIMARY KEY (township_id, id)
);
CREATE INDEX village_by_id ON village (id);

CREATE TABLE account (
  id TEXT NOT NULL PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  disabled INTEGER NOT NULL DEFAULT 0,
  scope_version INTEGER NOT NULL DEFAULT 1,
  created_at TEXT NOT NULL
);

-- township_id '' is the county: an administrator belongs to no township.
CREATE TABLE membership (
  township_id TEXT NOT NULL,
  id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  village_id TEXT,
  role TEXT NOT NULL CHECK (role IN ('cadre', 'first_secretary', 'township_leader', 'county_admin')),
  granted_at TEXT NOT NULL,
  revoked_at TEXT,
  PRIMARY KEY (township_id, id)
);
CREATE INDEX membership_by_account ON membership (account_id, township_id);

-- One installation of the app for one account. It answers "what was on the phone that is lost".
CREATE TABLE device (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  label TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  last_ip TEXT NOT NULL DEFAULT '',
  unsent INTEGER,
  skew_ms INTEGER,
  app TEXT NOT NULL DEFAULT '',
  revoked_at TEXT,
  revoked_as TEXT CHECK (revoked_as IN ('left', 'lost'))
);
CREATE INDEX device_by_account ON device (account_id);

CREATE TABLE session (
  token_hash TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (id),
  device_id TEXT NOT NULL REFERENCES device (id),
  created_at TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  ip TEXT NOT NULL DEFAULT ''
);
CREATE INDEX session_by_account ON session (account_id);
CREATE INDEX session_by_device ON session (device_id);

-- Which villages a device was told it holds: the breach list, and the days of grace after a village is lost.
CREATE TABLE device_scope (
  township_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  village_id TEXT NOT NULL,
  view TEXT NOT NULL,
  told_at TEXT NOT NULL,
  lost_told_at TEXT,
  PRIMARY KEY (township_id, device_id, village_id)
);
CREATE INDEX device_scope_by_device ON device_scope (device_id);

CREATE TABLE form_version (
  hash TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  source_hash TEXT NOT NULL,
  definition TEXT NOT NULL,
  xform TEXT NOT NULL,
  created_at TEXT NOT NULL,
  current INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX form_version_by_kind ON form_version (kind, current);
CREATE INDEX form_version_by_source ON form_version (source_hash);

-- Answers to a form. The columns from parent_id to visibility are the envelope: copies of answers that are filtered, sorted or
-- counted. answer_revs says who set each answer last: {path: [rev, device]}, "*" for all answers not named. shared: visible to
-- the township's view. tier and day order a first pull: households, persons, open items, then the rest by its day.
CREATE TABLE record (
  township_id TEXT NOT NULL,
  village_id TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  form TEXT NOT NULL,
  rev INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  answers TEXT NOT NULL,
  answer_revs TEXT NOT NULL,
  flags TEXT NOT NULL DEFAULT '[]',
  deleted INTEGER NOT NULL DEFAULT 0,
  parent_id TEXT,
  title TEXT,
  status TEXT,
  category TEXT,
  level TEXT,
  severity TEXT,
  due_on TEXT,
  happened_on TEXT,
  reported_on TEXT,
  owner TEXT,
  visibility TEXT,
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_by TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  client_at TEXT,
  device_id TEXT,
  shared INTEGER NOT NULL DEFAULT 0,
  tier INTEGER NOT NULL,
  day TEXT NOT NULL,
  PRIMARY KEY (township_id, id)
);
CREATE INDEX record_feed ON record (township_id, village_id, seq);
CREATE INDEX record_first ON record (township_id, village_id, tier, id, day) WHERE deleted = 0;
CREATE INDEX record_shared ON record (township_id, village_id, seq) WHERE shared = 1;
CREATE INDEX record_shared_first ON record (township_id, village_id, tier, id, day) WHERE shared = 1 AND deleted = 0;
CREATE INDEX record_by_status ON record (township_id, kind, status, due_on);
CREATE INDEX record_by_parent ON record (township_id, parent_id);

-- Append-only history. changed: what was set; before: what stood there; passed_over: what the rules let lie (a second answer to a
-- question answered once). All JSON.
CREATE TABLE change (
  township_id TEXT NOT NULL,
  village_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  record_id TEXT NOT NULL,
  rev INTEGER NOT NULL,
  n INTEGER,
  device_id TEXT,
  account_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  form TEXT NOT NULL,
  base INTEGER NOT NULL,
  changed TEXT NOT NULL,
  before TEXT NOT NULL,
  passed_over TEXT,
  origin TEXT NOT NULL DEFAULT 'device',
  client_at TEXT,
  at TEXT NOT NULL,
  PRIMARY KEY (township_id, record_id, rev)
);

-- What was answered to change n of a device, so that a repeat gets the same answer. asked: the answer was rewritten and the phone
-- is to fetch it again.
CREATE TABLE mutation (
  township_id TEXT NOT NULL,
  village_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  n INTEGER NOT NULL,
  hash TEXT NOT NULL,
  answer TEXT NOT NULL,
  at TEXT NOT NULL,
  asked INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (township_id, village_id, device_id, n)
);
CREATE INDEX mutation_asked ON mutation (device_id) WHERE asked = 1;

-- How far each device's numbering has come; holes: [from, to] pairs a phone no longer held after a restore.
CREATE TABLE device_stream (
  township_id TEXT NOT NULL,
  village_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  last_n INTEGER NOT NULL DEFAULT 0,
  holes TEXT,
  PRIMARY KEY (township_id, village_id, device_id)
);

-- What was not taken, kept whole: body is the line as it came, base64. township_id '' where the village is unknown or foreign.
CREATE TABLE quarantine (
  township_id TEXT NOT NULL,
  id TEXT NOT NULL,
  village_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  n INTEGER,
  body TEXT NOT NULL,
  code TEXT NOT NULL,
  detail TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'applied', 'dropped')),
  at TEXT NOT NULL,
  PRIMARY KEY (township_id, id)
);
CREATE INDEX quarantine_by_account ON quarantine (account_id, at);

-- Running count and checksum of the living rows one view shows.
CREATE TABLE village_view (
  township_id TEXT NOT NULL,
  village_id TEXT NOT NULL,
  view TEXT NOT NULL,
  count INTEGER NOT NULL DEFAULT 0,
  checksum TEXT NOT NULL DEFAULT '0000000000000000',
  PRIMARY KEY (township_id, village_id, view)
);

-- Rows unshared, moved or deleted, for those who had them.
CREATE TABLE gone (
  township_id TEXT NOT NULL,
  village_id TEXT NOT NULL,
  view TEXT NOT NULL,
  record_id TEXT NOT NULL,
  rev INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (township_id, village_id, view, record_id)
);
CREATE INDEX gone_feed ON gone (township_id, village_id, view, seq);

-- Hash-chained: hash covers the row and the hash before it, so that an edited or removed row shows.
CREATE TABLE access_log (
  n INTEGER NOT NULL PRIMARY KEY,
  at TEXT NOT NULL,
  account_id TEXT NOT NULL,
  action TEXT NOT NULL,
  detail TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
);

CREATE TABLE setting (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
INSERT INTO setting (key, value) VALUES ('epoch', lower(hex(randomblob(16)))), ('restore_ordinal', '0');

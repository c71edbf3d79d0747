-- What the server keeps for phones: the key of a phone's store, sealed with a key that lies outside this database (escrow.py).
CREATE TABLE escrow (
  device_id TEXT NOT NULL PRIMARY KEY REFERENCES device (id),
  account_id TEXT NOT NULL REFERENCES account (id),
  sealed TEXT NOT NULL,
  at TEXT NOT NULL
);

-- When a phone that was shut out said that it had deleted what it held.
ALTER TABLE device ADD COLUMN wiped_at TEXT;

-- Which record a held change is about, so that it is taken when that record arrives; NULL where the line could not be read,
-- and for what was held before this column. decided_by is an account, '' the command line or the server itself.
ALTER TABLE quarantine ADD COLUMN record_id TEXT;
ALTER TABLE quarantine ADD COLUMN decided_at TEXT;
ALTER TABLE quarantine ADD COLUMN decided_by TEXT;
CREATE INDEX quarantine_by_record ON quarantine (record_id) WHERE state = 'held';
CREATE INDEX quarantine_held ON quarantine (at) WHERE state = 'held';

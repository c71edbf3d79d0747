-- Files of answers that arrived whole. The bytes lie on the disk beside the database, under the village and the hash of their content:
-- the same photo in two villages is two files, so that naming another village's hash gives nothing.
CREATE TABLE attachment (
  township_id TEXT NOT NULL,
  village_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  type TEXT NOT NULL,
  record_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (township_id, village_id, hash)
);
CREATE INDEX attachment_by_account ON attachment (account_id, created_at);

/** Stored in `PRAGMA user_version`; a directory of another version is refused, never guessed at. */
export const STATE_VERSION = 2

/**
 * Times are epoch milliseconds, booleans 0/1, structures JSON text. Job group 0 is the batch itself and has no row in
 * `job_groups`; every other group is its own ancestor, and 0 is an ancestor of all.
 */
export const SCHEMA = `
CREATE TABLE batches (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token TEXT NOT NULL UNIQUE,
  user TEXT NOT NULL,
  billing_project TEXT NOT NULL,
  attributes TEXT NOT NULL,
  callback TEXT,
  callback_due INTEGER NOT NULL DEFAULT 0,
  cancel_after_n_failures INTEGER,
  state TEXT NOT NULL,
  cancelled INTEGER NOT NULL DEFAULT 0,
  deleted INTEGER NOT NULL DEFAULT 0,
  n_jobs INTEGER NOT NULL DEFAULT 0,
  n_completed INTEGER NOT NULL DEFAULT 0,
  n_succeeded INTEGER NOT NULL DEFAULT 0,
  n_failed INTEGER NOT NULL DEFAULT 0,
  n_cancelled INTEGER NOT NULL DEFAULT 0,
  msec_mcpu INTEGER NOT NULL DEFAULT 0,
  time_created INTEGER NOT NULL,
  time_closed INTEGER,
  time_completed INTEGER
);
CREATE INDEX batches_callback_due ON batches (id) WHERE callback_due = 1;
CREATE TABLE batch_attributes (
  batch_id INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (key, value, batch_id)
) WITHOUT ROWID;
CREATE TABLE updates (
  batch_id INTEGER NOT NULL, update_id INTEGER NOT NULL, token TEXT NOT NULL,
  start_job_id INTEGER NOT NULL, n_jobs INTEGER NOT NULL,
  start_job_group_id INTEGER NOT NULL, n_job_groups INTEGER NOT NULL,
  committed INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (batch_id, update_id), UNIQUE (batch_id, token)
) WITHOUT ROWID;
CREATE TABLE job_groups (
  batch_id INTEGER NOT NULL, job_group_id INTEGER NOT NULL, update_id INTEGER NOT NULL,
  parent_id INTEGER NOT NULL,
  committed INTEGER NOT NULL DEFAULT 0,
  attributes TEXT NOT NULL,
  callback TEXT,
  callback_due INTEGER NOT NULL DEFAULT 0,
  cancel_after_n_failures INTEGER,
  cancelled INTEGER NOT NULL DEFAULT 0,
  n_jobs INTEGER NOT NULL DEFAULT 0,
  n_completed INTEGER NOT NULL DEFAULT 0,
  n_succeeded INTEGER NOT NULL DEFAULT 0,
  n_failed INTEGER NOT NULL DEFAULT 0,
  n_cancelled INTEGER NOT NULL DEFAULT 0,
  msec_mcpu INTEGER NOT NULL DEFAULT 0,
  time_created INTEGER NOT NULL,
  time_completed INTEGER,
  PRIMARY KEY (batch_id, job_group_id)
) WITHOUT ROWID;
CREATE INDEX job_groups_callback_due ON job_groups (batch_id) WHERE callback_due = 1;
CREATE TABLE job_group_ancestors (
  batch_id INTEGER NOT NULL, ancestor_id INTEGER NOT NULL, job_group_id INTEGER NOT NULL,
  PRIMARY KEY (batch_id, ancestor_id, job_group_id)
) WITHOUT ROWID;
CREATE INDEX job_group_ancestors_of ON job_group_ancestors (batch_id, job_group_id, ancestor_id);
CREATE TABLE jobs (
  batch_id INTEGER NOT NULL, job_id INTEGER NOT NULL, update_id INTEGER NOT NULL,
  job_group_id INTEGER NOT NULL,
  committed INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL,
  name TEXT,
  always_run INTEGER NOT NULL,
  parent_failed INTEGER NOT NULL DEFAULT 0,
  n_pending_parents INTEGER NOT NULL,
  mcpu INTEGER NOT NULL,
  memory INTEGER NOT NULL,
  n_attempts INTEGER NOT NULL DEFAULT 0,
  exit_code INTEGER,
  status TEXT,
  start_time INTEGER,
  end_time INTEGER,
  spec TEXT NOT NULL,
  PRIMARY KEY (batch_id, job_id)
);
CREATE INDEX jobs_unfinished ON jobs (batch_id, job_id, state) WHERE state IN ('Ready', 'Running');
CREATE TABLE job_parents (
  batch_id INTEGER NOT NULL, parent_id INTEGER NOT NULL, job_id INTEGER NOT NULL,
  PRIMARY KEY (batch_id, parent_id, job_id)
) WITHOUT ROWID;
CREATE INDEX job_parents_by_child ON job_parents (batch_id, job_id, parent_id);
CREATE TABLE job_attributes (
  batch_id INTEGER NOT NULL, job_id INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (batch_id, key, value, job_id)
) WITHOUT ROWID;
CREATE TABLE attempts (
  batch_id INTEGER NOT NULL, job_id INTEGER NOT NULL, attempt INTEGER NOT NULL,
  pid INTEGER, pid_start TEXT,
  start_time INTEGER NOT NULL, end_time INTEGER, reason TEXT,
  PRIMARY KEY (batch_id, job_id, attempt)
) WITHOUT ROWID;
CREATE INDEX attempts_open ON attempts (batch_id, job_id) WHERE end_time IS NULL;
`

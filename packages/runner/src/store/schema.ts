/**
 * Version of the tables, kept in `PRAGMA user_version`. An older file is brought up to it when it is opened, a newer one
 * is refused. (What is written *in* the tables has a version of its own: see docs/reference/journal.md.)
 */
export const SCHEMA_VERSION = 3

/** Further pull requests that a decision is about. */
const DECISION_OTHER = `
CREATE TABLE decision_other (
  decision_id INTEGER NOT NULL REFERENCES decision (id),
  branch_id INTEGER NOT NULL REFERENCES branch (id),
  pr INTEGER NOT NULL,
  PRIMARY KEY (decision_id, pr)
) WITHOUT ROWID;
CREATE INDEX decision_other_by_pr ON decision_other (branch_id, pr, decision_id);`

/**
 * `event` is the journal: what was reduced, in order, for ever. `snapshot` holds the newest state of each branch, so
 * that opening replays a short tail only. `decision` is what people are told; it is written with its event.
 * Times are epoch milliseconds; structures are JSON text in the core's encoding. `version` is the version of the
 * journal's form that the row was written in; a snapshot carries its own.
 */
export const SCHEMA = `
CREATE TABLE branch (
  id INTEGER PRIMARY KEY,
  repository TEXT NOT NULL,
  branch TEXT NOT NULL,
  policy TEXT NOT NULL,
  version INTEGER NOT NULL,
  UNIQUE (repository, branch)
);
CREATE TABLE event (
  branch_id INTEGER NOT NULL REFERENCES branch (id),
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  event TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (branch_id, seq)
) WITHOUT ROWID;
CREATE TABLE snapshot (
  branch_id INTEGER PRIMARY KEY REFERENCES branch (id),
  seq INTEGER NOT NULL,
  state TEXT NOT NULL
);
CREATE TABLE decision (
  id INTEGER PRIMARY KEY,
  branch_id INTEGER NOT NULL REFERENCES branch (id),
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  pr INTEGER,
  batch_id INTEGER,
  text TEXT NOT NULL
);
CREATE INDEX decision_by_pr ON decision (branch_id, pr, id);
${DECISION_OTHER}
PRAGMA user_version = ${SCHEMA_VERSION};
`

/** Step n (from 1) leads from version n of the tables to version n + 1. */
export const SCHEMA_STEPS: ReadonlyArray<string> = [
  `
ALTER TABLE branch ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE event ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
PRAGMA user_version = 2;
`,
  `
${DECISION_OTHER}
PRAGMA user_version = 3;
`,
]

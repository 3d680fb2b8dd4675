/** Kept in `PRAGMA user_version`; a file of another version is refused, never guessed at. */
export const SCHEMA_VERSION = 1

/**
 * `event` is the journal: what was reduced, in order, for ever. `snapshot` holds the newest state of each branch, so
 * that opening replays a short tail only. `decision` is what people are told; it is written with its event.
 * Times are epoch milliseconds; structures are JSON text in the core's encoding.
 */
export const SCHEMA = `
CREATE TABLE branch (
  id INTEGER PRIMARY KEY,
  repository TEXT NOT NULL,
  branch TEXT NOT NULL,
  policy TEXT NOT NULL,
  UNIQUE (repository, branch)
);
CREATE TABLE event (
  branch_id INTEGER NOT NULL REFERENCES branch (id),
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  event TEXT NOT NULL,
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
PRAGMA user_version = ${SCHEMA_VERSION};
`

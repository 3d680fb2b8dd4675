/** Raised whenever the tables change; a state directory of another version is refused, never guessed at. */
export const SCHEMA_VERSION = '2'

/** Every table of the local GitHub. Times are epoch milliseconds; booleans 0 or 1. */
export const SCHEMA = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT, login TEXT NOT NULL UNIQUE COLLATE NOCASE,
  type TEXT NOT NULL, created_at INTEGER NOT NULL);
CREATE TABLE repositories (
  id INTEGER PRIMARY KEY AUTOINCREMENT, network_id INTEGER NOT NULL, parent_id INTEGER,
  owner TEXT NOT NULL COLLATE NOCASE, name TEXT NOT NULL COLLATE NOCASE,
  description TEXT, private INTEGER NOT NULL, default_branch TEXT NOT NULL,
  created_at INTEGER NOT NULL, pushed_at INTEGER NOT NULL, next_number INTEGER NOT NULL DEFAULT 1,
  UNIQUE (owner, name));
CREATE TABLE refs (
  repo_id INTEGER NOT NULL, name TEXT NOT NULL, sha TEXT NOT NULL, PRIMARY KEY (repo_id, name)) WITHOUT ROWID;
CREATE TABLE protections (
  repo_id INTEGER NOT NULL, branch TEXT NOT NULL, rules TEXT NOT NULL, PRIMARY KEY (repo_id, branch)) WITHOUT ROWID;
CREATE TABLE pulls (
  id INTEGER PRIMARY KEY AUTOINCREMENT, repo_id INTEGER NOT NULL, number INTEGER NOT NULL,
  title TEXT NOT NULL, body TEXT, author_id INTEGER NOT NULL, state TEXT NOT NULL, draft INTEGER NOT NULL,
  base_ref TEXT NOT NULL, base_sha TEXT NOT NULL,
  head_repo_id INTEGER NOT NULL, head_ref TEXT NOT NULL, head_sha TEXT NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, closed_at INTEGER,
  merged_at INTEGER, merged_by INTEGER, merge_sha TEXT, landing_sha TEXT,
  UNIQUE (repo_id, number));
CREATE INDEX pulls_by_state ON pulls (repo_id, state, base_ref);
CREATE INDEX pulls_by_head ON pulls (head_repo_id, state, head_ref);
CREATE TABLE labels (
  id INTEGER PRIMARY KEY AUTOINCREMENT, repo_id INTEGER NOT NULL, name TEXT NOT NULL COLLATE NOCASE,
  color TEXT NOT NULL, description TEXT, UNIQUE (repo_id, name));
CREATE TABLE pull_labels (
  pull_id INTEGER NOT NULL, label_id INTEGER NOT NULL, PRIMARY KEY (pull_id, label_id)) WITHOUT ROWID;
CREATE TABLE comments (
  id INTEGER PRIMARY KEY AUTOINCREMENT, pull_id INTEGER NOT NULL, author_id INTEGER NOT NULL,
  body TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE INDEX comments_by_pull ON comments (pull_id);
CREATE TABLE reviews (
  id INTEGER PRIMARY KEY AUTOINCREMENT, pull_id INTEGER NOT NULL, author_id INTEGER NOT NULL,
  state TEXT NOT NULL, body TEXT NOT NULL, commit_sha TEXT NOT NULL, submitted_at INTEGER NOT NULL);
CREATE INDEX reviews_by_pull ON reviews (pull_id);
CREATE TABLE statuses (
  id INTEGER PRIMARY KEY AUTOINCREMENT, repo_id INTEGER NOT NULL, sha TEXT NOT NULL, context TEXT NOT NULL,
  state TEXT NOT NULL, target_url TEXT, description TEXT, creator_id INTEGER NOT NULL, created_at INTEGER NOT NULL);
CREATE INDEX statuses_by_sha ON statuses (repo_id, sha);
CREATE TABLE check_suites (
  id INTEGER PRIMARY KEY AUTOINCREMENT, repo_id INTEGER NOT NULL, sha TEXT NOT NULL, app_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE (repo_id, sha, app_id));
CREATE TABLE check_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, repo_id INTEGER NOT NULL, suite_id INTEGER NOT NULL, sha TEXT NOT NULL,
  app_id INTEGER NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, conclusion TEXT, details_url TEXT,
  external_id TEXT NOT NULL, title TEXT, summary TEXT, text TEXT, started_at INTEGER, completed_at INTEGER);
CREATE INDEX check_runs_by_sha ON check_runs (repo_id, sha);
CREATE TABLE collaborators (
  repo_id INTEGER NOT NULL, user_id INTEGER NOT NULL, role TEXT NOT NULL, PRIMARY KEY (repo_id, user_id)) WITHOUT ROWID;
CREATE TABLE hooks (
  id INTEGER PRIMARY KEY AUTOINCREMENT, repo_id INTEGER NOT NULL, url TEXT NOT NULL, secret TEXT,
  content_type TEXT NOT NULL, events TEXT NOT NULL, active INTEGER NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT, hook_id INTEGER NOT NULL, guid TEXT NOT NULL, event TEXT NOT NULL,
  action TEXT, payload TEXT NOT NULL, redelivery INTEGER NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
  status TEXT, status_code INTEGER, response TEXT, duration_ms INTEGER, created_at INTEGER NOT NULL,
  delivered_at INTEGER);
CREATE INDEX deliveries_pending ON deliveries (state, hook_id, id);
CREATE TABLE merges (
  network_id INTEGER NOT NULL, base TEXT NOT NULL, head TEXT NOT NULL, tree TEXT,
  PRIMARY KEY (network_id, base, head)) WITHOUT ROWID;
`

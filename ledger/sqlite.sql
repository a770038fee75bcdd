-- The log on SQLite. Instants are microseconds since 1970 in UTC; hashes are raw SHA-256.
CREATE TABLE IF NOT EXISTS head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL,
    last_recorded_at INTEGER NOT NULL,
    frontier BLOB NOT NULL
);
INSERT OR IGNORE INTO head VALUES (1, 0, 0, x'');

-- The complete subtrees of the Merkle tree above its leaves, which are in event.
CREATE TABLE IF NOT EXISTS node (
    level INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, idx)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS checkpoint (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS event (
    seq INTEGER PRIMARY KEY,
    originator_id TEXT NOT NULL,
    originator_version INTEGER NOT NULL,
    topic TEXT NOT NULL,
    state BLOB NOT NULL,
    id TEXT NOT NULL UNIQUE,
    negotiation TEXT NOT NULL,
    type TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    recorded_by TEXT NOT NULL,
    salt BLOB NOT NULL,
    leaf_hash BLOB NOT NULL,
    UNIQUE (originator_id, originator_version)
);
CREATE INDEX IF NOT EXISTS event_recorded_at ON event (recorded_at);
CREATE TRIGGER IF NOT EXISTS event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER IF NOT EXISTS event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TABLE IF NOT EXISTS negotiation (
    slug TEXT PRIMARY KEY,
    originator_id TEXT NOT NULL,
    zone TEXT NOT NULL,
    events INTEGER NOT NULL,
    last_seq INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS registered (
    negotiation TEXT NOT NULL,
    kind TEXT NOT NULL,
    slug TEXT NOT NULL,
    PRIMARY KEY (negotiation, kind, slug)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS idempotency (
    negotiation TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    answer BLOB NOT NULL,
    PRIMARY KEY (negotiation, key)
) WITHOUT ROWID;

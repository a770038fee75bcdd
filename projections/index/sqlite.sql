-- The as-of index on SQLite: one row per rectangle (known x recorded) of each event's life.
-- known_* are instants, recorded_* are seqs, both half open; audiences: 1 public, 2 press, 4 staff.
CREATE TABLE IF NOT EXISTS version (
    id INTEGER PRIMARY KEY,
    negotiation TEXT NOT NULL,
    event TEXT NOT NULL,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    recorded_from INTEGER NOT NULL,
    recorded_to INTEGER NOT NULL,
    known_from INTEGER NOT NULL,
    known_to INTEGER NOT NULL,
    audiences INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    lo INTEGER NOT NULL,
    last INTEGER NOT NULL,
    width INTEGER NOT NULL,
    standing TEXT NOT NULL,
    withdrawn INTEGER NOT NULL,
    disputed INTEGER NOT NULL,
    ahead INTEGER NOT NULL,
    body BLOB NOT NULL,
    rests BLOB NOT NULL,
    reports BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS version_log ON version (negotiation, seq, recorded_to);
CREATE INDEX IF NOT EXISTS version_type ON version (negotiation, type, last, lo);
CREATE INDEX IF NOT EXISTS version_world ON version (negotiation, standing, width, last);
CREATE INDEX IF NOT EXISTS version_disputed ON version (negotiation, last) WHERE disputed;
CREATE INDEX IF NOT EXISTS version_ahead ON version (negotiation, last) WHERE ahead;

-- What events bear on, by kind and key, and what they name: a subject is a cell of one slug, its
-- kind after an @.
CREATE TABLE IF NOT EXISTS cell (
    id INTEGER PRIMARY KEY,
    negotiation TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    UNIQUE (negotiation, kind, key)
);

CREATE TABLE IF NOT EXISTS placement (
    id INTEGER PRIMARY KEY,
    cell INTEGER NOT NULL,
    last INTEGER NOT NULL,
    lo INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    part INTEGER NOT NULL,
    known_from INTEGER NOT NULL,
    recorded_from INTEGER NOT NULL,
    audiences INTEGER NOT NULL,
    known_to INTEGER NOT NULL,
    recorded_to INTEGER NOT NULL,
    mark TEXT,
    version INTEGER NOT NULL,
    partner INTEGER NOT NULL,
    detail BLOB
);
CREATE INDEX IF NOT EXISTS placement_order ON placement (
    cell, last, lo, known_at, seq, part, known_from, known_to, recorded_from, recorded_to, audiences
);
CREATE INDEX IF NOT EXISTS placement_version ON placement (version);
CREATE INDEX IF NOT EXISTS placement_partner ON placement (partner) WHERE partner <> 0;

CREATE TABLE IF NOT EXISTS mention (
    cell INTEGER NOT NULL,
    known_from INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (cell, known_from, version)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS link (
    event TEXT NOT NULL,
    other TEXT NOT NULL,
    PRIMARY KEY (event, other)
) WITHOUT ROWID;

-- Words come normalised and parted by spaces, so the plainest tokenizer takes them as they are.
-- They wait until a whole block moves into the full text at once: so its inner tables depend on the
-- log alone, not on how appends were grouped, and can be compared with those of a rebuild.
CREATE TABLE IF NOT EXISTS waiting (
    version INTEGER PRIMARY KEY,
    text TEXT NOT NULL
);
CREATE VIRTUAL TABLE IF NOT EXISTS word
USING fts5 (text, content='', columnsize=0, detail='none', tokenize='ascii');

CREATE TABLE IF NOT EXISTS tracking (
    application_name TEXT PRIMARY KEY,
    notification_id INTEGER NOT NULL
) WITHOUT ROWID;

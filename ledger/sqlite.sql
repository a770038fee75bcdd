-- The log on SQLite. Instants are microseconds since 1970 in UTC; hashes are raw SHA-256.
CREATE TABLE head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL,
    last_recorded_at INTEGER NOT NULL,
    frontier BLOB NOT NULL,
    keys BLOB NOT NULL
);
INSERT INTO head VALUES (1, 0, 0, x'', x'');

-- The complete subtrees of the Merkle tree above its leaves, which are in event.
CREATE TABLE node (
    level INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, idx)
) WITHOUT ROWID;

CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,
    previous INTEGER NOT NULL,
    note TEXT NOT NULL
);

-- What witnesses signed of a checkpoint: the verifier key of each, and its line below the note.
CREATE TABLE cosignature (
    size INTEGER NOT NULL,
    witness TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (size, witness)
) WITHOUT ROWID;

CREATE TABLE event (
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
    leaf_hash BLOB NOT NULL, approved_by TEXT,
    UNIQUE (originator_id, originator_version)
);
CREATE INDEX event_recorded_at ON event (recorded_at);

-- Legally erased payloads: the part of the leaf that cannot be recomputed, and the event that states it.
CREATE TABLE erasure (
    seq INTEGER PRIMARY KEY,
    payload_hash TEXT NOT NULL,
    by_seq INTEGER NOT NULL
);

-- Nothing is changed or deleted but a payload and its salt, emptied once erasure has it.
CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
WHEN OLD.seq NOT IN (SELECT seq FROM erasure) OR NEW.state <> x'' OR NEW.salt <> x''
    OR (NEW.seq, NEW.originator_id, NEW.originator_version, NEW.topic, NEW.id, NEW.negotiation,
        NEW.type, NEW.recorded_at, NEW.recorded_by, NEW.leaf_hash)
    IS NOT (OLD.seq, OLD.originator_id, OLD.originator_version, OLD.topic, OLD.id,
        OLD.negotiation, OLD.type, OLD.recorded_at, OLD.recorded_by, OLD.leaf_hash)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER event_approval_is_never_changed BEFORE UPDATE OF approved_by ON event
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER node_is_never_changed BEFORE UPDATE ON node
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER node_is_never_deleted BEFORE DELETE ON node
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER checkpoint_is_never_changed BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER checkpoint_is_never_deleted BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER cosignature_is_never_changed BEFORE UPDATE ON cosignature
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER cosignature_is_never_deleted BEFORE DELETE ON cosignature
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER erasure_is_never_changed BEFORE UPDATE ON erasure
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER erasure_is_never_deleted BEFORE DELETE ON erasure
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TABLE negotiation (
    slug TEXT PRIMARY KEY,
    originator_id TEXT NOT NULL,
    zone TEXT NOT NULL,
    events INTEGER NOT NULL,
    last_seq INTEGER NOT NULL
) WITHOUT ROWID;

-- Which event first introduced a slug of a kind: party, person, issue, statement, plan, document, or
-- amendment (as plan/amendment). A slug stays reserved after its event was voided or erased.
CREATE TABLE introduction (
    negotiation TEXT NOT NULL,
    kind TEXT NOT NULL,
    slug TEXT NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (negotiation, kind, slug)
) WITHOUT ROWID;

-- The secret namespaces of ids that come from content, made when a negotiation is first imported in.
CREATE TABLE content_namespace (
    negotiation TEXT PRIMARY KEY,
    namespace BLOB NOT NULL
) WITHOUT ROWID;

-- The content, under its namespace, of what a negotiation had before it.
CREATE TABLE earlier_content (
    negotiation TEXT NOT NULL,
    content BLOB NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (negotiation, content, seq)
) WITHOUT ROWID;

-- Answers to repeat, in the order in which they were given; head.keys chains their hashes.
CREATE TABLE idempotency (
    number INTEGER PRIMARY KEY,
    negotiation TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    answer BLOB NOT NULL,
    UNIQUE (negotiation, key)
);

-- The keys of callers, no part of the log: a secret is kept as its SHA-256, lists as JSON.
CREATE TABLE access_key (
    name TEXT PRIMARY KEY,
    secret_hash BLOB NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    audience TEXT NOT NULL,
    negotiations TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) WITHOUT ROWID;

-- The sessions of people who signed in, no part of the log: a token is kept as its SHA-256.
CREATE TABLE access_session (
    token_hash BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT,
    created_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL
) WITHOUT ROWID;

-- What waits for a second person, and what was decided, no part of the log: a body as it came, empty
-- once it was deleted, what it would have changed then, and the hashes by which an erasure finds it.
CREATE TABLE proposal (
    id TEXT PRIMARY KEY,
    negotiation TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    body BLOB NOT NULL,
    size INTEGER NOT NULL,
    events INTEGER NOT NULL,
    preview BLOB NOT NULL,
    contents TEXT NOT NULL,
    status TEXT NOT NULL,
    decided_by TEXT,
    decided_at INTEGER,
    word TEXT,
    answer BLOB NOT NULL
);
CREATE INDEX proposal_negotiation ON proposal (negotiation, status);
CREATE INDEX proposal_proposed_by ON proposal (proposed_by, status);

-- Articles that were brought in to be read, no part of the log: their text as UTF-8, empty once it was
-- deleted, and what a reader told of it as JSON.
CREATE TABLE article (
    id TEXT PRIMARY KEY,
    negotiation TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    brought_by TEXT NOT NULL,
    brought_at INTEGER NOT NULL,
    url TEXT,
    title TEXT,
    publisher TEXT,
    published TEXT,
    language TEXT,
    text BLOB NOT NULL,
    reading BLOB NOT NULL,
    deleted_at INTEGER,
    UNIQUE (negotiation, sha256)
);

-- Events that articles suggest, no part of the log: as JSON, empty once they were erased. The id of a
-- draft becomes that of its event.
CREATE TABLE draft (
    id TEXT PRIMARY KEY,
    negotiation TEXT NOT NULL,
    article TEXT NOT NULL,
    place INTEGER NOT NULL,
    type TEXT NOT NULL,
    original BLOB NOT NULL,
    event BLOB NOT NULL,
    status TEXT NOT NULL,
    changed_by TEXT,
    changed_at INTEGER,
    decided_by TEXT,
    decided_at INTEGER,
    proposal TEXT
);
CREATE INDEX draft_article ON draft (article, place);
CREATE INDEX draft_negotiation ON draft (negotiation, status);

-- Feeds that are looked through for articles, no part of the log.
CREATE TABLE feed (
    negotiation TEXT NOT NULL,
    url TEXT NOT NULL,
    publisher TEXT,
    added_by TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    looked_at INTEGER,
    PRIMARY KEY (negotiation, url)
) WITHOUT ROWID;

-- Further addresses at which the text of an article stands, each a source of its own.
CREATE TABLE article_source (
    article TEXT NOT NULL,
    url TEXT NOT NULL,
    publisher TEXT,
    published TEXT,
    added_by TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (article, url)
) WITHOUT ROWID;
CREATE INDEX article_source_url ON article_source (url);

-- The steps that its tables have taken (migrations.py): the newest is their version.
CREATE TABLE migration (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

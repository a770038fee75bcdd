-- The log on PostgreSQL, 15 or later. Instants are microseconds since 1970 in UTC; hashes are raw SHA-256.
CREATE TABLE head (
    one bigint PRIMARY KEY CHECK (one = 1),
    size bigint NOT NULL,
    last_recorded_at bigint NOT NULL,
    frontier bytea NOT NULL,
    keys bytea NOT NULL
);
INSERT INTO head VALUES (1, 0, 0, '', '');

-- The complete subtrees of the Merkle tree above its leaves, which are in event.
CREATE TABLE node (
    level bigint NOT NULL,
    idx bigint NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (level, idx)
);

CREATE TABLE checkpoint (
    size bigint PRIMARY KEY,
    previous bigint NOT NULL,
    note text COLLATE "C" NOT NULL
);

-- What witnesses signed of a checkpoint: the verifier key of each, and its line below the note.
CREATE TABLE cosignature (
    size bigint NOT NULL,
    witness text COLLATE "C" NOT NULL,
    line text COLLATE "C" NOT NULL,
    PRIMARY KEY (size, witness)
);

CREATE TABLE event (
    seq bigint PRIMARY KEY,
    originator_id text COLLATE "C" NOT NULL,
    originator_version bigint NOT NULL,
    topic text COLLATE "C" NOT NULL,
    state bytea NOT NULL,
    id text COLLATE "C" NOT NULL UNIQUE,
    negotiation text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    recorded_at bigint NOT NULL,
    recorded_by text COLLATE "C" NOT NULL,
    salt bytea NOT NULL,
    leaf_hash bytea NOT NULL, approved_by text COLLATE "C",
    UNIQUE (originator_id, originator_version)
);
CREATE INDEX event_recorded_at ON event (recorded_at);

-- Legally erased payloads: the part of the leaf that cannot be recomputed, and the event that states it.
CREATE TABLE erasure (
    seq bigint PRIMARY KEY,
    payload_hash text COLLATE "C" NOT NULL,
    by_seq bigint NOT NULL
);

-- Nothing is changed or deleted but a payload and its salt, emptied once erasure has it.
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'event' THEN
        IF EXISTS (SELECT 1 FROM erasure WHERE seq = OLD.seq) AND NEW.state = '' AND NEW.salt = ''
            AND (NEW.seq, NEW.originator_id, NEW.originator_version, NEW.topic, NEW.id,
                NEW.negotiation, NEW.type, NEW.recorded_at, NEW.recorded_by, NEW.leaf_hash)
            = (OLD.seq, OLD.originator_id, OLD.originator_version, OLD.topic, OLD.id,
                OLD.negotiation, OLD.type, OLD.recorded_at, OLD.recorded_by, OLD.leaf_hash)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the log is append-only';
END $$;
CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE ON event
FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER event_approval_is_never_changed BEFORE UPDATE OF approved_by ON event
FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER event_is_not_emptied BEFORE TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER node_is_append_only BEFORE UPDATE OR DELETE ON node
FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER node_is_not_emptied BEFORE TRUNCATE ON node
FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER checkpoint_is_append_only BEFORE UPDATE OR DELETE ON checkpoint
FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER checkpoint_is_not_emptied BEFORE TRUNCATE ON checkpoint
FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER cosignature_is_append_only BEFORE UPDATE OR DELETE ON cosignature
FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER cosignature_is_not_emptied BEFORE TRUNCATE ON cosignature
FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER erasure_is_append_only BEFORE UPDATE OR DELETE ON erasure
FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER erasure_is_not_emptied BEFORE TRUNCATE ON erasure
FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE TABLE negotiation (
    slug text COLLATE "C" PRIMARY KEY,
    originator_id text COLLATE "C" NOT NULL,
    zone text COLLATE "C" NOT NULL,
    events bigint NOT NULL,
    last_seq bigint NOT NULL
);

-- Which event first introduced a slug of a kind: party, person, issue, statement, plan, document, or
-- amendment (as plan/amendment). A slug stays reserved after its event was voided or erased.
CREATE TABLE introduction (
    negotiation text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    slug text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (negotiation, kind, slug)
);

-- The secret namespaces of ids that come from content, made when a negotiation is first imported in.
CREATE TABLE content_namespace (
    negotiation text COLLATE "C" PRIMARY KEY,
    namespace bytea NOT NULL
);

-- The content, under its namespace, of what a negotiation had before it.
CREATE TABLE earlier_content (
    negotiation text COLLATE "C" NOT NULL,
    content bytea NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (negotiation, content, seq)
);

-- Answers to repeat, in the order in which they were given; head.keys chains their hashes.
CREATE TABLE idempotency (
    number bigint PRIMARY KEY,
    negotiation text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    body_hash bytea NOT NULL,
    answer bytea NOT NULL,
    UNIQUE (negotiation, key)
);

-- The keys of callers, no part of the log: a secret is kept as its SHA-256, lists as JSON.
CREATE TABLE access_key (
    name text COLLATE "C" PRIMARY KEY,
    secret_hash bytea NOT NULL UNIQUE,
    scopes text COLLATE "C" NOT NULL,
    audience text COLLATE "C" NOT NULL,
    negotiations text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    revoked_at bigint
);

-- The sessions of people who signed in, no part of the log: a token is kept as its SHA-256.
CREATE TABLE access_session (
    token_hash bytea PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    role text COLLATE "C",
    created_at bigint NOT NULL,
    used_at bigint NOT NULL
);

-- What waits for a second person, and what was decided, no part of the log: a body as it came, empty
-- once it was deleted, what it would have changed then, and the hashes by which an erasure finds it.
CREATE TABLE proposal (
    id text COLLATE "C" PRIMARY KEY,
    negotiation text COLLATE "C" NOT NULL,
    proposed_by text COLLATE "C" NOT NULL,
    proposed_at bigint NOT NULL,
    media_type text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    size bigint NOT NULL,
    events bigint NOT NULL,
    preview bytea NOT NULL,
    contents text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    decided_by text COLLATE "C",
    decided_at bigint,
    word text COLLATE "C",
    answer bytea NOT NULL
);
CREATE INDEX proposal_negotiation ON proposal (negotiation, status);
CREATE INDEX proposal_proposed_by ON proposal (proposed_by, status);

-- Articles that were brought in to be read, no part of the log: their text as UTF-8, empty once it was
-- deleted, and what a reader told of it as JSON.
CREATE TABLE article (
    id text COLLATE "C" PRIMARY KEY,
    negotiation text COLLATE "C" NOT NULL,
    sha256 text COLLATE "C" NOT NULL,
    brought_by text COLLATE "C" NOT NULL,
    brought_at bigint NOT NULL,
    url text COLLATE "C",
    title text COLLATE "C",
    publisher text COLLATE "C",
    published text COLLATE "C",
    language text COLLATE "C",
    text bytea NOT NULL,
    reading bytea NOT NULL,
    deleted_at bigint,
    UNIQUE (negotiation, sha256)
);

-- Events that articles suggest, no part of the log: as JSON, empty once they were erased. The id of a
-- draft becomes that of its event.
CREATE TABLE draft (
    id text COLLATE "C" PRIMARY KEY,
    negotiation text COLLATE "C" NOT NULL,
    article text COLLATE "C" NOT NULL,
    place bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    original bytea NOT NULL,
    event bytea NOT NULL,
    status text COLLATE "C" NOT NULL,
    changed_by text COLLATE "C",
    changed_at bigint,
    decided_by text COLLATE "C",
    decided_at bigint,
    proposal text COLLATE "C"
);
CREATE INDEX draft_article ON draft (article, place);
CREATE INDEX draft_negotiation ON draft (negotiation, status);

-- Feeds that are looked through for articles, no part of the log.
CREATE TABLE feed (
    negotiation text COLLATE "C" NOT NULL,
    url text COLLATE "C" NOT NULL,
    publisher text COLLATE "C",
    added_by text COLLATE "C" NOT NULL,
    added_at bigint NOT NULL,
    looked_at bigint,
    PRIMARY KEY (negotiation, url)
);

-- Further addresses at which the text of an article stands, each a source of its own.
CREATE TABLE article_source (
    article text COLLATE "C" NOT NULL,
    url text COLLATE "C" NOT NULL,
    publisher text COLLATE "C",
    published text COLLATE "C",
    added_by text COLLATE "C" NOT NULL,
    added_at bigint NOT NULL,
    PRIMARY KEY (article, url)
);
CREATE INDEX article_source_url ON article_source (url);

-- The steps that its tables have taken (migrations.py): the newest is their version.
CREATE TABLE migration (
    number bigint PRIMARY KEY,
    name text COLLATE "C" NOT NULL
);

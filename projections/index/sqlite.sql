-- The as-of index on SQLite. Instants are microseconds since 1970 in UTC.
-- A row of version is one rectangle of an event: what was known of it (a Version) from one moment
-- of knowledge to another (known_*, instants) and from one seq to another (recorded_*, seqs), both
-- half open, for some audiences (bits: 1 public, 2 press, 4 staff). The other columns are its Item:
-- known_at to last order it, width is its class of vagueness, ahead is reported_early, body and
-- rests (its provenance) are the JSON objects that answers join, reports is a JSON list. All moments
-- at which the clock of knowledge or of the world may change what is seen of news lie from begins to
-- settles; reach is the class of how far these lie apart (Reach); null where it is no news. late is
-- the class of how long after it became known it was recorded first; null for little and for acts.
-- Of a watch, begins and settles are the period that it covers. source is the cell of the one source
-- that the event rests on; null where there are several, or acts on it: its places are then
-- candidates.
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
    reports BLOB NOT NULL,
    known_local INTEGER NOT NULL,
    begins INTEGER,
    settles INTEGER,
    reach INTEGER,
    late INTEGER,
    source INTEGER
);
CREATE INDEX IF NOT EXISTS version_log ON version (negotiation, seq, recorded_to);
CREATE INDEX IF NOT EXISTS version_type ON version (negotiation, type, last, lo);
CREATE INDEX IF NOT EXISTS version_known ON version (negotiation, known_at);
CREATE INDEX IF NOT EXISTS version_world ON version (
    negotiation, standing, width, last, lo, known_at, seq, known_from, known_to, recorded_from,
    recorded_to, audiences
);
CREATE INDEX IF NOT EXISTS version_disputed ON version (negotiation, last) WHERE disputed;
CREATE INDEX IF NOT EXISTS version_ahead ON version (negotiation, last) WHERE ahead;
CREATE INDEX IF NOT EXISTS version_revised ON version (negotiation, recorded_from)
WHERE recorded_from > seq;
CREATE INDEX IF NOT EXISTS version_embargoed ON version (negotiation, known_from)
WHERE known_from > recorded_at;
CREATE INDEX IF NOT EXISTS version_ended ON version (negotiation, known_to)
WHERE known_to < 4611686018427387904;
CREATE INDEX IF NOT EXISTS version_reach ON version (
    negotiation, reach, begins, settles, known_from, known_to, last, recorded_from, recorded_to
) WHERE reach IS NOT NULL;
CREATE INDEX IF NOT EXISTS version_late ON version (negotiation, late, known_from, seq)
WHERE late IS NOT NULL;
CREATE INDEX IF NOT EXISTS version_withdrawn ON version (
    negotiation, known_from, known_to, recorded_from, recorded_to
) WHERE standing = 'withdrawn';
CREATE INDEX IF NOT EXISTS version_watched ON version (
    negotiation, type, settles, seq, begins, known_from, known_to, recorded_from, recorded_to,
    audiences
) WHERE type = 'watch-recorded';
CREATE INDEX IF NOT EXISTS version_closed ON version (negotiation, recorded_to)
WHERE recorded_to < 4611686018427387904;
CREATE INDEX IF NOT EXISTS version_source ON version (source, known_from)
WHERE source IS NOT NULL;

-- The cells of answers, by kind and key (the slugs of a CellKey, joined). What events name has rows
-- too: a subject is a cell of one slug, with an @ before its kind. What is decided once, such as an
-- amendment, may be undecided from begins to settles, whose class is reach, and until decided, the seq
-- that recorded how it ended; others have nulls there.
CREATE TABLE IF NOT EXISTS cell (
    id INTEGER PRIMARY KEY,
    negotiation TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    begins INTEGER,
    settles INTEGER,
    reach INTEGER,
    decided INTEGER,
    UNIQUE (negotiation, kind, key)
);
CREATE INDEX IF NOT EXISTS cell_undecided ON cell (negotiation, kind, reach, begins, settles)
WHERE reach IS NOT NULL;
CREATE INDEX IF NOT EXISTS cell_decided ON cell (negotiation, kind, decided, begins)
WHERE decided IS NOT NULL;

-- The entries of cells (CellEntry; read as CellRow): what a version contributes to a cell, copied
-- with its rectangle, so that the newest entries of a cell are found by one index. last to part are
-- the tie order; part numbers several entries of one event. mark is the label: a stance, a type or
-- an operation; answer is that of a position. Where an amendment takes effect, version is its
-- adoption and partner the version of the proposal; partner is 0 elsewhere.
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
    detail BLOB,
    answer TEXT
);
CREATE INDEX IF NOT EXISTS placement_order ON placement (
    cell, last, lo, known_at, seq, part, known_from, known_to, recorded_from, recorded_to, audiences,
    mark, answer
);
CREATE INDEX IF NOT EXISTS placement_version ON placement (version);
CREATE INDEX IF NOT EXISTS placement_partner ON placement (partner) WHERE partner <> 0;

-- Which versions name a subject, from when on they are known.
CREATE TABLE IF NOT EXISTS mention (
    cell INTEGER NOT NULL,
    known_from INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (cell, known_from, version)
) WITHOUT ROWID;

-- Every cell and list in which an event without one source may be, whichever of its sources count:
-- until which moment (place), known since when at the earliest. By time, place is the latter,
-- negative; by reach, place to since is the span of all moments at which it may change.
CREATE TABLE IF NOT EXISTS candidate (
    cell INTEGER NOT NULL,
    place INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (cell, place, seq, since)
) WITHOUT ROWID;

-- Families: an event and one that it acts on, or that acts on it, in both directions.
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
-- Whether an event holds a word is looked up within a page of its list, so pages are short.
INSERT INTO word (word, rank)
SELECT 'pgsz', 1000 WHERE NOT EXISTS (SELECT 1 FROM word_config WHERE k = 'pgsz');

-- Its words in alphabetical order, by which those that begin alike are found.
CREATE VIRTUAL TABLE IF NOT EXISTS spelling USING fts5vocab ('word', 'instance');

-- Blocks of versions with adjacent numbers: when the first of those of a negotiation is known, for
-- whomever, of what no act made and has a known time, and of what acts made (2^62 where there is
-- none), and the seq at which the first was recorded. A question passes over blocks of which its
-- basis knows nothing.
CREATE TABLE IF NOT EXISTS version_block (
    negotiation TEXT NOT NULL,
    block INTEGER NOT NULL,
    known_from INTEGER NOT NULL,
    revised_from INTEGER NOT NULL,
    recorded_from INTEGER NOT NULL,
    PRIMARY KEY (negotiation, block)
) WITHOUT ROWID;

-- How much news is known for good as of the end of the log, by clock ('known'), day of the
-- negotiation's zone since 1970, type and audiences: of versions that nothing revised and that no
-- moment of knowledge ends. Of some of them the embargo may lie ahead.
-- By the clock 'told' stands on one day how much there is that has a known time at all.
CREATE TABLE IF NOT EXISTS news_day (
    negotiation TEXT NOT NULL,
    clock TEXT NOT NULL,
    day INTEGER NOT NULL,
    type TEXT NOT NULL,
    audiences INTEGER NOT NULL,
    event_count INTEGER NOT NULL,
    PRIMARY KEY (negotiation, clock, day, type, audiences)
) WITHOUT ROWID;

-- How much news of a week, which begins on the day week since 1970, is known to have happened as of
-- the end of the log: what begins and ends to be so (less than nothing) in a period of as many days,
-- 1 or 32, whose number is period. What was so at the end of a day is the sum of what came before.
CREATE TABLE IF NOT EXISTS happened_week (
    negotiation TEXT NOT NULL,
    days INTEGER NOT NULL,
    period INTEGER NOT NULL,
    week INTEGER NOT NULL,
    audiences INTEGER NOT NULL,
    event_count INTEGER NOT NULL,
    PRIMARY KEY (negotiation, days, period, week, audiences)
) WITHOUT ROWID;

-- The zones in which a negotiation reads its dates and the years of these dates, with the seq of the
-- first event that uses both and the digest of the offsets then: what its answers rest on.
CREATE TABLE IF NOT EXISTS zone_use (
    negotiation TEXT NOT NULL,
    zone TEXT NOT NULL,
    year INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    offsets TEXT NOT NULL,
    PRIMARY KEY (negotiation, zone, year)
) WITHOUT ROWID;

-- How far the read model follows the log: application_name is 'index' and
-- the version of its rows, notification_id a seq.
CREATE TABLE IF NOT EXISTS tracking (
    application_name TEXT PRIMARY KEY,
    notification_id INTEGER NOT NULL
) WITHOUT ROWID;
